#include "reputation/feeds/feed_columns.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

struct Known {
  std::string_view name;  // lower case, letters and digits only
  FeedCell cell;
};

// Names of columns in the wild, the plainer ones first: the first of a kind counts.
constexpr auto kKnown = std::to_array<Known>({
    {"number", FeedCell::kNumber},
    {"numbers", FeedCell::kNumber},
    {"phonenumber", FeedCell::kNumber},
    {"phonenumbers", FeedCell::kNumber},
    {"telephonenumber", FeedCell::kNumber},
    {"e164", FeedCell::kNumber},
    {"phone", FeedCell::kNumber},
    {"telephone", FeedCell::kNumber},
    {"tel", FeedCell::kNumber},
    {"msisdn", FeedCell::kNumber},
    {"did", FeedCell::kNumber},
    {"ani", FeedCell::kNumber},
    {"calleridnumber", FeedCell::kNumber},
    {"callernumber", FeedCell::kNumber},
    {"callerid", FeedCell::kNumber},
    {"companyphonenumber", FeedCell::kNumber},
    {"pattern", FeedCell::kNumber},
    {"range", FeedCell::kNumber},
    {"numberfrom", FeedCell::kNumber},
    {"rangestart", FeedCell::kNumber},
    {"startnumber", FeedCell::kNumber},
    {"firstnumber", FeedCell::kNumber},
    {"numberto", FeedCell::kNumberEnd},
    {"rangeend", FeedCell::kNumberEnd},
    {"endnumber", FeedCell::kNumberEnd},
    {"lastnumber", FeedCell::kNumberEnd},
    {"prefix", FeedCell::kPrefix},
    {"prefixes", FeedCell::kPrefix},
    {"numberprefix", FeedCell::kPrefix},
    {"phoneprefix", FeedCell::kPrefix},
    {"country", FeedCell::kRegion},
    {"countrycode", FeedCell::kRegion},
    {"regioncode", FeedCell::kRegion},
    {"score", FeedCell::kScore},
    {"riskscore", FeedCell::kScore},
    {"risk", FeedCell::kScore},
    {"firstseen", FeedCell::kFirstSeen},
    {"firstlisted", FeedCell::kFirstSeen},
    {"firstreported", FeedCell::kFirstSeen},
    {"validfrom", FeedCell::kFirstSeen},
    {"dateadded", FeedCell::kFirstSeen},
    {"added", FeedCell::kFirstSeen},
    {"lastseen", FeedCell::kLastSeen},
    {"lastreported", FeedCell::kLastSeen},
    {"seen", FeedCell::kLastSeen},
    {"date", FeedCell::kLastSeen},
    {"timestamp", FeedCell::kLastSeen},
    {"updated", FeedCell::kLastSeen},
    {"created", FeedCell::kLastSeen},
    {"createddate", FeedCell::kLastSeen},  // of a complaint: that day it rang
    {"expires", FeedCell::kExpires},
    {"expiry", FeedCell::kExpires},
    {"expiration", FeedCell::kExpires},
    {"validuntil", FeedCell::kExpires},
    {"validto", FeedCell::kExpires},
    {"repeats", FeedCell::kRepeats},
    {"reports", FeedCell::kRepeats},
    {"complaints", FeedCell::kRepeats},
    {"reportcount", FeedCell::kRepeats},
    {"count", FeedCell::kRepeats},
});

constexpr auto kOfBlockLists = std::to_array<Known>({
    {"category", FeedCell::kCategory},
    {"class", FeedCell::kCategory},
    {"type", FeedCell::kCategory},
});
constexpr auto kOfDirectories = std::to_array<Known>({
    {"brand", FeedCell::kCategory},
    {"company", FeedCell::kCategory},
    {"organization", FeedCell::kCategory},
    {"organisation", FeedCell::kCategory},
    {"name", FeedCell::kCategory},
});
constexpr auto kOfProviders = std::to_array<Known>({
    {"provider", FeedCell::kCategory},
    {"carrier", FeedCell::kCategory},
    {"operator", FeedCell::kCategory},
    {"company", FeedCell::kCategory},
    {"name", FeedCell::kCategory},
    {"type", FeedCell::kType},
    {"linetype", FeedCell::kType},
});

constexpr std::size_t kRankOfKnown = 100;  // after the operator's own

std::string normal_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (is_ascii_alnum(c)) out += ascii_lower(c);
  }
  return out;
}

