#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "config/config.h"
#include "config/yaml_tree.h"

namespace ringfence {
namespace {

const std::filesystem::path kSource = RINGFENCE_SOURCE_DIR;

Config parsed(const std::string& yaml) {
  auto config = parse_config(yaml, "test.yaml");
  EXPECT_TRUE(config) << config.error().message;
  return config ? *config : Config{};
}

/// Structured bindings, so that a new member of another room's options stops this from compiling
/// until it is compared, and so has a key, here too.
void expect_same(const Config& a, const Config& b) {
  EXPECT_EQ(a.milter, b.milter);
  EXPECT_EQ(a.headers, b.headers);
  EXPECT_EQ(a.lexicon, b.lexicon);
  EXPECT_EQ(a.overlay, b.overlay);
  EXPECT_EQ(a.recipient_regions, b.recipient_regions);
  EXPECT_EQ(a.feeds, b.feeds);
  EXPECT_EQ(a.policy, b.policy);
  {
    // The eighth, document_bytes_max, has no key: inspection sets it.
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8] = a.message;
    const auto& [n1, n2, n3, n4, n5, n6, n7, n8] = b.message;
    EXPECT_EQ(std::tie(m1, m2, m3, m4, m5, m6, m7, m8), std::tie(n1, n2, n3, n4, n5, n6, n7, n8));
  }
  {
    const auto& [m1, m2, m3, m4, m5, m6, m7] = a.matcher;
    const auto& [n1, n2, n3, n4, n5, n6, n7] = b.matcher;
    EXPECT_EQ(std::tie(m1, m2, m3, m4, m5, m6, m7), std::tie(n1, n2, n3, n4, n5, n6, n7));
  }
  {
    const auto& [m1, m2, m3, m4, m5] = a.reputation;
    const auto& [n1, n2, n3, n4, n5] = b.reputation;
    EXPECT_EQ(std::tie(m1, m2, m3, m4, m5), std::tie(n1, n2, n3, n4, n5));
  }
  {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9] = a.sightings;
    const auto& [n1, n2, n3, n4, n5, n6, n7, n8, n9] = b.sightings;
    EXPECT_EQ(std::tie(m1, m2, m3, m4, m5, m6, m7, m8, m9),
              std::tie(n1, n2, n3, n4, n5, n6, n7, n8, n9));
    EXPECT_EQ(a.trusted, b.trusted);
  }
  {
    const auto& [m1, m2, m3] = a.log;
    const auto& [n1, n2, n3] = b.log;
    EXPECT_EQ(std::tie(m1, m2, m3), std::tie(n1, n2, n3));
  }
}

TEST(ConfigFile, HoldsTheDefaults) {
  const auto path = kSource / "config/ringfence.yaml";
  const auto config = load_config(path);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->path, path);
  expect_same(*config, default_config());
}

std::string default_file() {
  const auto yaml = read_file(kSource / "config/ringfence.yaml", 1 << 20);
  EXPECT_TRUE(yaml);
  return yaml.value_or("");
}

/// The lines of a comment from `first` on, as a list below `above`.
std::string commented(const std::string& above, const std::string& first) {
  const std::string yaml = default_file();
  const std::size_t begin = yaml.find(first);
  EXPECT_NE(begin, std::string::npos) << first;
  const std::string mark = first.substr(0, first.find('-'));  // "  #   "
  const std::string start = mark.substr(0, mark.find('#') + 1) + "  ";
  std::string out = above;
  for (std::size_t at = begin; yaml.compare(at, start.size(), start) == 0;) {
    const std::size_t end = yaml.find('\n', at) + 1;
    out += "  " + yaml.substr(at + start.size(), end - at - start.size());
    at = end;
  }
  return out;
}

/// The rule with all keys, out of the comment above `rules`; and the feed above `feeds`.
std::string commented_rule() { return commented("policy:\n  rules:\n", "  #   - name: a-name"); }
std::string commented_feed() { return commented("feeds:\n", "#   - name: community"); }

void collect_keys(const YamlNode& node, const std::string& prefix, std::set<std::string>& keys) {
  for (const YamlNode& item : node.items) collect_keys(item, prefix, keys);
  for (const YamlEntry& entry : node.entries) {
    keys.insert(prefix + entry.key.text);
    collect_keys(entry.value, prefix + entry.key.text + ".", keys);
  }
}

