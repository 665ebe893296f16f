// load_config(), parse_config(): the tables of every section that has no file of its own.
#include <fmt/core.h>

#include "base/file.h"
#include "config/config.h"
#include "config/load_feeds.h"
#include "config/load_lexicon.h"
#include "config/load_overlay.h"
#include "config/load_policy.h"
#include "config/load_reputation.h"
#include "config/load_sightings.h"
#include "config/schema.h"

namespace ringfence {
namespace {

constexpr std::size_t kKiB = 1u << 10;
constexpr std::size_t kMiB = 1u << 20;
constexpr std::size_t kGiB = 1u << 30;
constexpr int kMinute = 60;
constexpr int kDay = 86'400;

const Table<SkipOptions>& skip_table() {
  using O = SkipOptions;
  static const Table<O> table = {
      scalar("authenticated", &O::authenticated, parse_boolean),
      list("client_networks", &O::client_networks, parse_network, true),
      scalar("message_bytes_max", &O::message_bytes_max, byte_size(0, 1024 * kGiB)),
  };
  return table;
}

const Table<MilterOptions>& milter_table() {
  using O = MilterOptions;
  static const Tokens<OnFailure> on_failure = {{"accept", OnFailure::kAccept},
                                               {"tempfail", OnFailure::kTempfail}};
  static const Table<O> table = {
      scalar("socket", &O::socket, parse_milter_socket),
      scalar("socket_mode", &O::socket_mode, parse_file_mode),
      scalar("socket_group", &O::socket_group, parse_group),
      scalar("control_socket", &O::control_socket, parse_unix_path),
      scalar("control_socket_mode", &O::control_socket_mode, parse_file_mode),
      scalar("hostname", &O::hostname, parse_hostname),
      scalar("timeout", &O::timeout_seconds, duration(1, kDay)),
      scalar("stop_grace", &O::stop_grace_seconds, duration(0, 10 * kMinute)),
      scalar("on_failure", &O::on_failure, token(on_failure)),
      section("skip", &O::skip, skip_table()),
  };
  return table;
}

const Table<HeaderOptions>& headers_table() {
  using O = HeaderOptions;
  static const Table<O> table = {
      scalar("add_to_clean", &O::add_to_clean, parse_boolean),
      scalar("numbers_max", &O::numbers_max, integer(0, 1'000)),
  };
  return table;
}

const Table<MessageOptions>& message_table() {
  using O = MessageOptions;
  static const Table<O> table = {
      scalar("message_bytes_max", &O::message_bytes_max, byte_size(kKiB, kGiB)),
      scalar("header_bytes_max", &O::header_bytes_max, byte_size(kKiB, kMiB)),
      scalar("header_count_max", &O::header_count_max, integer(10, 100'000)),
      scalar("part_count_max", &O::part_count_max, integer(1, 100'000)),
      scalar("part_depth_max", &O::part_depth_max, integer(1, 256)),
      scalar("html_depth_max", &O::html_depth_max, integer(16, 10'000)),
      scalar("html_token_bytes_max", &O::html_token_bytes_max, byte_size(256, kMiB)),
  };
  return table;
}

using RecipientRegions = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// A map from domains to lists of regions.
void read_recipient_regions(const YamlNode& node, RecipientRegions& out, ConfigErrors& errors) {
  out.clear();
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kMap) {
    errors.add(node.at, fmt::format("recipient_regions: a map of domains is expected, not {}",
                                    node.describe()));
    return;
  }
  const Parser<std::string> parse = parse_region;
  for (const YamlEntry& entry : node.entries) {
    const auto domain = parse_domain(entry.key.text);
    if (!domain) errors.add(entry.key.at, "recipient_regions: " + domain.error());
    auto regions = read_list(entry.value, "recipient_regions", parse, false, errors);
    if (domain) out.emplace_back(*domain, std::move(regions));
  }
}

/// The section is about three members: what the matcher is told, and where its lexicon and its
/// numbering overlays come from.
const Table<Config>& matcher_table() {
  using O = MatcherOptions;
  using L = LexiconSources;
  using V = OverlaySources;
  static const Table<Config> table = {
      within(&Config::matcher, list("regions", &O::regions, parse_region)),
      within(&Config::matcher, scalar("candidates_max", &O::candidates_max, count(1, 1'000'000))),
      within(&Config::matcher, scalar("numbers_max", &O::numbers_max, count(1, 100'000))),
      within(&Config::lexicon, scalar("lexicon_builtin", &L::builtin, parse_boolean)),
      within(&Config::lexicon, list("lexicon_files", &L::files, parse_path, true)),
      within(&Config::matcher,
             scalar("lexicon_hits_max", &O::lexicon_hits_max, count(1, kLexiconEntriesMax))),
      within(&Config::matcher, scalar("short_codes", &O::short_codes, parse_boolean)),
      within(&Config::overlay, scalar("overlay_builtin", &V::builtin, parse_boolean)),
      within(&Config::overlay, list("overlay_files", &V::files, parse_path, true)),
  };
  return table;
}

void read_matcher(const YamlNode& node, Config& out, ConfigErrors& errors) {
  if (node.kind != YamlNode::Kind::kNull) read_map(node, matcher_table(), "matcher", out, errors);
}

const Table<LogOptions>& log_table() {
  using O = LogOptions;
  static const Tokens<LogTarget> targets = {{"stderr", LogTarget::kStderr},
                                            {"syslog", LogTarget::kSyslog},
                                            {"journal", LogTarget::kJournal}};
  static const Tokens<LogLevel> levels = {{"debug", LogLevel::kDebug},
                                          {"info", LogLevel::kInfo},
                                          {"warning", LogLevel::kWarning},
                                          {"error", LogLevel::kError}};
  static const Table<O> table = {
      scalar("target", &O::target, token(targets)),
      scalar("level", &O::level, token(levels)),
      scalar("ident", &O::ident, parse_name),
  };
  return table;
}

const Table<Config>& config_table() {
  static const Table<Config> table = {
      section("milter", &Config::milter, milter_table()),
      section("headers", &Config::headers, headers_table()),
      section("message", &Config::message, message_table()),
      {"matcher", read_matcher, dotted_names(matcher_table())},
      {"recipient_regions",
       [](const YamlNode& node, Config& out, ConfigErrors& errors) {
         read_recipient_regions(node, out.recipient_regions, errors);
       }},
      section("reputation", &Config::reputation, reputation_table()),
      {"feeds",
       [](const YamlNode& node, Config& out, ConfigErrors& errors) {
         read_feeds(node, out.feeds, errors);
       },
       feed_keys()},
      {"sightings", read_sightings, dotted_names(sightings_table())},
      section("policy", &Config::policy, policy_table()),
      section("log", &Config::log, log_table()),
  };
  return table;
}

/// What no single key can tell.
void check_whole(const YamlNode& root, const Config& config, ConfigErrors& errors) {
  const MilterOptions& milter = config.milter;
  if (milter.socket == "unix:" + milter.control_socket) {
    errors.add(nearest_value(root, {"milter", "control_socket"})->at,
               "control_socket: is the path of the milter's own socket");
  }
  check_reputation(config.reputation, root, errors);
}

std::string join_lines(const std::string& first, const std::string& second) {
  return first + (first.empty() || second.empty() ? "" : "\n") + second;
}

}  // namespace

Result<Config> parse_config(std::string_view yaml, const std::string& name) try {
  Config config = default_config();
  ConfigErrors errors;
  YamlNode root;
  std::string message;
  if (parse_yaml(yaml, root, errors)) {
    read_map(root, config_table(), "the file", config, errors);
    check_whole(root, config, errors);
    message = join_lines(load_lexicon(root, config, errors), load_overlays(root, config, errors));
  }
  if (!errors.empty()) message = join_lines(errors.to_string(name), message);
  if (!message.empty()) return fail(ErrorKind::kConfig, message);
  return config;
} catch (const std::exception& error) {  // out of memory
  return fail(ErrorKind::kOs, fmt::format("{}: {}", name, error.what()));
}

Result<Config> load_config(const std::filesystem::path& path) {
  const auto yaml = read_file(path, kYamlBytesMax);
  if (!yaml) return tl::unexpected(yaml.error());
  auto config = parse_config(*yaml, path.string());
  if (config) config->path = path;
  return config;
}

std::vector<std::string> known_config_keys() { return dotted_names(config_table()); }

}  // namespace ringfence
