// The command line of `ringfencectl export`.
#include <memory>

#include "ctl/command_line.h"
#include "reputation/local_evidence.h"

namespace ringfence {
namespace {

constexpr std::uint64_t kSinceMax = 100ULL * 365 * 86400;
constexpr int kTtlMax = 7 * 86400;

void add_selection(CLI::App& app, ExportArguments& args) {
  app.add_option("--score-min", args.score_min,
                 "Only numbers whose score now is at least this; without it the lowest score that "
                 "the policy quarantines for")
      ->check(CLI::Range(1, 100));
  app.add_option("--list", args.lists,
                 "Only what this block list says, its score included; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--since", args.since_seconds, "Only numbers heard of within this time: 30d, 12h")
      ->transform(duration())
      ->check(CLI::Range(std::uint64_t{1}, kSinceMax));
  app.add_flag("--local", args.local,
               "Tell what this site's mail showed, and add numbers that only it showed");
  app.add_option("--local-brands", args.local_brands,
                 "With --local: brands within the window that such a number was seen under")
      ->check(CLI::Range(1, LocalEvidence::kBrandsMax))
      ->capture_default_str();
  app.add_flag("--deny", args.deny, "Add the numbers of the operator's deny list");
}

void add_zone(CLI::App& app, ExportArguments& args) {
  app.add_option("--hash", args.hash, "rbldnsd: how numbers are hashed")
      ->check(CLI::IsMember({"sha1", "sha256"}))
      ->capture_default_str();
  app.add_option("--zone", args.zone, "rbldnsd: name of the zone, for its SOA record");
  app.add_option("--ns", args.name_servers, "rbldnsd: a name server; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--contact", args.contact,
                 "rbldnsd: mail address of the SOA record; without it hostmaster at the zone");
  app.add_option("--ttl", args.ttl_seconds, "rbldnsd: how long answers are kept")
      ->transform(duration())
      ->check(CLI::Range(1, kTtlMax))
      ->capture_default_str();
  app.add_option(
         "--national", args.national,
         "rbldnsd: regions (US,CA) whose numbers are listed as people dial them at home, too")
      ->delimiter(',')
      ->allow_extra_args(false);
}

// Options of another format would be passed over in silence.
void check_format(const CLI::App& app, const ExportArguments& args) {
  if (args.format == "rbldnsd") return;
  for (const char* option : {"--hash", "--zone", "--ns", "--contact", "--ttl", "--national"}) {
    if (app.count(option) > 0) {
      throw CLI::ValidationError(option, "is for --format rbldnsd alone");
    }
  }
}

}  // namespace

void add_export(CLI::App& app, CommonArguments& common, Run& run) {
  auto* command = app.add_subcommand("export", "Write the numbers that are bad, for others to use");
  auto args = std::make_shared<ExportArguments>();
  command->add_option("--format", args->format, "csv, jsonl, stix, misp or rbldnsd")
      ->check(CLI::IsMember({"csv", "jsonl", "stix", "misp", "rbldnsd"}))
      ->required();
  command
      ->add_option("-o,--output", args->file,
                   "The file, replaced whole or not at all; without it standard output")
      ->capture_default_str();
  command->add_option("--identity", args->identity,
                      "stix, misp: name of this site, from which ids derive; without it the host");
  add_selection(*command, *args);
  add_zone(*command, *args);
  add_json(command, common);
  command->footer(
      "Numbers that are allowed, genuine, or in mail of our own users or trusted senders are never "
      "written; neither are ranges. docs/export.md describes the formats.");
  command->callback([&, command, args] {
    check_format(*command, *args);
    run = [&, args] { return run_export(common, *args); };
  });
}

}  // namespace ringfence
