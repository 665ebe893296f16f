#include "reputation/generation_meta.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/integer.h"
#include "base/text.h"

namespace ringfence {
namespace {

// In ascending order.
constexpr std::string_view kBlocksKey = "blocks";
constexpr std::string_view kBuiltKey = "built";
constexpr std::string_view kCategoryPrefix = "category/";
constexpr std::string_view kDirectoryPrefix = "directory/";
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kListPrefix = "list/";
constexpr std::string_view kNumbersKey = "numbers";
constexpr std::string_view kRangesKey = "ranges";
constexpr std::string_view kRecordsKey = "records";
constexpr std::string_view kShapePrefix = "shape/";

constexpr std::size_t kRequired = 5;  // blocks, built, numbers, ranges, records

std::string one_field(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

std::int64_t seconds_of(TimePoint time) { return time.time_since_epoch().count(); }

}  // namespace

std::vector<std::pair<std::string, std::string>> encode_meta(const GenerationMeta& meta) {
  std::vector<std::pair<std::string, std::string>> out;
  out.emplace_back(kBlocksKey, fmt::format("{}\t{}\t{}\t{}", meta.thousands, meta.blocks,
                                           meta.member_rules.score_min, meta.member_rules.age_max));
  out.emplace_back(kBuiltKey, std::to_string(seconds_of(meta.built)));
  for (std::size_t i = 0; i < meta.categories.size(); ++i) {
    out.emplace_back(fmt::format("{}{:05}", kCategoryPrefix, i), meta.categories[i]);
  }
  for (const auto& [category, directory] : meta.directories) {
    out.emplace_back(fmt::format("{}{:05}", kDirectoryPrefix, category),
                     fmt::format("{}\t{}", directory.entries, to_expiry(directory.expires)));
  }
  out.emplace_back(kFormatKey, kTableFormat);
  for (std::size_t i = 0; i < meta.lists.size(); ++i) {
    const ListInfo& list = meta.lists[i];
    out.emplace_back(
        fmt::format("{}{:04}", kListPrefix, i),
        fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}", list.name, to_token(list.role), list.weight,
                    list.numbers, list.ranges, seconds_of(list.imported), one_field(list.source)));
  }
  out.emplace_back(kNumbersKey, std::to_string(meta.numbers));
  out.emplace_back(kRangesKey, std::to_string(meta.ranges));
  out.emplace_back(kRecordsKey, std::to_string(meta.records));
  for (const auto& [shape, keys] : meta.shapes) {
    out.emplace_back(fmt::format("{}{:02}{:02}", kShapePrefix, shape.first, shape.second),
                     std::to_string(keys));
  }
  return out;
}

bool MetaReader::push(std::string_view key, std::string_view value) {
  if (key.starts_with(kListPrefix)) return push_list(value);
  if (key.starts_with(kCategoryPrefix)) {
    if (meta_.categories.size() == kCategoriesMax) return false;
    meta_.categories.emplace_back(value);
    return true;
  }
  if (key.starts_with(kDirectoryPrefix)) {
    return push_directory(key.substr(kDirectoryPrefix.size()), value);
  }
  if (key.starts_with(kShapePrefix)) return push_shape(key.substr(kShapePrefix.size()), value);
  if (key == kBlocksKey) return push_blocks(value);
  return push_count(key, value);
}

// name TAB role TAB weight TAB numbers TAB ranges TAB imported TAB source
bool MetaReader::push_list(std::string_view value) {
  const std::vector<std::string_view> fields = split(value, '\t');
  if (fields.size() != 7 || meta_.lists.size() == kListsMax) return false;
  const auto role = list_role_from_token(fields[1]);
  const auto weight = to_integer<int>(fields[2]);
  const auto numbers = to_integer<std::uint64_t>(fields[3]);
  const auto ranges = to_integer<std::uint64_t>(fields[4]);
  const auto imported = to_integer<std::int64_t>(fields[5]);
  if (!role || !weight || *weight < 0 || *weight > 100 || !numbers || !ranges || !imported) {
    return false;
  }
  meta_.lists.push_back({.name = std::string(fields[0]),
                         .numbers = *numbers,
                         .imported = TimePoint(std::chrono::seconds(*imported)),
                         .source = std::string(fields[6]),
                         .role = *role,
                         .weight = *weight,
                         .ranges = *ranges});
  return true;
}

bool MetaReader::push_shape(std::string_view key, std::string_view value) {
  if (key.size() != 4) return false;
  const auto prefix = to_integer<int>(key.substr(0, 2));
  const auto digits = to_integer<int>(key.substr(2));
  const auto keys = to_integer<std::uint64_t>(value);
  if (!prefix || !digits || !keys || *prefix < 1 || *prefix > E164::kDigitsMax || *digits < 0 ||
      *digits > E164::kDigitsMax) {
    return false;
  }
  meta_.shapes[{*prefix, *digits}] = *keys;
  return true;
}

bool MetaReader::push_directory(std::string_view key, std::string_view value) {
  const std::vector<std::string_view> fields = split(value, '\t');
  const auto category = to_integer<std::uint16_t>(key);
  if (!category || fields.size() != 2) return false;
  const auto entries = to_integer<std::uint64_t>(fields[0]);
  const auto expires = to_integer<std::uint32_t>(fields[1]);
  if (!entries || !expires) return false;
  meta_.directories[*category] = {.entries = *entries, .expires = from_expiry(*expires)};
  return true;
}

bool MetaReader::push_blocks(std::string_view value) {
  const std::vector<std::string_view> fields = split(value, '\t');
  if (fields.size() != 4) return false;
  const auto thousands = to_integer<std::uint64_t>(fields[0]);
  const auto blocks = to_integer<std::uint64_t>(fields[1]);
  const auto score_min = to_integer<int>(fields[2]);
  const auto age_max = to_integer<std::uint32_t>(fields[3]);
  if (!thousands || !blocks || !score_min || !age_max) return false;
  meta_.thousands = *thousands;
  meta_.blocks = *blocks;
  meta_.member_rules = {.score_min = *score_min, .age_max = *age_max};
  seen_.emplace_back(kBlocksKey);
  return true;
}

bool MetaReader::push_count(std::string_view key, std::string_view value) {
  const bool known =
      key == kBuiltKey || key == kNumbersKey || key == kRangesKey || key == kRecordsKey;
  if (!known) return true;
  const auto integer = to_integer<std::int64_t>(value);
  if (!integer || *integer < 0) return false;
  const auto count = static_cast<std::uint64_t>(*integer);
  if (key == kBuiltKey) meta_.built = TimePoint(std::chrono::seconds(*integer));
  if (key == kNumbersKey) meta_.numbers = count;
  if (key == kRangesKey) meta_.ranges = count;
  if (key == kRecordsKey) meta_.records = count;
  seen_.emplace_back(key);
  return true;
}

std::optional<GenerationMeta> MetaReader::finish() {
  std::uint64_t shaped = 0;
  for (const auto& [shape, keys] : meta_.shapes) shaped += keys;
  const bool fits =
      seen_.size() == kRequired && shaped == meta_.ranges &&
      std::all_of(meta_.directories.begin(), meta_.directories.end(),
                  [this](const auto& d) { return d.first < meta_.categories.size(); });
  if (!fits) return std::nullopt;
  return std::move(meta_);
}

}  // namespace ringfence
