// (5) Redo becomes pages.
#include <algorithm>

#include "models/aurora_quorum/storage_node.hpp"

namespace writepath::aurora {

namespace {
/// Groups that are written at once when the backlog presses. Assumption, range 1 to 32.
constexpr std::uint64_t hurried_groups = 8;
}  // namespace

Task<> Coalescing::run() {
  EventQueue& queue = node_.cluster().queue();
  const DurationNs interval = from_ms(node_.options().coalesce_interval_ms);
  while (true) {
    while (round_.pages > 0) {
      if (node_.gives_way())
        co_await sleep_for(queue, look_again_after);
      else
        co_await write_some();
    }
    done_to_ = std::max(done_to_, round_.to);
    round_.log_bytes = 0;
    node_.collect_garbage();
    co_await sleep_for(queue, interval);
    round_ = node_.organise().next_to_coalesce();
  }
}

Task<> Coalescing::write_some() {
  const StorageOptions& options = node_.options();
  const std::uint64_t groups = node_.hurries() ? hurried_groups : 1;
  const std::uint64_t pages =
      std::min(round_.pages, groups * static_cast<std::uint64_t>(options.background_ios_at_once));
  const std::uint64_t records = round_.records * pages / round_.pages;
  const DurationNs cpu = from_us(options.coalesce_cpu_us_per_page * static_cast<double>(pages) +
                                 options.coalesce_cpu_us_per_record * static_cast<double>(records));
  if (cpu > 0) co_await node_.node().cpu().serve(cpu);
  co_await node_.node().storage().write_all(pages, node_.cluster().layout.page_bytes(),
                                            Purpose::coalesced_page);
  round_.log_bytes -= round_.log_bytes * pages / round_.pages;
  round_.pages -= pages;
  round_.records -= records;
}

/// The disk is lost.
void Coalescing::forget() {
  round_ = {};
  done_to_ = 0;
}

}  // namespace writepath::aurora
