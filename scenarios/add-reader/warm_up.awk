# From timeseries.csv: how the newcomer warms up (means of five seconds each, by the time since it was
# ready), and the clients' commits before its start at 20 s and in the 15 s after.
BEGIN { FS = "," }
$2 == "newcomer" && ready == "" { ready = $1 }
$2 == "newcomer" && $3 == "buffer_pool_hit_ratio" { hits[$1] = $4 }
$2 == "newcomer" && $3 == "read_latency_ms_mean" { latency[$1] = $4 }
$2 == "" && $3 == "commit_latency_ms_p99" && $1 >= 5 && $1 < 20 { before += $4 / 15 }
$2 == "" && $3 == "commit_latency_ms_p99" && $1 >= 20 && $1 < 35 { during += $4 / 15 }
function mean(of, from, i, sum) { for (i = from; i < from + 5; ++i) sum += of[i] / 5; return sum }
END {
  for (after = 0; after <= 100; after += 20)
    printf "%-7s %3d s after it was ready: hit ratio %.2f, mean read %.2f ms\n", name, after,
           mean(hits, ready + after + 1), mean(latency, ready + after + 1)
  printf "%-7s commits, p99: %.2f ms before it was added, %.2f ms then\n", name, before, during
}