TEST(ConfigFile, NamesEveryKeyAndNoOther) {
  std::set<std::string> named;
  for (const std::string& yaml : {default_file(), commented_rule(), commented_feed()}) {
    YamlNode root;
    ConfigErrors errors;
    ASSERT_TRUE(parse_yaml(yaml, root, errors)) << errors.to_string("");
    collect_keys(root, "", named);
  }
  const auto known = known_config_keys();
  EXPECT_EQ(named, std::set<std::string>(known.begin(), known.end()));
  EXPECT_EQ(named.size(), known.size()) << "a key is known twice";
}

TEST(ConfigFile, TheRuleInItsCommentLoads) {
  const Config config = parsed(commented_rule());
  ASSERT_EQ(config.policy.rules.size(), 1u);
  const Rule& r = config.policy.rules[0];
  EXPECT_EQ(r.name, "a-name");
  EXPECT_EQ(r.when.defects, DefectSet{Defect::kNulByte});
  EXPECT_EQ(r.reply.lines.size(), 2u);
}

TEST(ConfigFile, TheFeedInItsCommentLoads) {
  const Config config = parsed(commented_feed());
  ASSERT_EQ(config.feeds.size(), 1u);
  // What the comment calls a default is one.
  FeedOptions expected;
  expected.name = "community";
  expected.url = "https://feeds.example.org/numbers.csv.gz";
  expected.columns = {.number = "Telephone",
                      .category = "Kind",
                      .type = "Line",
                      .score = "Confidence",
                      .first_seen = "Opened",
                      .last_seen = "Latest",
                      .expires = "Until"};
  expected.region = "US";
  expected.credentials_file = "/etc/ringfence/community.token";
  expected.ca_file = "/etc/ringfence/community-ca.pem";
  expected.minisign_key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
  EXPECT_EQ(config.feeds[0], expected);
}

TEST(ConfigFile, NamesEveryToken) {
  const std::string yaml = default_file();
  const auto expect_named = [&](std::string_view token) {
    EXPECT_NE(yaml.find(token), std::string::npos) << token;
  };
  for (int i = 0; i < kPlaceCount; ++i) expect_named(to_token(static_cast<Place>(i)));
  for (int i = 0; i < kTrickCount; ++i) expect_named(to_token(static_cast<Trick>(i)));
  for (int i = 0; i < kLimitCount; ++i) expect_named(to_token(static_cast<Limit>(i)));
  for (int i = 0; i < kDefectCount; ++i) expect_named(to_token(static_cast<Defect>(i)));
  for (int i = 0; i < 6; ++i) expect_named(to_token(static_cast<Action>(i)));
  for (int i = 0; i < 6; ++i) expect_named(to_token(static_cast<ReputationState>(i)));
  for (int i = 0; i < 12; ++i) expect_named(to_token(static_cast<LineType>(i)));
  for (int i = 0; i < 4; ++i) expect_named(to_token(static_cast<ListRole>(i)));
  for (int i = 0; i < 5; ++i) expect_named(to_token(static_cast<FeedSource>(i)));
  for (int i = 0; i < 8; ++i) expect_named(to_token(static_cast<FeedFormat>(i)));
}

TEST(ConfigFile, ExamplesLoad) {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "config/examples")) {
    const auto config = load_config(entry.path());
    EXPECT_TRUE(config) << config.error().message;
    ++seen;
  }
  EXPECT_GE(seen, 2);
}

TEST(LoadConfig, MissingAndUnreadableFiles) {
  const auto missing = load_config("/nonexistent/ringfence.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNoInput);
  EXPECT_NE(missing.error().message.find("/nonexistent/ringfence.yaml"), std::string::npos);
  const auto folder = load_config(std::filesystem::temp_directory_path());
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().kind, ErrorKind::kSoftware);
}

TEST(ParseConfig, WhatIsNotGivenKeepsItsDefault) {
  expect_same(parsed("{}"), default_config());
  expect_same(parsed("milter:\nheaders:\nmessage: {}\nfeeds:\nreputation: {decay: }\n"),
              default_config());
  Config expected = default_config();
  expected.policy.mode = Mode::kShadow;
  expect_same(parsed("policy: {mode: shadow}"), expected);
  expected = default_config();
  expected.milter.skip.authenticated = false;
  expect_same(parsed("milter:\n  skip:\n    authenticated: false\n"), expected);
}

