#include "inspection/response.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "base/tokens.h"

namespace ringfence {
namespace {

constexpr std::string_view kHeader = "X-Ringfence";
constexpr std::string_view kScoreHeader = "X-Ringfence-Score";
constexpr std::string_view kNumberHeader = "X-Ringfence-Number";
constexpr std::size_t kLineBytes = 78;      // RFC 5322, 2.1.1: lines should be no longer
constexpr std::size_t kTokenBytesMax = 64;  // a name from outside in a header
constexpr std::size_t kListsShownMax = 8;
constexpr std::size_t kHitsShownMax = 8;  // lures, and brands

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

std::string lists_of(const NumberReputation& reputation) {
  std::string out;
  const std::size_t shown = std::min(reputation.listings.size(), kListsShownMax);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ',';
    out += token(reputation.listings[i].list);
  }
  if (shown < reputation.listings.size()) {
    out += fmt::format(",+{}", reputation.listings.size() - shown);
  }
  return out;
}

// The names of one kind, those nearest to a number first; "" for none.
std::string hits_of(const Evidence& evidence, LexiconKind kind) {
  std::string out;
  std::size_t count = 0;
  for (const LexiconHit& hit : evidence.lexicon) {
    if (hit.kind != kind || ++count > kHitsShownMax) continue;
    if (count > 1) out += ',';
    out += token(hit.name);
  }
  return count > kHitsShownMax ? out + fmt::format(",+{}", count - kHitsShownMax) : out;
}

HeaderField number_header(const NumberEvidence& number) {
  const auto& [finding, reputation] = number;
  std::vector<std::string> fields = {finding.number.to_string(),
                                     fmt::format("score={}", reputation.score)};
  if (!reputation.category.empty()) fields.push_back("class=" + token(reputation.category));
  fields.push_back(fmt::format("state={}", to_token(reputation.state)));
  if (!reputation.listings.empty()) fields.push_back("lists=" + lists_of(reputation));
  fields.push_back("in=" + tokens_of(finding.places));
  if (!finding.tricks.empty()) fields.push_back("tricks=" + tokens_of(finding.tricks));
  if (!finding.valid) fields.emplace_back("valid=no");
  fields.push_back("shown=" + quoted_string(finding.shown));
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
  if (const LocalEvidence& local = number.local; local.messages > 1) {
    add("messages", std::to_string(local.messages));
    add("days", std::to_string(local.days));
    add("brands", local.brands > 0 ? std::to_string(local.brands) : "");
  }
  add("campaign", token(number.local.campaign));
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

}  // namespace

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
