#include "ctl/export_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "matcher/number_reader.h"
#include "reputation/generation_directory.h"
#include "reputation/record.h"

namespace ringfence {
namespace {

constexpr std::size_t kBatch = 512;           // numbers of one look at overrides
constexpr std::size_t kSeenMax = 20'000'000;  // numbers_max of SightingOptions, and its default
constexpr int kOpenTries = 3;                 // generations may be cleaned away as we open them

}  // namespace

Result<ExportSource> ExportSource::open(const Config& config, ExportRules rules,
                                        const std::vector<std::string>& national, TimePoint now) {
  ExportSource out;
  out.rules_ = std::move(rules);
  out.rules_.window = config.sightings.window;
  out.now_ = now;
  out.scoring_ = {.decay = config.reputation.decay,
                  .decay_categories = config.reputation.decay_categories,
                  .blocks = config.reputation.blocks};
  for (const LexiconEntry& entry : config.matcher.lexicon) {
    if (entry.kind == LexiconKind::kBrand) out.brands_.emplace(short_hash(entry.name), entry.name);
  }
  if (auto opened = out.open_table(config); !opened) return tl::unexpected(opened.error());
  if (auto opened = out.open_sightings(config); !opened) return tl::unexpected(opened.error());
  if (auto checked = out.check_lists(); !checked) return tl::unexpected(checked.error());
  if (!national.empty()) {
    const auto reader = NumberReader::create(config.matcher);
    if (!reader) return tl::unexpected(reader.error());
    out.plan_ = (*reader)->plan();
    for (const std::string& name : national) {
      out.national_.push_back(ascii_upper(name));
      if (out.plan_->knows_region(out.national_.back())) continue;
      return fail(ErrorKind::kUsage, fmt::format("'{}' is no region", printable(name)));
    }
  }
  if (auto gathered = out.gather_extra(); !gathered) return tl::unexpected(gathered.error());
  return out;
}

Result<void> ExportSource::open_table(const Config& config) {
  const GenerationDirectory directory(config.reputation.directory);
  auto overrides = Overrides::open(directory.root());
  if (!overrides) return tl::unexpected(overrides.error());
  overrides_ = std::move(*overrides);
  for (int tries_left = kOpenTries;; --tries_left) {
    const auto number = directory.current();
    if (!number) return tl::unexpected(number.error());
    if (!*number) {
      if (rules_.local || rules_.deny) return {};
      return fail(ErrorKind::kNoInput,
                  fmt::format("no table yet in {}", directory.root().string()));
    }
    auto generation = Generation::open(directory.folder(**number));
    if (generation) {
      generation_number_ = *number;
      generation_ = std::move(*generation);
      counts_.ranges = generation_->meta().ranges;
      return {};
    }
    if (generation.error().kind != ErrorKind::kNoInput || tries_left == 1) {
      return tl::unexpected(generation.error());
    }
  }
}

Result<void> ExportSource::open_sightings(const Config& config) {
  const auto file = config.sightings.directory / "aggregates.mdb";
  if (config.sightings.enabled) {
    auto opened = Aggregates::open_reading(file, config.sightings.window, nullptr);
    if (opened) {
      aggregates_ = std::move(*opened);
      return {};
    }
    if (opened.error().kind != ErrorKind::kNoInput) {
      return fail(opened.error().kind,
                  opened.error().message +
                      "\nwithout the sightings numbers of honest mail would be exported");
    }
  }
  if (!rules_.local) return {};
  return fail(ErrorKind::kNoInput,
              config.sightings.enabled
                  ? fmt::format("nothing was recorded yet: no {}", file.string())
                  : "sightings are off in the configuration");
}

Result<void> ExportSource::check_lists() {
  static const std::vector<ListInfo> kNone;
  const std::vector<ListInfo>& lists = generation_ ? generation_->meta().lists : kNone;
  for (const std::string& name : rules_.lists) {
    const auto found = std::find_if(lists.begin(), lists.end(),
                                    [&](const ListInfo& list) { return list.name == name; });
    if (found == lists.end()) {
      return fail(ErrorKind::kUsage, fmt::format("there is no list \"{}\"", printable(name)));
    }
    if (found->role != ListRole::kBlock) {
      return fail(ErrorKind::kUsage, fmt::format("list \"{}\" is no block list: its role is {}",
                                                 name, to_token(found->role)));
    }
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (lists[i].role != ListRole::kBlock) continue;
    if (rules_.lists.empty() ||
        std::find(rules_.lists.begin(), rules_.lists.end(), lists[i].name) != rules_.lists.end()) {
      lists_.push_back(static_cast<std::uint16_t>(i));
    }
  }
  return {};
}

Result<void> ExportSource::gather_extra() {
  if (rules_.local && aggregates_) {
    bool full = false;
    const auto walked = aggregates_->for_each([&](E164 number, const Aggregate& seen) {
      if (suspect_here(seen, rules_, now_)) extra_.push_back(number);
      full = extra_.size() >= kSeenMax;
      return !full;
    });
    if (!walked) return walked;
    if (full) return fail(ErrorKind::kData, "more numbers were seen here than an export holds");
  }
  if (rules_.deny && overrides_) {
    const auto entries = overrides_->list();
    if (!entries) return tl::unexpected(entries.error());
    for (const NumberOverride& entry : *entries) {
      const auto number = entry.range.number();
      if (number && entry.entry.kind == OverrideKind::kDeny) extra_.push_back(*number);
    }
    std::sort(extra_.begin(), extra_.end());
    extra_.erase(std::unique(extra_.begin(), extra_.end()), extra_.end());
  }
  return {};
}

bool ExportSource::may_be_listed(std::string_view records) const {
  for (; records.size() >= kRecordBytes; records.remove_prefix(kRecordBytes)) {
    const Record record = read_record(records);
    if (std::binary_search(lists_.begin(), lists_.end(), record.list) &&
        unexpired(record.expires, to_seconds(now_))) {
      return true;
    }
  }
  return false;
}

Result<void> ExportSource::for_each(const Visit& visit, const Walked& walked) {
  std::optional<LmdbReading> reading;
  std::optional<LmdbCursor> cursor;
  bool more = false;
  if (generation_ != nullptr) {
    auto begun = generation_->read();
    if (!begun) return tl::unexpected(begun.error());
    reading.emplace(std::move(*begun));
    auto opened = generation_->cursor(*reading, GenerationTable::kNumbers);
    if (!opened) return tl::unexpected(opened.error());
    cursor.emplace(std::move(*opened));
    const auto first = cursor->first();
    if (!first) return tl::unexpected(first.error());
    more = *first;
  }
  const std::uint64_t total = (generation_ ? generation_->meta().numbers : 0) + extra_.size();
  std::uint64_t done = 0;
  std::vector<E164> batch;
  const auto finish_batch = [&]() -> Result<void> {
    auto judged = judge(batch, reading ? &*reading : nullptr, visit);
    batch.clear();
    walked(done, total);
    return judged;
  };
  for (auto extra = extra_.begin(); more || extra != extra_.end(); ++done) {
    std::optional<E164> number;
    if (more) {
      number = E164::from_key(cursor->key());
      if (!number) return fail(ErrorKind::kData, "the table holds a key that is no number");
    }
    if (extra != extra_.end() && (!number || *extra < *number)) {
      batch.push_back(*extra++);
    } else {
      const bool both = extra != extra_.end() && *extra == *number;
      if (both) ++extra;
      if (both || may_be_listed(cursor->value())) batch.push_back(*number);
      const auto next = cursor->next();
      if (!next) return tl::unexpected(next.error());
      more = *next;
    }
    if (batch.size() < kBatch) continue;
    if (auto judged = finish_batch(); !judged) return judged;
  }
  return finish_batch();
}

Result<void> ExportSource::judge(const std::vector<E164>& numbers, const LmdbReading* reading,
                                 const Visit& visit) {
  std::vector<std::optional<Override>> overrides(numbers.size());
  if (overrides_ != nullptr) {
    auto found = overrides_->find(numbers, now_);
    if (!found) return tl::unexpected(found.error());
    overrides = std::move(*found);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    NumberFacts facts;
    if (reading != nullptr) {
      auto found = generation_->find(*reading, numbers[i], scoring_.blocks.enabled);
      if (!found) return tl::unexpected(found.error());
      facts = std::move(*found);
    }
    facts.override_entry = std::move(overrides[i]);
    std::optional<Aggregate> seen;
    if (aggregates_ != nullptr) {
      auto found = aggregates_->find(numbers[i]);
      if (!found) return tl::unexpected(found.error());
      seen = std::move(*found);
    }
    Selected selected = select(numbers[i], std::move(facts), seen, rules_, scoring_, brands_, now_);
    if (!selected.indicator) {
      ++counts_.left[static_cast<std::size_t>(selected.left_out)];
      continue;
    }
    for (const std::string& region : national_) {
      auto digits = national_digits(*plan_, numbers[i], region);
      auto& all = selected.indicator->national;
      if (digits && std::find(all.begin(), all.end(), *digits) == all.end()) {
        all.push_back(std::move(*digits));
      }
    }
    ++counts_.exported;
    if (!selected.indicator->score) ++counts_.seen_only;
    if (auto visited = visit(*selected.indicator); !visited) return visited;
  }
  return {};
}

std::optional<std::string> national_digits(const NumberingPlan& plan, E164 number,
                                           const std::string& region) {
  // What countries write in front of a number at home, Russia 8, Hungary 06, others 0.
  static constexpr const char* kTrunks[] = {"0", "8", "06"};
  const std::string digits = number.to_string().substr(1);
  const std::string code = std::to_string(plan.country_code(region));
  if (!digits.starts_with(code)) return std::nullopt;
  const std::string significant = digits.substr(code.size());
  const auto is_it = [&](const std::string& dialled) {
    return plan.national(dialled, region).number == number;
  };
  if (plan.trunk_prefix_expected(region)) {
    for (const char* trunk : kTrunks) {
      if (is_it(trunk + significant)) return trunk + significant;
    }
  }
  return is_it(significant) ? std::optional(significant) : std::nullopt;
}

}  // namespace ringfence
