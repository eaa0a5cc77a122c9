// Repair: spare storage nodes, and when one takes another's place.
#include "models/aurora_quorum/options_parts.hpp"
#include "models/aurora_quorum/placement.hpp"

namespace writepath::aurora {

void describe(Fields& f, HeatOptions& o) {
  f.about("When a storage node counts as hot, and is replaced as a lost one is.", "aurora_heat");
  f.number("factor", o.factor, {0, 1e6},
           {"Its mean time from a boxcar's arrival to the acknowledgement, over the median of the "
            "other members'; 0: never.",
            "", "mechanism: SIGMOD 2017, S2.3; value: assumption, range 2 to 100, off"});
  f.number("after_s", o.after_s, {0, 86'400},
           {"For so long without a break.", "s", "assumption, range 1 to 600"});
}

void describe(Fields& f, RepairOptions& o) {
  f.about("How a lost storage node is found and replaced (SIGMOD 2018, S4.1).", "aurora_repair");
  f.integer(
      "spares_per_az", o.spares_per_az, {0, static_cast<double>(most_copies)},
      {"Storage nodes without a segment in each AZ that holds copies, numbered on after them; "
       "0: nobody is replaced. Copies and spares together are at most 15; beyond that there "
       "are fewer spares.",
       "", "assumption, range 1 to 3: a storage fleet's free room, as far as one volume sees it"});
  f.object("detector", o.detector,
           {"Each monitor asks each storage node; what a majority of them has lost is replaced.",
            "", "SIGMOD 2018, S2.1: detected and repaired within a window of 10 s"});
  f.integer("segments_at_once", o.segments_at_once, {1, 10'000},
            {"Segments that one storage node takes over at the same time; the next ones wait.", "",
             "assumption, range 1 to 16"});
  f.boolean(
      "other_az", o.other_az,
      {"A spare of another AZ is taken where the lost node's own AZ has none that lives. Off: "
       "the copies stay spread as the quorum needs them (SIGMOD 2017, S2.1)."});
  f.object("heat", o.heat, {"Heat management: a hot storage node is replaced."});
  f.number(
      "az_loss_to_3_of_4_after_s", o.az_loss_to_3_of_4_after_s, {0, 86'400},
      {"When all copies of an AZ have been lost for so long, the quorums become more than half "
       "of the other copies (3 of 4), until the AZ is back; left out: never.",
       "s", "mechanism: SIGMOD 2018, S4.1; value: assumption, range 60 to 3600"});
}

std::vector<StoragePlace> storage_places(const Options& o) {
  const Placement placement = placement_of(o);
  std::vector<StoragePlace> places;
  for (std::size_t i = 0; i < placement.copies(); ++i)
    places.push_back({placement.azs[i], placement.names[i]});
  for (std::int64_t spare = 1; spare <= o.repair.spares_per_az; ++spare)
    for (const CopiesSpec& c : o.copies)
      if (places.size() < most_copies) places.push_back({c.az, c.az + std::to_string(c.n + spare)});
  return places;
}

}  // namespace writepath::aurora
