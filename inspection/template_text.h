// TemplateText: what stays of a mail's text when names of numbers, amounts and orders change.
//
// Does: take the visible text of the body as it comes, mask words with digits, fold the rest, hash
// it. Does not know: which mails are alike (reputation/sightings/).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/place.h"

namespace ringfence {

class TemplateText {
 public:
  static constexpr std::size_t kTextBytesMax = 2'048;  // masked, of each kind of text; more is cut
  static constexpr std::size_t kWordBytesMax = 48;     // more of a word is cut

  /// A piece of text of a stream; places other than the body's and documents' visible text are
  /// passed over. Any cut of a stream into pieces gives the same.
  void push(std::uint32_t stream, Place place, std::string_view text);
  /// FuzzyHasher's hash of the HTML text, of the plain text when that is too short, else of that of
  /// documents; "" when all are. Call once.
  std::string finish();

  /// The masked text that is hashed: "your plan was renewed for # call #".
  std::string_view text();

 private:
  // One kind of text.
  struct Masked {
    std::string text;       // ends with the word that is not complete
    std::size_t begin = 0;  // of that word
    bool numeric = false;   // it has a digit
    bool full = false;
    std::uint32_t stream = 0;

    void push(std::uint32_t from, std::string_view bytes);
    void end_word();
  };
  std::array<Masked, 3> kinds_;  // HTML, plain, documents
};

}  // namespace ringfence
