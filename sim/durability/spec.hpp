#pragma once
// What `writepath durability` is asked: placements of copies with their quorum rules, and how often
// disks, nodes and AZs fail. Rates and durations are inputs; probabilities come out.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace writepath::durability {

inline constexpr double year_s = 31'557'600;  ///< of 365.25 days
inline constexpr std::int64_t most_copies = 15;
inline constexpr std::size_t most_azs = 6;

/// Copies of a protection group that stand in one AZ.
struct AzCopies {
  std::int64_t full = 0;  ///< log and pages
  std::int64_t tail = 0;  ///< log only
};

/// One alternative of a rule: at least so many copies, and so many full ones among them.
struct Demand {
  std::int64_t copies = 0, full = 0;
};
/// Met when any of its demands is: 4/6 of any or 3/3 full ones.
using CountRule = std::vector<Demand>;

struct Placement {
  std::string name;
  std::vector<AzCopies> azs;
  CountRule write, read;
  CountRule repair_from;  ///< what must be reachable for a copy to be rebuilt; empty: `read`
};

struct Rates {
  double disk_failures_per_year = 0.002;
  double node_crashes_per_year = 2;
  double node_down_s = 300;
  double az_outages_per_year = 0.1;
  double az_outage_s = 14'400;
  double az_outage_destroys = 0;
};

enum class Shape { exponential, constant };
struct Shapes {
  Shape repair = Shape::exponential, node_down = Shape::exponential, az_outage = Shape::exponential;
};

enum class Method { automatic, closed_form, importance_sampling, plain, all };

/// How much work a simulated probability may be.
struct Effort {
  double relative_error = 0.1;
  std::int64_t min_replications = 10, max_replications = 20;
  std::int64_t paths = 30;        ///< AZ histories of each number of outages, in a replication
  std::int64_t trajectories = 8;  ///< of a group, for each AZ history
};

struct Spec {
  std::int64_t version = 1;
  std::string name, question;
  std::uint64_t seed = 1;
  double segment_gb = 10;
  std::optional<double> volume_gb;
  double repair_gbps = 10, detect_s = 2;
  bool crashes_are_repaired = true;
  Rates rates;
  Shapes shapes;
  std::vector<Placement> placements;
  Method method = Method::automatic;
  Effort simulation;
  std::vector<std::string> sweep;
  std::vector<std::string> measures;  ///< names of those asked for; empty: all

  double repair_s() const { return detect_s + segment_gb * 8 / repair_gbps; }
  /// Protection groups of the volume; 1 without a volume.
  double groups() const;
  bool asks_for(const char* measure) const;
};

/// What is lost, in the order of reports.
enum class Measure { write_quorum, read_quorum, data, every_copy };
inline constexpr Measure measures[] = {Measure::write_quorum, Measure::read_quorum, Measure::data,
                                       Measure::every_copy};
const char* name_of(Measure);  ///< "write_quorum_lost"
const char* name_of(Method);   ///< "closed_form"

}  // namespace writepath::durability
