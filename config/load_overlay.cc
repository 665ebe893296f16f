#include "config/load_overlay.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/text.h"
#include "config/extra_files.h"
#include "config/schema.h"

namespace ringfence {
namespace {

constexpr int kLineTypes = 12;

/// Letters, digits, '.' and '-': it stands in `status` and in logs.
Parsed<std::string> parse_version(std::string_view text) {
  constexpr std::size_t kBytesMax = 32;
  const auto good = [](char c) { return is_ascii_alnum(c) || c == '.' || c == '-'; };
  if (text.empty() || text.size() > kBytesMax || !std::all_of(text.begin(), text.end(), good)) {
    return tl::unexpected(in_quotes(text) +
                          " is not a version: letters, digits, '.' and '-', at "
                          "most 32");
  }
  return std::string(text);
}

Parsed<std::string> parse_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  bool good = text.size() == kShape.size();
  for (std::size_t i = 0; good && i < text.size(); ++i) {
    good = kShape[i] == 'd' ? is_ascii_digit(text[i]) : text[i] == kShape[i];
  }
  if (good) {
    const auto number = [text](std::size_t at, std::size_t size) {
      unsigned out = 0;
      std::from_chars(text.data() + at, text.data() + at + size, out);
      return out;
    };
    good = std::chrono::year_month_day(std::chrono::year(static_cast<int>(number(0, 4))),
                                       std::chrono::month(number(5, 2)),
                                       std::chrono::day(number(8, 2)))
               .ok();
  }
  if (!good) return tl::unexpected(in_quotes(text) + " is not a date such as 2026-11-22");
  return std::string(text);
}

void read_ranges_of_region(const YamlEntry& region, NumberingOverlay& out, ConfigErrors& errors) {
  static const Parser<LineType> parse_type = token(all_tokens<LineType>(kLineTypes));
  const auto name = parse_region(region.key.text);
  if (!name) return errors.add(region.key.at, "ranges: " + name.error());
  if (region.value.kind != YamlNode::Kind::kMap) {
    return errors.add(region.value.at, fmt::format("{}: a map of line types is expected, not {}",
                                                   *name, region.value.describe()));
  }
  for (const YamlEntry& entry : region.value.entries) {
    const auto type = parse_type(entry.key.text);
    if (!type) {
      errors.add(entry.key.at, fmt::format("{}: {}", *name, type.error()));
      continue;
    }
    const Parser<OverlayRange> parse = [&](std::string_view text) -> Parsed<OverlayRange> {
      auto range = parse_overlay_range(text, *name, *type);
      if (!range) return tl::unexpected(in_quotes(text) + ' ' + range.error().message);
      return *range;
    };
    for (OverlayRange& range : read_list(entry.value, entry.key.text, parse, false, errors)) {
      out.ranges.push_back(std::move(range));
    }
  }
}

void read_ranges(const YamlNode& node, NumberingOverlay& out, ConfigErrors& errors) {
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kMap) {
    return errors.add(node.at,
                      fmt::format("ranges: a map of regions is expected, not {}", node.describe()));
  }
  for (const YamlEntry& region : node.entries) read_ranges_of_region(region, out, errors);
  if (out.ranges.size() > kOverlayRangesMax) {
    errors.add(node.at, fmt::format("ranges: there are {}, at most {}", out.ranges.size(),
                                    kOverlayRangesMax));
  }
}

const Table<NumberingOverlay>& overlay_table() {
  using O = NumberingOverlay;
  static const Table<O> table = {
      scalar("version", &O::version, parse_version),
      scalar("date", &O::date, parse_date),
      {"ranges", read_ranges},
  };
  return table;
}

}  // namespace

Result<NumberingOverlay> parse_overlay(std::string_view yaml, const std::string& name) {
  NumberingOverlay overlay;
  ConfigErrors errors;
  YamlNode root;
  if (parse_yaml(yaml, root, errors)) {
    read_map(root, overlay_table(), "the numbering overlay", overlay, errors);
    for (const char* key : {"version", "date"}) {
      if (root.kind == YamlNode::Kind::kMap && find_value(root, key) == nullptr) {
        errors.add(root.at, fmt::format("{}: is missing", key));
      }
    }
  }
  if (!errors.empty()) return fail(ErrorKind::kConfig, errors.to_string(name));
  return overlay;
}

std::string load_overlays(const YamlNode& root, Config& config, ConfigErrors& errors) {
  std::vector<NumberingOverlay>& overlays = config.matcher.overlays;
  if (!config.overlay.builtin) overlays.clear();
  const auto take = [&](const YamlNode& item, std::string_view content) -> Result<void> {
    auto more = parse_overlay(content, item.text);
    if (!more) return tl::unexpected(more.error());
    overlays.push_back(std::move(*more));
    return {};
  };
  return read_extra_files(root, "overlay_files", config.overlay.files, take, errors);
}

const NumberingOverlay& builtin_overlay() {
  // A test sees to it that it has no error.
  static const NumberingOverlay overlay =
      parse_overlay(builtin_overlay_yaml(), "numbering-overlay.yaml").value_or(NumberingOverlay{});
  return overlay;
}

}  // namespace ringfence