template <std::size_t N>
std::optional<FeedColumnNames::Match> find_in(const std::array<Known, N>& known,
                                              std::string_view name) {
  const auto it = std::find_if(known.begin(), known.end(),
                               [&](const Known& column) { return column.name == name; });
  if (it == known.end()) return std::nullopt;
  return FeedColumnNames::Match{
      .cell = it->cell, .rank = kRankOfKnown + static_cast<std::size_t>(it - known.begin())};
}

}  // namespace

FeedColumnNames::FeedColumnNames(const FeedColumns& own, ListRole role) : role_(role) {
  const auto add = [this](const std::string& name, FeedCell cell) {
    if (normal_name(name).empty()) return;
    own_.push_back({.name = normal_name(name), .cell = cell});
    settled_[static_cast<std::size_t>(cell)] = true;
  };
  add(own.number, FeedCell::kNumber);
  add(own.category, FeedCell::kCategory);
  add(own.type, FeedCell::kType);
  add(own.score, FeedCell::kScore);
  add(own.first_seen, FeedCell::kFirstSeen);
  add(own.last_seen, FeedCell::kLastSeen);
  add(own.expires, FeedCell::kExpires);
  if (!own_.empty() && own_.front().cell == FeedCell::kNumber) {
    settled_[static_cast<std::size_t>(FeedCell::kNumberEnd)] = true;
    settled_[static_cast<std::size_t>(FeedCell::kPrefix)] = true;
  }
}

std::optional<FeedColumnNames::Match> FeedColumnNames::find(std::string_view name) const {
  const std::string normal = normal_name(name);
  const auto own = std::find_if(own_.begin(), own_.end(),
                                [&](const Own& column) { return column.name == normal; });
  if (own != own_.end()) {
    return Match{.cell = own->cell, .rank = static_cast<std::size_t>(own - own_.begin())};
  }
  auto match = find_in(kKnown, normal);
  if (!match) {
    switch (role_) {
      case ListRole::kBlock:
      case ListRole::kAllow:
        match = find_in(kOfBlockLists, normal);
        break;
      case ListRole::kGenuine:
        match = find_in(kOfDirectories, normal);
        break;
      case ListRole::kProvider:
        match = find_in(kOfProviders, normal);
        break;
    }
  }
  if (match && settled_[static_cast<std::size_t>(match->cell)]) return std::nullopt;
  return match;
}

bool FeedColumnNames::names_number(std::string_view name) const {
  const auto match = find(name);
  return match && (match->cell == FeedCell::kNumber || match->cell == FeedCell::kPrefix);
}

void FeedCells::set(FeedColumnNames::Match match, std::string_view text) {
  const auto index = static_cast<std::size_t>(match.cell);
  text = trim(text).substr(0, kCellBytesMax);
  if (text.empty()) return;
  if (!text_[index].empty() && rank_[index] <= match.rank) return;
  text_[index] = text;
  rank_[index] = match.rank;
}

FeedRow FeedCells::take_row(std::uint64_t line) {
  const auto take = [this](FeedCell cell) {
    return std::exchange(text_[static_cast<std::size_t>(cell)], {});
  };
  FeedRow row{.line = line,
              .refusal = {},
              .number = take(FeedCell::kNumber),
              .region = take(FeedCell::kRegion),
              .category = take(FeedCell::kCategory),
              .type = take(FeedCell::kType),
              .score = take(FeedCell::kScore),
              .first_seen = take(FeedCell::kFirstSeen),
              .last_seen = take(FeedCell::kLastSeen),
              .expires = take(FeedCell::kExpires),
              .repeats = take(FeedCell::kRepeats)};
  const std::string last = take(FeedCell::kNumberEnd);
  const std::string prefix = take(FeedCell::kPrefix);
  if (!row.number.empty() && !last.empty()) row.number += " - " + last;
  // "33199######" beside "+33199": its country code is there.
  if (prefix.size() > 1 && prefix.front() == '+' && row.number.starts_with(prefix.substr(1))) {
    row.number.insert(row.number.begin(), '+');
  }
  if (row.number.empty() && !prefix.empty()) {
    row.number = prefix;
    if (!prefix.ends_with('*')) row.number += '*';
  }
  if (row.number.empty()) row.refusal = Refusal::kNoNumber;
  return row;
}

}  // namespace ringfence
