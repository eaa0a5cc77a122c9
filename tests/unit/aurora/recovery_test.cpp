// Whatever reaches whichever copies: what was durable is found again by any read quorum.
#include "models/aurora_quorum/recovery.hpp"

#include <algorithm>
#include <vector>

#include "models/aurora_quorum/bookkeeping.hpp"
#include "models/aurora_quorum/segment.hpp"
#include "models/aurora_quorum/volume.hpp"
#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::aurora;

namespace {

constexpr std::size_t copies = 6;
constexpr std::uint32_t groups = 3;
constexpr std::uint64_t lal = 10'000;

Layout small_layout() {
  const double page_gb = 16 * 1024 / 1e9;
  return Layout(groups * 10 * page_gb, 16, 10 * page_gb, 1000);
}

/// A writer and its segments without any network: boxcars reach each copy or don't, in any order.
struct Toy {
  Log& log;
  QuorumRule write = QuorumRule::n_of_all(copies, 4);
  Bookkeeping book;
  std::vector<std::vector<Segment>>& segments;  ///< by copy, then group

  Toy(Log& l, std::vector<std::vector<Segment>>& s) : log(l), book(l, write), segments(s) {
    for (std::size_t copy = 0; copy < copies; ++copy)
      for (GroupId g = 0; g < groups; ++g) acknowledge(copy, g);
    book.advance();
  }
  void acknowledge(std::size_t copy, GroupId g) {
    book.acknowledged(copy, g, segments[copy][g].scl(), [](std::uint64_t) {});
  }
  void arrive(std::size_t copy, std::uint64_t number) {
    const Boxcar& boxcar = log.boxcars()[number];
    segments[copy][boxcar.group].add(boxcar.group_before, boxcar.last);
    acknowledge(copy, boxcar.group);
    book.advance();
  }
};

/// Mini-transactions of one to four records over the groups; some boxcars stay open.
std::vector<std::uint64_t> write_some(Log& log, Bookkeeping& book, RandomStream& random) {
  std::vector<std::uint64_t> open, left;
  for (std::uint64_t mtr = 0; mtr < 1 + random.below(12); ++mtr) {
    for (std::uint64_t record = 0; record < 1 + random.below(4); ++record) {
      const auto placed =
          log.append(random.below(groups * 10), static_cast<std::uint32_t>(20 + random.below(50)));
      if (placed.opened) open.push_back(placed.boxcar);
    }
    log.end_mtr();
    log.add_commit(TxnId{mtr}, log.boxcars().end() - 1);
    if (random.below(3) == 0) continue;
    for (const std::uint64_t number : open) {
      log.depart(number, 0);
      book.departed(number);
      left.push_back(number);
    }
    open.clear();
  }
  return left;
}

std::vector<SegmentReport> reports_of(const std::vector<std::vector<Segment>>& segments,
                                      const std::vector<Epoch>& epochs, CopySet of) {
  std::vector<SegmentReport> reports;
  for (std::size_t copy = 0; copy < copies; ++copy) {
    if ((of >> copy & 1) == 0) continue;
    SegmentReport report{epochs[copy], {}};
    for (const Segment& segment : segments[copy]) report.scls.push_back(segment.scl());
    reports.push_back(report);
  }
  return reports;
}

}  // namespace

