#include "inspection/response.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/tokens.h"

namespace ringfence {
namespace {

constexpr std::string_view kHeader = "X-Ringfence";
constexpr std::string_view kScoreHeader = "X-Ringfence-Score";
constexpr std::string_view kNumberHeader = "X-Ringfence-Number";
constexpr std::size_t kLineBytes = 78;      // RFC 5322, 2.1.1: lines should be no longer
constexpr std::size_t kTokenBytesMax = 64;  // a name from outside in a header
constexpr std::size_t kNamesShownMax = 8;   // lists, lures, brands
constexpr std::size_t kRangesShownMax = 4;
constexpr std::size_t kProviderShownBytesMax = 64;

// A name from a list, a rule or a host as it may stand in a header: [A-Za-z0-9._:+-], else '_'.
std::string token(std::string_view text) {
  std::string out(text.substr(0, kTokenBytesMax));
  for (char& c : out) {
    if (!is_ascii_alnum(c) && std::string_view("._:+-").find(c) == std::string_view::npos) c = '_';
  }
  return out;
}

// Text from the mail between double quotes: printable ASCII as it is; '"', '\', '%' and every other
// byte as %XX of its UTF-8.
std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '%') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out + '"';
}

// At most `bytes_max` bytes of UTF-8, not ending within a character.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  const std::string_view head = text.substr(0, bytes_max);
  return head.substr(0, head.size() - incomplete_utf8_suffix(head));
}

// "a; b; c" of `name`, folded before a field that would pass kLineBytes.
HeaderField folded(std::string_view name, const std::vector<std::string>& fields) {
  HeaderField out{std::string(name), ""};
  std::size_t column = name.size() + 2;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) {
      out.value += ';';
      const bool fits = column + 2 + field.size() <= kLineBytes;
      out.value += fits ? " " : "\n\t";
      column = fits ? column + 2 : 8;
    }
    out.value += field;
    column += field.size();
  }
  return out;
}

// Names of the world as tokens, kNamesShownMax at most, then how many more: "a,b,+3"; "" for none.
std::string names_of(const std::vector<std::string>& names) {
  std::string out;
  const std::size_t shown = std::min(names.size(), kNamesShownMax);
  for (std::size_t i = 0; i < shown; ++i) out += (i > 0 ? "," : "") + token(names[i]);
  return shown < names.size() ? out + fmt::format(",+{}", names.size() - shown) : out;
}

// The names of one kind, those nearest to a number first; "" for none.
std::string hits_of(const Evidence& evidence, LexiconKind kind) {
  std::vector<std::string> names;
  for (const LexiconHit& hit : evidence.lexicon) {
    if (hit.kind == kind) names.push_back(hit.name);
  }
  return names_of(names);
}

// "+33162######,+339475*"; "" for none.
std::string ranges_shown(const NumberReputation& reputation) {
  std::vector<std::string> ranges = ranges_of(reputation);
  ranges.resize(std::min(ranges.size(), kRangesShownMax));
  return join(ranges, ",");
}

// "4/10": so many listed neighbours in a row of so many numbers.
std::string members_of(const BlockEvidence& block) {
  int numbers = 1;
  for (int i = block.range.prefix_digits(); i < block.range.digits(); ++i) numbers *= 10;
  return fmt::format("{}/{}", block.members, numbers);
}

HeaderField number_header(const NumberEvidence& number) {
  const Finding& finding = number.finding;
  const NumberReputation& reputation = number.reputation;
  std::vector<std::string> fields = {finding.number.to_string(),
                                     fmt::format("score={}", reputation.score)};
  const auto add = [&fields](std::string_view name, const std::string& value) {
    if (!value.empty()) fields.push_back(fmt::format("{}={}", name, value));
  };
  add("class", token(reputation.category));
  add("state", std::string(to_token(reputation.state)));
  add("lists", names_of(lists_of(reputation)));
  add("range", ranges_shown(reputation));
  if (reputation.block) add("block", members_of(*reputation.block));
  add("mismatch", names_of(number.mismatch));
  add("genuine", names_of(reputation.genuine_of));
  add("in", tokens_of(finding.places));
  add("tricks", tokens_of(finding.tricks));
  if (const LocalEvidence& local = number.local; local.messages > 1) {
    add("messages", std::to_string(local.messages));
    add("days", std::to_string(local.days));
    add("brands", local.brands > 0 ? std::to_string(local.brands) : "");
  }
  add("campaign", token(number.local.campaign));
  if (!finding.valid) add("valid", "no");
  if (finding.short_code) add("short-code", "yes");
  const LineType line = number.line_type();
  if (line != LineType::kUnknown) add("line", std::string(to_token(line)));
  if (reputation.provider) {
    add("provider", quoted_string(cut(reputation.provider->provider, kProviderShownBytesMax)));
  }
  add("shown", quoted_string(finding.shown));
  return folded(kNumberHeader, fields);
}

