// Real mail, whose labels say what it is: what becomes campaigns of it. Read from RINGFENCE_SHARED.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "inspection/inspection.h"
#include "inspection/sighting_of.h"
#include "reputation/sightings/campaign_reader.h"
#include "reputation/sightings/campaign_tracker.h"
#include "reputation/sightings/recorder.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr TimePoint kNow{std::chrono::seconds(1'780'000'000)};
constexpr std::chrono::milliseconds kLong{60'000};

struct Labelled {
  std::string file;
  std::string kind;
  Sighting sighting;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(CampaignCorpus, ScamsOfOneNumberAreOneAndHonestMailIsInNone) {
  const char* shared = std::getenv("RINGFENCE_SHARED");
  const fs::path folder =
      fs::path(shared != nullptr ? shared : RINGFENCE_SOURCE_DIR "/../shared") / "corpus" / "dev";
  std::ifstream labels(folder / "labels.jsonl");
  if (!labels) GTEST_SKIP() << "no real mail at " << folder;

  TemporaryDirectory directory;
  Config config = default_config();
  config.reputation.directory = directory.path() / "reputation";
  config.sightings.directory = directory.path() / "sightings";
  const auto made = Snapshot::make(config, false);
  ASSERT_TRUE(made) << made.error().message;
  auto snapshot = std::make_shared<Snapshot>(**made);
  std::vector<Labelled> mails;
  {
    const auto recorder = SightingRecorder::start(
        config.sightings, std::make_unique<CampaignTracker>(config.sightings), [] { return kNow; });
    snapshot->local = recorder->evidence();
    for (std::string line; std::getline(labels, line);) {
      const auto label = nlohmann::json::parse(line);
      const std::string file = label.at("file");
      Inspection inspection(snapshot, {});
      inspection.push(read_file(folder / file));
      const auto report = inspection.finish(kNow);
      ASSERT_TRUE(report) << file;
      if (!report->sighting) continue;
      Sighting sighting = *report->sighting;
      set_outcome(sighting, report->verdict, report->verdict.action);
      mails.push_back({file, label.at("kind"), sighting});
      ASSERT_TRUE(recorder->offer(std::move(sighting)));
    }
    ASSERT_TRUE(recorder->flush(kLong)) << recorder->status().fault;
    recorder->stop(kLong);
    snapshot->local.reset();
  }

  const auto reader = CampaignReader::open(config.sightings.directory, kNow);
  ASSERT_TRUE(reader) << reader.error().message;
  const auto all = reader->list({.messages_min = 1, .limit = 10'000}).value();
  std::map<std::size_t, CampaignId> campaign;  // of the mail
  std::size_t large = 0;
  for (const Campaign& one : all) {
    large += one.messages >= 2 ? 1 : 0;
    const auto members = reader->members(one.id).value();
    for (const SightingRef& ref : members.messages) {
      campaign[static_cast<std::size_t>(ref.row) - 1] = one.id;
    }
  }
  std::map<E164, std::set<CampaignId>> of_number;  // in scams
  for (std::size_t i = 0; i < mails.size(); ++i) {
    const bool honest = mails[i].kind == "ham" || mails[i].kind == "list";
    EXPECT_FALSE(honest && campaign.contains(i)) << mails[i].file;
    if (!campaign.contains(i) || mails[i].kind != "toad") continue;
    for (const SeenNumber& seen : mails[i].sighting.numbers) {
      of_number[seen.number].insert(campaign[i]);
    }
  }
  for (const auto& [number, ids] : of_number) EXPECT_EQ(ids.size(), 1u) << number.to_string();
  std::printf("%zu mails with numbers, %zu in %zu campaigns, %zu of two and more\n", mails.size(),
              campaign.size(), all.size(), large);
  EXPECT_GE(large, 5u);
}

}  // namespace
}  // namespace ringfence
