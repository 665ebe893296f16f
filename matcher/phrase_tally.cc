#include "matcher/phrase_tally.h"

#include <algorithm>
#include <tuple>

namespace ringfence {
namespace {

constexpr std::uint32_t kFar = std::numeric_limits<std::uint32_t>::max();

template <typename T>
void put_in_order(std::vector<T>& values) {
  if (!std::is_sorted(values.begin(), values.end())) std::sort(values.begin(), values.end());
}

template <typename T>
void drop_front(std::vector<T>& values, std::size_t count) {
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

void PhraseTally::count(Place place, std::uint64_t horizon, NearNumbers& near) {
  if (near.phrases.empty() && near.numbers.empty()) return;
  if (!near.phrases.empty()) {
    terms_.resize(set_->terms().size());
    near.terms.resize(set_->terms().size());
  }
  put_in_order(near.phrases);
  put_in_order(near.numbers);
  std::size_t phrase = 0, number = 0;
  while (true) {
    const bool phrase_left = phrase < near.phrases.size() && near.phrases[phrase].begin < horizon;
    const bool number_left = number < near.numbers.size() && near.numbers[number].begin < horizon;
    if (number_left && (!phrase_left || near.numbers[number].begin <= near.phrases[phrase].begin)) {
      count_number(near.numbers[number++], near);
    } else if (phrase_left) {
      count_phrase(place, near.phrases[phrase++], near);
    } else {
      break;
    }
  }
  drop_front(near.phrases, phrase);
  drop_front(near.numbers, number);
}

void PhraseTally::count_phrase(Place place, const PhraseMatch& match, NearNumbers& near) {
  Term& term = terms_[match.term];
  NearNumbers::Near& seen = near.terms[match.term];
  term.places.insert(place);
  // Phrases of one name within one another ("invoice", "invoice number") count once.
  if (match.begin >= seen.last_end && term.count < kFar) ++term.count;
  seen.last_end = std::max(seen.last_end, match.end);
  if (near.last_number_end) nearer(match.term, *near.last_number_end, match.begin);
  if (!seen.waiting) near.waiting.push_back(match.term);
  seen.waiting = true;
}

void PhraseTally::count_number(const NearNumbers::Number& number, NearNumbers& near) {
  for (const std::uint32_t term : near.waiting) {
    nearer(term, near.terms[term].last_end, number.begin);
    near.terms[term].waiting = false;
  }
  near.waiting.clear();
  near.last_number_end = std::max(near.last_number_end.value_or(0), number.end);
}

void PhraseTally::nearer(std::uint32_t term, std::uint64_t from, std::uint64_t to) {
  const std::uint64_t bytes = to > from ? to - from : 0;
  std::optional<std::uint32_t>& distance = terms_[term].distance;
  distance = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, distance.value_or(kFar)));
}

bool PhraseTally::finish(std::size_t hits_max, std::vector<LexiconHit>& out) const {
  const std::size_t begin = out.size();
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const Term& term = terms_[i];
    if (term.count == 0) continue;
    const LexiconTerm& named = set_->terms()[i];
    out.push_back({named.kind, named.name, term.places, term.count, term.distance});
  }
  const auto order = [](const LexiconHit& hit) {
    return std::make_tuple(!hit.distance, hit.distance.value_or(0), hit.kind,
                           std::string_view(hit.name));
  };
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
            [&](const LexiconHit& a, const LexiconHit& b) { return order(a) < order(b); });
  if (out.size() - begin <= hits_max) return true;
  out.resize(begin + hits_max);
  return false;
}

}  // namespace ringfence
