#include "config/config_errors.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kSuggestedBytesMax = 64;  // longer texts are nobody's slip of the finger

constexpr std::size_t kPrefixBytesMin = 3;  // "warn" for "warning"

/// Optimal string alignment distance: insert, delete, change, swap neighbours, each for 1.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

/// The other spellings of "score_min": "Score-Min", "scoremin".
std::string plain_form(std::string_view text) {
  std::string form;
  for (const char c : text) {
    if (is_ascii_alnum(c)) form.push_back(ascii_lower(c));
  }
  return form;
}

}  // namespace

void ConfigErrors::add(Position at, std::string message) {
  errors_.push_back({at, std::move(message)});
}

std::string ConfigErrors::to_string(std::string_view name) const {
  std::vector<Entry> sorted = errors_;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());  // an alias's, told twice
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), kShownMax); ++i) {
    const auto& [at, message] = sorted[i];
    if (i > 0) text += '\n';
    text += fmt::format("{}:{}:{}: {}", name, at.line, at.column, message);
  }
  if (sorted.size() > kShownMax) {
    text += fmt::format("\n{}: and {} more", name, sorted.size() - kShownMax);
  }
  return text;
}

std::string suggestion(std::string_view text, const std::vector<std::string>& candidates) {
  if (text.size() > kSuggestedBytesMax) return "";
  const std::string form = plain_form(text);
  std::size_t nearest = std::max<std::size_t>(1, form.size() / 3) + 1;
  const std::string* best = nullptr;
  for (const std::string& candidate : candidates) {
    const std::string other = plain_form(candidate);
    const bool cut_short = form.size() >= kPrefixBytesMin && other.starts_with(form);
    const std::size_t distance = cut_short ? 1 : edit_distance(form, other);
    if (distance < nearest) {
      nearest = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? "" : fmt::format("did you mean '{}'?", *best);
}

}  // namespace ringfence
