#include "matcher/scanner.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "matcher/short_code.h"

namespace ringfence {
namespace {

/// So much text after a match must be known before its cluster is cut out.
constexpr std::uint64_t kLookAhead =
    Cluster::kClusterBytesMax + std::max(Cluster::kContextBytes, kPeekBytes);
/// So much before the next match is kept.
constexpr std::uint64_t kLookBehind =
    kWalkLeftMax + std::max(Cluster::kContextBytes, kPeekBytes) + kNumberWordBytesMax;
/// A match this far behind the end of a cluster may still tell of the cluster's kind.
constexpr std::uint64_t kReach = kNumberWordBytesMax + kWordGapBytesMax;

/// Digits in the midst of a long run of them: text[begin, end), or nothing at the end of the text.
struct DigitFlood {
  std::size_t begin;
  std::size_t end;
};

/// The patterns need not see what stands amid a flood: after kKeep digits one more changes nothing,
/// and no cluster is cut out of one. They would report a match at every digit.
DigitFlood next_flood(std::string_view text) {
  constexpr std::size_t kStep = 64;
  constexpr std::size_t kKeep = 2 * kDigitRunMax;
  for (std::size_t i = 2 * kStep; i < text.size(); i += kStep) {
    if (!is_ascii_digit(text[i]) || !is_ascii_digit(text[i - kStep])) continue;
    std::size_t begin = i;
    while (begin > 0 && is_ascii_digit(text[begin - 1])) --begin;
    std::size_t end = i;
    while (end < text.size() && is_ascii_digit(text[end])) ++end;
    if (end - begin > 3 * kKeep) return {begin + kKeep, end - kKeep};
    i = end;
  }
  return {text.size(), text.size()};
}

bool is_candidate(const Extent& extent) {
  constexpr int kDigitsMin = 3;  // with letters or words for the rest
  const bool spelled_whole = extent.stand_ins >= kCandidateDigitsMin;
  return extent.digits + extent.stand_ins >= kCandidateDigitsMin &&
         (extent.digits >= kDigitsMin || spelled_whole);
}

}  // namespace

void Scanner::push(std::string_view utf8, std::vector<Cluster>& out) {
  while (!utf8.empty() && !failed_) {
    const std::uint64_t waiting = window_.end() - scanned_;
    const std::size_t slice = std::min<std::uint64_t>(utf8.size(), kScanBytes - waiting);
    fold_.push(utf8.substr(0, slice), window_);
    utf8.remove_prefix(slice);
    if (window_.end() - scanned_ < kScanBytes) continue;
    scan();
    phrases_.find(window_, false, phrases_found_);
    cut_clusters(false, out);
    forget();
  }
}

void Scanner::finish(std::vector<Cluster>& out) {
  if (failed_) return;
  fold_.finish(window_);
  if (window_.end() > scanned_) scan();
  phrases_.find(window_, true, phrases_found_);
  cut_clusters(true, out);
}

void Scanner::take_phrases(std::vector<PhraseMatch>& out) {
  out.insert(out.end(), phrases_found_.begin(), phrases_found_.end());
  phrases_found_.clear();
}

void Scanner::scan() {
  std::string_view fresh = std::string_view(window_.ascii).substr(scanned_ - window_.base);
  while (!fresh.empty() && !failed_) {
    const DigitFlood flood = next_flood(fresh);
    failed_ = !stream_.scan(fresh.substr(0, flood.begin), *this);
    skipped_ += flood.end - flood.begin;
    flood_bytes_ += flood.end - flood.begin;
    fresh.remove_prefix(flood.end);
  }
  scanned_ = window_.end();
  settle_hits();
}

void Scanner::on_match(std::uint32_t id, std::uint64_t end) {
  end += skipped_;
  if (id == kShortCodeId) return short_hits_.push_back(end);
  if (id >= kPatternKindCount) return phrases_.on_anchor(id, end);
  PatternKinds kinds{static_cast<PatternKind>(id)};
  if (!hits_.empty() && hits_.back().end / kHitBytes == end / kHitBytes) {
    hits_.back().end = std::min(hits_.back().end, end);
    hits_.back().kinds.insert(kinds);
    return;
  }
  hits_.push_back({end, kinds});
}

/// Matches come in no order: puts the new ones in order and joins those that belong together.
void Scanner::settle_hits() {
  const auto fresh = hits_.begin() + static_cast<std::ptrdiff_t>(hits_settled_);
  const auto by_end = [](const Hit& a, const Hit& b) { return a.end < b.end; };
  if (!std::is_sorted(fresh, hits_.end(), by_end)) std::sort(fresh, hits_.end(), by_end);
  // The last of the old ones may go on.
  std::size_t to = hits_settled_ == 0 ? 0 : hits_settled_ - 1;
  for (std::size_t from = to + 1; from < hits_.size(); ++from) {
    if (hits_[from].end / kHitBytes == hits_[to].end / kHitBytes) {
      hits_[to].kinds.insert(hits_[from].kinds);
    } else {
      hits_[++to] = hits_[from];
    }
  }
  if (!hits_.empty()) hits_.resize(to + 1);
  hits_settled_ = hits_.size();
}

void Scanner::cut_clusters(bool finished, std::vector<Cluster>& out) {
  std::size_t done = 0;
  for (; done < hits_.size(); ++done) {
    const std::uint64_t end = hits_[done].end;
    if (!finished && end + kLookAhead > scanned_) break;
    if (end <= covered_) continue;
    const Extent extent = extent_of(done);
    covered_ = std::max(window_.base + extent.end, end);
    if (is_candidate(extent)) cut(extent, out);
  }
  hits_.erase(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(done));
  hits_settled_ = hits_.size();
  if (!short_hits_.empty()) cut_short_codes(finished, out);
}

void Scanner::cut_short_codes(bool finished, std::vector<Cluster>& out) {
  std::sort(short_hits_.begin(), short_hits_.end());
  short_hits_.erase(std::unique(short_hits_.begin(), short_hits_.end()), short_hits_.end());
  std::size_t done = 0;
  for (; done < short_hits_.size(); ++done) {
    if (!finished && short_hits_[done] + kLookAhead > scanned_) break;
    const Extent extent = short_code_extent(window_.ascii, short_hits_[done] - window_.base);
    if (extent.digits == 0) continue;
    cut(extent, out);
    out.back().short_code = true;
  }
  short_hits_.erase(short_hits_.begin(), short_hits_.begin() + static_cast<std::ptrdiff_t>(done));
}

/// The cluster around a match, by the kinds of all patterns that match in it.
Extent Scanner::extent_of(std::size_t hit) const {
  const std::size_t at = hits_[hit].end - window_.base;
  const std::size_t floor = covered_ > window_.base ? covered_ - window_.base : 0;
  PatternKinds kinds = hits_[hit].kinds;
  Extent extent;
  for (int round = 0; round <= kPatternKindCount; ++round) {
    extent = cluster_extent(window_.ascii, at, floor, kinds);
    if (extent.flood) break;
    const std::uint64_t last = window_.base + extent.end + kReach;
    PatternKinds seen = kinds;
    for (std::size_t i = hit; i < hits_.size() && hits_[i].end <= last; ++i) {
      seen.insert(hits_[i].kinds);
    }
    if (seen == kinds) break;
    kinds = seen;
  }
  return extent;
}

void Scanner::cut(const Extent& extent, std::vector<Cluster>& out) const {
  const std::size_t from = extent.begin - std::min(extent.begin, Cluster::kContextBytes);
  const std::size_t to = std::min(extent.end + Cluster::kContextBytes, window_.ascii.size());
  Cluster& cluster = out.emplace_back();
  cluster.place = place_;
  cluster.offset = window_.base + from;
  cluster.text.assign(window_.ascii, from, to - from);
  cluster.begin = static_cast<std::uint32_t>(extent.begin - from);
  cluster.end = static_cast<std::uint32_t>(extent.end - from);

  const std::uint64_t original_from = window_.original_at(window_.base + from);
  const std::uint64_t original_to = window_.original_at(window_.base + to);
  cluster.original.assign(window_.original, original_from - window_.original_base,
                          original_to - original_from);
  window_.originals(window_.base + from, window_.base + to, original_from, cluster.original_at);

  const auto relative = [&](std::uint64_t offset) {
    return static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(offset, window_.base + from, window_.base + to) - window_.base -
        from);
  };
  for (const FoldedText::Mark& mark : window_.marks) {
    if (mark.begin > window_.base + to) break;
    if (mark.end < window_.base + from) continue;
    cluster.tricks.push_back({mark.trick, relative(mark.begin), relative(mark.end)});
  }
  for (std::uint32_t i = cluster.begin; i < cluster.end; ++i) {
    if (is_fold_symbol(cluster.text[i])) {
      cluster.tricks.push_back({Trick::kOddSeparators, i, i + 1});
    }
  }
  std::stable_sort(cluster.tricks.begin(), cluster.tricks.end(),
                   [](const TrickMark& a, const TrickMark& b) { return a.begin < b.begin; });
}

/// Lets go of the text that no coming cluster can reach.
void Scanner::forget() {
  std::uint64_t next = hits_.empty() ? scanned_ : std::min(hits_.front().end, scanned_);
  if (!short_hits_.empty()) next = std::min(next, short_hits_.front());
  const std::uint64_t keep = std::min(next - std::min(next, kLookBehind),
                                      scanned_ - std::min(scanned_, phrases_.keep_bytes()));
  if (keep > window_.base) window_.drop_before(keep);
}

}  // namespace ringfence
