#pragma once
// Who wants to see messages and device requests themselves (writepath trace). Nobody does in an
// ordinary run: then it costs one comparison a message. A listener is told; it must not touch the
// world: a run with one is, event for event, the run without.
//
// There is one World a process (SimGrid's rule), so that one pointer serves it.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/world/message_tag.hpp"
#include "sim/world/traffic.hpp"

namespace writepath {

class StorageDevice;

struct DeviceRequest {
  const StorageDevice* device;
  Purpose purpose;
  bool read, flush;
  std::uint64_t bytes;
  std::uint64_t first, last;  ///< of a file's flush: positions, as with a message
  TimeNs asked, done;
};

class TraceTap {
 public:
  virtual ~TraceTap() = default;
  /// Gives the message a number other than 0, or 0 to hear no more of it.
  virtual std::uint32_t sent(NodeId from, NodeId to, std::uint64_t bytes, Traffic traffic,
                             const MessageTag& tag) = 0;
  virtual void arrived(std::uint32_t message) = 0;
  virtual void requested(const DeviceRequest& request) = 0;
};

inline TraceTap* trace_tap = nullptr;  ///< set before the run, never during it

}  // namespace writepath