TEST(ParseConfig, EveryOptionIsTaken) {
  const Config config = parsed(R"(
milter:
  socket: inet:8891@127.0.0.1
  socket_mode: "0666"
  socket_group: postfix
  control_socket: /tmp/c.sock
  control_socket_mode: 600
  hostname: mx1.example.org
  timeout: 2h
  stop_grace: 0s
  on_failure: tempfail
  skip: {authenticated: false, client_networks: [192.0.2.0/24, "::1"], message_bytes_max: 20MiB}
headers: {add_to_clean: false, numbers_max: 0}
message:
  message_bytes_max: 1GiB
  header_bytes_max: 2048
  header_count_max: 10
  part_count_max: 11
  part_depth_max: 12
  html_depth_max: 16
  html_token_bytes_max: 256B
matcher: {regions: [NO, DE], candidates_max: 13, numbers_max: 14}
recipient_regions:
  Example.DE: [DE, AT]
  .example.no: NO
reputation:
  directory: /srv/r
  generations_kept: 15
  decay:
    categories:
      spam: {half_life: 2h, expire_after: 37h}
      toad: {}
    half_life: 1d
    floor: 0
    dormant_after: 36h
    expire_after: 48h
  blocks:
    enabled: false
    ten: {members_min: 2, spread_min: 1, share: 0%}
    hundred: {members_min: 100, spread_min: 10, share: 100%}
    thousand: {members_min: 1000}
    member_score_min: 0
    member_age_max: 1h
    score_max: 100
feeds:
  - {name: soc, url: /srv/soc.txt}
  - {name: misp.org, enabled: false, source: misp-rest, url: "http://misp.example:8443", allow_http: true,
     format: misp, columns: {number: "To whom"}, role: allow, region: "NO", category: toad, score: 5,
     weight: 60%, repeats_weigh: true, keep_missing: true, expires_after: 30d, every: 5m,
     credentials_file: /k, ca_file: /c, guard: {shrink_max: 0%, grow_max: 0%, numbers_min: 7},
     limits: {bytes_max: 1MiB, inflated_bytes_max: 2MiB, redirects_max: 0, tries_max: 1,
              documents_max: 2, connect_timeout: 1s, stall_timeout: 2s, timeout: 3s},
     misp_to_ids_only: true, misp_people: true, misp_last: 12h}
log: {target: journal, level: debug, ident: rf.test}
policy:
  mode: shadow
  several_recipients: mildest
  rules: []
)");
  EXPECT_EQ(config.milter.socket, "inet:8891@127.0.0.1");
  EXPECT_EQ(config.milter.socket_mode, 0666u);
  EXPECT_EQ(config.milter.socket_group, "postfix");
  EXPECT_EQ(config.milter.control_socket, "/tmp/c.sock");
  EXPECT_EQ(config.milter.control_socket_mode, 0600u);
  EXPECT_EQ(config.milter.hostname, "mx1.example.org");
  EXPECT_EQ(config.milter.timeout_seconds, 7200);
  EXPECT_EQ(config.milter.stop_grace_seconds, 0);
  EXPECT_EQ(config.milter.on_failure, OnFailure::kTempfail);
  EXPECT_FALSE(config.milter.skip.authenticated);
  ASSERT_EQ(config.milter.skip.client_networks.size(), 2u);
  EXPECT_EQ(config.milter.skip.client_networks[1].to_string(), "::1");
  EXPECT_EQ(config.milter.skip.message_bytes_max, 20u << 20);
  EXPECT_FALSE(config.headers.add_to_clean);
  EXPECT_EQ(config.headers.numbers_max, 0);
  EXPECT_EQ(config.message.message_bytes_max, 1u << 30);
  EXPECT_EQ(config.message.header_bytes_max, 2048u);
  EXPECT_EQ(config.message.header_count_max, 10);
  EXPECT_EQ(config.message.part_count_max, 11);
  EXPECT_EQ(config.message.part_depth_max, 12);
  EXPECT_EQ(config.message.html_depth_max, 16);
  EXPECT_EQ(config.message.html_token_bytes_max, 256u);
  EXPECT_EQ(config.matcher.regions, (std::vector<std::string>{"NO", "DE"}));
  EXPECT_EQ(config.matcher.candidates_max, 13u);
  EXPECT_EQ(config.matcher.numbers_max, 14u);
  using Regions = std::vector<std::string>;
  ASSERT_EQ(config.recipient_regions.size(), 2u);
  EXPECT_EQ(config.recipient_regions[0], std::pair(std::string("example.de"), Regions{"DE", "AT"}));
  EXPECT_EQ(config.recipient_regions[1], std::pair(std::string(".example.no"), Regions{"NO"}));
  EXPECT_EQ(config.reputation.directory, "/srv/r");
  EXPECT_EQ(config.reputation.generations_kept, 15);
  EXPECT_EQ(config.reputation.decay,
            (DecayOptions{std::chrono::days(1), 0, std::chrono::hours(36), std::chrono::days(2)}));
  using std::chrono::hours;
  const DecayCategories categories = {{"spam", {hours(2), 0, hours(36), hours(37)}},
                                      {"toad", {hours(24), 0, hours(36), hours(48)}}};
  EXPECT_EQ(config.reputation.decay_categories, categories);
  const BlockOptions blocks = {.enabled = false,
                               .ten = {2, 1, 0},
                               .hundred = {100, 10, 100},
                               .thousand = {1000, 6, 30},
                               .member_score_min = 0,
                               .member_age_max = hours(1),
                               .score_max = 100};
  EXPECT_EQ(config.reputation.blocks, blocks);
  ASSERT_EQ(config.feeds.size(), 2u);
  EXPECT_EQ(config.feeds[0],
            (FeedOptions{.name = "soc", .source = FeedSource::kFile, .url = "/srv/soc.txt"}));
  FeedOptions feed{.name = "misp.org",
                   .enabled = false,
                   .source = FeedSource::kMispRest,
                   .url = "http://misp.example:8443",
                   .allow_http = true,
                   .format = FeedFormat::kMisp,
                   .columns = {.number = "To whom"},
                   .role = ListRole::kAllow,
                   .region = "NO",
                   .category = "toad",
                   .score = 5,
                   .weight = 60,
                   .repeats_weigh = true,
                   .keep_missing = true,
                   .expires_after = hours(30 * 24),
                   .every = std::chrono::minutes(5),
                   .credentials_file = "/k",
                   .ca_file = "/c"};
  feed.guard = {.shrink_max_percent = 0, .grow_max_percent = 0, .numbers_min = 7};
  feed.limits = {.bytes_max = 1 << 20,
                 .inflated_bytes_max = 2 << 20,
                 .redirects_max = 0,
                 .tries_max = 1,
                 .documents_max = 2,
                 .connect_timeout = std::chrono::seconds(1),
                 .stall_timeout = std::chrono::seconds(2),
                 .timeout = std::chrono::seconds(3)};
  feed.misp_to_ids_only = true;
  feed.misp_people = true;
  feed.misp_last = "12h";
  EXPECT_EQ(config.feeds[1], feed);
  EXPECT_EQ(config.log.target, LogTarget::kJournal);
  EXPECT_EQ(config.log.level, LogLevel::kDebug);
  EXPECT_EQ(config.log.ident, "rf.test");
  EXPECT_EQ(config.policy.mode, Mode::kShadow);
  EXPECT_EQ(config.policy.several_recipients, SeveralRecipients::kMildest);
  EXPECT_TRUE(config.policy.rules.empty());
}

