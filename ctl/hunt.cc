// `ringfencectl hunt`: who received what showed these numbers, and what was delivered before a
// number was known to be bad.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/numbers.h"
#include "ctl/sightings_common.h"
#include "reputation/reputation_store.h"
#include "reputation/sightings/campaign_reader.h"

namespace ringfence {
namespace {

constexpr std::size_t kLookupBatch = 1'000;

// What becomes of each mail that is found: a line, or its recipients in the end.
class Catch {
 public:
  Catch(const CommonArguments& common, const HuntArguments& arguments,
        std::vector<TextTable::Column> added = {})
      : json_(common.json),
        recipients_(arguments.recipients),
        limit_(arguments.limit == 0 ? SIZE_MAX : arguments.limit),
        printer_(common.json, /*with_ids=*/true, std::move(added)) {}

  /// False when there are enough.
  bool add(const JournalEntry& entry, const std::vector<SeenNumber>& numbers,
           std::vector<std::string> added = {}, const Json& members = {}) {
    if (recipients_) {
      count_.add(entry.sighting);
    } else {
      printer_.print(entry, numbers, std::move(added), members);
    }
    return count().messages() < limit_;
  }

  void finish(const JournalReader& reader, std::string_view what) {
    printer_.flush();
    if (recipients_) return print_recipients(reader, what);
    if (json_) return;
    if (count().messages() == 0) {
      fmt::print("{}\n", nothing_text(reader, what));
    } else {
      fmt::print("{}\n", count().text());
      if (count().messages() == limit_) fmt::print("the newest {}; there may be more\n", limit_);
    }
  }

 private:
  const MailCount& count() const { return recipients_ ? count_ : printer_.count(); }

