#include "sim/world/storage.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace writepath {

// ---- DurableFile

DurableFile::DurableFile(StorageDevice& device, std::string name, Purpose purpose)
    : device_(&device), name_(std::move(name)), purpose_(purpose) {}

void DurableFile::append(std::uint64_t bytes, std::uint64_t position) {
  WRITEPATH_CHECK(position >= written_, "a file's positions never go back");
  written_ = position;
  unflushed_bytes_ += bytes;
}

Sleep DurableFile::flush() {
  const TimeNs now = device_->queue_->now();
  settle(now);
  const std::uint64_t bytes = std::exchange(unflushed_bytes_, 0);
  IoCounters::Line& line = device_->counters_.by_purpose[static_cast<std::size_t>(purpose_)];
  line.writes += device_->operations(bytes);
  line.write_bytes += bytes;
  ++line.flushes;
  const StorageDevice::Span span = device_->request(bytes, device_->spec_.flush_ms);
  in_flight_.push_back({span.starts, span.done, written_});
  return sleep_until(*device_->queue_, span.done);
}

void DurableFile::truncate(std::uint64_t position) {
  written_ = durable_ = position;
  unflushed_bytes_ = 0;
  in_flight_.clear();
}

std::uint64_t DurableFile::durable() const {
  settle(device_->queue_->now());
  return durable_;
}

// Flushes overlap in their latency, so a later one may end first; it covers the earlier ones.
void DurableFile::settle(TimeNs now) const {
  std::erase_if(in_flight_, [&](const Flush& flush) {
    if (flush.done > now) return false;
    durable_ = std::max(durable_, flush.position);
    return true;
  });
}

// A host dies: of the bytes that were being written, a prefix made it.
void DurableFile::lose_unflushed(TimeNs now, RandomStream& stream) {
  settle(now);
  std::uint64_t target = durable_;
  for (const Flush& flush : in_flight_)
    if (flush.starts <= now) target = std::max(target, flush.position);
  if (target > durable_)
    durable_ +=
        static_cast<std::uint64_t>(stream.uniform() * static_cast<double>(target - durable_));
  truncate(durable_);
}

// ---- StorageDevice

StorageDevice::StorageDevice(EventQueue& queue, StorageKind kind, const DeviceSpec& spec,
                             RandomStream stream)
    : queue_(&queue), kind_(kind), spec_(spec), stream_(stream) {
  // 1e9/iops ns an I/O, and ns a byte; no figure means no limit.
  if (spec.iops > 0) ns_per_operation_ = 1e9 / spec.iops;
  if (spec.bandwidth_mb_per_s > 0) ns_per_byte_ = 1e3 / spec.bandwidth_mb_per_s;
  largest_io_ = static_cast<std::uint64_t>(std::max(1.0, spec.max_io_kb * 1024));
}

DurableFile& StorageDevice::create_file(std::string name, Purpose purpose) {
  files_.push_back(std::unique_ptr<DurableFile>(new DurableFile(*this, std::move(name), purpose)));
  return *files_.back();
}

std::uint64_t StorageDevice::operations(std::uint64_t bytes) const {
  return std::max<std::uint64_t>(1, (bytes + largest_io_ - 1) / largest_io_);
}

StorageDevice::Span StorageDevice::request(std::uint64_t bytes, const Distribution& latency_ms) {
  const double by_operations = static_cast<double>(operations(bytes)) * ns_per_operation_;
  const double by_bytes = static_cast<double>(bytes) * ns_per_byte_;
  const TimeNs starts = std::max(queue_->now(), server_free_at_);
  server_free_at_ = starts + round_to_ns(std::max(by_operations, by_bytes));
  return {starts, server_free_at_ + from_ms(latency_ms.sample(stream_) * slowdown_)};
}

TimeNs StorageDevice::write_behind(std::uint64_t bytes, Purpose purpose) {
  IoCounters::Line& line = counters_.by_purpose[static_cast<std::size_t>(purpose)];
  line.writes += operations(bytes);
  line.write_bytes += bytes;
  return request(bytes, spec_.flush_ms).done;
}

Sleep StorageDevice::write_through(std::uint64_t bytes, Purpose purpose) {
  return sleep_until(*queue_, write_behind(bytes, purpose));
}

Sleep StorageDevice::read(std::uint64_t bytes, Purpose purpose) {
  IoCounters::Line& line = counters_.by_purpose[static_cast<std::size_t>(purpose)];
  line.reads += operations(bytes);
  line.read_bytes += bytes;
  return sleep_until(*queue_, request(bytes, spec_.read_ms).done);
}

bool StorageDevice::crash(CrashKind kind) {
  if (kind == CrashKind::process) return false;
  const bool lost = kind == CrashKind::loss && kind_ == StorageKind::local;
  for (const auto& file : files_) {
    if (lost)
      file->truncate(0);
    else
      file->lose_unflushed(queue_->now(), stream_);
  }
  server_free_at_ = queue_->now();
  generation_ += lost ? 1 : 0;
  return lost;
}

}  // namespace writepath
