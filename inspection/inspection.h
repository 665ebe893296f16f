// Inspection: one message from bytes to verdict. The daemon and `ringfencectl scan` both run this.
//
// Does: MessageReader -> MessageMatcher -> ReputationStore -> decide(). Does not know: libmilter,
// sockets, how a verdict is told (response.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/envelope.h"
#include "config/evidence.h"
#include "config/policy.h"
#include "inspection/snapshot.h"
#include "inspection/template_text.h"
#include "message/message_reader.h"
#include "message/text_pieces.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

struct Report {
  MessageFacts facts;
  Evidence evidence;
  Verdict verdict;
  std::vector<CandidateNote> notes;  // only when explain was asked for
  /// The message as it may be remembered, its outcome yet to be set; nothing without numbers, or
  /// when sightings are off.
  std::optional<Sighting> sighting;
};

/// Not thread-safe; may move between threads between calls (libmilter's workers do that).
class Inspection {
 public:
  Inspection(std::shared_ptr<const Snapshot> snapshot, Envelope envelope, bool explain = false);

  /// The next bytes of the message as RFC 5322 text, cut anywhere.
  void push(std::string_view bytes);
  /// True when nothing pushed from here on can change the report.
  bool exhausted() const;
  /// Recipients and queue id may come late; they count when set before finish().
  Envelope& envelope() { return envelope_; }

  /// The message answers another one: it has In-Reply-To or References. Before finish().
  void set_answers() { answers_ = true; }

  /// Looks up, decides. An Error when the reputation table cannot be read. Call once.
  Result<Report> finish(TimePoint now);

 private:
  void drain();
  void look_back(Report& report);
  void note_template(Report& report);
  void hint_regions();

  std::shared_ptr<const Snapshot> snapshot_;
  Envelope envelope_;
  bool answers_ = false;
  MessageReader reader_;
  MessageMatcher matcher_;
  TextPieces pieces_;
  std::optional<TemplateText> template_;  // when sightings are on
};

}  // namespace ringfence
