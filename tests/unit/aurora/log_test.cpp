// The papers' worked examples, on the writer's log and bookkeeping.
#include "models/aurora_quorum/log.hpp"

#include "models/aurora_quorum/bookkeeping.hpp"
#include "models/aurora_quorum/recovery.hpp"
#include "models/aurora_quorum/redo_stream.hpp"
#include "models/aurora_quorum/segment.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::aurora;

namespace {

/// A volume of `groups` protection groups of ten pages each.
Layout groups_of_ten_pages(std::uint32_t groups) {
  const double page_gb = 16 * 1024 / 1e9;
  return Layout(groups * 10 * page_gb, 16, 10 * page_gb, 1000);
}
Page in_group(std::uint32_t group) { return group * 10; }

bool no_visit(std::uint64_t) { return true; }

/// Appends one record that ends at `lsn`, in a boxcar of its own that leaves at once.
std::uint64_t send_record(Log& log, Bookkeeping& book, std::uint32_t group, std::uint64_t lsn,
                          bool cpl) {
  const Log::Placed placed =
      log.append(in_group(group), static_cast<std::uint32_t>(lsn - log.end()));
  if (cpl) log.end_mtr();
  log.depart(placed.boxcar, 0);
  book.departed(placed.boxcar);
  return placed.boxcar;
}

void acknowledge(Bookkeeping& book, std::size_t copies, std::uint32_t group, std::uint64_t scl) {
  for (std::size_t copy = 0; copy < copies; ++copy) book.acknowledged(copy, group, scl, no_visit);
  book.advance();
}

}  // namespace

TEST_CASE("SIGMOD 2018, Figure 3: PGCL 103 and 104, VCL 104", "[aurora][log]") {
  // Odd records go to PG1, even ones to PG2. 105 and 106 have not met quorum.
  const Layout layout = groups_of_ten_pages(2);
  REQUIRE(layout.groups() == 2);
  Log log(layout, Epoch{1});
  const QuorumRule write = QuorumRule::n_of_all(6, 4);
  Bookkeeping book(log, write);
  send_record(log, book, 0, 101, true);
  for (std::uint64_t lsn = 102; lsn <= 106; ++lsn) send_record(log, book, lsn % 2 == 0, lsn, true);

  acknowledge(book, 6, 0, 101);
  acknowledge(book, 4, 0, 103);
  acknowledge(book, 3, 0, 105);
  CHECK(book.pgcl(0) == 103);
  CHECK(book.vcl() == 101);  // 102 is in doubt
  acknowledge(book, 4, 1, 104);
  acknowledge(book, 3, 1, 106);
  CHECK(book.pgcl(1) == 104);
  CHECK(book.vcl() == 104);
  CHECK(book.vdl() == 104);
  acknowledge(book, 4, 1, 106);
  CHECK(book.pgcl(1) == 106);
  CHECK(book.vcl() == 104);  // 105 blocks it
  acknowledge(book, 4, 0, 105);
  CHECK(book.vcl() == 106);
}

