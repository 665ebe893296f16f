// Finding: a telephone number that one message shows, with everything known of how it shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/enum_set.h"
#include "base/limit.h"
#include "base/place.h"

namespace ringfence {

/// How a number was disguised. Honest mail hides no digits, so each is evidence.
enum class Trick : std::uint8_t {
  kUnicodeDigits,  // digits of another script, full-width, circled, mathematical, keycaps
  kInvisible,      // zero-width, variation selector or soft hyphen inside the number
  kBidi,           // bidirectional override or isolate inside the number
  kLookAlike,      // letters for digits: O, l, I, S, B
  kSpelled,        // digits as words
  kVanity,         // letters of the key pad: 1-800-FLOWERS
  kOddSeparators,  // separators nobody writes: emoji, back-ticks, spaced single digits
  kHiddenText,     // stood in text the style hides, or hidden text stood between the digits
};
inline constexpr int kTrickCount = 8;
using TrickSet = EnumSet<Trick>;

/// "unicode-digits", "invisible", "bidi", "look-alike", "spelled", "vanity", "odd-separators",
/// "hidden-text".
std::string_view to_token(Trick trick);
std::optional<Trick> trick_from_token(std::string_view token);

/// Line type by libphonenumber's metadata.
enum class LineType : std::uint8_t {
  kUnknown,
  kFixedLine,
  kMobile,
  kFixedLineOrMobile,
  kTollFree,
  kPremiumRate,
  kSharedCost,
  kVoip,
  kPersonal,
  kPager,
  kUan,
  kVoicemail,
};
/// "unknown", "fixed-line", "mobile", "fixed-line-or-mobile", "toll-free", "premium-rate",
/// "shared-cost", "voip", "personal", "pager", "uan", "voicemail".
std::string_view to_token(LineType type);

struct Finding {
  E164 number;
  PlaceSet places{};    // everywhere it stood
  std::string shown{};  // as first written, UTF-8, at most kShownBytesMax bytes
  bool valid = false;   // by the numbering plan or its overlay; else only possible
  LineType line_type = LineType::kUnknown;
  std::string region{};  // ISO 3166-1 alpha-2 of the number, "001" for non-geographic, or ""
  TrickSet tricks{};
  std::uint32_t count = 1;  // how often it stood in the message
  bool overlay = false;     // valid by the numbering overlay alone, unknown to libphonenumber
  bool short_code = false;  // `number` stands for a short code of `region` (short_code_of())

  static constexpr std::size_t kShownBytesMax = 96;
};

/// One candidate and what became of it, for `scan --explain`.
struct CandidateNote {
  Place place;
  std::string shown;
  std::string outcome;  // "number", "duplicate", or "rejected"
  // A short token: "date", "ip-address", "too-few-digits", "not-possible", ...; of a number read in
  // a region that the message hints at: "region-by-currency", ...
  std::string reason;
  std::optional<E164> number;
};

enum class LexiconKind : std::uint8_t { kLure, kBrand };
/// "lure", "brand".
std::string_view to_token(LexiconKind kind);

/// A lure or an impersonated brand of the lexicon that the message shows.
struct LexiconHit {
  LexiconKind kind = LexiconKind::kLure;
  std::string name{};  // as in the lexicon
  PlaceSet places{};
  std::uint32_t count = 1;
  /// Folded bytes between it and the nearest number in the same text; nothing when there is none.
  std::optional<std::uint32_t> distance{};

  bool operator==(const LexiconHit&) const = default;
};

struct Findings {
  std::vector<Finding> numbers;      // distinct, in the order of first appearance
  std::vector<LexiconHit> lexicon;   // each kind and name once; those nearest to a number first
  LimitSet limits;                   // kCandidates, kNumbers, kLexicon
  std::vector<CandidateNote> notes;  // only when asked for
};

}  // namespace ringfence
