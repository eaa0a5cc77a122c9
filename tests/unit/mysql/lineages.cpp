#include "models/mysql_binlog/lineages.hpp"

#include "models/mysql_binlog/binlog_content.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::mysql;

namespace {
LogPlace at(std::uint32_t epoch, std::uint64_t seq) { return {Epoch{epoch}, CommitSeq{seq}}; }
}  // namespace

TEST_CASE("a fork shares what it kept and nothing beyond") {
  Lineages lineages;
  const Epoch second = lineages.fork(at(0, 110));
  REQUIRE(second == Epoch{1});
  const LogPlace log = at(1, 150);
  CHECK(lineages.epoch_of(log, CommitSeq{110}) == Epoch{0});
  CHECK(lineages.epoch_of(log, CommitSeq{111}) == Epoch{1});
  CHECK(lineages.contains(log, at(0, 105)));
  CHECK(lineages.contains(log, at(0, 110)));
  CHECK_FALSE(lineages.contains(log, at(0, 111)));  // an errant transaction
  CHECK(lineages.contains(log, at(1, 111)));
  CHECK_FALSE(lineages.contains(log, at(1, 151)));
  CHECK(lineages.contains(log, at(0, 0)));  // nothing is a prefix of everything
  CHECK(lineages.ends(log) == std::vector<LogPlace>{at(0, 110), at(1, 150)});
}

TEST_CASE("an epoch in which nothing was committed leaves no trace in a log") {
  Lineages lineages;
  lineages.fork(at(0, 10));
  const Epoch third = lineages.fork(at(1, 10));
  const LogPlace log{third, CommitSeq{12}};
  CHECK(lineages.ends(log) == std::vector<LogPlace>{at(0, 10), at(2, 12)});
  CHECK(lineages.ends({third, CommitSeq{10}}) == std::vector<LogPlace>{at(0, 10)});
  CHECK(lineages.ends({third, CommitSeq{0}}).empty());
}

TEST_CASE("a fork of a log that was cut back before it") {
  Lineages lineages;
  lineages.fork(at(0, 100));                     // epoch 1 follows 100
  const Epoch other = lineages.fork(at(0, 90));  // epoch 2 lost 91 to 100 as well
  const LogPlace log{other, CommitSeq{95}};
  CHECK_FALSE(lineages.contains(log, at(0, 91)));
  CHECK_FALSE(lineages.contains(log, at(1, 95)));
  CHECK(lineages.contains(log, at(0, 90)));
}

TEST_CASE("binlog content is kept until nobody needs it") {
  BinlogContent content;
  for (std::uint64_t seq = 1; seq <= 5000; ++seq) {
    BinlogEvent event;
    event.txn.id = TxnId{seq * 7};
    content.append(at(0, seq), event);
  }
  CHECK(content.at(at(0, 1)).txn.id == TxnId{7});
  content.forget_through(CommitSeq{4000});
  CHECK(content.at(at(0, 4001)).txn.id == TxnId{4001 * 7});
  CHECK(content.at(at(0, 5000)).txn.id == TxnId{5000 * 7});
  BinlogEvent next;
  next.txn.id = TxnId{99};
  content.append(at(1, 4500), next);  // another history goes on from 4499
  CHECK(content.at(at(1, 4500)).txn.id == TxnId{99});
  CHECK(content.at(at(0, 4500)).txn.id == TxnId{4500 * 7});
}
