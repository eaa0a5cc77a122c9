#include "models/aurora_quorum/layout.hpp"

#include <set>

#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::aurora;

TEST_CASE("SIGMOD 2017, S2.2: a volume is as many 10 GB protection groups as it needs",
          "[aurora]") {
  CHECK(Layout(1, 16, 10, 100).groups() == 1);
  CHECK(Layout(10, 16, 10, 100).groups() == 1);
  CHECK(Layout(10.1, 16, 10, 100).groups() == 2);
  CHECK(Layout(100, 16, 10, 100).groups() == 10);
  CHECK(Layout(64'000, 16, 10, 100).groups() == 6400);  // 38,400 segments (2018, S4)
  const Layout layout(25, 16, 10, 100);
  REQUIRE(layout.groups() == 3);
  CHECK(layout.group_of(layout.pages() - 1) == 2);
  CHECK(layout.segment_bytes(0) == Approx(10e9).epsilon(1e-5));
  CHECK(layout.segment_bytes(2) == Approx(5e9).epsilon(1e-4));
}

TEST_CASE("Rows lie in the order of their keys, over all pages", "[aurora]") {
  const Layout layout(10, 16, 10, 1'000'000);
  CHECK(layout.page_of(0) == 0);
  CHECK(layout.page_of(999'999) == Approx(layout.pages()).epsilon(1e-5));
  for (Key key = 1; key < 1000; ++key) CHECK(layout.page_of(key) >= layout.page_of(key - 1));
  for (Key key = 0; key < 1000; ++key) CHECK(layout.other_page_of(key, 1) < layout.pages());
  std::set<Page> headers;
  for (std::uint64_t txn = 1; txn < 10'000; ++txn)
    headers.insert(layout.commit_page_of(TxnId{txn}));
  CHECK(headers.size() == 128);  // InnoDB's rollback segments
}
