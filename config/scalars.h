// Scalars of the configuration file: text in; a value, or what is wrong with it, out. Pure.
//
// Errors are the second half of a sentence: "'9x' is not a whole number from 0 to 100".
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/network.h"

namespace ringfence {

template <typename V>
using Parsed = tl::expected<V, std::string>;
template <typename V>
using Parser = std::function<Parsed<V>(std::string_view)>;

/// The text in quotes, safe to show, cut when long.
std::string in_quotes(std::string_view text);

/// "true" or "false". YAML 1.1's yes, no, on and off are refused: NO is also Norway.
Parsed<bool> parse_boolean(std::string_view text);
/// Decimal digits alone, both bounds inclusive.
Parser<int> integer(int min, int max);
Parser<std::size_t> count(std::size_t min, std::size_t max);
/// "50MiB", "64KiB", "1GiB", "1000" or "1000B".
Parser<std::size_t> byte_size(std::size_t min, std::size_t max);
/// "30s", "5m", "2h", "14d"; gives seconds.
Parser<int> duration(int seconds_min, int seconds_max);
Parser<std::chrono::seconds> long_duration(int seconds_min, int seconds_max);
/// "70%": a whole number and the sign.
Parser<int> percentage(int min, int max);
/// Permissions in octal as chmod reads them: "0660", "660", "0o660".
Parsed<unsigned> parse_file_mode(std::string_view text);

/// An absolute path.
Parsed<std::filesystem::path> parse_path(std::string_view text);
/// An absolute path that fits a socket address: 107 bytes at most (unix(7)).
Parsed<std::string> parse_unix_path(std::string_view text);
/// "unix:/path", "inet:port@host" or "inet6:port@host", as smfi_setconn() takes them. The host is
/// asked for: without it libmilter listens everywhere.
Parsed<std::string> parse_milter_socket(std::string_view text);
/// RFC 1123, 2.1; or "".
Parsed<std::string> parse_hostname(std::string_view text);
/// "example.org", or ".example.org" for the subdomains too; gives lower case.
Parsed<std::string> parse_domain(std::string_view text);
Parsed<Network> parse_network(std::string_view text);
/// ISO 3166-1 alpha-2 in capitals; whether there is such a region is the matcher's to say.
Parsed<std::string> parse_region(std::string_view text);
/// The same or "001", which the numbering plan uses for non-geographic numbers.
Parsed<std::string> parse_number_region(std::string_view text);
/// Names of rules: [A-Za-z0-9_-], at most 64 bytes. They stand in headers and logs.
Parsed<std::string> parse_rule_name(std::string_view text);
/// Names of lists, categories and programs: the same and '.'.
Parsed<std::string> parse_name(std::string_view text);
/// Names of lists: is_list_name().
Parsed<std::string> parse_list_name(std::string_view text);
/// The name of a provider as its table has it.
Parsed<std::string> parse_provider(std::string_view text);
/// A group of the system, or "".
Parsed<std::string> parse_group(std::string_view text);

/// Where a feed is: an absolute path, or a URL of https or http with a host, without a user name
/// and without a fragment (RFC 3986).
Parsed<std::string> parse_feed_place(std::string_view text);
/// A column's name as the feed writes it.
Parsed<std::string> parse_column(std::string_view text);
/// The second line of minisign.pub: base64 of 42 bytes, the first two "Ed".
Parsed<std::string> parse_minisign_key_text(std::string_view text);
/// How far back MISP is asked: "30d", "12h", "90m".
Parsed<std::string> parse_misp_age(std::string_view text);

/// "4xx" or "5xx" with a second digit 0 to 5 (RFC 5321, 4.2).
Parsed<std::string> parse_reply_code(std::string_view text);
/// RFC 3463, 2: class 4 or 5, subject, detail.
Parsed<std::string> parse_enhanced_code(std::string_view text);
/// Printable ASCII, 1 to kReplyLineBytesMax bytes.
Parsed<std::string> parse_reply_line(std::string_view text);

/// RFC 5321, 4.5.3.1.5: 512 with CRLF, code, separator and the longest enhanced code before the
/// text.
inline constexpr std::size_t kReplyLineBytesMax = 496;
inline constexpr std::size_t kReplyLinesMax = 32;  // smfi_setmlreply()
inline constexpr std::size_t kUnixPathBytesMax = 107;
inline constexpr std::size_t kNameBytesMax = 64;
inline constexpr std::size_t kProviderBytesMax = 64;
inline constexpr std::size_t kUrlBytesMax = 2'000;
inline constexpr std::size_t kColumnBytesMax = 200;

template <typename E>
using Tokens = std::vector<std::pair<std::string, E>>;

/// "'x' is not one of a, b, c; did you mean 'b'?"
std::string not_one_of(std::string_view text, const std::vector<std::string>& tokens);

template <typename E>
Parser<E> token(Tokens<E> tokens) {
  return [tokens = std::move(tokens)](std::string_view text) -> Parsed<E> {
    std::vector<std::string> names;
    for (const auto& [name, value] : tokens) {
      if (name == text) return value;
      names.push_back(name);
    }
    return tl::unexpected(not_one_of(text, names));
  };
}

/// The tokens of an enum class whose values are 0 to `size` - 1, by its to_token().
template <typename E>
Tokens<E> all_tokens(int size) {
  Tokens<E> tokens;
  for (int i = 0; i < size; ++i) {
    tokens.emplace_back(to_token(static_cast<E>(i)), static_cast<E>(i));
  }
  return tokens;
}

}  // namespace ringfence
