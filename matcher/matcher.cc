#include "matcher/matcher.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "matcher/candidate_cost.h"
#include "matcher/hinted_reading.h"
#include "matcher/mirror.h"
#include "matcher/number_reader.h"
#include "matcher/numbering_plan.h"
#include "matcher/pattern_database.h"
#include "matcher/pattern_self_test.h"
#include "matcher/phrase_set.h"
#include "matcher/phrase_tally.h"
#include "matcher/reading.h"
#include "matcher/scanner.h"
#include "matcher/short_code.h"

namespace ringfence {

struct MatcherEngine::Impl {
  MatcherOptions options;
  PhraseSet phrases;
  std::unique_ptr<const PatternDatabase> patterns;
  std::shared_ptr<const NumberReader> reader;
  std::shared_ptr<const NumberingPlan> plan;
};

namespace {

/// As written, on one line, cut to kShownBytesMax at a scalar.
std::string shown_text(std::string_view written) {
  std::string out;
  for (const char c : trim(written)) {
    if (!is_ascii_space(c)) {
      out += c;
    } else if (out.empty() || out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.size() > Finding::kShownBytesMax) {
    out.resize(Finding::kShownBytesMax);
    out.resize(out.size() - incomplete_utf8_suffix(out));
  }
  return out;
}

}  // namespace

MatcherEngine::MatcherEngine(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
MatcherEngine::~MatcherEngine() = default;

Result<std::shared_ptr<const MatcherEngine>> MatcherEngine::create(const MatcherOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;

  auto reader = NumberReader::create(options);
  if (!reader) return tl::unexpected(reader.error());
  impl->reader = std::move(*reader);
  impl->plan = impl->reader->plan();
  impl->options.regions = impl->reader->regions();

  std::vector<std::string_view> region_words;
  for (const RegionPhrase& named : region_phrases()) region_words.push_back(named.phrase);
  auto phrases = PhraseSet::create(impl->options.lexicon, region_words);
  if (!phrases) return tl::unexpected(phrases.error());
  impl->phrases = std::move(*phrases);

  std::vector<PatternSpec> patterns = number_patterns();
  std::vector<std::string> words;
  for (PatternSpec& anchor : impl->phrases.patterns()) {
    words.push_back(anchor.expression);
    patterns.push_back(std::move(anchor));
  }
  if (impl->options.short_codes) patterns.push_back(short_code_pattern());
  auto blocks = PatternDatabase::create(patterns, PatternDatabase::Mode::kBlock);
  if (!blocks) return tl::unexpected(blocks.error());
  auto streams = PatternDatabase::create(patterns, PatternDatabase::Mode::kStream);
  if (!streams) return tl::unexpected(streams.error());
  if (auto proved = prove_streams(**blocks, **streams, words); !proved) {
    return tl::unexpected(proved.error());
  }
  impl->patterns = std::move(*streams);
  return std::shared_ptr<const MatcherEngine>(new MatcherEngine(std::move(impl)));
}

const MatcherOptions& MatcherEngine::options() const { return impl_->options; }

std::string MatcherEngine::describe() const {
  return fmt::format("hyperscan {}, {}", pattern_engine_version(), impl_->plan->describe());
}

Result<E164> MatcherEngine::parse_number(std::string_view text, std::string_view region) const {
  return impl_->reader->parse_number(text, region);
}

class MessageMatcher::Impl {
 public:
  Impl(std::shared_ptr<const MatcherEngine> engine, const std::vector<std::string>& regions,
       bool explain)
      : engine_(std::move(engine)), explain_(explain), phrases_(engine_->impl().phrases) {
    for (const std::string& hint : regions) add_region(ascii_upper(hint));
    for (const std::string& own : engine_->options().regions) add_region(own);
  }

  void push(std::uint32_t stream, Place place, std::string_view utf8) {
    if (exhausted_) return;
    std::unique_ptr<Stream>& opened = streams_[stream];
    if (!opened) opened = std::make_unique<Stream>(engine_->impl(), place);
    // A large push goes in slices, so that its clusters do not pile up.
    while (!utf8.empty() && !exhausted_) {
      const std::string_view slice = utf8.substr(0, Scanner::kScanBytes);
      utf8.remove_prefix(slice.size());
      opened->scanner.push(slice, clusters_);
      read(*opened);
      phrases_.count(place, opened->scanner.settled(), opened->near);
    }
  }

  void end(std::uint32_t stream) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    Stream& ending = *found->second;
    if (!exhausted_) {
      ending.scanner.finish(clusters_);
      read(ending);
    }
    phrases_.count_rest(ending.place, ending.near);
    streams_.erase(found);
  }

  RegionHints& hints() { return hints_; }

  Findings finish() {
    std::vector<std::uint32_t> open;
    for (const auto& [stream, state] : streams_) open.push_back(stream);
    std::sort(open.begin(), open.end());
    for (const std::uint32_t stream : open) end(stream);
    if (!phrases_.finish(engine_->options().lexicon_hits_max, findings_.lexicon)) {
      findings_.limits.insert(Limit::kLexicon);
    }
    read_deferred();
    put_in_order();
    return std::move(findings_);
  }

 private:
  struct Stream {
    Stream(const MatcherEngine::Impl& engine, Place text_place)
        : scanner(*engine.patterns, text_place, engine.phrases.empty() ? nullptr : &engine.phrases),
          place(text_place) {}

    Scanner scanner;
    Place place;
    NearNumbers near;
  };

  /// A cluster that waits for the hints; `has_number`: one is possible without them.
  struct Deferred {
    Cluster cluster;
    std::size_t order;
    bool has_number;
  };

  void add_region(const std::string& region) {
    if (!engine_->impl().plan->knows_region(region)) return;
    if (std::find(regions_.begin(), regions_.end(), region) == regions_.end()) {
      regions_.push_back(region);
    }
  }

  void defer(Cluster&& cluster, bool has_number) {
    constexpr std::size_t kFirst = MessageMatcher::kDeferredClustersMax / 2;
    if (deferred_.size() < MessageMatcher::kDeferredClustersMax) {
      deferred_.push_back({std::move(cluster), cluster_count_, has_number});
      return;
    }
    Deferred& oldest = deferred_[kFirst + deferrals_++ % kFirst];
    if (oldest.has_number) take_again(oldest);
    oldest = {std::move(cluster), cluster_count_, has_number};
  }

  // What gave no valid number is read once more, in the regions of the hints.
  void read_deferred() {
    const NumberingPlan& plan = *engine_->impl().plan;
    for (const Finding& finding : findings_.numbers) {
      if (finding.valid) hints_.add(RegionClue::kOtherNumber, finding.region);
    }
    const std::vector<RegionHint> hints =
        strongest_hints(hints_, regions_, plan, MessageMatcher::kRegionHintsMax);
    for (const Deferred& deferred : deferred_) {
      readings_.clear();
      read_by_hints(deferred.cluster, plan, hints, readings_);
      if (deferred.has_number && !read_one(true)) {
        take_again(deferred);
      } else {
        order_ = deferred.order;
        for (const Reading& reading : readings_) take(deferred.cluster, reading);
      }
    }
  }

  // In the regions without hints after all.
  void take_again(const Deferred& deferred) {
    order_ = deferred.order;
    std::vector<Reading> readings;
    read_cluster(deferred.cluster, *engine_->impl().plan, regions_, readings);
    for (const Reading& reading : readings) take(deferred.cluster, reading);
  }

  bool read_one(bool valid = false) const {
    return std::any_of(readings_.begin(), readings_.end(),
                       [valid](const Reading& r) { return r.number && (r.valid || !valid); });
  }

  // A number that is only possible, and has no country code, may be valid elsewhere.
  bool may_be_elsewhere(const Cluster& cluster) const {
    return !read_one(true) &&
           std::any_of(readings_.begin(), readings_.end(), [&cluster](const Reading& r) {
             return r.number && cluster.text[r.begin] != '+';
           });
  }

  // Phrases of regions are hints; those that are left are the lexicon's.
  void take_hints(std::vector<PhraseMatch>& phrases) {
    const std::size_t own = engine_->impl().phrases.terms().size();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
      const PhraseMatch& match = phrases[i];
      if (match.term < own) {
        phrases[kept++] = match;
        continue;
      }
      // Of names that end alike the longest is meant: "New Mexico".
      std::size_t longest = i;
      for (; i + 1 < phrases.size() && phrases[i + 1].term >= own &&
             phrases[i + 1].end == phrases[i].end;
           ++i) {
        if (phrases[i + 1].begin < phrases[longest].begin) longest = i + 1;
      }
      const RegionPhrase& named = region_phrases()[phrases[longest].term - own];
      hints_.add(named.clue, named.regions);
    }
    phrases.resize(kept);
  }

