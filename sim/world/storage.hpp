#pragma once
// A storage device with write apart from flush, and what survives a crash.
//
// A request passes the device's server (1/iops for each I/O, or bytes/bandwidth if that is longer;
// first come, first served) and then takes a latency drawn from flush_ms or read_ms; requests
// overlap in that latency. So an unloaded flush takes 1/iops + its draw, and waits follow M/D/1.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/slowness.hpp"
#include "sim/core/time.hpp"
#include "sim/engine/intrusive_list.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/traffic.hpp"

namespace writepath {

class StorageDevice;
class VolumeMirror;

/// A write as a mirror sees it: `count` requests of `bytes_each`; with `file`, that file's flush up
/// to `position`.
struct MirroredWrite {
  std::uint32_t file;
  Purpose purpose;
  std::uint64_t count, bytes_each, position;
  std::uint64_t bytes() const { return count * bytes_each; }
};

/// What the issuer of a write waits for: a moment that is known at once, or, on a mirrored volume,
/// the mirror's acknowledgement. co_await it as a statement of its own.
class [[nodiscard]] WriteWait : Waiter {
 public:
  WriteWait(EventQueue& queue, TimeNs done) : sleep_(queue, done, false) {}
  WriteWait(EventQueue& queue, VolumeMirror& mirror, std::uint64_t ticket)
      : sleep_(queue, 0, false), mirror_(&mirror), ticket_(ticket) {}
  WriteWait(WriteWait&& other) noexcept
      : Waiter(), sleep_(std::move(other.sleep_)), mirror_(other.mirror_), ticket_(other.ticket_) {}
  ~WriteWait();

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting);
  void await_resume() noexcept;

 private:
  Sleep sleep_;
  VolumeMirror* mirror_ = nullptr;
  std::uint64_t ticket_ = 0;
  bool enlisted_ = false;
};

/// An append-only durable file. Positions are its owner's own numbers (an LSN, a commit number, a
/// byte count) and never go back but by truncate(). Memory of the owner's process is not here: what
/// was never append()ed is gone with the process.
class DurableFile {
 public:
  /// Hands bytes to the operating system: survives a process crash, not a host crash.
  /// `position`: the log's end after these bytes.
  void append(std::uint64_t bytes, std::uint64_t position);
  /// Makes everything appended before the call durable. Concurrent flushes are separate requests.
  /// co_await it; nothing to flush still costs a request (as fsync does).
  WriteWait flush();
  /// Ends the log at `position` (recovery, re-pointing; a clone's file may also begin ahead): at
  /// once, durable.
  void truncate(std::uint64_t position);
  bool flush_in_flight(TimeNs now) const;

  std::uint64_t written() const { return written_; }
  std::uint64_t durable() const;  ///< as of now
  /// Durable on this device and, while it is mirrored, known to be so on the mirror.
  std::uint64_t durable_everywhere() const;
  const std::string& name() const { return name_; }

 private:
  friend class StorageDevice;
  friend class VolumeMirror;
  struct Flush {
    TimeNs starts, done;
    std::uint64_t position;
  };
  DurableFile(StorageDevice& device, std::uint32_t index, std::string name, Purpose purpose);
  TimeNs issue_flush();  ///< returns when it will be done on this device
  void settle(TimeNs now) const;
  void lose_unflushed(TimeNs now, RandomStream& stream);

  StorageDevice* device_;
  std::uint32_t index_;  ///< on its device: the same on a mirror
  std::string name_;
  Purpose purpose_;
  std::uint64_t written_ = 0;
  mutable std::uint64_t durable_ = 0;
  std::uint64_t unflushed_bytes_ = 0;
  std::uint64_t flush_position_ = 0;      ///< handed to the device
  std::uint64_t mirrored_ = 0;            ///< acknowledged by the mirror
  mutable std::vector<Flush> in_flight_;  ///< few: bounded by the flushes that overlap
};

struct IoCounters {
  struct Line {
    std::uint64_t writes = 0, write_bytes = 0, flushes = 0, reads = 0, read_bytes = 0;
    std::uint64_t copy_writes = 0;  ///< made of `writes` by the volume's further copies
  };
  std::array<Line, static_cast<std::size_t>(Purpose::count_)> by_purpose{};
  Line total() const;
};

class StorageDevice {
 public:
  StorageDevice(class EventQueue& queue, StorageKind kind, const DeviceSpec& spec,
                RandomStream stream);

  /// Files live as long as the device; `loss` of a local device empties them.
  DurableFile& create_file(std::string name, Purpose purpose);

  /// A write that returns when durable (O_DIRECT page write); co_await it.
  WriteWait write_through(std::uint64_t bytes, Purpose purpose);
  /// So many of them at once; ends when the last one is done.
  WriteWait write_all(std::uint64_t count, std::uint64_t bytes_each, Purpose purpose);
  /// The same without waiting: background work. Returns the completion time. Not mirrored.
  TimeNs write_behind(std::uint64_t bytes, Purpose purpose);
  Sleep read(std::uint64_t bytes, Purpose purpose);

  /// Called by the world. Returns true if the device's contents were lost with it.
  /// process: nothing is lost. host: what no finished flush covers is lost; a flush in flight may
  /// leave a torn prefix. loss: a local device is emptied; an attached volume behaves as for host.
  bool crash(CrashKind kind);
  /// All contents are gone, an attached volume's too.
  void lose_contents();

  /// Begins no request before `until` (a controller that resets, a volume that is stuck): what
  /// arrives waits behind what was queued. What it was given before ends as it would have.
  void stall_until(TimeNs until);
  /// Makes the service and the latency of what is begun from now on longer.
  Slowness& slowness() { return slowness_; }
  /// Whether a crash of its host would tear a flush right now.
  bool flush_in_flight() const;

  StorageKind kind() const { return kind_; }
  const IoCounters& counters() const { return counters_; }
  /// Counts how often the contents were lost.
  std::uint32_t generation() const { return generation_; }
  /// Gray failures: multiplies every latency drawn from now on.
  void set_slowdown(double factor) { slowdown_ = factor; }
  /// A write goes to so many copies at the same time and is done when the slowest one is.
  void set_copies(int copies) { copies_ = copies; }
  /// Writes that are awaited go to this mirror, too.
  void set_mirror(VolumeMirror* mirror) { mirror_ = mirror; }

 private:
  friend class DurableFile;
  friend class VolumeMirror;
  struct Span {
    TimeNs starts, done;
  };
  /// Passes the server, then takes a latency.
  Span request(std::uint64_t bytes, const Distribution& latency_ms, int copies = 1);
  TimeNs requests(std::uint64_t count, std::uint64_t bytes_each, Purpose purpose);
  WriteWait wait_for(const MirroredWrite& write, TimeNs done);
  std::uint64_t operations(std::uint64_t bytes) const;
  void count_write(Purpose purpose, std::uint64_t bytes);

  EventQueue* queue_;
  StorageKind kind_;
  DeviceSpec spec_;
  RandomStream stream_;
  double ns_per_operation_ = 0, ns_per_byte_ = 0;
  std::uint64_t largest_io_ = 1;
  TimeNs server_free_at_ = 0;
  TimeNs stalled_until_ = 0;
  double slowdown_ = 1;  ///< of latency: what the model itself asked for
  Slowness slowness_;    ///< of service and latency, by faults
  int copies_ = 1;
  VolumeMirror* mirror_ = nullptr;
  IoCounters counters_;
  std::uint32_t generation_ = 0;
  std::vector<std::unique_ptr<DurableFile>> files_;
};

}  // namespace writepath
