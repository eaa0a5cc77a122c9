// InnoDB's own options: redo log, page cleaner, buffer pool.
#include <algorithm>

#include "models/mysql_binlog/options.hpp"

namespace writepath::mysql {

// MySQL 8.0.30 (log0files_capacity.cc): 30/32 of the files, less 5 % for the log writer; its files'
// headers and margins are left out. Before that, and in MariaDB (log_calc_max_ages, set_capacity):
// a tenth of the files is kept free, then 48 pages, then another tenth, so that the oldest dirty
// page may lie 76 % of the files back. LOG_POOL_PREFLUSH_RATIO_ASYNC and _SYNC are the same in all.
Options::RedoLimits Options::redo_limits() const {
  constexpr double async_share = 7.0 / 8, sync_share = 15.0 / 16, reserved_bytes = 48 * 16'384.0;
  const double files = innodb_redo_log_capacity_mb * 1e6;
  const bool of_files = profile == Profile::mysql_8_0 || profile == Profile::rds_multi_az_cluster;
  const double capacity = of_files ? files * 30 / 32 * 0.95 : files * 0.9;
  const double margin = of_files ? capacity : (capacity - reserved_bytes) * 0.9;
  const double sync = profile == Profile::mariadb_10_11 ? margin : margin * sync_share;
  return {capacity, margin * async_share, sync};
}

namespace {

void describe_pages(Fields& f, Options& o) {
  f.integer("innodb_page_cleaners", o.innodb_page_cleaners, {1, 64},
            {"Batches of pages that are written at the same time", "",
             "MySQL 8.0 manual, innodb_page_cleaners, default 4; 1 for MySQL 5.7, whose only "
             "doublewrite buffer serves one batch after the other"});
  f.boolean("innodb_doublewrite", o.innodb_doublewrite,
            {"true: a batch is written to the doublewrite buffer and flushed before its pages are "
             "written in place",
             "", "MySQL 8.0 manual, innodb_doublewrite, default ON"});
  f.integer("innodb_doublewrite_pages", o.innodb_doublewrite_pages, {1, 512},
            {"Pages of a batch", "pages",
             "MySQL 8.4 manual, innodb_doublewrite_pages, default 128; MySQL 5.7: 120 "
             "(buf0dblwr.cc, srv_doublewrite_batch_size)"});
  f.number("innodb_max_dirty_pages_pct", o.innodb_max_dirty_pages_pct, {0, 99.999},
           {"With so many dirty pages in the pool, pressure is 100 %", "%",
            "MySQL 8.0 manual, innodb_max_dirty_pages_pct, default 90"});
  f.number("innodb_max_dirty_pages_pct_lwm", o.innodb_max_dirty_pages_pct_lwm, {0, 99.999},
           {"From so many dirty pages on, pressure grows with them; 0: it does not", "%",
            "MySQL 8.0 manual, innodb_max_dirty_pages_pct_lwm, default 10 (5.7: 0)"});
  f.number("innodb_buffer_pool_size_gb", o.innodb_buffer_pool_size_gb, {0, 100'000},
           {"Pages beyond it are read before they are changed; 0: as large as data.size_gb, so "
            "that nothing is read. The server's own default of 0.134 GB is one that no "
            "production server keeps",
            "GB", "MySQL 8.0 manual, innodb_buffer_pool_size; the default is an assumption"});
}

}  // namespace

void describe_storage(Fields& f, Options& o) {
  f.number("commit_cpu_us", o.commit_cpu_us, {0, 1e6},
           {"CPU time of COMMIT itself", "us",
            "measurement: MariaDB 10.11's commit takes 0.03 ms beyond its two flushes; rounded, "
            "assumption, range 10 to 50"});
  f.number("innodb_redo_log_capacity_mb", o.innodb_redo_log_capacity_mb, {8, 131'072},
           {"Redo log that bounds how long a changed page may stay in memory only", "MB",
            "MySQL 8.0 manual, innodb_redo_log_capacity, default 104857600"});
  f.number(
      "innodb_adaptive_flushing_lwm_percent", o.innodb_adaptive_flushing_lwm_percent, {0, 70},
      {"Pages whose oldest change lies further back than this share of the redo log are flushed",
       "%", "MySQL 8.0 manual, innodb_adaptive_flushing_lwm, default 10"});
  f.number("innodb_io_capacity", o.innodb_io_capacity, {100, 1e7},
           {"Pages a second at 100 % of adaptive flushing's pressure", "pages/s",
            "MySQL 8.0 manual, innodb_io_capacity, default 200"});
  if (f.reading()) o.innodb_io_capacity_max = std::max(2000.0, 2 * o.innodb_io_capacity);
  f.number("innodb_io_capacity_max", o.innodb_io_capacity_max, {100, 2e7},
           {"The page cleaner writes no more, unless the redo log is full", "pages/s",
            "MySQL 8.0 manual, innodb_io_capacity_max, default twice innodb_io_capacity, at least "
            "2000"});
  f.require(o.innodb_io_capacity_max >= o.innodb_io_capacity, "innodb_io_capacity_max",
            [] { return std::string("must not be below innodb_io_capacity"); },
            {"innodb_io_capacity_max", "innodb_io_capacity"});
  f.number("undo_row_cpu_us", o.undo_row_cpu_us, {0, 1e6},
           {"CPU time of the thread that undoes transactions in flight, for a row of theirs", "us",
            "20: to apply one at a MariaDB 10.11 replica took 19.6; assumption, range 5 to 100"});
  describe_pages(f, o);
}

}  // namespace writepath::mysql
