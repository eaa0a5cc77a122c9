#include "sim/world/traffic.hpp"

#include "sim/world/network.hpp"
#include "sim/world/storage.hpp"

namespace writepath {

const char* name_of(Traffic traffic) {
  switch (traffic) {
    case Traffic::client:
      return "client";
    case Traffic::binlog:
      return "binlog";
    case Traffic::redo:
      return "redo";
    case Traffic::redo_stream:
      return "redo_stream";
    case Traffic::ack:
      return "ack";
    case Traffic::page:
      return "page";
    case Traffic::control:
      return "control";
    case Traffic::gossip:
      return "gossip";
    case Traffic::bulk:
      return "bulk";
    case Traffic::mirror:
      return "mirror";
    case Traffic::backup:
      return "backup";
    case Traffic::count_:
      break;
  }
  return "?";
}

const char* name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::redo:
      return "redo";
    case Purpose::binlog:
      return "binlog";
    case Purpose::relay_log:
      return "relay_log";
    case Purpose::page:
      return "page";
    case Purpose::doublewrite:
      return "doublewrite";
    case Purpose::log_record:
      return "log_record";
    case Purpose::coalesced_page:
      return "coalesced_page";
    case Purpose::metadata:
      return "metadata";
    case Purpose::clone:
      return "clone";
    case Purpose::backup:
      return "backup";
    case Purpose::scrub:
      return "scrub";
    case Purpose::neighbour:
      return "neighbour";
    case Purpose::count_:
      break;
  }
  return "?";
}

TrafficCounters::Line TrafficCounters::total() const {
  Line sum;
  for (const Line& line : by_traffic) {
    sum.messages += line.messages;
    sum.bytes += line.bytes;
    sum.cross_az_messages += line.cross_az_messages;
    sum.cross_az_bytes += line.cross_az_bytes;
  }
  return sum;
}

IoCounters::Line IoCounters::total() const {
  Line sum;
  for (const Line& line : by_purpose) {
    sum.writes += line.writes;
    sum.copy_writes += line.copy_writes;
    sum.write_bytes += line.write_bytes;
    sum.flushes += line.flushes;
    sum.reads += line.reads;
    sum.read_bytes += line.read_bytes;
  }
  return sum;
}

}  // namespace writepath