  // Numbers as they first appeared, those of the hints among the others.
  void put_in_order() {
    std::vector<std::size_t> by_order(findings_.numbers.size());
    for (std::size_t i = 0; i < by_order.size(); ++i) by_order[i] = i;
    const auto earlier = [this](std::size_t a, std::size_t b) { return orders_[a] < orders_[b]; };
    if (std::is_sorted(by_order.begin(), by_order.end(), earlier)) return;
    std::stable_sort(by_order.begin(), by_order.end(), earlier);
    std::vector<Finding> numbers;
    for (const std::size_t i : by_order) numbers.push_back(std::move(findings_.numbers[i]));
    findings_.numbers = std::move(numbers);
  }

  // What is no number as it is written may be one as it is shown, under a right-to-left override.
  void read_mirrored(const Cluster& cluster) {
    const Cluster shown = mirrored(cluster);
    readings_.clear();
    read_cluster(shown, *engine_->impl().plan, regions_, readings_);
    for (const Reading& reading : readings_) {
      if (reading.number) take(shown, reading);
    }
  }

  void read(Stream& stream) {
    if (stream.scanner.failed()) findings_.limits.insert(Limit::kCandidates);
    flood_bytes_ += stream.scanner.take_flood_bytes();
    count_candidates(flood_bytes_ / kFloodBytesPerCandidate);
    flood_bytes_ %= kFloodBytesPerCandidate;
    stream.scanner.take_phrases(stream.near.phrases);
    take_hints(stream.near.phrases);
    for (Cluster& cluster : clusters_) {
      if (exhausted_) break;
      readings_.clear();
      if (cluster.short_code) {
        read_short(cluster);
        continue;
      }
      read_cluster(cluster, *engine_->impl().plan, regions_, readings_);
      order_ = ++cluster_count_;
      const bool elsewhere =
          deferred_.size() < MessageMatcher::kDeferredClustersMax && may_be_elsewhere(cluster);
      for (const Reading& reading : readings_) {
        if (exhausted_) break;
        if (!elsewhere) take(cluster, reading);
        if (reading.number) {
          stream.near.numbers.push_back(
              {cluster.offset + reading.begin, cluster.offset + reading.end});
        }
      }
      const std::size_t cost = candidate_cost(cluster, readings_);
      count_candidates(cost);
      if (!read_one() && may_be_mirrored(cluster)) read_mirrored(cluster);
      if (elsewhere || (!read_one() && cost <= kCostToReadAgainMax))
        defer(std::move(cluster), elsewhere);
    }
    clusters_.clear();
  }