TEST_CASE("Every read quorum finds everything up to VDL, through many recoveries",
          "[aurora][recovery]") {
  const Layout layout = small_layout();
  std::uint64_t truncated = 0, kept_beyond_vdl = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    RandomStream random(seed, "recovery");
    Volume volume(layout);
    std::vector<std::vector<Segment>> segments(copies, std::vector<Segment>(groups));
    std::vector<Epoch> epochs(copies, Epoch{1});
    Epoch epoch{1};
    for (int life = 0; life < 4; ++life) {
      Log& log = *volume.log(epoch);
      Toy toy(log, segments);
      for (const std::uint64_t number : write_some(log, toy.book, random))
        for (std::size_t copy = 0; copy < copies; ++copy)
          if (epochs[copy] == epoch && random.below(10) < 7) toy.arrive(copy, number);
      const std::uint64_t vdl = toy.book.vdl();

      // Every read quorum finds VDL at least.
      const QuorumRule read = QuorumRule::n_of_all(copies, 3);
      for (CopySet of = 0; of < 64; ++of) {
        if (!read.met(of)) continue;
        const Survey found = survey(volume, reports_of(segments, epochs, of));
        if (found.epoch != epoch) continue;  // none of them knows: met by fewer than a write quorum
        const RecoveryPoint point = recovery_point(log, found.highest_scl);
        REQUIRE(point.vdl >= vdl);
        REQUIRE(point.vdl <= point.vcl);
        kept_beyond_vdl += point.vdl > vdl;
      }

      // Recovery by one of them; the truncation reaches at least a write quorum.
      CopySet of = 0;
      while (!read.met(of) || survey(volume, reports_of(segments, epochs, of)).epoch != epoch)
        of = static_cast<CopySet>(random.below(64));
      const Survey found = survey(volume, reports_of(segments, epochs, of));
      const RecoveryPoint point = recovery_point(log, found.highest_scl);
      truncated += point.vdl < log.end();
      REQUIRE(volume.begin_epoch(epoch, no_node));
      const Epoch next = volume.epoch();
      Log& recovered = *volume.decide(next, epoch, point.vdl, lal);
      std::size_t told = 0;
      for (std::size_t copy = 0; copy < copies; ++copy) {
        if (told >= 4 && random.below(2) == 0) continue;
        ++told;
        for (Segment& segment : segments[copy])
          segment.truncate(volume.truncated(none, epochs[copy], next));
        epochs[copy] = next;
        // Repair: what was kept reaches a write quorum again before the writer opens.
        for (std::uint64_t n = recovered.boxcars().begin(); n < recovered.boxcars().end(); ++n) {
          const Boxcar& boxcar = recovered.boxcars()[n];
          segments[copy][boxcar.group].add(boxcar.group_before, boxcar.last);
        }
      }
      Toy reopened(recovered, segments);
      REQUIRE(reopened.book.vdl() == recovered.base());
      epoch = next;
    }
  }
  CHECK(truncated > 100);  // the plans reach what they are about
  CHECK(kept_beyond_vdl > 100);
}

TEST_CASE("A truncation that nobody completed does not hide what a later one kept",
          "[aurora][recovery]") {
  const Layout layout = small_layout();
  Volume volume(layout);
  REQUIRE(volume.begin_epoch(Epoch{1}, no_node));
  volume.decide(Epoch{2}, Epoch{1}, 100, lal);  // its writer died before anybody opened
  REQUIRE(volume.begin_epoch(Epoch{2}, no_node));
  volume.decide(Epoch{3}, Epoch{1}, 200, lal);  // a recovery that saw only segments of epoch 1
  CHECK(volume.truncated(500, Epoch{1}, Epoch{3}) == 200);
  CHECK(volume.truncated(100, Epoch{2}, Epoch{3}) == 100);
  CHECK_FALSE(volume.begin_epoch(Epoch{2}, no_node));
}

TEST_CASE("One writer for each epoch", "[aurora][recovery]") {
  const Layout layout = small_layout();
  Volume volume(layout);
  CHECK(volume.choose_writer(Epoch{1}, NodeId{0}));
  CHECK_FALSE(volume.choose_writer(Epoch{1}, NodeId{1}));
  CHECK(volume.begin_epoch(Epoch{1}, no_node));
  CHECK_FALSE(volume.choose_writer(Epoch{1}, NodeId{1}));
  CHECK(volume.choose_writer(Epoch{2}, NodeId{1}));
  CHECK_FALSE(volume.choose_writer(Epoch{2}, NodeId{2}));
  CHECK(volume.writer() == NodeId{1});
}
