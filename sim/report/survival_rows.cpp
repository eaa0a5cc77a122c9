// What the architectures survive by their rules: a cell each for the table, a sentence for
// `validate`.
#include <algorithm>

#include "sim/report/report_rows.hpp"

namespace writepath {
namespace {

/// "AZ+1": any AZ and any one copy more.
std::string azs_of(const Survival& survival) {
  if (survival.azs == 0) return "no AZ";
  if (survival.azs > 1) return std::to_string(survival.azs) + " AZs";
  const std::uint32_t beside = survival.copies_beside_az.value_or(0);
  return beside > 0 ? "AZ+" + std::to_string(beside) : "AZ";
}

std::string copies(std::uint32_t n) {
  return "any " + std::to_string(n) + (n == 1 ? " copy" : " copies");
}

const Survival* survival_in(const std::vector<Survival>& list, const std::string& what) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Survival& s) { return s.what == what; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

std::string sentence(const Survival& survival) {
  std::string what;
  const auto add = [&what](const std::string& part) {
    what += (what.empty() ? "" : ", or ") + part;
  };
  if (survival.azs > 1) add("any " + std::to_string(survival.azs) + " AZs");
  if (survival.azs == 1) {
    const std::uint32_t beside = survival.copies_beside_az.value_or(0);
    add(beside > 0 ? "any AZ and " + copies(beside) + " more" : "any AZ");
  }
  if (survival.copies > 0) add(copies(survival.copies));
  std::string stopped;
  for (const std::string& name : survival.stopped_by)
    stopped += (stopped.empty() ? "" : ", ") + name;
  return survival.what + (what.empty() ? " survive no loss" : " survive the loss of " + what) +
         "; without " + stopped + " they stop";
}

void add_survival(ReportRows& rows) {
  const std::vector<ArchitectureReport>& architectures = rows.report().seeds.front().architectures;
  rows.begin_section("What may be lost, by the quorum rules");
  std::vector<std::string> order;
  for (const ArchitectureReport& a : architectures)
    for (const Survival& s : a.summary.survives)
      if (std::find(order.begin(), order.end(), s.what) == order.end()) order.push_back(s.what);
  for (const std::string& what : order) {
    std::vector<std::string> azs, any_copies;
    for (const ArchitectureReport& a : architectures) {
      const Survival* const survival = survival_in(a.summary.survives, what);
      azs.push_back(survival != nullptr ? azs_of(*survival) : "-");
      any_copies.push_back(survival != nullptr ? std::to_string(survival->copies) : "-");
    }
    rows.add_cells(what + " go on without any", std::move(azs));
    rows.add_cells("  or so many copies", std::move(any_copies));
  }
}

}  // namespace writepath
