// The command line of `ringfencectl sightings`, `hunt` and `campaigns`.
#include <memory>

#include "ctl/command_line.h"

namespace ringfence {
namespace {

constexpr const char* kSinceHelp =
    "From then on: 24h, 7d (before now), 2026-11-22 or 2026-11-22T13:50 (UTC)";
constexpr const char* kUntilHelp = "Up to then; a date alone is the whole day";
constexpr const char* kRegionHelp = "Region of numbers without country code";
constexpr const char* kExitHelp =
    "On a terminal lines are cut to its width, elsewhere they are complete. Exit code: 0 also when "
    "nothing was found; 66 nothing was ever recorded; 74 part of the journal cannot be read, and "
    "the answer is incomplete.";

void add_window(CLI::App* app, std::string& since, std::string& until) {
  app->add_option("--since", since, kSinceHelp);
  app->add_option("--until", until, kUntilHelp);
}

void add_sightings_list(CLI::App& app, CommonArguments& common, Run& run) {
  auto* sightings = app.add_subcommand("sightings", "Mail that showed numbers, as recorded: list");
  sightings->require_subcommand(1);
  auto* list = sightings->add_subcommand("list", "The recorded mail, newest first");
  auto args = std::make_shared<SightingsArguments>();
  add_window(list, args->since, args->until);
  list->add_option(
          "--number", args->numbers,
          "Only mail that shows this number, or one of a range ('+1 888 555 01##'); may be "
          "repeated")
      ->allow_extra_args(false);
  list->add_option("--region", args->region, kRegionHelp);
  list->add_option("--from", args->from, "Only mail whose From is of this domain");
  list->add_option("--limit", args->limit, "The newest so many, 0 for all")->capture_default_str();
  add_json(list, common);
  list->footer(kExitHelp);
  list->callback([&, args] { run = [&, args] { return run_sightings_list(common, *args); }; });
}

void add_hunt(CLI::App& app, CommonArguments& common, Run& run) {
  auto* hunt = app.add_subcommand("hunt", "Say who received mail that showed a number");
  auto args = std::make_shared<HuntArguments>();
  auto* targets = hunt->add_option(
      "what", args->targets,
      "Numbers as people write them, blocks ('+1 888 555 01##'), or the id of one campaign");
  auto* newly = hunt->add_flag("--newly-listed", args->newly_listed,
                               "Instead: mail that was delivered and shows a number that is bad "
                               "now and was not at that time");
  newly->excludes(targets);
  hunt->add_option("--score", args->score_min, "The score from which on a number is bad")
      ->check(CLI::Range(1, 100))
      ->capture_default_str()
      ->needs(newly);
  add_window(hunt, args->since, args->until);
  hunt->add_option("--region", args->region, kRegionHelp);
  hunt->add_flag("--recipients", args->recipients, "Only the recipients, each once, one a line");
  hunt->add_option("--limit", args->limit, "The newest so many mails, 0 for all")
      ->capture_default_str();
  add_json(hunt, common);
  hunt->footer(kExitHelp);
  hunt->callback([&, args] { run = [&, args] { return run_hunt(common, *args); }; });
}

void add_campaigns(CLI::App& app, CommonArguments& common, Run& run) {
  auto* campaigns =
      app.add_subcommand("campaigns", "Mails of one racket, put together: list, show, export");
  campaigns->require_subcommand(1);

  auto* list = campaigns->add_subcommand("list", "One line a campaign, the last seen first");
  auto args = std::make_shared<CampaignsArguments>();
  list->add_option("--since", args->since, kSinceHelp);
  list->add_option("--until", args->until, kUntilHelp);
  list->add_option("--messages", args->messages_min, "Only those of at least so many mails")
      ->check(CLI::Range(1u, 1'000'000'000u))
      ->capture_default_str();
  list->add_flag("--largest", args->largest, "Those of the most mails first");
  list->add_option("--limit", args->limit, "So many")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  add_json(list, common);
  list->footer(kExitHelp);
  list->callback([&, args] { run = [&, args] { return run_campaigns_list(common, *args); }; });

  auto* show = campaigns->add_subcommand("show", "All that is known of one campaign");
  auto one = std::make_shared<CampaignArguments>();
  show->add_option("id", one->target, "Its id, also of one that was merged into it; or a number")
      ->required();
  show->add_option("--messages", one->messages, "Mails shown, the newest")->capture_default_str();
  add_json(show, common);
  show->footer(kExitHelp);
  show->callback([&, one] { run = [&, one] { return run_campaigns_show(common, *one); }; });

  auto* out =
      campaigns->add_subcommand("export", "One campaign as a document or picture on stdout");
  auto exported = std::make_shared<CampaignArguments>();
  out->add_option("id", exported->target, "Its id, or a number")->required();
  out->add_option(
         "--format", exported->format,
         "json (all of it), csv (its mails), dot (a graph for Graphviz), svg (the picture, "
         "drawn by Graphviz)")
      ->check(CLI::IsMember({"json", "csv", "dot", "svg"}))
      ->capture_default_str();
  out->callback(
      [&, exported] { run = [&, exported] { return run_campaigns_export(common, *exported); }; });
}

}  // namespace

void add_sightings(CLI::App& app, CommonArguments& common, Run& run) {
  add_sightings_list(app, common, run);
  add_hunt(app, common, run);
  add_campaigns(app, common, run);
}

}  // namespace ringfence
