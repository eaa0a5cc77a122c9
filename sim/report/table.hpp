#pragma once
// A table for a terminal: labels on the left, a column for each architecture. When the columns
// don't fit the width, it continues below with the rest of them.
#include <string>
#include <vector>

#include "sim/report/report.hpp"

namespace writepath {

class Table {
 public:
  explicit Table(std::vector<std::string> column_names) : names_(std::move(column_names)) {}

  void section(std::string title) { rows_.push_back({true, std::move(title), {}}); }
  void row(std::string label, std::vector<std::string> cells) {
    rows_.push_back({false, std::move(label), std::move(cells)});
  }
  std::string text(const TextStyle&) const;

 private:
  struct Row {
    bool is_section;
    std::string label;
    std::vector<std::string> cells;
  };
  std::size_t label_width() const;
  std::size_t column_width(std::size_t column) const;
  std::string block(std::size_t begin, std::size_t end, const TextStyle&) const;

  std::vector<std::string> names_;
  std::vector<Row> rows_;
};

}  // namespace writepath
