// (8) Pages are read and their CRCs checked.
#include "models/aurora_quorum/storage_node.hpp"

namespace writepath::aurora {

Task<> Scrub::run() {
  EventQueue& queue = node_.cluster().queue();
  const StorageOptions& options = node_.options();
  const DurationNs interval =
      from_us(static_cast<double>(background_read_bytes) / options.scrub_mb_per_s);
  const double pages = static_cast<double>(background_read_bytes) /
                       static_cast<double>(node_.cluster().layout.page_bytes());
  const double corrupt = options.corrupt_page_probability * pages;
  while (true) {
    co_await sleep_for(queue, interval);
    while (node_.gives_way()) co_await sleep_for(queue, look_again_after);
    co_await node_.node().storage().read(background_read_bytes, Purpose::scrub);
    if (corrupt > 0 && stream_.uniform() < corrupt) ask_for_page();
  }
}

/// Any peer has the page or can make it; the next one that can be reached is asked. If its answer
/// is lost, the next pass of the scrub finds the page again.
void Scrub::ask_for_page() {
  const auto copies = static_cast<std::uint16_t>(node_.cluster().storage.size());
  for (std::uint16_t i = 1; i < copies; ++i) {
    const auto peer = static_cast<std::uint16_t>((node_.copy() + i) % copies);
    Link* const link = node_.peer(peer);
    if (link == nullptr || !link->is_up()) continue;
    StorageNode* const asked = node_.cluster().storage[peer].get();
    link->send(
        control_bytes, Traffic::control,
        [asked, by = node_.copy(), at = link->connection()] { asked->asked_for_page(by, at); });
    return;
  }
}

Task<> Scrub::help(std::uint16_t peer, ConnectionId connection) {
  const std::uint64_t bytes = node_.cluster().layout.page_bytes();
  co_await node_.node().storage().read(bytes, Purpose::scrub);
  StorageNode* const asker = node_.cluster().storage[peer].get();
  node_.cluster().network().send(connection, node_.id(), bytes + envelope_bytes, Traffic::page,
                                 [asker] { asker->receive_good_page(); });
}

void Scrub::repaired() {
  ++pages_repaired_;
  node_.node().storage().write_behind(node_.cluster().layout.page_bytes(), Purpose::scrub);
  node_.cluster().context.state(
      LogAdvanced{node_.cluster().now(), node_.id(), "pages_repaired", 0, pages_repaired_});
}

}  // namespace writepath::aurora
