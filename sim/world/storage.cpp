#include "sim/world/storage.hpp"

#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/world/trace_tap.hpp"
#include "sim/world/volume_mirror.hpp"

namespace writepath {

// ---- WriteWait

WriteWait::~WriteWait() {
  if (enlisted_) mirror_->forget(ticket_);
}

void WriteWait::await_suspend(std::coroutine_handle<> awaiting) {
  if (mirror_ == nullptr) return sleep_.await_suspend(awaiting);
  coroutine = awaiting;
  enlisted_ = true;
  mirror_->enlist(ticket_, *this);
}

void WriteWait::await_resume() noexcept {
  enlisted_ = false;
  if (mirror_ == nullptr) sleep_.await_resume();
}

// ---- DurableFile

DurableFile::DurableFile(StorageDevice& device, std::uint32_t index, std::string name,
                         Purpose purpose)
    : device_(&device), index_(index), name_(std::move(name)), purpose_(purpose) {}

void DurableFile::append(std::uint64_t bytes, std::uint64_t position) {
  WRITEPATH_CHECK(position >= written_, "a file's positions never go back");
  written_ = position;
  unflushed_bytes_ += bytes;
}

WriteWait DurableFile::flush() {
  const std::uint64_t bytes = unflushed_bytes_;
  const TimeNs done = issue_flush();
  return device_->wait_for({index_, purpose_, 1, bytes, written_}, done);
}

TimeNs DurableFile::issue_flush() {
  const TimeNs now = device_->queue_->now();
  settle(now);
  const std::uint64_t bytes = std::exchange(unflushed_bytes_, 0);
  device_->count_write(purpose_, bytes);
  ++device_->counters_.by_purpose[static_cast<std::size_t>(purpose_)].flushes;
  const StorageDevice::Span span =
      device_->request(bytes, device_->spec_.flush_ms, device_->copies_);
  if (trace_tap != nullptr) [[unlikely]]
    trace_tap->requested(
        {device_, purpose_, false, true, bytes, flush_position_, written_, now, span.done});
  in_flight_.push_back({span.starts, span.done, written_});
  flush_position_ = written_;
  return span.done;
}

void DurableFile::truncate(std::uint64_t position) {
  written_ = durable_ = flush_position_ = position;
  unflushed_bytes_ = 0;
  in_flight_.clear();
}

std::uint64_t DurableFile::durable() const {
  settle(device_->queue_->now());
  return durable_;
}

std::uint64_t DurableFile::durable_everywhere() const {
  const VolumeMirror* const mirror = device_->mirror_;
  const bool mirrored = mirror != nullptr && mirror->carries();
  return mirrored ? std::min(durable(), mirrored_) : durable();
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

bool DurableFile::flush_in_flight(TimeNs now) const {
  settle(now);
  return std::any_of(in_flight_.begin(), in_flight_.end(), [&](const Flush& flush) {
    return flush.starts <= now && flush.position > durable_;
  });
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
  const auto index = static_cast<std::uint32_t>(files_.size());
  files_.push_back(
      std::unique_ptr<DurableFile>(new DurableFile(*this, index, std::move(name), purpose)));
  return *files_.back();
}

std::uint64_t StorageDevice::operations(std::uint64_t bytes) const {
  return std::max<std::uint64_t>(1, (bytes + largest_io_ - 1) / largest_io_);
}

void StorageDevice::count_write(Purpose purpose, std::uint64_t bytes) {
  IoCounters::Line& line = counters_.by_purpose[static_cast<std::size_t>(purpose)];
  line.writes += operations(bytes);
  line.copy_writes += operations(bytes) * static_cast<std::uint64_t>(copies_ - 1);
  line.write_bytes += bytes;
}

StorageDevice::Span StorageDevice::request(std::uint64_t bytes, const Distribution& latency_ms,
                                           int copies) {
  const double by_operations = static_cast<double>(operations(bytes)) * ns_per_operation_;
  const double by_bytes = static_cast<double>(bytes) * ns_per_byte_;
  const TimeNs starts = std::max(queue_->now(), server_free_at_);
  server_free_at_ = starts + round_to_ns(std::max(by_operations, by_bytes) * slowness_.factor());
  const double slowdown = slowdown_ * slowness_.factor();
  DurationNs latency = from_ms(latency_ms.sample(stream_) * slowdown);
  for (; copies > 1; --copies)
    latency = std::max(latency, from_ms(latency_ms.sample(stream_) * slowdown));
  return {starts, server_free_at_ + latency};
}

TimeNs StorageDevice::requests(std::uint64_t count, std::uint64_t bytes_each, Purpose purpose) {
  TimeNs done = queue_->now();
  for (std::uint64_t i = 0; i < count; ++i) {
    count_write(purpose, bytes_each);
    done = std::max(done, request(bytes_each, spec_.flush_ms, copies_).done);
  }
  if (trace_tap != nullptr) [[unlikely]]
    trace_tap->requested(
        {this, purpose, false, false, count * bytes_each, 0, 0, queue_->now(), done});
  return done;
}

TimeNs StorageDevice::write_behind(std::uint64_t bytes, Purpose purpose) {
  return requests(1, bytes, purpose);
}

WriteWait StorageDevice::write_through(std::uint64_t bytes, Purpose purpose) {
  return write_all(1, bytes, purpose);
}

WriteWait StorageDevice::write_all(std::uint64_t count, std::uint64_t bytes_each, Purpose purpose) {
  const TimeNs done = requests(count, bytes_each, purpose);
  return wait_for({VolumeMirror::no_file, purpose, count, bytes_each, 0}, done);
}

WriteWait StorageDevice::wait_for(const MirroredWrite& write, TimeNs done) {
  if (mirror_ == nullptr) return {*queue_, done};
  if (!mirror_->carries()) {
    mirror_->missed(write);
    return {*queue_, done};
  }
  return {*queue_, *mirror_, mirror_->submit(write, done)};
}

Sleep StorageDevice::read(std::uint64_t bytes, Purpose purpose) {
  IoCounters::Line& line = counters_.by_purpose[static_cast<std::size_t>(purpose)];
  line.reads += operations(bytes);
  line.read_bytes += bytes;
  const TimeNs done = request(bytes, spec_.read_ms).done;
  if (trace_tap != nullptr) [[unlikely]]
    trace_tap->requested({this, purpose, true, false, bytes, 0, 0, queue_->now(), done});
  return sleep_until(*queue_, done);
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
  server_free_at_ = std::max(queue_->now(), stalled_until_);
  generation_ += lost ? 1 : 0;
  return lost;
}

void StorageDevice::lose_contents() {
  for (const auto& file : files_) file->truncate(0);
  ++generation_;
}

void StorageDevice::stall_until(TimeNs until) {
  if (until <= stalled_until_) return;
  const TimeNs now = queue_->now();
  server_free_at_ = std::max(server_free_at_, now) + (until - std::max(now, stalled_until_));
  stalled_until_ = until;
}

bool StorageDevice::flush_in_flight() const {
  return std::any_of(files_.begin(), files_.end(),
                     [this](const auto& file) { return file->flush_in_flight(queue_->now()); });
}

}  // namespace writepath
