#include "sim/report/table.hpp"

#include <algorithm>

#include "sim/report/humane.hpp"

namespace writepath {
namespace {

constexpr std::size_t gap = 2;           // blanks between columns
constexpr std::size_t widest_name = 18;  // of a column's head, before it is broken up

std::string repeated(const char* piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

std::string right_aligned(const std::string& text, std::size_t width) {
  const std::size_t used = columns_of(text);
  return std::string(used < width ? width - used : 0, ' ') + text;
}

/// A name in lines of at most `width`, broken after hyphens, else anywhere.
std::vector<std::string> name_lines(const std::string& name, std::size_t width) {
  std::vector<std::string> lines;
  std::string rest = name;
  while (rest.size() > width) {
    const std::size_t hyphen = rest.rfind('-', width - 1);
    const std::size_t cut = hyphen == std::string::npos || hyphen == 0 ? width : hyphen + 1;
    lines.push_back(rest.substr(0, cut));
    rest.erase(0, cut);
  }
  lines.push_back(rest);
  return lines;
}

}  // namespace

std::size_t Table::label_width() const {
  std::size_t width = 0;
  for (const Row& row : rows_)
    if (!row.is_section) width = std::max(width, columns_of(row.label));
  return width;
}

std::size_t Table::column_width(std::size_t column) const {
  std::size_t width = 8;
  for (const std::string& line : name_lines(names_[column], widest_name))
    width = std::max(width, line.size());
  for (const Row& row : rows_)
    if (column < row.cells.size()) width = std::max(width, columns_of(row.cells[column]));
  return width;
}

std::string Table::block(std::size_t begin, std::size_t end, const TextStyle& style) const {
  const std::size_t labels = label_width();
  const char* dash = style.utf8 ? "\u2500" : "-";
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> heads;
  std::size_t head_lines = 0, total = labels;
  for (std::size_t c = begin; c < end; ++c) {
    widths.push_back(column_width(c));
    heads.push_back(name_lines(names_[c], widths.back()));
    head_lines = std::max(head_lines, heads.back().size());
    total += gap + widths.back();
  }
  std::string out;
  for (std::size_t line = 0; line < head_lines; ++line) {
    std::string text(labels, ' ');
    for (std::size_t c = 0; c < heads.size(); ++c) {
      const std::size_t missing = head_lines - heads[c].size();  // names stand on the table's edge
      text += std::string(gap, ' ') +
              right_aligned(line < missing ? "" : heads[c][line - missing], widths[c]);
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  for (const Row& row : rows_) {
    if (row.is_section) {
      const std::string title = row.label + " ";
      const std::size_t used = columns_of(title);
      out += title + repeated(dash, total > used ? total - used : 3) + "\n";
      continue;
    }
    std::string text = row.label + std::string(labels - columns_of(row.label), ' ');
    for (std::size_t c = begin; c < end; ++c)
      text += std::string(gap, ' ') +
              right_aligned(c < row.cells.size() ? row.cells[c] : "", widths[c - begin]);
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string Table::text(const TextStyle& style) const {
  const std::size_t labels = label_width();
  std::string out;
  for (std::size_t begin = 0; begin < names_.size();) {
    std::size_t end = begin, total = labels;
    while (end < names_.size() &&
           (end == begin || total + gap + column_width(end) <= style.width)) {
      total += gap + column_width(end);
      ++end;
    }
    if (begin > 0) out += "\n";
    out += block(begin, end, style);
    begin = end;
  }
  return out;
}

}  // namespace writepath
