#pragma once
// The pages of an instance, in either role: its buffer pool, the views that are open on it, and its
// reads from the storage nodes. They live as long as the instance's process: a reader that becomes
// the writer keeps them.
#include <cstdint>

#include "models/aurora_quorum/buffer_pool.hpp"
#include "models/aurora_quorum/page_reads.hpp"
#include "models/aurora_quorum/views.hpp"
#include "sim/engine/event.hpp"

namespace writepath::aurora {

class Pages {
 public:
  /// `warm`: as after long running; else empty.
  Pages(Instance& instance, Cluster& cluster, double pool_gb, bool warm);

  bool hold_all() const { return pool_.holds_all(); }
  /// Redo for this page is applied here.
  bool holds(Page page) const { return pool_.holds(page); }
  /// The page was asked for, and all are there.
  void hit(std::uint64_t pages) { hits_ += pages; }

  /// Returns when the page is in the pool: at once, or when it was read as of the read point.
  Task<PageReads::Outcome> get(Page page, std::uint64_t read_point);
  void answered(const PageReply& reply) { reads_.answered(reply); }

  // ---- the writer's side
  /// A statement has the page, and is about to change it. False if it lost its frame meanwhile and
  /// none is to be had before VDL moves.
  bool keep(Page page);
  void changed(Page page, std::uint64_t lsn) {
    if (!hold_all()) pool_.changed(page, lsn);
  }
  void durable_to(std::uint64_t vdl);
  /// Notified when a frame may have become free.
  Signal& room() { return room_; }

  // ---- the reader's side
  /// What the pool holds was not brought up to date, and goes.
  void clear();
  /// All pages are as of this LSN.
  void shown_to(std::uint64_t lsn) { shown_to_ = lsn; }
  /// The log's records after what was shown were never applied here: their pages go.
  void become_current(const Log& log, std::uint64_t vdl);

  Views& views() { return views_; }
  /// States what the pool was good for, once a second. In the instance's scope.
  Task<> report();

 private:
  Instance& instance_;
  Cluster& cluster_;
  BufferPool pool_;
  PageReads reads_;
  Views views_;
  Signal room_, arrived_;
  std::uint64_t shown_to_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace writepath::aurora
