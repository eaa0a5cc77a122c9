#pragma once
// An instance's buffer pool: which pages it holds, and which of them may leave it: only those whose
// page LSN is not above VDL. Then all changes of an evicted page are durable in the log, and
// reading it back as of VDL gives its latest version (SIGMOD 2017, S4.2.3, whose text has the
// comparison the wrong way round).
#include <cstdint>
#include <optional>

#include "models/aurora_quorum/page_map.hpp"
#include "models/aurora_quorum/ring.hpp"
#include "models/common/resident_pages.hpp"

namespace writepath::aurora {

class BufferPool {
 public:
  BufferPool(std::uint64_t pages, std::uint64_t frames, bool warm)
      : resident_(pages, frames, warm) {}

  bool holds_all() const { return resident_.holds_all() && being_read_.empty(); }
  std::uint64_t resident() const { return resident_.resident(); }
  /// Redo for this page is applied here. It is, too, while the page is being read: the records wait
  /// for it.
  bool holds(Page page) const { return resident_.holds(page); }
  /// As holds(); the page is then the most recently used of its set.
  bool touch(Page page) { return resident_.touch(page); }
  bool is_being_read(Page page) const { return being_read_.find(page) != nullptr; }
  /// LSN of the page's latest change if that lies beyond VDL; 0: all its changes are durable.
  std::uint64_t undurable_lsn(Page page) const {
    const std::uint64_t* const lsn = lsns_.find(page);
    return lsn ? *lsn : 0;
  }

  struct Admitted {
    Page evicted = 0;
    bool any = false;
  };
  /// Takes a frame for a page that is not resident. Nothing: each frame that it could have holds a
  /// page with changes beyond VDL, or one that is being read.
  std::optional<Admitted> admit(Page page);

  /// The page has a frame, and is on its way from storage, until it arrived or was given up.
  void reading(Page page) { being_read_.put(page, 0); }
  void arrived(Page page) { being_read_.erase(page); }
  void given_up(Page page);

  /// A change to the page got this LSN. In the order of LSNs.
  void changed(Page page, std::uint64_t lsn);
  void durable_to(std::uint64_t vdl);

  void drop(Page page) { resident_.drop(page); }
  void clear();

 private:
  ResidentPages resident_;
  PageMap being_read_;
  // Page LSNs are kept of pages with changes beyond VDL only; all others are at or below it.
  struct Change {
    std::uint64_t lsn = 0;
    Page page = 0;
  };
  PageMap lsns_;
  Ring<Change> changes_;  ///< in the order of their LSNs
};

}  // namespace writepath::aurora
