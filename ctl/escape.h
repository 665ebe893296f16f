// Text from mail made safe for what it is printed into. Pure.
//
// The one door: subjects, display names, addresses, ids and all else that a stranger may have
// written go through here (terminal: printable() of base/text.h; JSON: to_line() of
// report_json.h). Hostile text then neither moves a cursor, nor reorders a line, nor ends a
// string, nor becomes a formula.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

/// A quoted string of the DOT language, quotes included, that Graphviz shows as printable(): no
/// escape of labels (\n, \N, \G), no entity (&#60;) and no HTML-like label comes of it.
std::string dot_text(std::string_view text);
/// The same of several lines, one below the other.
std::string dot_lines(const std::vector<std::string>& lines);

/// A field of CSV (RFC 4180), quoted where needed, printable() and on one line. What a spreadsheet
/// would take for a formula (=, +, -, @ and their full-width kin in front) gets a ' before it; so
/// E.164 numbers do not belong here, they are safe as they are.
std::string csv_text(std::string_view text);

/// JSON text as it is, but that what is not is_safe_to_show() (DEL, C1, bidirectional and invisible
/// characters) stands as \uNNNN: the same values, harmless on a terminal. `json` is valid UTF-8.
std::string json_safe_to_show(std::string json);

}  // namespace ringfence
