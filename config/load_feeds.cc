#include "config/load_feeds.h"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "base/text.h"
#include "config/schema.h"

namespace ringfence {
namespace {

constexpr std::uint64_t kKiB = 1u << 10;
constexpr std::uint64_t kGiB = 1u << 30;
constexpr int kMinute = 60;
constexpr int kHour = 3'600;
constexpr int kDay = 86'400;

const Table<FeedColumns>& columns_table() {
  using C = FeedColumns;
  static const Table<C> table = {
      scalar("number", &C::number, parse_column),
      scalar("category", &C::category, parse_column),
      scalar("type", &C::type, parse_column),
      scalar("score", &C::score, parse_column),
      scalar("first_seen", &C::first_seen, parse_column),
      scalar("last_seen", &C::last_seen, parse_column),
      scalar("expires", &C::expires, parse_column),
  };
  return table;
}

const Table<FeedGuard>& guard_table() {
  using G = FeedGuard;
  static const Table<G> table = {
      scalar("shrink_max", &G::shrink_max_percent, percentage(0, 100)),
      scalar("grow_max", &G::grow_max_percent, percentage(0, 1'000'000)),
      scalar("numbers_min", &G::numbers_min, count(0, 1'000'000'000)),
  };
  return table;
}

const Table<FetchLimits>& limits_table() {
  using L = FetchLimits;
  static const Table<L> table = {
      scalar("bytes_max", &L::bytes_max, byte_size(kKiB, 1024 * kGiB)),
      scalar("inflated_bytes_max", &L::inflated_bytes_max, byte_size(kKiB, 1024 * kGiB)),
      scalar("redirects_max", &L::redirects_max, integer(0, 50)),
      scalar("tries_max", &L::tries_max, integer(1, 20)),
      scalar("documents_max", &L::documents_max, integer(1, 1'000'000)),
      scalar("connect_timeout", &L::connect_timeout, long_duration(1, 10 * kMinute)),
      scalar("stall_timeout", &L::stall_timeout, long_duration(1, kHour)),
      scalar("timeout", &L::timeout, long_duration(1, kDay)),
  };
  return table;
}

/// "never" or a duration.
Parsed<std::optional<std::chrono::seconds>> parse_expires_after(std::string_view text) {
  using Value = std::optional<std::chrono::seconds>;
  if (text == "never") return Value();
  const auto parsed = long_duration(kHour, 3'650 * kDay)(text);
  if (!parsed) return tl::unexpected(parsed.error() + "; or never");
  return Value(*parsed);
}

const Table<FeedOptions>& feed_table() {
  using F = FeedOptions;
  constexpr int kSources = static_cast<int>(FeedSource::kTaxii) + 1;
  constexpr int kFormats = static_cast<int>(FeedFormat::kXml) + 1;
  constexpr int kRoles = static_cast<int>(ListRole::kProvider) + 1;
  static const Table<F> table = {
      scalar("name", &F::name, parse_list_name),
      scalar("enabled", &F::enabled, parse_boolean),
      scalar("source", &F::source, token(all_tokens<FeedSource>(kSources))),
      scalar("url", &F::url, parse_feed_place),
      scalar("allow_http", &F::allow_http, parse_boolean),
      scalar("format", &F::format, token(all_tokens<FeedFormat>(kFormats))),
      section("columns", &F::columns, columns_table()),
      scalar("role", &F::role, token(all_tokens<ListRole>(kRoles))),
      scalar("region", &F::region, parse_region),
      scalar("category", &F::category, parse_name),
      scalar("score", &F::score, integer(0, 100)),
      scalar("weight", &F::weight, percentage(0, 100)),
      scalar("repeats_weigh", &F::repeats_weigh, parse_boolean),
      scalar("keep_missing", &F::keep_missing, parse_boolean),
      scalar("expires_after", &F::expires_after, parse_expires_after),
      scalar("every", &F::every, long_duration(kMinute, 30 * kDay)),
      scalar("credentials_file", &F::credentials_file, parse_path),
      scalar("ca_file", &F::ca_file, parse_path),
      scalar("minisign_key", &F::minisign_key, parse_minisign_key_text),
      section("guard", &F::guard, guard_table()),
      section("limits", &F::limits, limits_table()),
      scalar("misp_to_ids_only", &F::misp_to_ids_only, parse_boolean),
      scalar("misp_people", &F::misp_people, parse_boolean),
      scalar("misp_last", &F::misp_last, parse_misp_age),
  };
  return table;
}

/// Keys that say nothing with this feed's source.
void check_source(const FeedOptions& feed, const YamlNode& node, ConfigErrors& errors) {
  const bool file = feed.source == FeedSource::kFile;
  const bool document = file || feed.source == FeedSource::kHttp;
  const struct {
    std::string_view key;
    bool is_used;
    std::string_view sources;
  } rows[] = {
      {"allow_http", !file, "http, misp-feed, misp-rest and taxii"},
      {"credentials_file", !file, "http, misp-feed, misp-rest and taxii"},
      {"ca_file", !file, "http, misp-feed, misp-rest and taxii"},
      {"minisign_key", document, "file and http"},
  };
  for (const auto& row : rows) {
    const YamlNode* value = find_value(node, row.key);
    if (value == nullptr || row.is_used) continue;
    errors.add(value->at, fmt::format("{}: says nothing with source {}, but with {}", row.key,
                                      to_token(feed.source), row.sources));
  }
}

void check_url(const FeedOptions& feed, const YamlNode& url, ConfigErrors& errors) {
  const bool path = feed.url.starts_with('/');
  if (feed.source == FeedSource::kFile && !path) {
    errors.add(url.at, "url: source file reads an absolute path, not a URL");
  } else if (feed.source != FeedSource::kFile && path) {
    errors.add(url.at, fmt::format("url: source {} needs a URL, not a path; a path goes with "
                                   "source file",
                                   to_token(feed.source)));
  } else if (istarts_with(feed.url, "http:") && !feed.allow_http) {
    errors.add(url.at,
               "url: http is neither secret nor safe from changes; use https, or allow_http: true "
               "in a network you trust");
  }
}

void check_feed(const FeedOptions& feed, const YamlNode& node, ConfigErrors& errors) {
  for (const std::string_view key : {"name", "url"}) {
    if (find_value(node, key) == nullptr) {
      errors.add(node.at, fmt::format("a feed without '{}'", key));
    }
  }
  if (!feed.url.empty()) {
    check_url(feed, *find_value(node, "url"), errors);
    check_source(feed, node, errors);
  }
  const YamlNode* limits = find_value(node, "limits");
  if (limits != nullptr && feed.limits.inflated_bytes_max < feed.limits.bytes_max) {
    errors.add(limits->at, "limits: inflated_bytes_max is below bytes_max");
  }
}

}  // namespace

void read_feeds(const YamlNode& node, std::vector<FeedOptions>& out, ConfigErrors& errors) {
  out.clear();
  if (node.kind == YamlNode::Kind::kNull) return;  // every line commented out
  if (node.kind != YamlNode::Kind::kList) {
    errors.add(node.at,
               fmt::format("feeds: a list of feeds is expected, not {}; [] is an empty one",
                           node.describe()));
    return;
  }
  if (node.items.size() > kFeedsMax) {
    errors.add(node.at, fmt::format("feeds: {} feeds, at most {}", node.items.size(), kFeedsMax));
    return;
  }
  std::map<std::string, int> lines;
  for (const YamlNode& item : node.items) {
    FeedOptions feed;
    read_map(item, feed_table(), "a feed", feed, errors);
    if (item.kind != YamlNode::Kind::kMap) continue;
    // A path needs no `source: file` to be one.
    if (find_value(item, "source") == nullptr && feed.url.starts_with('/')) {
      feed.source = FeedSource::kFile;
    }
    check_feed(feed, item, errors);
    if (!feed.name.empty()) {
      const auto [first, is_new] = lines.emplace(feed.name, item.at.line);
      if (!is_new) {
        errors.add(find_value(item, "name")->at, fmt::format("name: feed {} is already on line {}",
                                                             in_quotes(feed.name), first->second));
      }
    }
    out.push_back(std::move(feed));
  }
}

std::vector<std::string> feed_keys() { return dotted_names(feed_table()); }

}  // namespace ringfence
