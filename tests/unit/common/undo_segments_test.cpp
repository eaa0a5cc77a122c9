// Undo segments: who is in flight as of any LSN, and with how many changes left.
#include "models/common/undo_segments.hpp"

#include <string>

#include "models/common/changes.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

Transaction transaction(std::uint64_t id) { return {TxnId{id}, 0, 100 + id}; }

/// "3:7 1:2": transaction and changes, as listed.
std::string listed(const UndoSegments& undo, std::uint64_t lsn) {
  std::string words;
  for (const InFlightTransaction& found : undo.in_flight_at(lsn))
    words += (words.empty() ? "" : " ") + std::to_string(found.txn.id.value) + ":" +
             std::to_string(found.changes);
  return words;
}

UndoSegments some() {
  UndoSegments undo;
  undo.changed(transaction(1), 2, 10);
  undo.changed(transaction(3), 5, 20);
  undo.changed(transaction(2), 1, 30);
  undo.changed(transaction(3), 7, 40);
  undo.ended(TxnId{2}, 50);
  undo.ended(TxnId{4}, 55);  // rolled back before it had changed anything
  undo.changed(transaction(3), 6, 60);
  undo.ended(TxnId{1}, 70);
  return undo;
}

}  // namespace

TEST_CASE("in flight as of an LSN: changed at or before it, ended after it; newest first") {
  const UndoSegments undo = some();
  CHECK(listed(undo, 9) == "");
  CHECK(listed(undo, 10) == "1:2");
  CHECK(listed(undo, 39) == "3:5 2:1 1:2");
  CHECK(listed(undo, 40) == "3:7 2:1 1:2");
  CHECK(listed(undo, 50) == "3:7 1:2");
  CHECK(listed(undo, 60) == "3:6 1:2");  // a step of its undo
  CHECK(listed(undo, 1000) == "3:6");
  CHECK(undo.in_flight_at(40).front().txn.key_seed == 103);
}

TEST_CASE("what is settled needs no marks and says the same") {
  for (std::uint64_t settled = 0; settled <= 80; settled += 5) {
    UndoSegments undo = some();
    undo.settle(settled);
    for (std::uint64_t lsn = settled; lsn <= 80; lsn += 5) {
      INFO("settled to " << settled << ", asked at " << lsn);
      CHECK(listed(undo, lsn) == listed(some(), lsn));
    }
  }
}

TEST_CASE("what a recovery annuls never was: undo begins with what is left, and so does the next") {
  UndoSegments undo = some();
  undo.truncate(45);  // two statements of 3 are there, 2 has not committed
  CHECK(listed(undo, 1000) == "3:7 2:1 1:2");
  for (std::uint32_t left = 7; left-- > 4;) undo.changed(transaction(3), left, 2000 - left);
  CHECK(listed(undo, 1994) == "3:6 2:1 1:2");
  undo.truncate(1995);  // the step after that was not durable
  CHECK(listed(undo, 5000) == "3:5 2:1 1:2");
  undo.ended(TxnId{3}, 6000);
  undo.changed(transaction(9), 1, 6100);  // takes its slot
  CHECK(listed(undo, 7000) == "9:1 2:1 1:2");
}

TEST_CASE("changes and rows, statement by statement") {
  TransactionType type;
  type.statements = 4;
  type.rows_written = 100;
  type.pages_dirtied = 20;  // five pages a statement, 25 rows on them
  CHECK(rows_changed(type, 0) == 0);
  CHECK(rows_changed(type, 1) == 5);
  CHECK(rows_changed(type, 5) == 25);
  CHECK(rows_changed(type, 7) == 35);
  CHECK(rows_changed(type, 20) == 100);

  type.rows_written = 3;  // the first statement changes none
  type.pages_dirtied = 2;
  CHECK(changes_of(type) == 4);
  CHECK(rows_changed(type, 1) == 0);
  CHECK(rows_changed(type, 2) == 1);
  CHECK(rows_changed(type, 4) == 3);

  for (std::int64_t statements = 1; statements < 20; ++statements)
    for (std::int64_t pages = 0; pages < 40; pages += 3) {
      type.statements = statements;
      type.pages_dirtied = pages;
      type.rows_written = 17;
      INFO(statements << " statements, " << pages << " pages");
      for (std::int64_t s = 0; s <= statements; ++s)
        CHECK(rows_changed(type, changes_after(type, s)) == type.rows_written * s / statements);
      for (std::uint32_t c = 0; c < changes_of(type); ++c)
        CHECK(rows_changed(type, c) <= rows_changed(type, c + 1));
    }
}
