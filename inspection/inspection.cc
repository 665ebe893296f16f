#include "inspection/inspection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "inspection/sighting_of.h"
#include "reputation/sightings/campaign_join.h"

namespace ringfence {
namespace {

constexpr std::size_t kRecipientRegionsMax = 6;
constexpr std::size_t kDocumentBytesMax = 128u << 10;  // of all of a mail

// The regions that the recipients' domains ask for, in the order of the recipients, each once.
std::vector<std::string> regions_of(const Config& config, const Envelope& envelope) {
  std::vector<std::string> out;
  if (config.recipient_regions.empty()) return out;
  for (const std::string& recipient : envelope.recipients) {
    const std::string domain = address_domain(recipient);
    for (const auto& [pattern, regions] : config.recipient_regions) {
      if (!domain_matches(pattern, domain)) continue;
      for (const std::string& region : regions) {
        if (out.size() >= kRecipientRegionsMax) return out;
        if (std::find(out.begin(), out.end(), region) == out.end()) out.push_back(region);
      }
    }
  }
  return out;
}

// Country-code domains that the world uses for other things than the country.
constexpr std::array<std::string_view, 20> kGenericDomains = {
    "ai", "cc", "cf", "co", "fm", "ga", "gg", "gq", "io", "la",
    "ly", "me", "ml", "nu", "su", "tk", "to", "tv", "vc", "ws"};

// The region of a country-code domain ("mail.example.de": "DE"), "" for others.
std::string region_of_domain(const std::string& domain) {
  const std::string label = domain.substr(domain.rfind('.') + 1);
  if (label.size() != 2 || label.size() == domain.size()) return "";
  if (std::find(kGenericDomains.begin(), kGenericDomains.end(), label) != kGenericDomains.end()) {
    return "";
  }
  return label == "uk" ? "GB" : ascii_upper(label);
}

// Documents are hashed for sightings. A callback's invoice has some tens of kilobytes; what goes
// beyond costs time and is not hashed.
MessageOptions message_options(const Config& config) {
  MessageOptions out = config.message;
  out.document_bytes_max = config.sightings.enabled ? kDocumentBytesMax : 0;
  return out;
}

// Of the brands the message wears, those whose own numbers are known.
std::vector<std::string> brands_with_directory(const Snapshot& snapshot, const Evidence& evidence) {
  std::vector<std::string> out;
  if (snapshot.reputation == nullptr || evidence.numbers.empty()) return out;
  for (const LexiconHit& hit : evidence.lexicon) {
    if (hit.kind == LexiconKind::kBrand &&
        snapshot.reputation->has_directory(hit.name, evidence.now)) {
      out.push_back(hit.name);
    }
  }
  return out;
}

}  // namespace

Inspection::Inspection(std::shared_ptr<const Snapshot> snapshot, Envelope envelope, bool explain)
    : snapshot_(std::move(snapshot)),
      envelope_(std::move(envelope)),
      reader_(message_options(snapshot_->config)),
      matcher_(snapshot_->matcher, regions_of(snapshot_->config, envelope_), explain) {
  if (snapshot_->config.sightings.enabled) template_.emplace();
}

void Inspection::push(std::string_view bytes) {
  reader_.push(bytes, pieces_);
  drain();
}

bool Inspection::exhausted() const { return reader_.exhausted(); }

void Inspection::drain() {
  for (const TextPiece& piece : pieces_.pieces) {
    const std::string_view text = pieces_.text(piece);
    matcher_.push(piece.stream, piece.place, text);
    if (template_) template_->push(piece.stream, piece.place, text);
    if (piece.ends) matcher_.end(piece.stream);
  }
  pieces_.clear();
}

void Inspection::hint_regions() {
  const MessageFacts& facts = reader_.facts();
  const auto hint = [this](RegionClue clue, const std::string& domain) {
    matcher_.hint_region(clue, region_of_domain(domain));
  };
  hint(RegionClue::kSenderDomain, facts.from_domain);
  hint(RegionClue::kSenderDomain, address_domain(envelope_.mail_from));
  for (const std::string& recipient : envelope_.recipients) {
    hint(RegionClue::kRecipientDomain, address_domain(recipient));
  }
  for (const std::string& charset : facts.charsets) matcher_.hint_charset(charset);
  for (const std::string& language : facts.languages) matcher_.hint_language(language);
}

// What this site saw of the numbers before, this message counted.
void Inspection::look_back(Report& report) {
  Evidence& evidence = report.evidence;
  if (!snapshot_->config.sightings.enabled || evidence.numbers.empty()) return;
  report.sighting = sighting_of(snapshot_->config, report.facts, evidence, answers_);
  if (!snapshot_->local) return;
  std::vector<LocalEvidence> seen = snapshot_->local->lookup(*report.sighting);
  for (std::size_t i = 0; i < seen.size(); ++i) evidence.numbers[i].local = std::move(seen[i]);
}

// Only campaigns ask for it, of mail that is suspect: hashing costs as much as the rest of a short
// mail.
void Inspection::note_template(Report& report) {
  if (!report.sighting || !template_) return;
  Sighting& sighting = *report.sighting;
  const bool suspect = report.verdict.action != Action::kAccept ||
                       report.verdict.score >= kSuspectScoreMin || is_suspect(sighting);
  if (suspect && sighting.counts()) sighting.template_hash = template_->finish();
}

Result<Report> Inspection::finish(TimePoint now) {
  reader_.finish(pieces_);
  drain();
  hint_regions();
  Findings findings = matcher_.finish();

  std::vector<E164> numbers;
  numbers.reserve(findings.numbers.size());
  for (const Finding& finding : findings.numbers) numbers.push_back(finding.number);
  std::vector<NumberReputation> reputations(numbers.size());
  if (snapshot_->reputation && !numbers.empty()) {
    auto found = snapshot_->reputation->lookup(numbers, now);
    if (!found) return tl::unexpected(found.error());
    reputations = std::move(*found);
  }

  Report report;
  report.facts = reader_.facts();
  report.notes = std::move(findings.notes);
  Evidence& evidence = report.evidence;
  evidence.envelope = std::move(envelope_);
  evidence.from_domain = report.facts.from_domain;
  evidence.now = now;
  evidence.bytes = report.facts.bytes;
  evidence.defects = report.facts.defects;
  evidence.limits = report.facts.limits;
  evidence.limits.insert(findings.limits);
  if (evidence.envelope.recipients_cut) evidence.limits.insert(Limit::kRecipients);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    evidence.numbers.push_back({std::move(findings.numbers[i]), std::move(reputations[i])});
  }
  evidence.lexicon = std::move(findings.lexicon);
  note_mismatches(evidence, brands_with_directory(*snapshot_, evidence));
  look_back(report);
  report.verdict = decide(snapshot_->config.policy, evidence);
  note_template(report);
  return report;
}

}  // namespace ringfence
