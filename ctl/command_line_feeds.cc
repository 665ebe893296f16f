// The command line of `ringfencectl feeds`.
#include <memory>

#include "ctl/command_line.h"

namespace ringfence {
namespace {

constexpr int kExamplesMost = 1'000'000;

void add_import(CLI::App& feeds, CommonArguments& common, Run& run) {
  auto* import =
      feeds.add_subcommand("import", "Make a new table with this file as one of its lists");
  auto args = std::make_shared<ImportArguments>();
  import
      ->add_option("file", args->file,
                   "Text, CSV, JSON, STIX, MISP, vCard, gzip or zstd, or - for standard input")
      ->required();
  import->add_option("--list", args->list, "Name of the list; one of that name is replaced")
      ->required();
  import->add_option("--format", args->format, "What the file is, when its bytes do not tell")
      ->check(CLI::IsMember({"auto", "text", "csv", "json", "stix", "misp", "vcard", "xml"}))
      ->capture_default_str();
  import
      ->add_option("--role", args->role,
                   "What being on the list means: block, allow, genuine (brands' own numbers, the "
                   "brand in the column of the category) or provider (prefixes)")
      ->check(CLI::IsMember({"block", "allow", "genuine", "provider"}))
      ->capture_default_str();
  import->add_option("--weight", args->weight, "How much the list is believed, in percent")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  import->add_option("--category", args->category, "Category of numbers that name none")
      ->capture_default_str();
  import->add_option("--score", args->score, "Score (0-100) of numbers that name none")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  import->add_option("--region", args->region, "Region of numbers without country code");
  import->add_option("--expires", args->expires_seconds, "How long entries hold: 30d, 12h")
      ->transform(duration());
  import->add_flag("--allow-empty", args->allow_empty, "Take a file without any number");
  import->add_flag("--show-refused", args->show_refused, "Show examples of refused lines");
  add_json(import, common);
  import->callback([&, args] { run = [&, args] { return run_feeds_import(common, *args);
};
}  // namespace
);
}  // namespace ringfence

void add_refresh(CLI::App& feeds, CommonArguments& common, Run& run) {
  auto* refresh = feeds.add_subcommand(
      "refresh", "Fetch the configured feeds that are due and make a new table of what is new");
  auto args = std::make_shared<RefreshArguments>();
  refresh->add_option("name", args->names, "Only these feeds, due or not");
  refresh->add_flag("--force", args->force, "Due or not; fetch and read what is unchanged too");
  refresh->add_flag("--accept-change", args->accept_change,
                    "Believe lists that shrink or grow beyond their guard, or hold nothing");
  add_json(refresh, common);
  refresh->footer(
      "Exit code: 0 all is well; 69 some feeds failed and keep their last good lists; 75 another "
      "refresh or import is at work; others: nothing was changed, and why is said.");
  refresh->callback([&, args] { run = [&, args] { return run_feeds_refresh(common, *args); }; });
}

void add_looking(CLI::App& feeds, CommonArguments& common, Run& run) {
  auto* status = feeds.add_subcommand("status", "Show how the feeds are, the table and its lists");
  add_json(status, common);
  status->callback([&] { run = [&] { return run_feeds_status(common); }; });

  auto* refused =
      feeds.add_subcommand("refused", "Show the rows of a feed that are not understood");
  auto args = std::make_shared<RefusedArguments>();
  refused->add_option("name", args->name, "The feed")->required();
  refused->add_option("--examples", args->examples_max, "Rows shown for each reason")
      ->check(CLI::Range(0, kExamplesMost))
      ->capture_default_str();
  add_json(refused, common);
  refused->callback([&, args] { run = [&, args] { return run_feeds_refused(common, *args); }; });

  auto* diff = feeds.add_subcommand("diff", "Show what changed between two generations");
  auto diff_args = std::make_shared<DiffArguments>();
  diff->add_option("generation", diff_args->generations,
                   "Two generations; one for it and the current; none for the last two")
      ->expected(0, 2);
  diff->add_option("--list", diff_args->list, "Only this list");
  diff->add_option("--examples", diff_args->examples_max, "Entries shown of each kind and list")
      ->check(CLI::Range(0, kExamplesMost))
      ->capture_default_str();
  add_json(diff, common);
  diff->callback(
      [&, diff_args] { run = [&, diff_args] { return run_feeds_diff(common, *diff_args); }; });
}

void add_changing(CLI::App& feeds, CommonArguments& common, Run& run) {
  auto* rollback = feeds.add_subcommand(
      "rollback",
      "Make an earlier generation the current one; what feeds brought since does not "
      "come back by itself");
  auto generation = std::make_shared<std::optional<std::uint64_t>>();
  rollback->add_option("generation", *generation, "Instead of the one before the current");
  add_json(rollback, common);
  rollback->callback([&, generation] {
    run = [&, generation] { return run_feeds_rollback(common, *generation); };
  });

  auto* hold = feeds.add_subcommand("hold", "Refresh a feed no more until it is released");
  auto args = std::make_shared<HoldArguments>();
  hold->add_option("name", args->name, "The feed")->required();
  hold->add_option("--reason", args->reason, "Why, for those who come after");
  hold->callback([&, args] { run = [&, args] { return run_feeds_hold(common, *args); }; });

  auto* release = feeds.add_subcommand("release", "Let a held feed go on");
  auto held = std::make_shared<std::string>();
  release->add_option("name", *held, "The feed")->required();
  release->callback([&, held] { run = [&, held] { return run_feeds_release(common, *held); }; });

  auto* drop = feeds.add_subcommand("drop", "Take a list out of the table");
  auto list = std::make_shared<std::string>();
  drop->add_option("list", *list, "Name of the list")->required();
  drop->callback([&, list] { run = [&, list] { return run_feeds_drop(common, *list); }; });
}

}  // namespace

void add_feeds(CLI::App& app, CommonArguments& common, Run& run) {
  auto* feeds = app.add_subcommand(
      "feeds",
      "Lists of numbers: refresh, status, refused, diff, rollback, hold, release, import, drop");
  feeds->require_subcommand(1);
  add_refresh(*feeds, common, run);
  add_looking(*feeds, common, run);
  add_changing(*feeds, common, run);
  add_import(*feeds, common, run);
}

}  // namespace ringfence
