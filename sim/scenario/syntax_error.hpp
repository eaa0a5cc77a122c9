#pragma once
// Says in plain words what is wrong with JSON text at the place where the parser stopped.
#include <string>

#include "sim/scenario/mistakes.hpp"
#include "sim/scenario/text_cursor.hpp"

namespace writepath {

/// What the parser had seen when it stopped.
struct ParserState {
  enum class Expects { value, value_or_end, key, key_or_end, colon, comma_or_end, nothing };
  Expects expects = Expects::value;
  TextCursor cursor;       ///< behind the last key, value or bracket that was accepted
  bool in_object = false;  ///< the innermost open bracket is a {
  bool anything_open = false;
  Place open_place;  ///< of that bracket
};

/// `otherwise` is the message when nothing better is known.
Mistake explain_syntax_error(ParserState, std::string otherwise);

}  // namespace writepath
