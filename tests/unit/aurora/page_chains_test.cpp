// The block's back-link, and what a storage node makes of it.
#include "models/aurora_quorum/page_chains.hpp"

#include <map>
#include <set>

#include "models/aurora_quorum/storage_background.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::aurora;

namespace {

/// A volume of `groups` protection groups of a hundred pages each.
Layout groups_of_a_hundred_pages(std::uint32_t groups) {
  const double page_gb = 16 * 1024 / 1e9;
  return Layout(groups * 100 * page_gb, 16, 100 * page_gb, 1000);
}

/// A log whose records go to pages at random, a few to a boxcar.
struct RandomLog {
  explicit RandomLog(std::uint32_t groups)
      : layout(groups_of_a_hundred_pages(groups)), log(layout, Epoch{1}), stream(1, "test") {}

  /// Appends so many records, and lets all boxcars leave.
  void append(int records) {
    std::set<std::uint64_t> open;
    for (int i = 0; i < records; ++i) {
      const Page page = stream.below(layout.pages());
      open.insert(log.append(page, 10).boxcar);
      if (stream.uniform() < 0.7) continue;
      log.end_mtr();
      leave(open);
    }
    log.end_mtr();
    leave(open);
  }
  void leave(std::set<std::uint64_t>& open) {
    for (const std::uint64_t boxcar : open) log.depart(boxcar, 0);
    open.clear();
  }
  /// The pages of the records after `after` up to `to`.
  std::set<Page> pages(std::uint64_t after, std::uint64_t to) const {
    std::set<Page> found;
    for (std::uint64_t n = log.records().begin(); n < log.records().end(); ++n)
      if (log.records()[n].lsn > after && log.records()[n].lsn <= to)
        found.insert(log.records()[n].page);
    return found;
  }

  Layout layout;
  Log log;
  RandomStream stream;
};

}  // namespace

TEST_CASE("SIGMOD 2018, S2.2: a record links to the previous one of its block", "[aurora][log]") {
  RandomLog random(3);
  random.append(5000);
  std::map<Page, std::uint64_t> last;
  const auto& records = random.log.records();
  for (std::uint64_t n = records.begin(); n < records.end(); ++n) {
    REQUIRE(records[n].block_before == last[records[n].page]);
    last[records[n].page] = records[n].lsn;
  }
}

TEST_CASE("Annulled records leave their blocks' chains", "[aurora][log]") {
  RandomLog random(2);
  random.append(400);
  const std::uint64_t vdl = random.log.end();
  random.append(300);
  Log recovered(random.log, Epoch{2}, vdl, 1000);
  std::map<Page, std::uint64_t> last;
  for (std::uint64_t n = 0; n < recovered.records().end(); ++n)
    last[recovered.records()[n].page] = recovered.records()[n].lsn;
  for (Page page = 0; page < random.layout.pages(); ++page) {
    recovered.append(page, 10);
    REQUIRE(recovered.records()[recovered.records().end() - 1].block_before == last[page]);
  }
}

TEST_CASE("What is remembered of blocks is bounded by redo, not by pages", "[aurora][log]") {
  BlockLinks links;
  std::uint64_t lsn = 0;
  for (Page page = 0; page < 1'000'000; ++page) links.link(page, lsn += 4096);
  // 256 MB of redo are 62,500 records of 4 KiB.
  CHECK(links.capacity() <= 4 * 131'072);
  CHECK(links.link(999'999, lsn + 1) == lsn);
  CHECK(links.link(999'000, lsn + 2) == lsn - 999 * 4096);
  CHECK(links.link(0, lsn + 3) == 0);  // forgotten: a chain of its own
}

TEST_CASE("SIGMOD 2017, S3.3, step 3: a round's changed pages are counted by the back-link alone",
          "[aurora][storage]") {
  RandomLog random(3);
  PageChains chains(random.layout.groups());
  std::uint64_t coalesced = 0, staged = 0, vdl_before_staging = 0;
  for (int round = 1; round <= 40; ++round) {
    random.append(50);
    const std::uint64_t vdl = random.log.end();
    chains.organise(random.log, random.log.boxcars().end(), vdl);
    if (round % 2 != 0) continue;  // two visits to a round
    const RoundOfWork work = chains.next_to_coalesce();
    CHECK(work.pages == random.pages(coalesced, vdl).size());
    CHECK(work.records == 100);
    CHECK(work.log_bytes == 1000);
    CHECK(work.to == vdl);
    coalesced = vdl;
    if (round % 10 != 0) continue;  // pages to stage are those of five such rounds
    const RoundOfWork staging = chains.next_to_stage();
    CHECK(staging.pages == random.pages(staged, vdl).size());
    CHECK(staging.log_bytes == 5000);
    staged = vdl;
    CHECK(vdl > vdl_before_staging);
    vdl_before_staging = vdl;
  }
}

TEST_CASE("Only redo up to VDL, and only what is complete here, becomes pages",
          "[aurora][storage]") {
  RandomLog random(1);
  for (int i = 0; i < 10; ++i) {  // boxcars 0 to 9, a record each: LSN 10 to 100
    random.log.depart(random.log.append(static_cast<Page>(i), 10).boxcar, 0);
    random.log.end_mtr();
  }
  PageChains chains(1);
  chains.organise(random.log, 10, 60);
  CHECK(chains.next_boxcar() == 6);
  CHECK(chains.next_to_coalesce().pages == 6);
  chains.organise(random.log, 8, 1000);  // boxcar 8 is missing
  CHECK(chains.next_boxcar() == 8);
  RoundOfWork work = chains.next_to_coalesce();
  CHECK(work.pages == 2);
  CHECK(work.to == 80);
  chains.replaced(0, 90);  // a copy came with the pages up to 90
  chains.organise(random.log, 10, 1000);
  work = chains.next_to_coalesce();
  CHECK(work.pages == 1);
  CHECK(work.to == 100);
}

TEST_CASE("SIGMOD 2017, S3.3: the backlog throttles the foreground, in proportion",
          "[aurora][storage]") {
  StorageOptions options;
  options.backlog_limit_mb = 2;
  options.throttle_ms = 100;
  const Throttle throttle(options);
  CHECK_FALSE(throttle.is_on(2'000'000));
  CHECK(throttle.delay(2'000'000) == 0);
  CHECK(throttle.is_on(2'000'001));
  CHECK(throttle.delay(3'000'000) == from_ms(50));
  CHECK(throttle.delay(4'000'000) == from_ms(100));
  CHECK(throttle.delay(8'000'000) == from_ms(300));
}
