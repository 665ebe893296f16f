// sighting_of(): an inspected message as it is remembered. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "config/evidence.h"
#include "config/policy.h"
#include "message/message_reader.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

/// The message with the numbers of `evidence`, in their order; action, rule and score are yet to
/// come. `answers` when it is known to answer another message (it has In-Reply-To or References).
Sighting sighting_of(const Config& config, const MessageFacts& facts, const Evidence& evidence,
                     bool answers);
/// What became of it.
void set_outcome(Sighting& sighting, const Verdict& verdict, Action told);

/// Of the brands that a message shows the one it puts itself under: that in From or Subject, else
/// the one nearest to a number, if it stands no further than kBrandDistanceMax. "" for none.
std::string worn_brand(const std::vector<LexiconHit>& lexicon);
inline constexpr std::uint32_t kBrandDistanceMax = 400;  // folded bytes

/// True for subjects that mail programs give to replies and forwards: "Re: ...", "WG: ...".
bool is_subject_of_answer(std::string_view subject);

}  // namespace ringfence
