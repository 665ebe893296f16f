// The commands of ringfencectl, each a function from its arguments to an exit code (sysexits(3)).
//
// Results go to stdout, everything said about them to stderr. Does not know: how arguments are
// spelt (command_line).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/envelope.h"
#include "reputation/listing.h"

namespace ringfence {

/// What every command is given.
struct CommonArguments {
  std::filesystem::path config_path;  // "" takes kDefaultConfigPath when that file is there
  std::filesystem::path directory;    // reputation directory, "" as configured
  bool json = false;
};
inline constexpr const char* kDefaultConfigPath = "/etc/ringfence/ringfence.yaml";

struct ScanArguments {
  std::vector<std::string> files;    // "-" is stdin; folders are read whole
  std::vector<std::string> regions;  // instead of the configured ones
  bool explain = false;
  Envelope envelope;
};
/// One line (JSON) or paragraph (text) a message. EX_NOINPUT when a file could not be read.
int run_scan(const CommonArguments& common, const ScanArguments& arguments);

struct ProbeArguments {
  std::string socket;  // as in Postfix: "unix:/path", "inet:host:port"; or "inet:port@host"
  std::vector<std::string> files;
  Envelope envelope;
  int timeout_seconds = 30;
};
/// Plays the MTA: sends each file over the milter protocol and prints what an MTA would do.
int run_probe(const CommonArguments& common, const ProbeArguments& arguments);

struct LookupArguments {
  std::vector<std::string> numbers;
  std::string region;
};
/// EX_OK when every number could be read, listed or not.
int run_lookup(const CommonArguments& common, const LookupArguments& arguments);

struct OverrideArguments {
  OverrideKind kind = OverrideKind::kDeny;
  std::vector<std::string> numbers;
  std::string region;
  std::string reason;
  std::optional<std::uint64_t> expires_seconds;  // from now
};
/// Numbers may be ranges: see parse_range(). All or none.
int run_override_add(const CommonArguments& common, const OverrideArguments& arguments);
int run_override_remove(const CommonArguments& common, const OverrideArguments& arguments);
int run_override_list(const CommonArguments& common, OverrideKind kind);

struct HistoryArguments {
  std::vector<std::string> numbers;  // changes that concern any of these; all when empty
  std::string region;
};
/// Who changed which override when and why, oldest first.
int run_override_history(const CommonArguments& common, const HistoryArguments& arguments);

struct ImportArguments {
  std::string file;
  std::string list;
  std::string format = "auto";  // to_token(FeedFormat)
  std::string role = "block";   // to_token(ListRole)
  int weight = 100;
  std::string category = "other";
  int score = 80;
  std::string region;
  std::optional<std::uint64_t> expires_seconds;
  bool allow_empty = false;
  bool show_refused = false;
};
int run_feeds_import(const CommonArguments& common, const ImportArguments& arguments);
/// Feeds of the configuration, the table, its lists.
int run_feeds_status(const CommonArguments& common);

struct RefreshArguments {
  std::vector<std::string> names;  // all that are due when empty
  bool force = false;
  bool accept_change = false;
};
/// EX_OK when every feed went well or was not due; EX_UNAVAILABLE when some failed and keep their
/// last good lists; EX_TEMPFAIL while another refresh is at work; EX_IOERR and others when nothing
/// could be published.
int run_feeds_refresh(const CommonArguments& common, const RefreshArguments& arguments);

struct RefusedArguments {
  std::string name;
  std::size_t examples_max = 100;  // of each reason
};
int run_feeds_refused(const CommonArguments& common, const RefusedArguments& arguments);

struct HoldArguments {
  std::string name;
  std::string reason;
};
int run_feeds_hold(const CommonArguments& common, const HoldArguments& arguments);
int run_feeds_release(const CommonArguments& common, const std::string& name);

int run_feeds_rollback(const CommonArguments& common, std::optional<std::uint64_t> generation);
int run_feeds_drop(const CommonArguments& common, const std::string& list);

struct DiffArguments {
  std::vector<std::uint64_t> generations;  // none: the last two; one: it and the current
  std::string list;                        // only this one
  std::size_t examples_max = 10;
};
int run_feeds_diff(const CommonArguments& common, const DiffArguments& arguments);

struct ExportArguments {
  std::string format;      // "csv", "jsonl", "stix", "misp", "rbldnsd"
  std::string file = "-";  // "-" is stdout
  std::optional<int> score_min;
  std::vector<std::string> lists;
  std::optional<std::uint64_t> since_seconds;  // before now
  bool local = false;
  int local_brands = 2;
  bool deny = false;
  std::string identity;
  std::string hash = "sha1";  // this and the following: of "rbldnsd"
  std::string zone;
  std::vector<std::string> name_servers;
  std::string contact;
  int ttl_seconds = 300;
  std::vector<std::string> national;  // regions
};
/// Nothing is said but the document when it goes to stdout.
int run_export(const CommonArguments& common, const ExportArguments& arguments);

struct SightingsArguments {
  std::string since;  // parse_moment(), "" for an open end
  std::string until;
  std::vector<std::string> numbers;  // or ranges: see parse_range()
  std::string region;
  std::string from;         // domain of From
  std::size_t limit = 100;  // the newest so many, 0 for all
};
/// Mail that showed numbers, as recorded. For this and the commands below: EX_OK also when nothing
/// was found, which is said; EX_NOINPUT when nothing was ever recorded; EX_IOERR when part of the
/// journal could not be read, which makes the answer incomplete.
int run_sightings_list(const CommonArguments& common, const SightingsArguments& arguments);

struct HuntArguments {
  std::vector<std::string> targets;  // numbers and ranges, or one campaign
  bool newly_listed = false;         // instead of targets
  int score_min = 60;                // from which on a number is bad, for newly_listed
  std::string since;
  std::string until;
  std::string region;
  bool recipients = false;  // only who received it
  std::size_t limit = 0;
};
/// Who received it. EX_DATAERR when a target is no number, range or known campaign.
int run_hunt(const CommonArguments& common, const HuntArguments& arguments);

struct CampaignsArguments {
  std::string since;
  std::string until;
  std::uint32_t messages_min = 2;
  bool largest = false;  // first; else the newest
  std::size_t limit = 50;
};
int run_campaigns_list(const CommonArguments& common, const CampaignsArguments& arguments);

struct CampaignArguments {
  std::string target;           // an id, or a number of the campaign
  std::size_t messages = 10;    // the newest so many are shown
  std::string format = "json";  // of the export: dot, svg, json, csv
};
/// EX_DATAERR when there is no such campaign.
int run_campaigns_show(const CommonArguments& common, const CampaignArguments& arguments);
/// EX_UNAVAILABLE when an SVG is asked for and Graphviz is not there.
int run_campaigns_export(const CommonArguments& common, const CampaignArguments& arguments);

/// Checks a file and says what is wrong with it, all at once.
int run_config_check(const CommonArguments& common);

/// Asks the running daemon: "status", "reload", "stop" or "metrics".
int run_control(const CommonArguments& common, const std::string& command,
                const std::string& control_socket);

/// Reads the command line and runs the command it names.
int run_command_line(int argc, char** argv);

}  // namespace ringfence
