#pragma once
// events.ndjson: each fact as a line of JSON, in the order in which facts were stated:
// {"t_ns":12,"seq":1,"node":"db1","fact":"node_down",...}. Nodes are given by name; facts of no
// node have "node":null.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "sim/observe/facts.hpp"

namespace writepath {

class EventWriter final : public FactSink {
 public:
  /// `file` is borrowed and must be open for writing; names[i] is the name of NodeId{i}.
  EventWriter(std::FILE* file, std::vector<std::string> names);
  ~EventWriter() override;

#define WRITEPATH_WRITE(F) \
  void on(const F& fact) override { write(fact); }
  WRITEPATH_FOR_EACH_FACT(WRITEPATH_WRITE)
#undef WRITEPATH_WRITE

  /// Writes what is buffered. False: some write failed, the file is incomplete.
  bool flush();
  std::uint64_t lines() const { return lines_; }

 private:
  template <class F>
  void write(const F& fact);
  void put_node(NodeId node);

  std::FILE* file_;
  std::vector<std::string> names_;  ///< as JSON texts, quoted
  std::string buffer_;
  std::uint64_t lines_ = 0;
  bool failed_ = false;
};

}  // namespace writepath
