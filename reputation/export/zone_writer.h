// A zone of hashed numbers for rbldnsd (data set type dnset), as SpamAssassin's HashBL and rspamd's
// rbl module ask for them.
//
//   $SOA 3600 ns1.example.org hostmaster.example.org 0 1h 10m 7d 5m
//   $NS 3600 ns1.example.org
//   $TTL 300
//   $= Telephone number in mail fraud: $=
//   :127.0.0.2:
//   test :2:test entry
//   4cd1b2...a0 :3:toad
//
// Does: hash the digits of E.164 without '+', and national ones when they are given; test points.
// Does not: serve it. Source: rbldnsd(8), RFC 5782, Mail::SpamAssassin::Plugin::HashBL.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/export/indicator.h"

namespace ringfence {

enum class NumberHash : std::uint8_t { kSha1, kSha256 };
/// "sha1", "sha256".
std::optional<NumberHash> number_hash_from_token(std::string_view token);
/// The DNS label that digits (or another text) are asked for as.
std::string hashed_label(std::string_view text, NumberHash hash);

struct ZoneOptions {
  NumberHash hash = NumberHash::kSha1;
  std::string zone{};                       // its name; "" writes no SOA
  std::vector<std::string> name_servers{};  // of $NS, the first also of the SOA
  std::string contact{};                    // mail address or name of the SOA, "" hostmaster.<zone>
  int ttl_seconds = 300;

  static constexpr std::size_t kNameServersMax = 32;  // rbldnsd reads no more
};

/// Names as DNS has them, an address with '@' as a SOA writes it; kUsage when one is none.
Result<ZoneOptions> checked(ZoneOptions options);

/// The number that is always listed, for trying filters out: reserved for fiction, of an area code
/// that nobody has.
inline constexpr std::string_view kZoneTestDigits = "15555550100";

/// The last octet of the A record of a category: 3 for "toad" ... 2 for any other, 10 for a number
/// that no list names (category "").
int zone_code(std::string_view category);

/// `options` are checked().
std::unique_ptr<IndicatorWriter> make_zone_writer(const ExportHead& head, ZoneOptions options);

}  // namespace ringfence
