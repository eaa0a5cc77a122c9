#pragma once
// The legal words of a scenario's choices, and guesses at misspelt ones.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace writepath {

template <class E>
using WordList = std::vector<std::pair<const char*, E>>;

const WordList<StorageKind>& storage_kind_words();
const WordList<NodeRole>& node_role_words();
const WordList<CrashKind>& crash_kind_words();
const WordList<FaultKind>& fault_kind_words();
const WordList<FaultPreset>& fault_preset_words();
const WordList<FaultSpec::Direction>& direction_words();
const WordList<OperationSpec::Kind>& operation_kind_words();

std::string to_text(StorageKind);
std::string to_text(NodeRole);
std::string to_text(CrashKind);
std::string to_text(FaultKind);
std::string to_text(FaultPreset);
std::string to_text(OperationSpec::Kind);

/// Letters to insert, delete, replace or swap with their neighbour to get from one word to the
/// other; stops counting beyond `limit` and then gives limit + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The legal word nearest to `given`, or "" when none is near.
std::string nearest_word(std::string_view given, const std::vector<std::string>& legal);

/// The end of a message on an illegal word: "; did you mean "x"?", else "; legal NOUN: a, b, c".
std::string suggest(std::string_view given, const std::vector<std::string>& legal,
                    std::string_view noun);

/// For messages: in quotation marks, control characters escaped, shortened beyond 60 characters.
std::string quoted(std::string_view text);

/// Every AZ of the network, in the order of the scenario.
std::vector<std::string> az_names(const NetworkSpec&);

/// For a model's `require`: the AZ exists, and the message for when it doesn't.
bool az_exists(const NetworkSpec&, std::string_view az);
std::string unknown_az(const NetworkSpec&, std::string_view az);

}  // namespace writepath