TEST(ParseConfig, EveryPartOfARuleIsTaken) {
  const Config config = parsed(R"(
policy:
  rules:
    - name: all
      when:
        number:
          score_min: 1
          score_max: 99
          categories: [toad, scam]
          lists: local-soc
          states: [active, dormant]
          places: [subject, ics, qr]
          tricks: [hidden-text]
          regions: [US, "001"]
          valid: false
          brand_mismatch: [norton, paypal]
          genuine: false
          providers: "Example Telecom, Inc."
          line_types: [voip, toll-free]
          block_members_min: 3
          listings_min: 2
        numbers_min: 2
        numbers_max: 3
        recipient_domains: [.Example.org]
        sender_domains: example.com
        client_networks: [192.0.2.1]
        authenticated: false
        partial: true
        limits: [part-count, recipients]
        defective: true
        defects: [bare-lf]
      action: tempfail
      reply: {code: 450, enhanced: 4.7.0, text: "one\ntwo 100%\n"}
      mode: shadow
    - {name: flags, when: {number: {brand_mismatch: true}}, action: tag}
    - {name: brands, when: {number: {genuine: [some-bank, norton]}}, action: tag}
    - {name: last, action: discard}
)");
  ASSERT_EQ(config.policy.rules.size(), 4u);
  EXPECT_EQ(config.policy.rules[1].when.number.brand_mismatch, true);
  EXPECT_EQ(config.policy.rules[2].when.number.genuine_of,
            (std::vector<std::string>{"some-bank", "norton"}));
  const Rule& rule = config.policy.rules[0];
  Rule expected;
  expected.name = "all";
  expected.when.number.score_min = 1;
  expected.when.number.score_max = 99;
  expected.when.number.categories = {"toad", "scam"};
  expected.when.number.lists = {"local-soc"};
  expected.when.number.states = {ReputationState::kActive, ReputationState::kDormant};
  expected.when.number.places = {Place::kSubject, Place::kCalendar, Place::kQrCode};
  expected.when.number.tricks = {Trick::kHiddenText};
  expected.when.number.regions = {"US", "001"};
  expected.when.number.valid = false;
  expected.when.number.mismatched_brands = {"norton", "paypal"};
  expected.when.number.genuine = false;
  expected.when.number.providers = {"Example Telecom, Inc."};
  expected.when.number.line_types = {LineType::kVoip, LineType::kTollFree};
  expected.when.number.block_members_min = 3;
  expected.when.number.listings_min = 2;
  expected.when.numbers_min = 2;
  expected.when.numbers_max = 3;
  expected.when.recipient_domains = {".example.org"};
  expected.when.sender_domains = {"example.com"};
  expected.when.client_networks = {*Network::parse("192.0.2.1")};
  expected.when.authenticated = false;
  expected.when.partial = true;
  expected.when.limits = {Limit::kPartCount, Limit::kRecipients};
  expected.when.defective = true;
  expected.when.defects = {Defect::kBareLf};
  expected.action = Action::kTempfail;
  expected.reply = {"450", "4.7.0", {"one", "two 100%"}};
  expected.mode = Mode::kShadow;
  EXPECT_EQ(rule, expected);
  EXPECT_TRUE(config.policy.rules[3].when.empty());
  EXPECT_EQ(config.policy.rules[3].action, Action::kDiscard);
}

