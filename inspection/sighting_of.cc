#include "inspection/sighting_of.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/tokens.h"

namespace ringfence {
namespace {

// What mail programs put before the subject of a reply or forward, in the languages of the lexicon
// and of their neighbours.
constexpr std::array<std::string_view, 24> kAnswerMarks = {
    "re", "fw",  "fwd", "aw", "wg", "antw", "tr",  "rv", "enc", "res", "rif",    "i",
    "r",  "ref", "vs",  "vl", "sv", "vb",   "odp", "pd", "ynt", "ilt", "doorst", "betr"};

std::string bounded(std::string_view text) {
  const std::string_view head = text.substr(0, Sighting::kTextBytesMax);
  return std::string(head.substr(0, head.size() - incomplete_utf8_suffix(head)));
}

bool covers(const std::vector<std::string>& patterns, const std::string& domain) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return domain_matches(pattern, domain); });
}

bool in_any(const std::vector<Network>& networks, const std::string& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(address); });
}

Direction direction_of(const Config& config, const Evidence& evidence) {
  const Envelope& envelope = evidence.envelope;
  const SightingTrust& trusted = config.trusted;
  if (!envelope.authenticated.empty() ||
      in_any(config.milter.skip.client_networks, envelope.client_address)) {
    return Direction::kOutbound;
  }
  const bool trusted_sender = covers(trusted.senders, evidence.from_domain) &&
                              covers(trusted.senders, address_domain(envelope.mail_from));
  if (trusted_sender || in_any(trusted.networks, envelope.client_address)) {
    return Direction::kTrusted;
  }
  return Direction::kInbound;
}

std::vector<std::string> recipients_of(const Config& config, const Envelope& envelope) {
  std::vector<std::string> out;
  std::set<std::string> domains;
  for (const std::string& recipient : envelope.recipients) {
    if (out.size() >= Sighting::kRecipientsMax) break;
    if (config.sightings.keep_addresses) {
      out.push_back(bounded(recipient));
    } else if (const std::string domain = address_domain(recipient);
               domains.insert(domain).second) {
      out.push_back(bounded(domain));
    }
  }
  return out;
}

std::vector<std::string> names_of(const std::vector<LexiconHit>& lexicon, LexiconKind kind) {
  std::vector<std::string> out;
  for (const LexiconHit& hit : lexicon) {
    if (hit.kind == kind && out.size() < Sighting::kNamesMax) out.push_back(hit.name);
  }
  return out;
}

}  // namespace

std::string worn_brand(const std::vector<LexiconHit>& lexicon) {
  const LexiconHit* nearest = nullptr;
  for (const LexiconHit& hit : lexicon) {
    if (hit.kind != LexiconKind::kBrand) continue;
    if (hit.places.intersects({Place::kFrom, Place::kSubject})) return hit.name;
    const bool near = hit.distance && *hit.distance <= kBrandDistanceMax;
    if (near && (nearest == nullptr || *hit.distance < *nearest->distance)) nearest = &hit;
  }
  return nearest == nullptr ? "" : nearest->name;
}

bool is_subject_of_answer(std::string_view subject) {
  subject = trim(subject);
  // "Re[2]: ...": the count of some programs.
  const std::size_t colon = subject.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view mark = trim(subject.substr(0, std::min(colon, subject.find('['))));
  return std::any_of(kAnswerMarks.begin(), kAnswerMarks.end(),
                     [&](std::string_view known) { return iequals(mark, known); });
}

Sighting sighting_of(const Config& config, const MessageFacts& facts, const Evidence& evidence,
                     bool answers) {
  const Envelope& envelope = evidence.envelope;
  Sighting out;
  out.when = evidence.now;
  out.queue_id = bounded(envelope.queue_id);
  out.message_id = bounded(facts.message_id);
  out.from_domain = bounded(evidence.from_domain);
  out.mail_from_domain = bounded(address_domain(envelope.mail_from));
  out.from_display = bounded(facts.from_display);
  out.subject = bounded(facts.subject);
  out.recipients = recipients_of(config, envelope);
  out.recipient_count = static_cast<std::uint32_t>(envelope.recipients.size());
  out.direction = direction_of(config, evidence);
  out.quotes = answers || is_subject_of_answer(facts.subject);
  out.brand = bounded(worn_brand(evidence.lexicon));
  out.document_hashes = facts.documents;
  out.brands = names_of(evidence.lexicon, LexiconKind::kBrand);
  out.lures = names_of(evidence.lexicon, LexiconKind::kLure);
  for (const NumberEvidence& number : evidence.numbers) {
    if (out.numbers.size() >= Sighting::kNumbersMax) break;
    out.numbers.push_back({.number = number.finding.number,
                           .places = number.finding.places,
                           .tricks = tokens_of(number.finding.tricks),
                           .shown = bounded(number.finding.shown),
                           .score = number.reputation.score});
  }
  return out;
}

void set_outcome(Sighting& sighting, const Verdict& verdict, Action told) {
  sighting.action = to_token(told);
  sighting.rule = verdict.rule;
  sighting.score = verdict.score;
}

}  // namespace ringfence
