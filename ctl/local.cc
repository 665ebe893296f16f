#include "ctl/local.h"

#include <fmt/core.h>

#include "base/text.h"
#include "ctl/common.h"
#include "reputation/sightings/aggregates.h"
#include "reputation/sightings/campaign_tracker.h"

namespace ringfence {
namespace {

Json time_or_null(const std::optional<TimePoint>& time) {
  return time ? Json(iso_time(*time)) : Json(nullptr);
}

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

std::shared_ptr<const LocalEvidenceSource> open_local_evidence(const Config& config) {
  const SightingOptions& options = config.sightings;
  if (!options.enabled) return nullptr;
  struct Opened {
    explicit Opened(const SightingOptions& of) : campaigns(of) {}
    CampaignTracker campaigns;  // outlives the aggregates, which ask it
    std::shared_ptr<Aggregates> aggregates;
  };
  auto out = std::make_shared<Opened>(options);
  auto opened = Aggregates::open_reading(options.directory / "aggregates.mdb", options.window,
                                         &out->campaigns);
  if (opened) {
    out->aggregates = std::move(*opened);
    return {out, out->aggregates.get()};
  }
  if (opened.error().kind != ErrorKind::kNoInput) report_error(opened.error());
  return nullptr;
}

Json to_json(const LocalEvidence& evidence) {
  if (evidence.messages_total == 0 && evidence.good_messages == 0) return nullptr;
  return {{"messages", evidence.messages},
          {"days", evidence.days},
          {"brands", evidence.brands},
          {"formats", evidence.formats},
          {"sender_domains", evidence.sender_domains},
          {"recipient_domains", evidence.recipient_domains},
          {"messages_total", evidence.messages_total},
          {"first_seen", time_or_null(evidence.first_seen)},
          {"last_seen", time_or_null(evidence.last_seen)},
          {"dormant_days", evidence.dormant_days},
          {"good_messages", evidence.good_messages},
          {"campaign", evidence.campaign.empty() ? Json(nullptr) : Json(evidence.campaign)}};
}

std::string local_text(const LocalEvidence& evidence) {
  std::string out;
  if (evidence.messages_total > 0) {
    out = fmt::format("seen here in {} on {}", counted(evidence.messages, "mail"),
                      counted(static_cast<std::uint64_t>(evidence.days), "day"));
    if (evidence.brands > 0) {
      out += " under " + counted(static_cast<std::uint64_t>(evidence.brands), "brand");
    }
    out += fmt::format(", {} in all", evidence.messages_total);
    if (evidence.first_seen) out += ", first " + iso_time(*evidence.first_seen);
    if (evidence.last_seen) out += ", last " + iso_time(*evidence.last_seen);
  }
  if (evidence.good_messages > 0) {
    out += fmt::format("{}in {} of our own or trusted", out.empty() ? "" : "; ",
                       counted(evidence.good_messages, "mail"));
  }
  if (!evidence.campaign.empty()) out += ", campaign " + printable(evidence.campaign);
  return out;
}

}  // namespace ringfence
