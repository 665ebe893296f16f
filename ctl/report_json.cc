#include "ctl/report_json.h"

#include "ctl/common.h"
#include "ctl/escape.h"
#include "ctl/local.h"
#include "inspection/response.h"
#include "matcher/short_code.h"

namespace ringfence {
namespace {

Json to_json(const std::optional<NumberRange>& range) {
  return range ? Json(range->to_string()) : Json(nullptr);
}

Json to_json(const std::optional<BlockEvidence>& block) {
  if (!block) return nullptr;
  return {{"range", block->range.to_string()}, {"members", block->members},
          {"spread", block->spread},           {"score", block->score},
          {"category", block->category},       {"last_seen", iso_time(block->last_seen)}};
}

Json to_json(const std::optional<ProviderEvidence>& provider) {
  if (!provider) return nullptr;
  return {{"name", provider->provider},
          {"type", provider->type},
          {"range", provider->range.to_string()}};
}

Json short_code_to_json(const Finding& finding) {
  const auto code = finding.short_code ? short_code_of(finding.number) : std::nullopt;
  return code ? Json(code->digits) : Json(nullptr);
}

Json to_json(const NumberEvidence& number) {
  const Finding& finding = number.finding;
  const NumberReputation& reputation = number.reputation;
  return {{"number", finding.number.to_string()},
          {"where", tokens_to_json(finding.places)},
          {"shown", finding.shown},
          {"score", reputation.score},
          {"state", to_token(reputation.state)},
          {"category", reputation.category},
          {"lists", lists_of(reputation)},
          {"ranges", ranges_of(reputation)},
          {"block", to_json(reputation.block)},
          {"mismatch", number.mismatch},
          {"genuine", reputation.genuine_of},
          {"valid", finding.valid},
          {"overlay", finding.overlay},
          {"short_code", short_code_to_json(finding)},
          {"line_type", to_token(number.line_type())},
          {"provider", to_json(reputation.provider)},
          {"region", finding.region},
          {"tricks", tokens_to_json(finding.tricks)},
          {"count", finding.count},
          {"local", to_json(number.local)}};
}

Json to_json(const std::vector<LexiconHit>& lexicon, LexiconKind kind) {
  Json out = Json::array();
  for (const LexiconHit& hit : lexicon) {
    if (hit.kind != kind) continue;
    out.push_back({{"name", hit.name},
                   {"count", hit.count},
                   {"distance", hit.distance ? Json(*hit.distance) : Json(nullptr)},
                   {"where", tokens_to_json(hit.places)}});
  }
  return out;
}

Json to_json(const CandidateNote& note) {
  return {{"where", to_token(note.place)},
          {"shown", note.shown},
          {"outcome", note.outcome},
          {"reason", note.reason},
          {"number", note.number ? Json(note.number->to_string()) : Json(nullptr)}};
}

}  // namespace

std::string to_line(const Json& json) {
  return json_safe_to_show(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json to_json(const Listing& listing) {
  return {{"list", listing.list},
          {"role", to_token(listing.role)},
          {"weight", listing.weight},
          {"range", to_json(listing.range)},
          {"category", listing.category},
          {"score", listing.score},
          {"first_listed", iso_time(listing.first_listed)},
          {"last_seen", iso_time(listing.last_seen)},
          {"expires", listing.expires ? Json(iso_time(*listing.expires)) : Json(nullptr)}};
}

Json to_json(const Override& entry) {
  return {{"kind", to_token(entry.kind)},
          {"reason", entry.reason},
          {"author", entry.author},
          {"added", iso_time(entry.added)},
          {"expires", entry.expires ? Json(iso_time(*entry.expires)) : Json(nullptr)}};
}

Json to_json(const NumberReputation& reputation) {
  Json listings = Json::array();
  for (const Listing& listing : reputation.listings) listings.push_back(to_json(listing));
  Json override_entry = nullptr;
  if (const auto& entry = reputation.override_entry) {
    override_entry = to_json(*entry);
    override_entry["range"] = to_json(entry->range);
  }
  return {{"score", reputation.score},
          {"state", to_token(reputation.state)},
          {"category", reputation.category},
          {"listings", std::move(listings)},
          {"override", std::move(override_entry)},
          {"block", to_json(reputation.block)},
          {"genuine", reputation.genuine_of},
          {"provider", to_json(reputation.provider)}};
}

Json to_json(const Report& report, const std::string& file, bool explain) {
  const Verdict& verdict = report.verdict;
  Json numbers = Json::array();
  for (const NumberEvidence& number : report.evidence.numbers) numbers.push_back(to_json(number));
  Json out = {{"file", file},
              {"numbers", std::move(numbers)},
              {"score", verdict.score},
              {"action", to_token(verdict.action)},
              {"rule", verdict.rule.empty() ? Json(nullptr) : Json(verdict.rule)},
              {"shadow", nullptr},
              {"lures", to_json(report.evidence.lexicon, LexiconKind::kLure)},
              {"brands", to_json(report.evidence.lexicon, LexiconKind::kBrand)},
              {"defects", tokens_to_json(report.evidence.defects)},
              {"partial", tokens_to_json(report.evidence.limits)},
              {"subject", report.facts.subject},
              {"from_domain", report.evidence.from_domain},
              {"message_id", report.facts.message_id},
              {"bytes", report.evidence.bytes}};
  if (verdict.shadow) {
    out["shadow"] = {{"action", to_token(verdict.shadow->action)}, {"rule", verdict.shadow->rule}};
  }
  if (explain) {
    Json notes = Json::array();
    for (const CandidateNote& note : report.notes) notes.push_back(to_json(note));
    out["candidates"] = std::move(notes);
  }
  return out;
}

}  // namespace ringfence