TEST_CASE("SIGMOD 2017, S4.1: complete to 1007, CPLs 900, 1000 and 1100, durable to 1000",
          "[aurora][log]") {
  const Layout layout = groups_of_ten_pages(1);
  Log log(layout, Epoch{1});
  const QuorumRule write = QuorumRule::n_of_all(6, 4);
  Bookkeeping book(log, write);
  for (const std::uint64_t lsn : {400, 900, 950, 1000, 1003, 1007, 1050, 1100})
    send_record(log, book, 0, lsn, lsn == 900 || lsn == 1000 || lsn == 1100);
  acknowledge(book, 4, 0, 1007);
  CHECK(book.vcl() == 1007);
  CHECK(book.vdl() == 1000);
  // "We must truncate everything above 1000."
  const RecoveryPoint point = recovery_point(log, {1007});
  CHECK(point.vcl == 1007);
  CHECK(point.vdl == 1000);
  const Log recovered(log, Epoch{2}, point.vdl, 10'000'000);
  CHECK(recovered.end() == 1000 + 10'000'000);
  CHECK(recovered.records().end() == 4);
  CHECK(recovered.cpl_at(2'000) == 1000);
}

TEST_CASE("VCL is not before the first record that was never sent", "[aurora][log]") {
  const Layout layout = groups_of_ten_pages(2);
  Log log(layout, Epoch{1});
  const QuorumRule write = QuorumRule::n_of_all(6, 4);
  Bookkeeping book(log, write);
  const auto open = log.append(in_group(0), 10);  // stays in its boxcar
  send_record(log, book, 1, 20, true);
  acknowledge(book, 6, 1, 20);
  CHECK(book.pgcl(1) == 20);
  CHECK(book.vcl() == 0);
  log.depart(open.boxcar, 0);
  book.departed(open.boxcar);
  acknowledge(book, 4, 0, 10);
  CHECK(book.vcl() == 20);
}

TEST_CASE("A boxcar is filled until it leaves, and back-links run through it", "[aurora][log]") {
  const Layout layout = groups_of_ten_pages(2);
  Log log(layout, Epoch{1});
  const auto first = log.append(in_group(0), 10);
  const auto other = log.append(in_group(1), 10);
  const auto second = log.append(in_group(0) + 3, 10);
  CHECK(first.opened);
  CHECK(other.opened);
  CHECK_FALSE(second.opened);
  CHECK(second.boxcar == first.boxcar);
  log.depart(first.boxcar, 5);
  const auto third = log.append(in_group(0) + 4, 10);
  CHECK(third.opened);
  const Boxcar& left = log.boxcars()[first.boxcar];
  CHECK(left.records == 2);
  CHECK(left.bytes == 20);
  CHECK(left.before == 0);
  CHECK(left.last == 30);
  const Boxcar& next = log.boxcars()[third.boxcar];
  CHECK(next.before == 30);        // of the volume
  CHECK(next.group_before == 30);  // of the segment: its own group's last record
  CHECK(log.boxcars()[other.boxcar].group_before == 0);
  std::vector<Page> pages;
  CHECK(for_each_record(log, left, [&](const Record& r) { pages.push_back(r.page); }));
  CHECK(pages == std::vector<Page>{0, 3});
}

TEST_CASE("SIGMOD 2018, S2.3: SCL stops at a gap and jumps when it is filled",
          "[aurora][segment]") {
  Segment segment;
  CHECK(segment.add(0, 10));
  CHECK_FALSE(segment.add(20, 30));
  CHECK_FALSE(segment.add(40, 50));
  CHECK(segment.scl() == 10);
  CHECK(segment.has_gap());
  CHECK_FALSE(segment.add(5, 10));  // again
  CHECK(segment.add(10, 20));
  CHECK(segment.scl() == 30);
  CHECK(segment.add(10, 40));  // gossip may bring more than was missing
  CHECK(segment.scl() == 50);
  CHECK_FALSE(segment.has_gap());
}

TEST_CASE("Truncation takes what lies beyond it, and only that", "[aurora][segment]") {
  Segment segment;
  segment.add(0, 10);
  segment.add(20, 30);
  segment.add(35, 60);
  segment.truncate(40);
  CHECK(segment.scl() == 10);
  CHECK(segment.add(10, 20));
  CHECK(segment.scl() == 30);
  CHECK(segment.add(30, 35));
  CHECK(segment.scl() == 40);
  segment.truncate(15);
  CHECK(segment.scl() == 15);
}

TEST_CASE("SIGMOD 2018, S2.4: truncation cuts boxcars and chains, new LSNs lie above the range",
          "[aurora][log]") {
  const Layout layout = groups_of_ten_pages(2);
  Log log(layout, Epoch{1});
  const QuorumRule write = QuorumRule::n_of_all(6, 4);
  Bookkeeping book(log, write);
  const std::uint64_t kept = send_record(log, book, 0, 10, true);
  log.add_commit(TxnId{1}, kept);
  const auto spanning = log.append(in_group(1), 10);  // ends at 20
  log.end_mtr();
  log.add_commit(TxnId{2}, spanning.boxcar);
  log.append(in_group(1), 10);  // same boxcar, ends at 30: annulled
  log.end_mtr();
  log.add_commit(TxnId{3}, spanning.boxcar);
  log.depart(spanning.boxcar, 0);
  send_record(log, book, 0, 40, true);  // annulled as a whole

  Log recovered(log, Epoch{2}, 20, 1000);
  CHECK(recovered.boxcars().end() == 2);
  CHECK(recovered.boxcars()[1].last == 20);
  CHECK(recovered.boxcars()[1].records == 1);
  CHECK(recovered.boxcars()[1].bytes == 10);
  CHECK(recovered.commit_at(recovered.end()) == LogPlace{{1}, {2}});
  REQUIRE(recovered.earlier_epochs().size() == 1);
  CHECK(recovered.earlier_epochs()[0] == LogPlace{{1}, {2}});

  const auto placed = recovered.append(in_group(0), 5);
  recovered.end_mtr();
  CHECK(recovered.boxcars()[placed.boxcar].group_before == 10);  // linked to what was kept
  CHECK(recovered.boxcars()[placed.boxcar].before == 1020);
  CHECK(recovered.end() == 1025);
  CHECK(recovered.add_commit(TxnId{9}, placed.boxcar) == 3);
  CHECK(recovered.commit_at(1025) == LogPlace{{2}, {3}});
  CHECK(recovered.cpl_at(1024) == 1020);  // the base is a consistency point

  Bookkeeping after(recovered, write);
  acknowledge(after, 4, 0, 10);
  CHECK(after.vcl() == 10);
  acknowledge(after, 4, 1, 20);
  CHECK(after.vcl() == 1020);
  CHECK(after.vdl() == 1020);
  CHECK(after.durable_commit() == 2);
}

TEST_CASE("Trimming keeps what lookups need", "[aurora][log]") {
  const Layout layout = groups_of_ten_pages(1);
  Log log(layout, Epoch{1});
  for (std::uint64_t n = 1; n <= 100; ++n) {
    const auto placed = log.append(n % 10, 10);
    log.end_mtr();
    log.add_commit(TxnId{n}, placed.boxcar);
    log.depart(placed.boxcar, 0);
  }
  log.trim(50, 60, 71);
  CHECK(log.records().begin() == 50);
  CHECK(log.boxcars().begin() == 60);
  CHECK(log.commits().begin() == 71);
  CHECK(log.commit_at(720) == LogPlace{{1}, {72}});
  CHECK(log.commit_at(705) == LogPlace{{1}, {70}});  // of the trimmed, the last is known
  CHECK(log.cpl_at(505) == 500);
  CHECK(log.cpl_at(999) == 990);
  CHECK(log.record_after(555) == 55);
}

TEST_CASE("a backlog goes to a reader in pieces that end with records", "[aurora]") {
  const Layout layout = groups_of_ten_pages(1);
  Log log(layout, Epoch{1});
  for (int i = 0; i < 100; ++i) {
    log.append(in_group(0), 10'000);
    log.end_mtr();
  }
  std::vector<std::uint64_t> ends;
  for (std::uint64_t at = 0; at < log.end(); ends.push_back(at)) {
    const std::uint64_t end = end_of_piece(log, at, log.end());
    REQUIRE(end > at);
    REQUIRE(end - at < stream_piece_bytes + 10'000);
    REQUIRE(end % 10'000 == 0);
    at = end;
  }
  CHECK(ends.size() == 15);  // 70,000 bytes each
  CHECK(ends.back() == 1'000'000);
  CHECK(end_of_piece(log, 995'000, log.end()) == log.end());
  CHECK(end_of_piece(log, log.end(), log.end()) == log.end());  // a word without redo
}
