// FeedOptions: one feed as the operator configures it. `ringfencectl feeds refresh` follows it; the
// daemon only checks that its section is well-formed, and has no HTTP client.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/listing.h"

namespace ringfence {

/// How a feed is fetched.
enum class FeedSource : std::uint8_t {
  kFile,      // `url` is an absolute path
  kHttp,      // one document by GET; https, or http when allow_http
  kMispFeed,  // a MISP feed: `url` is the folder of manifest.json and the events
  kMispRest,  // a MISP server: `url` is its base; POST attributes/restSearch
  kTaxii,     // TAXII 2.1: `url` is a collection, ".../collections/{id}/"
};
/// "file", "http", "misp-feed", "misp-rest", "taxii".
std::string_view to_token(FeedSource source);
std::optional<FeedSource> feed_source_from_token(std::string_view token);

/// What the bytes are, after gzip or zstd, which are found by their magic numbers.
enum class FeedFormat : std::uint8_t {
  kAuto,   // by the first bytes and the file's name
  kText,   // numbers and ranges, one a line or between separators
  kCsv,    // CSV, TSV, ';' or '|', columns by name; FTC complaints; `prefix|name` tables
  kJson,   // JSON Lines, or one array of objects, columns by name
  kStix,   // STIX 2.0 and 2.1 bundles, TAXII envelopes
  kMisp,   // MISP events and attribute searches
  kVcard,  // vCard
  kXml,    // phone books: the text of every <number>
};
/// "auto", "text", "csv", "json", "stix", "misp", "vcard", "xml".
std::string_view to_token(FeedFormat format);
std::optional<FeedFormat> feed_format_from_token(std::string_view token);

/// Names of columns (CSV header cells, JSON keys) where a feed's own are not understood; "" asks
/// the known names.
struct FeedColumns {
  std::string number{};
  std::string category{};  // brand of a kGenuine feed, provider of a kProvider one
  std::string type{};      // of the provider
  std::string score{};
  std::string first_seen{};
  std::string last_seen{};
  std::string expires{};

  bool operator==(const FeedColumns&) const = default;
};

/// A new list that differs too much from the one before it is not believed: the old one stays.
struct FeedGuard {
  int shrink_max_percent = 50;      // 0-100: refused when more of the numbers than this are gone
  int grow_max_percent = 900;       // refused when it has more than this more; 0: no bound
  std::uint64_t numbers_min = 100;  // lists with fewer numbers before are not guarded

  bool operator==(const FeedGuard&) const = default;
};

/// Bounds of one fetch. Reaching one is a fault of the feed: the last good list stays.
struct FetchLimits {
  std::uint64_t bytes_max = std::uint64_t{512} << 20;         // as received
  std::uint64_t inflated_bytes_max = std::uint64_t{4} << 30;  // after gzip or zstd
  int redirects_max = 5;
  int tries_max = 4;           // per request, with back-off and jitter between them
  int documents_max = 10'000;  // pages of a TAXII collection, events of a MISP feed
  std::chrono::seconds connect_timeout{15};
  std::chrono::seconds stall_timeout{30};  // without a byte
  std::chrono::seconds timeout{900};       // of one document

  bool operator==(const FetchLimits&) const = default;
};

struct FeedOptions {
  std::string name{};  // of the list: is_list_name()
  bool enabled = true;
  FeedSource source = FeedSource::kHttp;
  std::string url{};
  bool allow_http = false;  // without TLS: for loopback and trusted networks
  FeedFormat format = FeedFormat::kAuto;
  FeedColumns columns{};
  ListRole role = ListRole::kBlock;
  std::string region{};            // of national numbers, "" the configured default regions
  std::string category = "other";  // of entries without one
  int score = 80;                  // 0-100, of entries without one
  int weight = 100;                // 0-100 percent
  bool repeats_weigh = false;      // more rows for a number, more score: lists of complaints
  bool keep_missing = false;       // numbers that are gone from the feed stay, and age
  std::optional<std::chrono::seconds> expires_after{};  // after last seen; nothing: never
  std::chrono::seconds every{3600};                     // fetched no more often than this
  /// One line: "Header-Name: value", "Bearer TOKEN", or "user:password". Not readable by others.
  std::filesystem::path credentials_file{};
  std::filesystem::path ca_file{};  // instead of the system's certificates
  std::string minisign_key{};       // base64 public key: then `url` + ".minisig" must be good
  FeedGuard guard{};
  FetchLimits limits{};
  bool misp_to_ids_only = false;  // MISP: only attributes marked for detection
  bool misp_people = false;       // MISP: objects person, organization, legal-entity too
  std::string misp_last = "30d";  // MISP REST: how far back is asked

  bool operator==(const FeedOptions&) const = default;
};

}  // namespace ringfence