  // Nothing but addresses on stdout: they go into other programs.
  void print_recipients(const JournalReader& reader, std::string_view what) const {
    for (const std::string& name : count_.names()) {
      if (json_) {
        fmt::print("{}\n", to_line(Json{{"recipient", name}}));
      } else {
        fmt::print("{}\n", printable(name, 2'000));
      }
    }
    if (count_.messages() == 0) {
      fmt::print(stderr, "ringfencectl: {}\n", nothing_text(reader, what));
    } else if (count_.names_cut()) {
      fmt::print(
          stderr,
          "ringfencectl: some mails had more than {} recipients: ask the MTA's log for their "
          "queue ids\n",
          Sighting::kRecipientsMax);
    }
  }

  bool json_;
  bool recipients_;
  std::size_t limit_;
  MailPrinter printer_;
  MailCount count_;
};

std::vector<SeenNumber> hunted(const Sighting& sighting, const std::vector<NumberRange>& ranges) {
  std::vector<SeenNumber> out;
  for (const SeenNumber& seen : sighting.numbers) {
    if (std::any_of(ranges.begin(), ranges.end(),
                    [&](const NumberRange& range) { return range.contains(seen.number); })) {
      out.push_back(seen);
    }
  }
  return out;
}

int hunt_numbers(const CommonArguments& common, const HuntArguments& arguments,
                 const Config& config, const TimeWindow& window, JournalReader& journal) {
  const auto reader = NumberReader::create(config.matcher);
  if (!reader) return report_error(reader.error());
  const auto ranges = parse_ranges(**reader, arguments.targets, arguments.region);
  if (!ranges) return report_error(ranges.error());
  SightingQuery query;
  query.numbers = *ranges;
  query.since = window.since;
  query.until = window.until;
  query.limit = SIZE_MAX;
  Catch found(common, arguments);
  journal.for_each(query, [&](const JournalEntry& entry) {
    return found.add(entry, hunted(entry.sighting, *ranges));
  });
  found.finish(journal, "mail showed that");
  return report_problems(journal);
}

int hunt_campaign(const CommonArguments& common, const HuntArguments& arguments,
                  const Config& config, const TimeWindow& window, JournalReader& journal,
                  CampaignId id) {
  const auto campaigns = CampaignReader::open(config.sightings.directory, now_seconds());
  if (!campaigns) return report_error(campaigns.error());
  const auto campaign = campaigns->find(id);
  if (!campaign) return report_error(campaign.error());
  if (!*campaign) {
    return report_error({ErrorKind::kData, "there is no campaign " + id.to_string()});
  }
  auto members = campaigns->members(id);
  if (!members) return report_error(members.error());
  std::sort(members->messages.rbegin(), members->messages.rend());
  Catch found(common, arguments);
  std::size_t gone = 0;
  for (const SightingRef& ref : members->messages) {
    auto sighting = journal.read(ref);
    if (!sighting) {
      ++gone;
    } else if (window.contains(sighting->when)) {
      const JournalEntry entry{ref, std::move(*sighting)};
      if (!found.add(entry, entry.sighting.numbers)) break;
    }
  }
  found.finish(journal, "mail of that campaign");
  if (members->messages_cut) {
    fmt::print(
        stderr,
        "ringfencectl: only its newest {} mails are known as members; hunt its numbers for more\n",
        members->messages.size());
  }
  if (gone > 0) {
    fmt::print(stderr, "ringfencectl: {} of its mails are in the journal no more\n", gone);
  }
  return report_problems(journal);
}

// A number that is bad now.
struct Bad {
  int score = 0;
  std::string
      since{};  // when the first of its lists, or the operator, named it; "" for its block's sake
  std::string by{};
};

Bad bad_of(const NumberReputation& reputation) {
  Bad out{.score = reputation.score};
  if (const auto& entry = reputation.override_entry) {
    return {reputation.score, iso_time(entry->added), "deny"};
  }
  std::optional<TimePoint> first;
  for (const Listing& listing : reputation.listings) {
    if (listing.role != ListRole::kBlock) continue;
    if (!first || listing.first_listed < *first) first = listing.first_listed;
    out.by += (out.by.empty() ? "" : ",") + listing.list;
  }
  if (first) out.since = iso_time(*first);
  if (out.by.empty() && reputation.block) out.by = "block " + reputation.block->range.to_string();
  return out;
}

Result<std::map<E164, Bad>> bad_numbers(const Config& config, const std::vector<E164>& numbers,
                                        int score_min) {
  const auto store = ReputationStore::open(config.reputation);
  if (!store) return tl::unexpected(store.error());
  const TimePoint now = now_seconds();
  std::map<E164, Bad> out;
  Progress progress;
  for (std::size_t at = 0; at < numbers.size(); at += kLookupBatch) {
    progress.at("lookup", at, numbers.size());
    const std::span batch =
        std::span(numbers).subspan(at, std::min(kLookupBatch, numbers.size() - at));
    const auto found = (*store)->lookup(batch, now);
    if (!found) return tl::unexpected(found.error());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if ((*found)[i].score >= score_min) out.emplace(batch[i], bad_of((*found)[i]));
    }
  }
  return out;
}

// The numbers of a delivered mail that were not bad then and are now.
std::vector<SeenNumber> turned_bad(const Sighting& sighting, const std::map<E164, Bad>& bad,
                                   int score_min) {
  std::vector<SeenNumber> out;
  if (!was_delivered(sighting) || sighting.direction == Direction::kOutbound) return out;
  for (const SeenNumber& seen : sighting.numbers) {
    if (seen.score < score_min && bad.contains(seen.number)) out.push_back(seen);
  }
  return out;
}

Json newly_json(const std::vector<SeenNumber>& numbers, const std::map<E164, Bad>& bad) {
  Json out = Json::array();
  for (const SeenNumber& seen : numbers) {
    const Bad& now = bad.at(seen.number);
    out.push_back({{"number", seen.number.to_string()},
                   {"score_then", seen.score},
                   {"score_now", now.score},
                   {"listed", now.since.empty() ? Json(nullptr) : Json(now.since)},
                   {"by", now.by}});
  }
  return {{"newly_listed", std::move(out)}};
}

int hunt_newly_listed(const CommonArguments& common, const HuntArguments& arguments,
                      const Config& config, const TimeWindow& window, JournalReader& journal) {
  const auto bad = bad_numbers(config, journal.distinct_numbers(window.since, window.until),
                               arguments.score_min);
  if (!bad) return report_error(bad.error());
  SightingQuery query;
  for (const auto& one : *bad) query.numbers.emplace_back(one.first);
  query.since = window.since;
  query.until = window.until;
  query.limit = SIZE_MAX;
  Catch found(common, arguments, {{"THEN", 0, true}, {"NOW", 0, true}, {"LISTED"}, {"BY", 8}});
  if (!bad->empty()) {
    journal.for_each(query, [&](const JournalEntry& entry) {
      const auto numbers = turned_bad(entry.sighting, *bad, arguments.score_min);
      if (numbers.empty()) return true;
      const Bad& first = bad->at(numbers.front().number);
      return found.add(entry, numbers,
                       {std::to_string(numbers.front().score), std::to_string(first.score),
                        first.since.empty() ? "-" : first.since, printable(first.by)},
                       newly_json(numbers, *bad));
    });
  }
  found.finish(journal, "delivered mail shows a number that is bad only since then");
  return report_problems(journal);
}

}  // namespace

int run_hunt(const CommonArguments& common, const HuntArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto window = parse_window(arguments.since, arguments.until, now_seconds());
  if (!window) return report_error(window.error());
  if (arguments.targets.empty() != arguments.newly_listed) {
    return report_error(
        {ErrorKind::kUsage, "hunt what: numbers, blocks, a campaign, or --newly-listed"});
  }
  auto journal = JournalReader::open(config->sightings.directory);
  if (!journal) return report_error(journal.error());
  if (arguments.newly_listed) {
    return hunt_newly_listed(common, arguments, *config, *window, *journal);
  }
  const auto id = CampaignId::parse(arguments.targets.front());
  if (!id) return hunt_numbers(common, arguments, *config, *window, *journal);
  if (arguments.targets.size() > 1) {
    return report_error({ErrorKind::kUsage, "one campaign at a time"});
  }
  return hunt_campaign(common, arguments, *config, *window, *journal, *id);
}

}  // namespace ringfence