  void read_short(const Cluster& cluster) {
    read_short_code(cluster, *engine_->impl().plan, regions_, readings_);
    order_ = ++cluster_count_;
    for (const Reading& reading : readings_) take(cluster, reading);
    count_candidates(1);
  }

  void count_candidates(std::size_t count) {
    candidates_ += count;
    if (candidates_ < engine_->options().candidates_max) return;
    findings_.limits.insert(Limit::kCandidates);
    exhausted_ = true;
  }

  void take(const Cluster& cluster, const Reading& reading) {
    const bool added = reading.number && merge(cluster, reading);
    if (explain_) {
      findings_.notes.push_back({cluster.place,
                                 shown_text(cluster.shown(reading.begin, reading.end)),
                                 !reading.number ? "rejected" : (added ? "number" : "duplicate"),
                                 std::string(reading.reason), reading.number});
    }
  }

  /// True when the number is new.
  bool merge(const Cluster& cluster, const Reading& reading) {
    TrickSet tricks = reading.tricks;
    if (cluster.place == Place::kHtmlHidden) tricks.insert(Trick::kHiddenText);
    const auto known = index_.find(*reading.number);
    if (known != index_.end()) {
      Finding& finding = findings_.numbers[known->second];
      finding.places.insert(cluster.place);
      finding.tricks.insert(tricks);
      ++finding.count;
      return false;
    }
    if (findings_.numbers.size() >= engine_->options().numbers_max) {
      findings_.limits.insert(Limit::kNumbers);
      count_candidates(kCostOfNumberOver);
      return false;
    }
    index_.emplace(*reading.number, findings_.numbers.size());
    orders_.push_back(order_);
    findings_.numbers.push_back({*reading.number,
                                 {cluster.place},
                                 shown_text(cluster.shown(reading.begin, reading.end)),
                                 reading.valid,
                                 reading.line_type,
                                 reading.region,
                                 tricks,
                                 1,
                                 reading.overlay,
                                 cluster.short_code});
    return true;
  }

  std::shared_ptr<const MatcherEngine> engine_;
  const bool explain_;
  std::vector<std::string> regions_;
  RegionHints hints_;
  std::vector<Deferred> deferred_;
  std::size_t deferrals_ = 0;  // since it is full
  std::size_t cluster_count_ = 0;
  std::size_t order_ = 0;  // of the cluster whose numbers are being taken
  PhraseTally phrases_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Stream>> streams_;
  std::unordered_map<E164, std::size_t> index_;  // of the number in findings_.numbers
  Findings findings_;
  std::vector<std::size_t> orders_;  // by number in findings_
  std::size_t candidates_ = 0;
  std::uint64_t flood_bytes_ = 0;  // not yet counted as candidates
  bool exhausted_ = false;         // candidates_max reached: nothing more is looked at
  std::vector<Cluster> clusters_;  // scratch
  std::vector<Reading> readings_;  // scratch
};

MessageMatcher::MessageMatcher(std::shared_ptr<const MatcherEngine> engine,
                               std::vector<std::string> regions, bool explain)
    : impl_(std::make_unique<Impl>(std::move(engine), regions, explain)) {}
MessageMatcher::MessageMatcher(MessageMatcher&&) noexcept = default;
MessageMatcher& MessageMatcher::operator=(MessageMatcher&&) noexcept = default;
MessageMatcher::~MessageMatcher() = default;

void MessageMatcher::push(std::uint32_t stream, Place place, std::string_view utf8) {
  impl_->push(stream, place, utf8);
}
void MessageMatcher::hint_region(RegionClue clue, std::string_view region) {
  impl_->hints().add(clue, region);
}
void MessageMatcher::hint_charset(std::string_view label) { impl_->hints().add_charset(label); }
void MessageMatcher::hint_language(std::string_view tag) { impl_->hints().add_language(tag); }
void MessageMatcher::end(std::uint32_t stream) { impl_->end(stream); }
Findings MessageMatcher::finish() { return impl_->finish(); }

}  // namespace ringfence
