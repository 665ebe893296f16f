// What other mail programs show of a mail, as far as the markers go.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::test {

/// A text that another program shows.
struct ShownText {
  std::string where;  // for the report: "subject", "part text/html", ...
  std::string text;
  bool html = false;  // the source of an HTML text, not what is seen of it
};

/// GMime's view: the texts of all leaves, converted as their charsets say, preambles and epilogues,
/// Subject and From of all messages.
std::vector<ShownText> gmime_view(std::string_view mail);

/// The same from Python's email, of many mails at once; empty when Python does not run.
std::vector<std::vector<ShownText>> python_views(const std::vector<std::string>& mails);

/// The markers in any text of our reader.
std::set<std::string> our_markers(std::string_view mail);

}  // namespace ringfence::test