HeaderField summary_header(const Report& report, std::string_view hostname, std::size_t left_out) {
  const Verdict& verdict = report.verdict;
  const bool taken_up = verdict.action != Action::kAccept || verdict.shadow.has_value();
  std::vector<std::string> fields = {taken_up ? "yes" : "no", "v=1",
                                     fmt::format("score={}", verdict.score),
                                     fmt::format("action={}", to_token(verdict.action))};
  if (!verdict.rule.empty()) fields.push_back("rule=" + token(verdict.rule));
  if (verdict.shadow) {
    fields.push_back(fmt::format("shadow={}", to_token(verdict.shadow->action)));
    fields.push_back("shadow-rule=" + token(verdict.shadow->rule));
  }
  if (left_out > 0) fields.push_back(fmt::format("more={}", left_out));
  const std::string lures = hits_of(report.evidence, LexiconKind::kLure);
  if (!lures.empty()) fields.push_back("lures=" + lures);
  const std::string brands = hits_of(report.evidence, LexiconKind::kBrand);
  if (!brands.empty()) fields.push_back("brands=" + brands);
  if (!report.evidence.limits.empty()) {
    fields.push_back("partial=" + tokens_of(report.evidence.limits));
  }
  if (!report.evidence.defects.empty()) {
    fields.push_back("defects=" + tokens_of(report.evidence.defects));
  }
  fields.push_back("host=" + token(hostname));
  return folded(kHeader, fields);
}

std::string quarantine_reason(const Report& report) {
  std::string out = "ringfence: rule " + token(report.verdict.rule);
  const auto& numbers = report.evidence.numbers;
  const auto worst = std::max_element(
      numbers.begin(), numbers.end(),
      [](const auto& a, const auto& b) { return a.reputation.score < b.reputation.score; });
  if (worst != numbers.end()) {
    out += fmt::format(", {} score {}", worst->finding.number.to_string(), worst->reputation.score);
  }
  return out;
}

void add_new(std::vector<std::string>& out, std::string text) {
  if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
}

bool speaks_of_honesty(const Listing& listing) {
  return listing.role == ListRole::kBlock || listing.role == ListRole::kAllow;
}

}  // namespace

std::vector<std::string> lists_of(const NumberReputation& reputation) {
  std::vector<std::string> out;
  for (const Listing& listing : reputation.listings) {
    if (speaks_of_honesty(listing)) add_new(out, listing.list);
  }
  return out;
}

std::vector<std::string> ranges_of(const NumberReputation& reputation) {
  std::vector<std::string> out;
  if (const auto& entry = reputation.override_entry; entry && entry->range) {
    out.push_back(entry->range->to_string());
  }
  for (const Listing& listing : reputation.listings) {
    if (speaks_of_honesty(listing) && listing.range) add_new(out, listing.range->to_string());
  }
  return out;
}

bool is_own_header(std::string_view name) {
  return istarts_with(name, kHeader) &&
         (name.size() == kHeader.size() || name[kHeader.size()] == '-');
}

Response make_response(const Config& config, const Report& report, std::string_view hostname) {
  Response out;
  out.action = report.verdict.action;
  out.reply = report.verdict.reply;
  if (out.action == Action::kQuarantine) out.quarantine_reason = quarantine_reason(report);

  std::vector<const NumberEvidence*> numbers;
  for (const NumberEvidence& number : report.evidence.numbers) numbers.push_back(&number);
  std::stable_sort(numbers.begin(), numbers.end(), [](const auto* a, const auto* b) {
    return a->reputation.score > b->reputation.score;
  });
  const std::size_t shown =
      std::min(numbers.size(), static_cast<std::size_t>(std::max(config.headers.numbers_max, 0)));

  const bool clean = numbers.empty() && out.action == Action::kAccept && !report.verdict.shadow;
  if (clean && !config.headers.add_to_clean) return out;
  out.headers.push_back(summary_header(report, hostname, numbers.size() - shown));
  if (numbers.empty()) return out;
  out.headers.push_back({std::string(kScoreHeader), std::to_string(report.verdict.score)});
  for (std::size_t i = 0; i < shown; ++i) out.headers.push_back(number_header(*numbers[i]));
  return out;
}

Response make_skip_response(std::string_view reason, std::string_view hostname) {
  Response out;
  out.headers.push_back(
      folded(kHeader, {"skip", "v=1", "reason=" + token(reason), "host=" + token(hostname)}));
  return out;
}

Response make_failure_response(OnFailure on_failure, std::string_view reason,
                               std::string_view hostname) {
  Response out;
  if (on_failure == OnFailure::kTempfail) {
    out.action = Action::kTempfail;
    out.reply = {"451", "4.7.1", {"Message could not be inspected, please try again later"}};
  } else {
    out.headers.push_back(
        folded(kHeader, {"error", "v=1", "reason=" + token(reason), "host=" + token(hostname)}));
  }
  return out;
}

}  // namespace ringfence
