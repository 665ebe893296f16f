// Every key wrong in every way, with the place of the error.
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "config/config.h"
#include "tests/config/yaml_maker.h"

namespace ringfence {
namespace {

std::string errors_of(const std::string& yaml) {
  const auto config = parse_config(yaml, "f");
  if (config) return "no error";
  EXPECT_EQ(config.error().kind, ErrorKind::kConfig);
  return config.error().message;
}

std::string at(const Document& d, int column, const std::string& text) {
  return fmt::format("f:{}:{}: {}", d.line, column, text);
}

/// What each key does not take, with what follows "key: 'value' " in the error. The last is a list.
struct Wrong {
  const char* key;
  std::vector<std::pair<const char*, const char*>> values;
  bool list = false;
};

const char kBool[] = "is not true or false";
const char kNetwork[] = "is not a network such as 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1";
const char kPath[] = "is not an absolute path";
const char kMode[] = "is not a file mode such as 0660";
const char kDomain[] = "is not a domain such as example.org, or .example.org with its subdomains";
const char kRegion[] = "is not a region: two capital letters of ISO 3166-1, such as US";
const char kName[] = "is not a name: letters A-Z and a-z, digits and '_-.', at most 64";
const char kLexiconName[] = "is not a name: letters a-z, digits and '-', at most 32";
const char kScore[] = "is not a whole number from 0 to 100";
const char kCount[] = "is not a whole number from 0 to 100000";
const char kListName[] =
    "is not the name of a list: letters A-Z and a-z, digits and '._-', at most 64, the first no "
    "'.' "
    "or '-'";
const char kHost[] = "has no good host";
const char kPort[] = "has no port from 1 to 65535";
const char kPercent[] = "is not a percentage from 0% to 100%, such as 70%";
const char kFetched[] = "is not a size from 1KiB to 1024GiB, such as 64KiB, 50MiB or 1GiB";
const char kNotInLexicon[] = "is not in the lexicon; did you mean 'norton'?";
const char kProvider[] = "is not the name of a provider, at most 64 bytes";
const char kMinisign[] =
    "is not a minisign key: the 56 characters from \"RW\" on in the second line of minisign.pub";
const char kMillion[] = "is not a whole number from 1 to 1000000";
const char kThirtyTwo[] = "is not a whole number from 1 to 32";
const char kAge[] = "is not a duration from 0s to 3650d, such as 30s, 5m, 2h or 14d";
const char kWindow[] = "is not a duration from 1d to 32d, such as 30s, 5m, 2h or 14d";
const char kKept[] = "is not a duration from 1d to 3650d, such as 30s, 5m, 2h or 14d";
const char kDecay[] = "is not a duration from 1h to 3650d, such as 30s, 5m, 2h or 14d";

const std::vector<Wrong>& wrong_values() {
  static const std::vector<Wrong> table = {
      {"milter.socket",
       {{"/run/x", "is not a socket: unix:/path, inet:port@host or inet6:port@host"},
        {"tcp:8891@::1", "is not a socket: unix:/path, inet:port@host or inet6:port@host"},
        {"inet:8891", "has no host: inet:8891@127.0.0.1 listens on this machine only"},
        {"inet6:8891", "has no host: inet6:8891@::1 listens on this machine only"},
        {"inet:0@127.0.0.1", "has no port from 1 to 65535 (inet:8891@127.0.0.1)"},
        {"inet:65536@127.0.0.1", "has no port from 1 to 65535 (inet:8891@127.0.0.1)"},
        {"inet:8891@", "has no good host after '@': an IPv4 address or a host name"},
        {"inet:8891@1.2.3", "has no good host after '@': an IPv4 address or a host name"},
        {"inet:8891@::1", "has no good host after '@': an IPv4 address or a host name"},
        {"inet6:8891@127.0.0.1", "has no good host after '@': an IPv6 address or a host name"}}},
      {"milter.socket_mode", {{"rw", kMode}, {"0888", kMode}, {"1777", kMode}, {"66", kMode}}},
      {"milter.socket_group",
       {{"a b", "is not a group: letters A-Z and a-z, digits and '_-.', at most 64"}}},
      {"milter.control_socket", {{"run/x", kPath}, {"/run/", kPath}}},
      {"milter.control_socket_mode", {{"-660", kMode}, {"06600", kMode}}},
      {"milter.hostname",
       {{"-mx", "is not a host name such as mx1.example.org"},
        {"a..b", "is not a host name such as mx1.example.org"},
        {"mx_1", "is not a host name such as mx1.example.org"}}},
      {"milter.timeout",
       {{"300", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"},
        {"0s", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"},
        {"86401s", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"},
        {"5min", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"},
        {"99999999999999999999s", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"},
        {"213503982334601d", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"}}},
      {"milter.stop_grace",
       {{"11m", "is not a duration from 0s to 10m, such as 30s, 5m, 2h or 14d"},
        {"-1s", "is not a duration from 0s to 10m, such as 30s, 5m, 2h or 14d"}}},
      {"milter.on_failure",
       {{"reject", "is not one of accept, tempfail"},
        {"acept", "is not one of accept, tempfail; did you mean 'accept'?"}}},
      {"milter.skip.authenticated", {{"yes", kBool}, {"no", kBool}, {"True", kBool}, {"1", kBool}}},
      {"milter.skip.client_networks",
       {{"10.0.0.0/33", kNetwork},
        {"example.org", kNetwork},
        {"10.0.0.1/8", "has bits set after its prefix; '10.0.0.0/8' is the network"},
        {"2001:db8::1/32", "has bits set after its prefix; '2001:db8::/32' is the network"}},
       true},
      {"milter.skip.message_bytes_max",
       {{"1TiB", "is not a size from 0 to 1024GiB, such as 64KiB, 50MiB or 1GiB"},
        {"10MB", "is not a size from 0 to 1024GiB, such as 64KiB, 50MiB or 1GiB"},
        {"1.5GiB", "is not a size from 0 to 1024GiB, such as 64KiB, 50MiB or 1GiB"},
        {"1025GiB", "is not a size from 0 to 1024GiB, such as 64KiB, 50MiB or 1GiB"},
        {"18446744073709551615GiB",
         "is not a size from 0 to 1024GiB, such as 64KiB, 50MiB or 1GiB"},
        {"-1", "is not a size from 0 to 1024GiB, such as 64KiB, 50MiB or 1GiB"}}},
      {"headers.add_to_clean", {{"on", kBool}}},
      {"headers.numbers_max",
       {{"1001", "is not a whole number from 0 to 1000"},
        {"-1", "is not a whole number from 0 to 1000"},
        {"1e2", "is not a whole number from 0 to 1000"},
        {"0x10", "is not a whole number from 0 to 1000"},
        {"1_000", "is not a whole number from 0 to 1000"},
        {"twenty", "is not a whole number from 0 to 1000"}}},
      {"message.message_bytes_max",
       {{"1023", "is not a size from 1KiB to 1GiB, such as 64KiB, 50MiB or 1GiB"},
        {"1025MiB", "is not a size from 1KiB to 1GiB, such as 64KiB, 50MiB or 1GiB"}}},
      {"message.header_bytes_max",
       {{"2MiB", "is not a size from 1KiB to 1MiB, such as 64KiB, 50MiB or 1GiB"}}},
      {"message.header_count_max", {{"9", "is not a whole number from 10 to 100000"}}},
      {"message.part_count_max", {{"0", "is not a whole number from 1 to 100000"}}},
      {"message.part_depth_max", {{"257", "is not a whole number from 1 to 256"}}},
      {"message.html_depth_max", {{"15", "is not a whole number from 16 to 10000"}}},
      {"message.html_token_bytes_max",
       {{"255", "is not a size from 256B to 1MiB, such as 64KiB, 50MiB or 1GiB"}}},
      {"matcher.regions",
       {{"us", "is written 'US'"}, {"USA", kRegion}, {"1", kRegion}, {"001", kRegion}},
       true},
      {"matcher.candidates_max", {{"0", "is not a whole number from 1 to 1000000"}}},
      {"matcher.numbers_max", {{"100001", "is not a whole number from 1 to 100000"}}},
      {"matcher.lexicon_builtin", {{"none", kBool}}},
      {"matcher.lexicon_files", {{"own.yaml", kPath}}, true},
      {"matcher.short_codes", {{"US", kBool}}},
      {"matcher.overlay_builtin", {{"none", kBool}}},
      {"matcher.overlay_files", {{"own.yaml", kPath}}, true},
      {"matcher.lexicon_hits_max", {{"2001", "is not a whole number from 1 to 2000"}}},
      {"reputation.directory", {{"var/lib", kPath}}},
      {"reputation.generations_kept", {{"0", "is not a whole number from 1 to 1000"}}},
      {"reputation.decay.half_life", {{"14", kDecay}, {"59m", kDecay}, {"3651d", kDecay}}},
      {"reputation.decay.floor", {{"101", kScore}}},
      {"reputation.decay.dormant_after", {{"28 days", kDecay}}},
      {"reputation.decay.expire_after", {{"0s", kDecay}}},
      {"reputation.blocks.enabled", {{"yes", kBool}}},
      {"reputation.blocks.ten.members_min", {{"11", "is not a whole number from 1 to 10"}}},
      {"reputation.blocks.ten.spread_min", {{"0", "is not a whole number from 1 to 10"}}},
      {"reputation.blocks.ten.share",
       {{"70", kPercent},
        {"0.7", kPercent},
        {"101%", kPercent},
        {"-1%", kPercent},
        {"%", kPercent}}},
      {"reputation.blocks.hundred.members_min", {{"101", "is not a whole number from 1 to 100"}}},
      {"reputation.blocks.hundred.spread_min", {{"11", "is not a whole number from 1 to 10"}}},
      {"reputation.blocks.hundred.share", {{"half", kPercent}}},
      {"reputation.blocks.thousand.members_min",
       {{"1001", "is not a whole number from 1 to 1000"}}},
      {"reputation.blocks.thousand.spread_min", {{"-1", "is not a whole number from 1 to 10"}}},
      {"reputation.blocks.thousand.share", {{"1 %", kPercent}}},
      {"reputation.blocks.member_score_min", {{"101", kScore}}},
      {"reputation.blocks.member_age_max", {{"3y", kDecay}}},
      {"reputation.blocks.score_max", {{"x", kScore}}},
      {"sightings.enabled", {{"on", kBool}}},
      {"sightings.directory", {{"sightings", kPath}}},
      {"sightings.keep_addresses", {{"no", kBool}}},
      {"sightings.outbound", {{"1", kBool}}},
      {"sightings.trusted_networks", {{"192.0.2.0/40", kNetwork}}, true},
      {"sightings.trusted_senders", {{"b..example", kDomain}}, true},
      {"sightings.window", {{"23h", kWindow}, {"33d", kWindow}}},
      {"sightings.journal_kept", {{"0d", kKept}, {"3651d", kKept}}},
      {"sightings.numbers_kept", {{"forever", kKept}}},
      {"sightings.numbers_max", {{"999", "is not a whole number from 1000 to 1000000000"}}},
      {"sightings.queue_max", {{"0", "is not a whole number from 1 to 1000000"}}},
      {"feeds.name", {{".hidden", kListName}, {"a b", kListName}, {"a/b", kListName}}},
      {"feeds.enabled", {{"on", kBool}}},
      {"feeds.source",
       {{"https", "is not one of file, http, misp-feed, misp-rest, taxii; did you mean 'http'?"}}},
      {"feeds.url",
       {{"numbers.csv", "is not a URL (https://...) or an absolute path"},
        {"://x", "is not a URL (https://...) or an absolute path"},
        {"ftp://feeds.example.org/x", "is neither of https nor of http"},
        {"file:///srv/x", "is a URL of a file; write its absolute path"},
        {"https://ann:pass@feeds.example.org/",
         "holds a user name; credentials belong in credentials_file"},
        {"https:///x", kHost},
        {"https://:443/x", kHost},
        {"https://a b/x", "holds what a URL writes as %XX"},
        {"https://b\xC3\xBC"
         "cher.example/",
         "holds what a URL writes as %XX"},
        {"https://a,b/", kHost},
        {"https://[::1/", kHost},
        {"https://x:0/", kPort},
        {"https://x:65536/", kPort},
        {"https://x:/", kPort},
        {"https://[::1]:x/", kPort},
        {"https://x/#top", "has a fragment ('#'), which no server sees"}}},
      {"feeds.allow_http", {{"1", kBool}}},
      {"feeds.format",
       {{"tsv",
         "is not one of auto, text, csv, json, stix, misp, vcard, xml; did "
         "you mean 'csv'?"}}},
      {"feeds.columns.number", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.columns.category", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.columns.type", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.columns.score", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.columns.first_seen", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.columns.last_seen", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.columns.expires", {{"", "is not the name of a column, at most 200 bytes"}}},
      {"feeds.role",
       {{"deny", "is not one of block, allow, genuine, provider"},
        {"blocked", "is not one of block, allow, genuine, provider; did you mean 'block'?"}}},
      {"feeds.region", {{"de", "is written 'DE'"}, {"001", kRegion}}},
      {"feeds.category", {{"tele marketing", kName}}},
      {"feeds.score", {{"80%", kScore}}},
      {"feeds.weight", {{"1.0", kPercent}, {"100", kPercent}}},
      {"feeds.repeats_weigh", {{"x", kBool}}},
      {"feeds.keep_missing", {{"x", kBool}}},
      {"feeds.expires_after",
       {{"30", "is not a duration from 1h to 3650d, such as 30s, 5m, 2h or 14d; or never"}}},
      {"feeds.every",
       {{"10s", "is not a duration from 1m to 30d, such as 30s, 5m, 2h or 14d"},
        {"hourly", "is not a duration from 1m to 30d, such as 30s, 5m, 2h or 14d"}}},
      {"feeds.credentials_file", {{"token", kPath}}},
      {"feeds.ca_file", {{"~/ca.pem", kPath}}},
      {"feeds.minisign_key",
       {{"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO", kMinisign},
        {"XXQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", kMinisign},
        {"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GF-3", kMinisign}}},
      {"feeds.guard.shrink_max", {{"50", kPercent}, {"101%", kPercent}}},
      {"feeds.guard.grow_max",
       {{"1000001%", "is not a percentage from 0% to 1000000%, such as 70%"}}},
      {"feeds.guard.numbers_min", {{"-1", "is not a whole number from 0 to 1000000000"}}},
      {"feeds.limits.bytes_max", {{"1000", kFetched}, {"1025GiB", kFetched}}},
      {"feeds.limits.inflated_bytes_max", {{"4GB", kFetched}}},
      {"feeds.limits.redirects_max", {{"51", "is not a whole number from 0 to 50"}}},
      {"feeds.limits.tries_max", {{"0", "is not a whole number from 1 to 20"}}},
      {"feeds.limits.documents_max", {{"0", "is not a whole number from 1 to 1000000"}}},
      {"feeds.limits.connect_timeout",
       {{"0s", "is not a duration from 1s to 10m, such as 30s, 5m, 2h or 14d"}}},
      {"feeds.limits.stall_timeout",
       {{"30", "is not a duration from 1s to 1h, such as 30s, 5m, 2h or 14d"}}},
      {"feeds.limits.timeout",
       {{"2d", "is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d"}}},
      {"feeds.misp_to_ids_only", {{"x", kBool}}},
      {"feeds.misp_people", {{"x", kBool}}},
      {"feeds.misp_last",
       {{"30", "is not how far back MISP is asked, such as 30d, 12h or 90m"},
        {"0d", "is not how far back MISP is asked, such as 30d, 12h or 90m"},
        {"1y", "is not how far back MISP is asked, such as 30d, 12h or 90m"}}},
      {"policy.mode",
       {{"enforced", "is not one of enforce, shadow; did you mean 'enforce'?"},
        {"off", "is not one of enforce, shadow"}}},
      {"policy.several_recipients",
       {{"strict", "is not one of strictest, mildest; did you mean 'strictest'?"}}},
      {"policy.rules.name",
       {{"a b", "is not the name of a rule: letters A-Z and a-z, digits and '_-', at most 64"},
        {"a.b", "is not the name of a rule: letters A-Z and a-z, digits and '_-', at most 64"}}},
      {"policy.rules.when.number.score_min", {{"101", kScore}, {"high", kScore}}},
      {"policy.rules.when.number.score_max", {{"-1", kScore}}},
      {"policy.rules.when.number.categories", {{"a b", kName}}, true},
      {"policy.rules.when.number.lists", {{"misp,soc", kName}}, true},
      {"policy.rules.when.number.states",
       {{"deny", "is not one of unlisted, active, dormant, expired, allowed, denied"}},
       true},
      {"policy.rules.when.number.places",
       {{"body",
         "is not one of subject, from, header, plain, html, html-hidden, href, html-attr, ics, "
         "vcf, "
         "filename, raw, pdf, office, archive, image, qr"}},
       true},
      {"policy.rules.when.number.tricks",
       {{"lookalike",
         "is not one of unicode-digits, invisible, bidi, look-alike, spelled, vanity, "
         "odd-separators, hidden-text; did you mean 'look-alike'?"}},
       true},
      {"policy.rules.when.number.regions", {{"002", kRegion}, {"gb", "is written 'GB'"}}, true},
      {"policy.rules.when.number.valid", {{"maybe", kBool}}},
      {"policy.rules.when.number.brand_mismatch",
       {{"Norton", kLexiconName}, {"True", kLexiconName}, {"nortan", kNotInLexicon}},
       true},
      {"policy.rules.when.number.genuine", {{"at&t", kLexiconName}}, true},
      {"policy.rules.when.number.providers", {{" x", kProvider}, {"", kProvider}}, true},
      {"policy.rules.when.number.line_types",
       {{"landline",
         "is not one of unknown, fixed-line, mobile, fixed-line-or-mobile, toll-free, "
         "premium-rate, shared-cost, voip, personal, pager, uan, voicemail"}},
       true},
      {"policy.rules.when.number.block_members_min",
       {{"0", "is not a whole number from 1 to 1000"}}},
      {"policy.rules.when.number.listings_min", {{"1001", "is not a whole number from 1 to 1000"}}},
      {"policy.rules.when.number.local.messages_min", {{"0", kMillion}}},
      {"policy.rules.when.number.local.messages_max",
       {{"1000001", "is not a whole number from 0 to 1000000"}}},
      {"policy.rules.when.number.local.days_min", {{"33", kThirtyTwo}}},
      {"policy.rules.when.number.local.brands_min", {{"17", "is not a whole number from 1 to 16"}}},
      {"policy.rules.when.number.local.formats_min",
       {{"18", "is not a whole number from 1 to 17"}}},
      {"policy.rules.when.number.local.sender_domains_min", {{"33", kThirtyTwo}}},
      {"policy.rules.when.number.local.recipient_domains_min", {{"many", kThirtyTwo}}},
      {"policy.rules.when.number.local.first_seen_min", {{"2", kAge}}},
      {"policy.rules.when.number.local.first_seen_max", {{"3651d", kAge}}},
      {"policy.rules.when.number.local.dormant_days_min",
       {{"7d", "is not a whole number from 1 to 3650"}}},
      {"policy.rules.when.number.local.good_messages_min", {{"0", kMillion}}},
      {"policy.rules.when.number.local.good_messages_max",
       {{"-1", "is not a whole number from 0 to 1000000"}}},
      {"policy.rules.when.number.local.campaign", {{"c7f3a1", kBool}}},
      {"policy.rules.when.numbers_min", {{"100001", kCount}}},
      {"policy.rules.when.numbers_max", {{"few", kCount}}},
      {"policy.rules.when.recipient_domains",
       {{"*.example.org", "is written '.example.org' to cover subdomains"},
        {"ann@example.org", "is an address; a domain is meant: 'example.org'"},
        {"b\xC3\xBC"
         "cher.example",
         "is not ASCII: write the domain in its xn-- form"},
        {"example..org", kDomain},
        {".", kDomain},
        {"example.org.", kDomain}},
       true},
      {"policy.rules.when.sender_domains", {{"-example.org", kDomain}}, true},
      {"policy.rules.when.client_networks", {{"localhost", kNetwork}}, true},
      {"policy.rules.when.authenticated", {{"ann", kBool}}},
      {"policy.rules.when.partial", {{"0", kBool}}},
      {"policy.rules.when.limits",
       {{"parts",
         "is not one of message-bytes, header-bytes, header-count, part-count, part-depth, "
         "html-depth, html-token-bytes, candidates, numbers, document-bytes, recipients, "
         "lexicon"}},
       true},
      {"policy.rules.when.defective", {{"FALSE", kBool}}},
      {"policy.rules.when.defects",
       {{"nul",
         "is not one of bare-lf, nul-byte, header-syntax, header-eight-bit, duplicate-header, "
         "missing-header-end, boundary-missing, boundary-not-found, boundary-unclosed, "
         "content-type-syntax, transfer-encoding-unknown, transfer-encoding-multipart, "
         "base64-syntax, quoted-printable-syntax, encoded-word-syntax, charset-unknown, "
         "charset-invalid; did you mean 'nul-byte'?"}},
       true},
      {"policy.rules.when.lures", {{"Invoice", kLexiconName}, {"a b", kLexiconName}}, true},
      {"policy.rules.when.brands", {{"at&t", kLexiconName}}, true},
      {"policy.rules.when.lures_min", {{"0", "is not a whole number from 1 to 2000"}}},
      {"policy.rules.when.brands_min", {{"some", "is not a whole number from 1 to 2000"}}},
      {"policy.rules.when.lure_distance_max",
       {{"near", "is not a whole number from 0 to 1000000"}}},
      {"policy.rules.action",
       {{"bounce", "is not one of accept, tag, quarantine, tempfail, reject, discard"},
        {"quarantaine",
         "is not one of accept, tag, quarantine, tempfail, reject, discard; did you mean "
         "'quarantine'?"}}},
      {"policy.rules.reply.code",
       {{"250", "is not an SMTP reply code 4xx or 5xx, such as 451 or 550"},
        {"560", "is not an SMTP reply code 4xx or 5xx, such as 451 or 550"},
        {"55", "is not an SMTP reply code 4xx or 5xx, such as 451 or 550"}}},
      {"policy.rules.reply.enhanced",
       {{"5.7", "is not an enhanced status code (RFC 3463) such as 5.7.1 or 4.7.1"},
        {"2.7.1", "is not an enhanced status code (RFC 3463) such as 5.7.1 or 4.7.1"},
        {"5.07.1", "is not an enhanced status code (RFC 3463) such as 5.7.1 or 4.7.1"},
        {"5.7.1000", "is not an enhanced status code (RFC 3463) such as 5.7.1 or 4.7.1"}}},
      {"policy.rules.reply.text",
       {{"gr\xC3\xBC\xC3\x9F", "holds other than printable ASCII, which SMTP replies are made of"}},
       true},
      {"policy.rules.mode", {{"trial", "is not one of enforce, shadow"}}},
      {"log.target", {{"file", "is not one of stderr, syslog, journal"}}},
      {"log.level",
       {{"warn", "is not one of debug, info, warning, error; did you mean 'warning'?"}}},
      {"log.ident", {{"ring fence", kName}}},
  };
  return table;
}

/// Keys whose value is a map or the list of rules; every other key is in wrong_values().
const std::set<std::string>& containers() {
  static const std::set<std::string> keys = {"milter",
                                             "milter.skip",
                                             "headers",
                                             "message",
                                             "matcher",
                                             "reputation",
                                             "reputation.decay",
                                             "reputation.decay.categories",
                                             "reputation.blocks",
                                             "reputation.blocks.ten",
                                             "reputation.blocks.hundred",
                                             "reputation.blocks.thousand",
                                             "feeds",
                                             "feeds.columns",
                                             "feeds.guard",
                                             "feeds.limits",
                                             "sightings",
                                             "policy",
                                             "policy.rules",
                                             "policy.rules.when",
                                             "policy.rules.when.number",
                                             "policy.rules.when.number.local",
                                             "policy.rules.reply",
                                             "log",
                                             "recipient_regions"};
  return keys;
}

/// Lists that are empty by default.
const std::set<std::string>& may_be_empty() {
  static const std::set<std::string> keys = {"milter.skip.client_networks", "matcher.lexicon_files",
                                             "matcher.overlay_files", "sightings.trusted_networks",
                                             "sightings.trusted_senders"};
  return keys;
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

TEST(ConfigErrorTable, CoversEveryKey) {
  std::set<std::string> covered = containers();
  for (const Wrong& wrong : wrong_values())
    EXPECT_TRUE(covered.insert(wrong.key).second) << wrong.key;
  const auto known = known_config_keys();
  EXPECT_EQ(covered, std::set<std::string>(known.begin(), known.end()));
}

TEST(ConfigErrorTable, WrongValues) {
  for (const Wrong& wrong : wrong_values()) {
    for (const auto& [value, why] : wrong.values) {
      const std::string name = last_part(wrong.key);
      const std::string shown = fmt::format("{}: '{}' {}", name, value, why);
      const Document plain = document(wrong.key, fmt::format("\"{}\"", value));
      EXPECT_EQ(errors_of(plain.yaml), at(plain, plain.value_column, shown)) << plain.yaml;
      if (!wrong.list) continue;
      const Document listed = document(wrong.key, fmt::format("[ \"{}\" ]", value));
      EXPECT_EQ(errors_of(listed.yaml), at(listed, listed.value_column + 2, shown)) << listed.yaml;
    }
  }
}

TEST(ConfigErrorTable, WrongShapes) {
  for (const Wrong& wrong : wrong_values()) {
    const std::string name = last_part(wrong.key);
    const Document map = document(wrong.key, "{a: b}");
    EXPECT_EQ(errors_of(map.yaml), at(map, map.value_column,
                                      name + (wrong.list ? ": a list is expected, not a map"
                                                         : ": one value is expected, not a map")));
    const Document list = document(wrong.key, wrong.list ? "[[a]]" : "[a]");
    EXPECT_EQ(errors_of(list.yaml), at(list, list.value_column + (wrong.list ? 1 : 0),
                                       name + ": one value is expected, not a list"));
    const Document null = document(wrong.key, "");
    EXPECT_THAT(errors_of(null.yaml),
                testing::StartsWith(
                    at(null, null.key_column,
                       name + (wrong.list ? ": the list is missing" : ": the value is missing"))));
    if (wrong.list && !may_be_empty().contains(wrong.key)) {
      const Document empty = document(wrong.key, "[]");
      EXPECT_EQ(errors_of(empty.yaml), at(empty, empty.value_column,
                                          name + ": the list is empty; leave the key out instead"));
    }
  }
  for (const std::string& key : containers()) {
    for (const char* value : {"x", "[x]"}) {
      if ((key == "policy.rules" || key == "feeds") && *value == '[')
        continue;  // a list is what it is
      const Document wrong = document(key, value);
      EXPECT_THAT(errors_of(wrong.yaml),
                  testing::StartsWith(at(wrong, wrong.value_column, last_part(key) + ": a ")))
          << wrong.yaml;
    }
  }
}

std::string feed_errors(const std::string& flow) { return errors_of("feeds:\n  - " + flow + "\n"); }

TEST(FeedErrors, WhatDoesNotGoTogether) {
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "f:2:5: a feed without 'name'\nf:2:5: a feed without 'url'"},
      {"{name: a}", "f:2:5: a feed without 'url'"},
      {"{name: a, url: 'http://x/'}",
       "f:2:20: url: http is neither secret nor safe from changes; use https, or allow_http: true "
       "in "
       "a network you trust"},
      {"{name: a, url: 'HTTP://x/', allow_http: false}",
       "f:2:20: url: http is neither secret nor safe from changes; use https, or allow_http: true "
       "in "
       "a network you trust"},
      {"{name: a, url: 'http://x/', allow_http: true}", "no error"},
      {"{name: a, url: 'https://[::1]:8443?x=1'}", "no error"},
      {"{name: a, url: 'https://x_y.example:1'}", "no error"},
      {"{name: a, url: /x, source: http}",
       "f:2:20: url: source http needs a URL, not a path; a path goes with source file"},
      {"{name: a, url: 'https://x', source: file}",
       "f:2:20: url: source file reads an absolute path, not a URL"},
      {"{name: a, url: /x, allow_http: true}",
       "f:2:36: allow_http: says nothing with source file, but with http, misp-feed, misp-rest and "
       "taxii"},
      {"{name: a, url: /x, credentials_file: /y}",
       "f:2:42: credentials_file: says nothing with source file, but with http, misp-feed, "
       "misp-rest "
       "and taxii"},
      {"{name: a, url: 'https://x', source: taxii, minisign_key: "
       "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3}",
       "f:2:62: minisign_key: says nothing with source taxii, but with file and http"},
      {"{name: a, url: /x, limits: {bytes_max: 2GiB, inflated_bytes_max: 1GiB}}",
       "f:2:32: limits: inflated_bytes_max is below bytes_max"},
      {"{name: a, url: /x, limits: {bytes_max: 5GiB}}",
       "f:2:32: limits: inflated_bytes_max is below bytes_max"},
      {"{name: a, url: /x, guard: }", "no error"},
      {"x", "f:2:5: a feed: a map of keys is expected, not a value"},
  };
  for (const auto& [flow, errors] : cases) EXPECT_EQ(feed_errors(flow), errors) << flow;
  EXPECT_EQ(feed_errors("{name: a, url: /x}\n  - {name: b, url: /x}\n  - {name: a, url: /y}"),
            "f:4:12: name: feed 'a' is already on line 2");
}

TEST(DecayErrors, OfCategories) {
  const auto of = [](const std::string& categories) {
    return errors_of("reputation:\n  decay:\n    categories: " + categories + "\n");
  };
  EXPECT_EQ(of("{}"), "no error");
  EXPECT_EQ(of("{spam: {half_life: 1d}}"), "no error");
  EXPECT_EQ(of("{to ad: {half_life: 1d}}"), std::string("f:3:18: categories: 'to ad' ") + kName);
  EXPECT_EQ(of("{spam: {half_live: 1d}}"),
            "f:3:25: unknown key 'half_live' in a category's decay; did you mean 'half_life'?");
  EXPECT_EQ(of("{spam: {half_life: 1}}"), std::string("f:3:36: half_life: '1' ") + kDecay);
  EXPECT_EQ(of("{spam: {expire_after: 28d}}"),
            "f:3:39: expire_after: is not longer than dormant_after");
  EXPECT_EQ(of("{spam: {dormant_after: 365d}}"),
            "f:3:18: expire_after: is not longer than dormant_after");
  EXPECT_EQ(of("{spam: 5}"), "f:3:24: a category's decay: a map of keys is expected, not a value");
}

TEST(ConfigErrorTable, KeysGivenTwice) {
  for (const std::string& key : known_config_keys()) {
    const Document twice = document(key, "x", true);
    EXPECT_THAT(errors_of(twice.yaml),
                testing::HasSubstr(fmt::format("f:{}:{}: key '{}' is given twice, first on line {}",
                                               twice.line, twice.key_column, last_part(key),
                                               twice.line - 1)))
        << twice.yaml;
  }
}

TEST(ConfigErrorTable, MisspeltKeys) {
  for (const std::string& key : known_config_keys()) {
    const Document misspelt = document(key + "x", "{}");
    const std::string errors = errors_of(misspelt.yaml);
    EXPECT_THAT(errors,
                testing::HasSubstr(at(misspelt, misspelt.key_column,
                                      fmt::format("unknown key '{}x' in ", last_part(key)))));
    EXPECT_THAT(errors, testing::HasSubstr(fmt::format("did you mean '{}'?", last_part(key))));
  }
  EXPECT_EQ(errors_of("log: {colour: true}"),
            "f:1:7: unknown key 'colour' in log; known are target, level, ident");
  EXPECT_THAT(errors_of("milter: {<<: {socket: x}}"),
              testing::StartsWith("f:1:10: merge keys ('<<') are not used in milter"));
}

}  // namespace
}  // namespace ringfence
