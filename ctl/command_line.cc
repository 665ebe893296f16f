// The command line of ringfencectl: spelling, help and ranges.
#include "ctl/command_line.h"

#include <memory>

#include "base/result.h"

namespace ringfence {

void add_json(CLI::App* app, CommonArguments& common) {
  app->add_flag("--json", common.json, "One JSON object a line instead of text");
}

CLI::AsNumberWithUnit duration() {
  return CLI::AsNumberWithUnit(std::map<std::string, std::uint64_t>{
      {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}});
}

namespace {

// Options that tell who sends a mail, for scan and probe.
void add_envelope(CLI::App* app, Envelope& envelope) {
  app->add_option("--from", envelope.mail_from, "Envelope sender (MAIL FROM)");
  app->add_option("--rcpt", envelope.recipients, "Envelope recipient (RCPT TO); may be repeated")
      ->allow_extra_args(false);
  app->add_option("--client", envelope.client_address, "IP address of the client");
  app->add_option("--helo", envelope.helo, "Name the client gives in HELO");
  app->add_option("--authenticated", envelope.authenticated,
                  "Login name of an authenticated client");
}

void add_scan(CLI::App& app, CommonArguments& common, Run& run) {
  auto* scan = app.add_subcommand("scan", "Find the numbers in mail files, as the daemon would");
  auto args = std::make_shared<ScanArguments>();
  scan->add_option("file", args->files, "Message files, folders of them, or - for standard input")
      ->required();
  scan->add_option("--region", args->regions,
                   "Region (ISO 3166 code) of numbers without country code; may be repeated")
      ->allow_extra_args(false);  // one value each: what follows is a file
  scan->add_flag("--explain", args->explain, "Show every candidate and what became of it");
  add_json(scan, common);
  add_envelope(scan, args->envelope);
  scan->callback([&, args] { run = [&, args] { return run_scan(common, *args); }; });
}

void add_probe(CLI::App& app, CommonArguments& common, Run& run) {
  auto* probe = app.add_subcommand("probe", "Send mail to a running daemon as an MTA would");
  auto args = std::make_shared<ProbeArguments>();
  probe->add_option("--socket", args->socket, "Milter socket: unix:/path or inet:port@host")
      ->required();
  probe->add_option("file", args->files, "Message files, or - for standard input")->required();
  probe->add_option("--timeout", args->timeout_seconds, "Seconds to wait for an answer")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  add_json(probe, common);
  add_envelope(probe, args->envelope);
  probe->callback([&, args] { run = [&, args] { return run_probe(common, *args); }; });
}

void add_lookup(CLI::App& app, CommonArguments& common, Run& run) {
  auto* lookup = app.add_subcommand("lookup", "Say what is known of a number");
  auto args = std::make_shared<LookupArguments>();
  lookup->add_option("number", args->numbers, "Numbers, as people write them")->required();
  lookup->add_option("--region", args->region, "Region of numbers without country code");
  add_json(lookup, common);
  lookup->callback([&, args] { run = [&, args] { return run_lookup(common, *args); }; });
}

constexpr const char* kNumbersHelp =
    "Numbers as people write them, or ranges: '+1 888 555 01##', '+339475*', "
    "+18885550120-+18885550129";

void add_override(CLI::App& app, CommonArguments& common, Run& run, OverrideKind kind) {
  const std::string name(to_token(kind));
  auto* app_kind = app.add_subcommand(name, "The operator's " + name + " list: add, remove, list");
  app_kind->require_subcommand(1);
  auto args = std::make_shared<OverrideArguments>();
  args->kind = kind;

  auto* add =
      app_kind->add_subcommand("add", "Add numbers; what was said of them before is replaced");
  add->add_option("number", args->numbers, kNumbersHelp)->required();
  add->add_option("--region", args->region, "Region of numbers without country code");
  add->add_option("--reason", args->reason, "Why, for those who come after");
  add->add_option("--expires", args->expires_seconds,
                  "How long it holds: 30d, 12h; for ever if not given")
      ->transform(duration());
  add->callback([&, args] { run = [&, args] { return run_override_add(common, *args); }; });

  auto* remove = app_kind->add_subcommand("remove", "Take numbers off the list");
  remove->add_option("number", args->numbers, kNumbersHelp)->required();
  remove->add_option("--region", args->region, "Region of numbers without country code");
  remove->add_option("--reason", args->reason, "Why, for those who come after");
  remove->callback([&, args] { run = [&, args] { return run_override_remove(common, *args); }; });

  auto* list = app_kind->add_subcommand("list", "Show the list");
  add_json(list, common);
  list->callback([&, kind] { run = [&, kind] { return run_override_list(common, kind); }; });
}

void add_history(CLI::App& app, CommonArguments& common, Run& run) {
  auto* overrides = app.add_subcommand("overrides", "The allow and deny lists: history");
  overrides->require_subcommand(1);
  auto* history =
      overrides->add_subcommand("history", "Who changed the lists, when and why, oldest first");
  auto args = std::make_shared<HistoryArguments>();
  history->add_option("number", args->numbers,
                      "Only changes of these numbers and of ranges that hold them");
  history->add_option("--region", args->region, "Region of numbers without country code");
  add_json(history, common);
  history->callback([&, args] { run = [&, args] { return run_override_history(common, *args); }; });
}

void add_config_check(CLI::App& app, CommonArguments& common, Run& run) {
  auto* config = app.add_subcommand("config", "The configuration file: check");
  config->require_subcommand(1);
  auto* check = config->add_subcommand("check", "Say everything that is wrong with the file");
  check->add_option("file", common.config_path, "The file, instead of --config");
  check->callback([&] { run = [&] { return run_config_check(common); }; });
}

void add_control(CLI::App& app, CommonArguments& common, Run& run) {
  static constexpr std::pair<const char*, const char*> kCommands[] = {
      {"status", "Show how the running daemon is"},
      {"reload", "Make the daemon read its configuration again, all or nothing"},
      {"stop", "Stop the daemon after the messages under way"},
      {"metrics", "Show the daemon's counters in Prometheus text format"}};
  for (const auto& [name, help] : kCommands) {
    auto* command = app.add_subcommand(name, help);
    auto socket = std::make_shared<std::string>();
    command->add_option("--control-socket", *socket,
                        "The daemon's control socket, instead of the configured");
    add_json(command, common);
    command->callback([&, socket, name = std::string(name)] {
      run = [&, socket, name] { return run_control(common, name, *socket); };
    });
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"ringfencectl: the operator's and analyst's tool of Ringfence", "ringfencectl"};
  app.set_version_flag("--version", "ringfencectl " RINGFENCE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  CommonArguments common;
  Run run;
  app.add_option("--config", common.config_path,
                 std::string("Configuration file; without it ") + kDefaultConfigPath +
                     " if there, else the defaults");
  app.add_option("--directory", common.directory,
                 "Reputation directory, instead of the configured");
  add_scan(app, common, run);
  add_probe(app, common, run);
  add_lookup(app, common, run);
  add_override(app, common, run, OverrideKind::kAllow);
  add_override(app, common, run, OverrideKind::kDeny);
  add_history(app, common, run);
  add_feeds(app, common, run);
  add_export(app, common, run);
  add_sightings(app, common, run);
  add_config_check(app, common, run);
  add_control(app, common, run);
  try {
    app.parse(argc, argv);
    return run();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_code(ErrorKind::kUsage);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ringfencectl: %s\n", error.what());
    return exit_code(ErrorKind::kSoftware);
  }
}

}  // namespace ringfence