TEST(ParseConfig, AnchorsServeForRepetition) {
  const Config config = parsed(R"(
policy:
  rules:
    - {name: a, when: {recipient_domains: &own [example.org, example.net]}, action: tag}
    - {name: b, when: {sender_domains: *own}, action: reject}
)");
  EXPECT_EQ(config.policy.rules[1].when.sender_domains,
            (std::vector<std::string>{"example.org", "example.net"}));
}

TEST(ParseConfig, GoodScalars) {
  const char* good[] = {
      "milter: {socket: 'unix:/run/x.sock'}",
      "milter: {socket: 'local:/run/x.sock'}",
      "milter: {socket: 'inet:1@localhost'}",
      "milter: {socket: 'inet:65535@mx.example.org'}",
      "milter: {socket: 'inet6:8891@::1'}",
      "milter: {socket: 'inet6:8891@localhost'}",
      "milter: {socket_mode: 0o660}",
      "milter: {hostname: localhost}",
      "milter: {timeout: 1d}",
      "milter: {timeout: 10 m}",
      "milter: {skip: {message_bytes_max: 0}}",
      "milter: {skip: {message_bytes_max: 1 MiB}}",
      "milter: {skip: {client_networks: '::/0'}}",
      "matcher: {regions: NO}",
      "log: {target: syslog, level: warning}",
      "log: {level: error}",
      "recipient_regions:",
      "\"log\": {'level': \"info\"}",
  };
  for (const char* yaml : good) {
    const auto config = parse_config(yaml, "f");
    EXPECT_TRUE(config) << yaml << "\n" << config.error().message;
  }
  EXPECT_EQ(parsed("milter: {socket: 'local:/run/x.sock'}").milter.socket, "unix:/run/x.sock");
}

}  // namespace
}  // namespace ringfence
