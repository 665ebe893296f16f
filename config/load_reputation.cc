#include "config/load_reputation.h"

#include <fmt/core.h>

namespace ringfence {
namespace {

constexpr int kHour = 3'600;
constexpr int kDay = 86'400;
constexpr std::size_t kDecayCategoriesMax = 1'000;

const Table<DecayOptions>& decay_keys() {
  using O = DecayOptions;
  static const Table<O> table = {
      scalar("half_life", &O::half_life, long_duration(kHour, 3'650 * kDay)),
      scalar("floor", &O::floor, integer(0, 100)),
      scalar("dormant_after", &O::dormant_after, long_duration(kHour, 3'650 * kDay)),
      scalar("expire_after", &O::expire_after, long_duration(kHour, 3'650 * kDay)),
  };
  return table;
}

void check_decay(const DecayOptions& decay, Position at, ConfigErrors& errors) {
  if (decay.expire_after <= decay.dormant_after) {
    errors.add(at, "expire_after: is not longer than dormant_after");
  }
}

/// A map from categories to what is other than in the section around it.
void read_categories(const YamlNode& node, const DecayOptions& decay, DecayCategories& out,
                     ConfigErrors& errors) {
  out.clear();
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kMap) {
    errors.add(node.at,
               fmt::format("categories: a map of categories is expected, not {}", node.describe()));
    return;
  }
  if (node.entries.size() > kDecayCategoriesMax) {
    errors.add(node.at, fmt::format("categories: {} categories, at most {}", node.entries.size(),
                                    kDecayCategoriesMax));
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const auto name = parse_name(entry.key.text);
    if (!name) errors.add(entry.key.at, "categories: " + name.error());
    DecayOptions own = decay;
    read_map(entry.value, decay_keys(), "a category's decay", own, errors);
    const YamlNode* end = find_value(entry.value, "expire_after");
    check_decay(own, end == nullptr ? entry.key.at : end->at, errors);
    if (name) out.insert_or_assign(*name, own);
  }
}

/// decay_keys() of ReputationOptions::decay, and the categories.
const Table<ReputationOptions>& decay_table() {
  static const Table<ReputationOptions> table = [] {
    Table<ReputationOptions> out;
    for (const auto& key : decay_keys()) {
      out.emplace_back(
          key.name, [read = key.read](const YamlNode& node, ReputationOptions& options,
                                      ConfigErrors& errors) { read(node, options.decay, errors); });
    }
    // Read by read_decay(), when all that the categories begin with is known.
    out.emplace_back("categories", [](const YamlNode&, ReputationOptions&, ConfigErrors&) {});
    return out;
  }();
  return table;
}

void read_decay(const YamlNode& node, ReputationOptions& out, ConfigErrors& errors) {
  if (node.kind == YamlNode::Kind::kNull) return;
  read_map(node, decay_table(), "decay", out, errors);
  const YamlNode* categories = find_value(node, "categories");
  if (categories != nullptr) {
    read_categories(*categories, out.decay, out.decay_categories, errors);
  }
}

/// `members` numbers are in a block of the size.
template <int members>
const Table<BlockSizeOptions>& size_table() {
  using O = BlockSizeOptions;
  static const Table<O> table = {
      scalar("members_min", &O::members_min, integer(1, members)),
      scalar("spread_min", &O::spread_min, integer(1, 10)),
      scalar("share", &O::share_percent, percentage(0, 100)),
  };
  return table;
}

const Table<BlockOptions>& blocks_table() {
  using O = BlockOptions;
  static const Table<O> table = {
      scalar("enabled", &O::enabled, parse_boolean),
      section("ten", &O::ten, size_table<10>()),
      section("hundred", &O::hundred, size_table<100>()),
      section("thousand", &O::thousand, size_table<1000>()),
      scalar("member_score_min", &O::member_score_min, integer(0, 100)),
      scalar("member_age_max", &O::member_age_max, long_duration(kHour, 3'650 * kDay)),
      scalar("score_max", &O::score_max, integer(0, 100)),
  };
  return table;
}

}  // namespace

const Table<ReputationOptions>& reputation_table() {
  using O = ReputationOptions;
  static const Table<O> table = {
      scalar("directory", &O::directory, parse_path),
      scalar("generations_kept", &O::generations_kept, integer(1, 1'000)),
      {"decay", read_decay, dotted_names(decay_table())},
      section("blocks", &O::blocks, blocks_table()),
  };
  return table;
}

void check_reputation(const ReputationOptions& options, const YamlNode& root,
                      ConfigErrors& errors) {
  check_decay(options.decay, nearest_value(root, {"reputation", "decay", "expire_after"})->at,
              errors);
}

}  // namespace ringfence
