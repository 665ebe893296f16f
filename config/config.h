// Config: one YAML file as typed values. config/ringfence.yaml explains every option.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "config/network.h"
#include "config/policy.h"
#include "matcher/matcher.h"
#include "message/message_reader.h"
#include "reputation/feed_options.h"
#include "reputation/reputation_store.h"
#include "reputation/sighting_options.h"

namespace ringfence {

/// What the mail pays when we fail at run time.
enum class OnFailure : std::uint8_t { kAccept, kTempfail };

struct SkipOptions {
  bool authenticated = true;             // mail of clients that logged in
  std::vector<Network> client_networks;  // and of these
  std::size_t message_bytes_max = 0;     // larger messages by SIZE= are not read; 0: never skip

  bool operator==(const SkipOptions&) const = default;
};

struct MilterOptions {
  std::string socket = "unix:/run/ringfence/milter.sock";  // or "inet:8891@127.0.0.1", "inet6:..."
  unsigned socket_mode = 0660;
  std::string socket_group;  // "" leaves the process's own
  std::string control_socket = "/run/ringfence/control.sock";
  unsigned control_socket_mode = 0660;
  std::string hostname;         // in headers; "" takes the MTA's {j}, then gethostname()
  int timeout_seconds = 300;    // an idle MTA connection
  int stop_grace_seconds = 30;  // for messages under way on stop
  OnFailure on_failure = OnFailure::kAccept;
  SkipOptions skip;

  bool operator==(const MilterOptions&) const = default;
};

struct HeaderOptions {
  bool add_to_clean = true;  // X-Ringfence: no on mail without a finding
  int numbers_max = 20;      // X-Ringfence-Number fields on one message

  bool operator==(const HeaderOptions&) const = default;
};

/// Where the lexicon of MatcherOptions is read from.
struct LexiconSources {
  bool builtin = true;                       // config/lexicon.yaml, compiled in
  std::vector<std::filesystem::path> files;  // added to it

  bool operator==(const LexiconSources&) const = default;
};

/// Senders whose mail speaks for the numbers in it: its numbers are their own.
struct SightingTrust {
  std::vector<Network> networks;     // of clients
  std::vector<std::string> senders;  // domains of MAIL FROM and of From: both have to be covered

  bool operator==(const SightingTrust&) const = default;
};

/// Where the overlays of MatcherOptions are read from.
struct OverlaySources {
  bool builtin = true;                       // config/numbering-overlay.yaml, compiled in
  std::vector<std::filesystem::path> files;  // later ones win where they say otherwise

  bool operator==(const OverlaySources&) const = default;
};

struct Config {
  std::filesystem::path path;  // where it was loaded from, "" for the built-in defaults
  MilterOptions milter;
  HeaderOptions headers;
  MessageOptions message;
  MatcherOptions matcher;
  LexiconSources lexicon;
  OverlaySources overlay;
  /// Regions tried first for mail to a recipient domain ("example.de": [DE, AT]); patterns of
  /// domain_matches().
  std::vector<std::pair<std::string, std::vector<std::string>>> recipient_regions;
  ReputationOptions reputation;
  std::vector<FeedOptions> feeds;  // for `ringfencectl feeds refresh`
  SightingOptions sightings;
  SightingTrust trusted;
  Policy policy;
  LogOptions log;
};

/// The defaults, with the default policy, the built-in lexicon and numbering overlay.
Config default_config();

/// Reads and checks `path` and the files it names. All errors in one Error (kConfig), one a
/// line:
/// "file:line:column: what is wrong, and what would be right".
Result<Config> load_config(const std::filesystem::path& path);
/// The same from text; `name` stands for the file in errors.
Result<Config> parse_config(std::string_view yaml, const std::string& name);

/// The dotted name of every key the file may hold ("milter.skip.authenticated"), in the order of
/// the tables that read it. Keys of rules are below "policy.rules".
std::vector<std::string> known_config_keys();

}  // namespace ringfence
