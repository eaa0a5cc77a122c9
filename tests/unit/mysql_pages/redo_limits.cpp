// How far back the oldest dirty page may lie in the redo log, by server version.
#include "models/mysql_binlog/options.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::mysql;

namespace {

Options::RedoLimits limits(Profile profile, double files_mb) {
  Options options;
  options.profile = profile;
  options.innodb_redo_log_capacity_mb = files_mb;
  return options.redo_limits();
}

}  // namespace

TEST_CASE("before MySQL 8.0.30 two tenths of the redo log's files are kept free") {
  // SHOW ENGINE INNODB STATUS of a server with 2 x 5 MiB says "Max checkpoint age 7782360"; a dirty
  // page waits for its write up to 15/16 of that (LOG_POOL_PREFLUSH_RATIO_SYNC).
  const Options::RedoLimits mysql = limits(Profile::mysql_5_7, 10.48576);
  CHECK(mysql.sync_bytes == Approx(7'782'360 * 15.0 / 16).epsilon(0.001));
  CHECK(mysql.async_bytes == Approx(7'782'360 * 7.0 / 8).epsilon(0.001));
  // MariaDB waits at the whole of it.
  CHECK(limits(Profile::mariadb_10_11, 10.48576).sync_bytes == Approx(7'782'360).epsilon(0.001));
}

TEST_CASE("MySQL 8.0.30 keeps two of 32 files free, and 5 % for the log writer") {
  const Options::RedoLimits now = limits(Profile::mysql_8_0, 1000);
  CHECK(now.capacity_bytes == Approx(890.625e6));
  CHECK(now.sync_bytes == Approx(890.625e6 * 15 / 16));
  const Options::RedoLimits before = limits(Profile::mysql_5_7, 1000);
  CHECK(before.sync_bytes < 0.93 * now.sync_bytes);
}
