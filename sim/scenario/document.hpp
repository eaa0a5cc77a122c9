#pragma once
// What every input file shares, whatever it says: reading it safely, `--set`, mistakes with places.
#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/json_node.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/mistakes.hpp"

namespace writepath {

inline constexpr std::size_t largest_file = 16 * 1024 * 1024;

/// The whole of a regular file, at most 16 MiB and a little more; or why it can't be read. `noun`:
/// what the file should be, for messages.
std::string read_file(const std::string& path, const std::string& noun, std::string& text);

/// Parses, puts the member's file in, applies the sets and calls `read` with the document, if it is
/// one; all that was wrong, ordered by place.
std::vector<Diagnostic> read_document(std::string text, const std::string& label,
                                      const std::vector<std::string>& sets,
                                      const std::function<void(const JsonNode&, Mistakes&)>& read,
                                      const MemberFile& member = {});

/// FNV-1a, 16 hexadecimal digits.
std::string hash_of(const std::string& text);

}  // namespace writepath
