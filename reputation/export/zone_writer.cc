#include "reputation/export/zone_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "reputation/export/digest.h"

namespace ringfence {
namespace {

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035, 2.3.4, without the last dot
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::string_view kTestName = "test";  // RFC 5782, 5; asked for in any case
constexpr int kUnlistedCode = 10;
constexpr int kOtherCode = 2;

struct CategoryCode {
  std::string_view category;
  int code;
};
// Written into filters' configurations: a code never changes its meaning.
constexpr auto kCodes = std::to_array<CategoryCode>(
    {{"toad", 3}, {"scam", 4}, {"spam", 5}, {"telemarketing", 6}, {"robocall", 7}});

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  for (const std::string_view label : split(name, '.')) {
    if (label.empty() || label.size() > kLabelBytesMax) return false;
    const auto plain = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; };
    if (!std::all_of(label.begin(), label.end(), plain) || label.front() == '-') return false;
  }
  return true;
}

// In place: lower case, without the last dot.
Result<void> make_name(std::string& name, std::string_view what) {
  const std::string given = name;
  if (name.ends_with('.')) name.pop_back();
  name = ascii_lower(name);
  if (is_host_name(name)) return {};
  return fail(ErrorKind::kUsage, fmt::format("'{}' is no name of a {}", printable(given), what));
}

// "dns.admin@example.org" as a SOA would write it needs a '\.', which rbldnsd does not read.
Result<void> make_contact(std::string& contact) {
  const std::size_t at = contact.find('@');
  if (at != std::string::npos && contact.find('.') < at) {
    return fail(ErrorKind::kUsage,
                fmt::format("'{}': rbldnsd takes no dot before the '@'", printable(contact)));
  }
  std::replace(contact.begin(), contact.end(), '@', '.');
  return make_name(contact, "contact");
}

class ZoneWriter : public IndicatorWriter {
 public:
  ZoneWriter(const ExportHead& head, ZoneOptions options)
      : options_(std::move(options)), made_(export_time(head.now)) {}

  void begin(std::string& out) override {
    const bool sha1 = options_.hash == NumberHash::kSha1;
    fmt::format_to(std::back_inserter(out),
                   "# Telephone numbers in mail fraud, hashed; by Ringfence, {}\n"
                   "# {} of the digits of E.164 without '+'. docs/export.md\n",
                   made_, sha1 ? "SHA-1, hexadecimal," : "SHA-256, base32,");
    if (!options_.zone.empty()) {
      const std::string server =
          options_.name_servers.empty() ? options_.zone : options_.name_servers.front();
      const std::string contact =
          options_.contact.empty() ? "hostmaster." + options_.zone : options_.contact;
      // Serial 0 is the time of the file.
      fmt::format_to(std::back_inserter(out), "# rbldnsd ... {}:dnset:FILE\n", options_.zone);
      fmt::format_to(std::back_inserter(out), "$SOA 3600 {} {} 0 1h 10m 7d {}\n", server, contact,
                     options_.ttl_seconds);
    }
    if (!options_.name_servers.empty()) {
      out += "$NS 3600 " + join(options_.name_servers, " ") + "\n";
    }
    fmt::format_to(std::back_inserter(out),
                   "$TTL {}\n$= Telephone number in mail fraud: $=\n:127.0.0.2:\n",
                   options_.ttl_seconds);
    put(kTestName, kOtherCode, "=Test entry", out);
    put(hashed_label(kTestName, options_.hash), kOtherCode, "=Test entry", out);
    put(hashed_label(kZoneTestDigits, options_.hash), kOtherCode, "=Test entry", out);
  }

  void push(const Indicator& indicator, std::string& out) override {
    const std::string digits = indicator.number.to_string().substr(1);
    if (digits == kZoneTestDigits) return;
    const int code = zone_code(indicator.category);
    const std::string text = text_of(indicator.category);
    put(hashed_label(digits, options_.hash), code, text, out);
    for (const std::string& national : indicator.national) {
      put(hashed_label(national, options_.hash), code, text, out);
    }
  }

  void finish(std::string& out) override { out += "# end\n"; }

 private:
  static void put(std::string_view label, int code, std::string_view text, std::string& out) {
    fmt::format_to(std::back_inserter(out), "{} :{}:{}\n", label, code, text);
  }

  // '$' begins a substitution; nothing else has a meaning within a line, whose end is the text's.
  static std::string text_of(std::string_view category) {
    if (category.empty()) return "not listed, seen in mail";
    std::string out;
    for (const char c : printable(category, kLabelBytesMax)) {
      if (c == '$') out += '$';
      out += c;
    }
    if (out.starts_with('=')) out.insert(out.begin(), '\'');
    return out;
  }

  ZoneOptions options_;
  std::string made_;
};

}  // namespace

std::optional<NumberHash> number_hash_from_token(std::string_view token) {
  if (token == "sha1") return NumberHash::kSha1;
  if (token == "sha256") return NumberHash::kSha256;
  return std::nullopt;
}

std::string hashed_label(std::string_view text, NumberHash hash) {
  return hash == NumberHash::kSha1 ? sha1_hex(text) : sha256_base32(text);
}

Result<ZoneOptions> checked(ZoneOptions options) {
  if (!options.zone.empty()) {
    if (auto made = make_name(options.zone, "zone"); !made) return tl::unexpected(made.error());
  }
  if (options.name_servers.size() > ZoneOptions::kNameServersMax) {
    return fail(ErrorKind::kUsage, fmt::format("rbldnsd reads no more than {} name servers",
                                               ZoneOptions::kNameServersMax));
  }
  for (std::string& server : options.name_servers) {
    if (auto made = make_name(server, "name server"); !made) return tl::unexpected(made.error());
  }
  if (!options.contact.empty()) {
    if (auto made = make_contact(options.contact); !made) return tl::unexpected(made.error());
  }
  return options;
}

int zone_code(std::string_view category) {
  if (category.empty()) return kUnlistedCode;
  const auto it = std::find_if(kCodes.begin(), kCodes.end(),
                               [&](const CategoryCode& c) { return c.category == category; });
  return it == kCodes.end() ? kOtherCode : it->code;
}

std::unique_ptr<IndicatorWriter> make_zone_writer(const ExportHead& head, ZoneOptions options) {
  return std::make_unique<ZoneWriter>(head, std::move(options));
}

}  // namespace ringfence
