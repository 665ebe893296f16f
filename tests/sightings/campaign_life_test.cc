// Campaigns over time: orders of arrival, lost transactions, replay, forgetting; and their readers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <random>
#include <set>

#include "reputation/sightings/campaign_graph.h"
#include "tests/sightings/campaign_mail.h"

namespace ringfence {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kA = "+18885550123";
constexpr std::string_view kB = "+18775550145";

E164 far(std::size_t i) { return *E164::from_value(442079460000 + i * 1'000); }

// --- the order of arrival

struct Draw {
  std::vector<Sighting> mails;
  std::size_t numbers = 0;
};

// Mails with a few of many numbers and documents, all that ties by itself; with `weak`, the rest
// too.
Draw draw(unsigned seed, bool weak) {
  std::mt19937 random(seed);
  Draw out;
  out.numbers = 10 + random() % 60;
  const std::size_t count = 5 + random() % 60;
  for (std::size_t i = 0; i < count; ++i) {
    out.mails.push_back(make_scam({}, [&](Sighting& s) {
      std::set<std::size_t> shown;
      for (std::size_t n = 1 + random() % 3; n > 0; --n) shown.insert(random() % out.numbers);
      for (const std::size_t n : shown) s.numbers.push_back({.number = far(n)});
      if (random() % 4 == 0) s.document_hashes = {"doc" + std::to_string(random() % 30)};
      if (!weak) return;
      if (random() % 2 == 0) s.from_domain = "d" + std::to_string(random() % 10) + ".example";
      if (random() % 2 == 0) s.brand = "brand" + std::to_string(random() % 3);
      if (random() % 3 == 0) {
        s.numbers[0].number = *E164::from_value(s.numbers[0].number.value() + random() % 10);
      }
    }));
  }
  return out;
}

// What a union over what is shared makes of the mails; `weak`: over anything at all.
class Oracle {
 public:
  Oracle(const std::vector<Sighting>& mails, bool weak) : parent_(mails.size()) {
    std::iota(parent_.begin(), parent_.end(), 0);
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < mails.size(); ++i) {
      std::vector<E164> numbers;
      for (const SeenNumber& seen : mails[i].numbers) numbers.push_back(seen.number);
      for (const MessageFeature& feature : features_of(mails[i], numbers)) {
        const bool strong = feature.feature == CampaignFeature::kNumber ||
                            feature.feature == CampaignFeature::kDocument;
        if (!strong && !weak) continue;
        const std::string key =
            std::to_string(static_cast<int>(feature.feature)) + "." + std::to_string(feature.hash);
        const auto [at, is_new] = first.emplace(key, i);
        if (!is_new) parent_[root(i)] = root(at->second);
      }
    }
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i];
    return i;
  }

 private:
  std::vector<std::size_t> parent_;
};

// The campaign of each mail, by its first number.
std::vector<std::string> campaigns_of(CampaignFile& file, const std::vector<Sighting>& mails) {
  std::vector<std::string> out;
  for (const Sighting& mail : mails) {
    out.push_back(file.campaign(mail.numbers[0].number.to_string()));
  }
  return out;
}

class CampaignOrder : public testing::TestWithParam<unsigned> {};

TEST_P(CampaignOrder, DoesNotMatterForNumbersAndDocuments) {
  const Draw drawn = draw(GetParam(), false);
  Oracle oracle(drawn.mails, false);
  std::mt19937 random(GetParam());
  for (int order = 0; order < 3; ++order) {
    std::vector<Sighting> mails = drawn.mails;
    if (order > 0) std::shuffle(mails.begin(), mails.end(), random);
    CampaignFile file;
    for (std::size_t at = 0; at < mails.size();) {
      const std::size_t count = std::min<std::size_t>(1 + random() % 20, mails.size() - at);
      const auto begin = mails.begin() + static_cast<std::ptrdiff_t>(at);
      file.add(std::vector<Sighting>(begin, begin + static_cast<std::ptrdiff_t>(count)));
      if (random() % 5 == 0) file.close();
      at += count;
    }
    const auto found = campaigns_of(file, drawn.mails);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NE(found[i], "");
      for (std::size_t j = 0; j < i; ++j) {
        ASSERT_EQ(found[i] == found[j], oracle.root(i) == oracle.root(j)) << i << " " << j;
      }
    }
    std::uint32_t messages = 0;
    for (const Campaign& campaign : file.list({.messages_min = 1, .limit = 1'000})) {
      messages += campaign.messages;
      EXPECT_EQ(file.reader().members(campaign.id)->messages.size(), campaign.messages);
      EXPECT_EQ(file.reader().members(campaign.id)->numbers.size(), campaign.numbers);
    }
    EXPECT_EQ(messages, mails.size()) << "each mail is in one";
  }
}

// What weak features tie depends on the order; never is it less than what strong ones tie, nor
// mails that have nothing to do with each other.
TEST_P(CampaignOrder, WeakFeaturesOnlyAdd) {
  const Draw drawn = draw(GetParam() + 1'000, true);
  Oracle strong(drawn.mails, false), any(drawn.mails, true);
  CampaignFile file;
  file.add(drawn.mails);
  const auto found = campaigns_of(file, drawn.mails);
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (strong.root(i) == strong.root(j)) {
        EXPECT_EQ(found[i], found[j]);
      } else if (found[i] == found[j]) {
        EXPECT_EQ(any.root(i), any.root(j)) << i << " " << j;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CampaignOrder, testing::Range(0u, 20u));

// --- lost transactions, replay

TEST(CampaignLife, ReplayGivesTheSameIdsAndCounts) {
  const Draw drawn = draw(5, true);
  CampaignFile live, again;
  for (const Sighting& mail : drawn.mails) live.add(mail);
  again.add(drawn.mails);  // as the recorder does when the aggregates were lost
  EXPECT_EQ(live.list({.messages_min = 1, .limit = 1'000}),
            again.list({.messages_min = 1, .limit = 1'000}));
}

// Fails after the tracker has done its work: the transaction is dropped.
class Flaky : public SightingObserver {
 public:
  explicit Flaky(CampaignTracker& of) : of_(of) {}
  Result<void> open(LmdbWriting& txn) override { return of_.open(txn); }
  Result<void> open_reading(const LmdbEnv& env) override { return of_.open_reading(env); }
  Result<void> observe(LmdbWriting& txn, const Sighting& sighting, const SightingRef& ref,
                       std::span<const Aggregate> aggregates) override {
    auto done = of_.observe(txn, sighting, ref, aggregates);
    if (!done || --good_ >= 0) return done;
    return fail(ErrorKind::kIo, "disk full");
  }
  Result<std::size_t> prune(LmdbWriting&, std::int32_t, std::size_t) override { return 0; }
  Result<void> describe(const LmdbReading& txn, E164 number, LocalEvidence& out) const override {
    return of_.describe(txn, number, out);
  }
  void fail_after(int good) { good_ = good; }

 private:
  CampaignTracker& of_;
  int good_ = 1'000'000;
};

TEST(CampaignLife, ALostTransactionLeavesNothingInMemory) {
  std::vector<Sighting> mails;
  for (std::size_t i = 0; i < 30; ++i) {
    mails.push_back(make_scam({}, [&](Sighting& s) {
      s.numbers = {{.number = far(i)}};
      s.brand = "norton";
      FuzzyHasher hasher;
      for (int word = 0; word < 60; ++word) {
        hasher.push("w" + std::to_string(i % 5 * 7'919 + static_cast<std::size_t>(word) * 31) +
                    " ");
      }
      s.template_hash = hasher.finish();
    }));
  }
  CampaignFile control;
  control.add(mails);

  TemporaryDirectory directory;
  CampaignTracker tracker(SightingOptions{});
  Flaky flaky(tracker);
  {
    auto aggregates =
        Aggregates::open(directory.path() / "aggregates.mdb", 1'000, days(7), &flaky).value();
    for (std::size_t at = 0; at < mails.size(); at += 10) {
      const auto batch = std::span(mails).subspan(at, 10);
      for (int good = 0; good < 10; good += 3) {
        flaky.fail_after(good);
        EXPECT_FALSE(aggregates->apply({kToday, 7}, static_cast<std::int64_t>(at) + 1, batch));
      }
      flaky.fail_after(1'000);
      ASSERT_TRUE(aggregates->apply({kToday, 7}, static_cast<std::int64_t>(at) + 1, batch));
    }
  }
  const auto expected = control.list({.messages_min = 1});
  EXPECT_THAT(expected, SizeIs(5)) << "the texts tie";
  EXPECT_EQ(CampaignReader::open(directory.path(), kNow)->list({.messages_min = 1}).value(),
            expected);
}

// --- forgetting

// As on day `today`, until nothing more is forgotten.
void prune(CampaignFile& file, std::int32_t today) {
  for (int i = 0; i < 20; ++i) {
    const auto done = file.aggregates().prune(today - 180, today + 2, 1'000);
    ASSERT_TRUE(done) << done.error().message;
  }
}

TEST(CampaignLife, OldOnesAreForgottenAndTheRestStays) {
  CampaignFile file;
  const auto later = [](Sighting& s) { s.when = kNow + days(100); };
  file.add(make_scam({kA}));
  file.add(make_scam({"+442079460001"}));
  file.add(make_scam({kA, "+442079460001"}));  // merged
  const std::string a = file.campaign(kA);
  prune(file, kToday + 40);
  EXPECT_EQ(file.campaign(kA), a);
  EXPECT_THAT(file.reader().members(*CampaignId::parse(a))->messages, IsEmpty())
      << "their day of the journal is deleted";
  EXPECT_THAT(file.reader().members(*CampaignId::parse(a))->numbers, SizeIs(2));
  file.add(make_scam({kB}, later));
  const std::string b = file.campaign(kB);
  prune(file, kToday + 181);
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_FALSE(file.find(a));
  EXPECT_EQ(file.campaign(kB), b);
  EXPECT_THAT(file.list(), SizeIs(1));
  prune(file, kToday + 300);
  EXPECT_THAT(file.list(), IsEmpty());
  auto env = LmdbEnv::open_live_reading((file.close(), file.file())).value();
  const auto tables = CampaignTables::find(env).value();
  ASSERT_TRUE(tables);
  const auto txn = env.read().value();
  for (const LmdbTable table :
       {tables->campaigns, tables->features, tables->parts, tables->members, tables->merged}) {
    EXPECT_EQ(txn.count(table).value(), 0u) << table.handle;
  }
}

TEST(CampaignLife, ARunningCampaignLosesOldNumbersOnly) {
  CampaignFile file;
  file.add(make_scam({kA, kB}));
  file.add(make_scam({kB}, [](Sighting& s) { s.when = kNow + days(170); }));
  prune(file, kToday + 190);
  const auto all = file.list();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].numbers, 1u);
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_NE(file.campaign(kB), "");
}

TEST(CampaignLife, WhatAWrongClockSawIsForgotten) {
  CampaignFile file;
  file.add(make_scam({kA}, [](Sighting& s) { s.when = kNow + days(5'000); }));
  prune(file, kToday);
  EXPECT_THAT(file.list(), IsEmpty());
}

// --- readers

TEST(CampaignReaderTest, OrdersAndBounds) {
  CampaignFile file;
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t n = 0; n <= (i * 7) % 30; ++n) {
      file.add(make_scam({}, [&](Sighting& s) {
        s.numbers = {{.number = far(i)}};
        s.when = kNow - days(30) + days(i);
      }));
    }
  }
  const CampaignReader reader = file.reader();
  const auto newest = reader.list({.messages_min = 1, .limit = 5}).value();
  ASSERT_THAT(newest, SizeIs(5));
  EXPECT_EQ(newest[0].last_seen, kNow - days(1));
  EXPECT_EQ(newest[4].last_seen, kNow - days(5));
  EXPECT_EQ(newest[0].state, Campaign::State::kActive);
  const auto largest = reader.list({.limit = 3, .order = CampaignQuery::Order::kLargest}).value();
  ASSERT_THAT(largest, SizeIs(3));
  EXPECT_EQ(largest[0].messages, 30u);
  EXPECT_EQ(largest[2].messages, 28u);
  EXPECT_THAT(reader.list({.messages_min = 30}).value(), SizeIs(1));
  EXPECT_THAT(reader.list({.since = kNow - days(3), .messages_min = 1}).value(), SizeIs(3));
  const auto old = reader.list({.until = kNow - days(29), .messages_min = 1}).value();
  ASSERT_THAT(old, SizeIs(2));
  EXPECT_EQ(old[0].state, Campaign::State::kDormant);
  EXPECT_THAT(reader.list({.messages_min = 1, .limit = 0}).value(), IsEmpty());
  EXPECT_EQ(reader.find(far(3)).value()->id,
            reader.find(reader.find(far(3)).value()->id).value()->id);
  EXPECT_FALSE(reader.find(far(99)).value());
  EXPECT_FALSE(reader.find(CampaignId{1}).value());
  EXPECT_THAT(reader.members(CampaignId{1})->messages, IsEmpty());
  EXPECT_THAT(reader.edges(CampaignId{1})->nodes, IsEmpty());
}

TEST(CampaignReaderTest, AFileWithoutCampaignsHasNone) {
  TemporaryDirectory directory;
  EXPECT_EQ(CampaignReader::open(directory.path(), kNow).error().kind, ErrorKind::kNoInput);
  ASSERT_TRUE(Aggregates::open(directory.path() / "aggregates.mdb", 10, days(7), nullptr));
  const auto reader = CampaignReader::open(directory.path(), kNow);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_THAT(reader->list({}).value(), IsEmpty());
  EXPECT_FALSE(reader->find(CampaignId{1}).value());
  CampaignTracker tracker(SightingOptions{});
  const auto aggregates =
      Aggregates::open_reading(directory.path() / "aggregates.mdb", days(7), &tracker);
  ASSERT_TRUE(aggregates) << "an older daemon's";
  const std::vector<E164> asked = {number_of(kA)};
  EXPECT_EQ((*aggregates)->lookup(asked, kNow)[0].campaign, "");
}

TEST(CampaignReaderTest, AGraphShowsWhatTies) {
  CampaignFile file;
  const auto doc = [](Sighting& s) {
    s.document_hashes = {"cafe"};
    s.from_domain = "d.example";
    s.brand = "norton";
  };
  file.add(make_scam({"+18885550123"}, doc));
  file.add(make_scam({kB}));
  file.add(make_scam({"+18885550124", kB}, doc));
  const auto graph = file.reader().edges(*CampaignId::parse(file.campaign(kB))).value();
  EXPECT_FALSE(graph.cut);
  std::set<std::string> names, edges;
  for (const CampaignNode& node : graph.nodes) names.insert(node.name);
  for (const CampaignEdge& edge : graph.edges) {
    ASSERT_LT(edge.from, graph.nodes.size());
    ASSERT_LT(edge.to, graph.nodes.size());
    edges.insert(graph.nodes[edge.from].name + " " + graph.nodes[edge.to].name);
  }
  const std::string id = file.campaign(kB);
  EXPECT_EQ(graph.nodes[0].name, id);
  EXPECT_EQ(graph.nodes[0].messages, 3u);
  for (const char* name : {"+18885550123", "+18885550124", "+18775550145", "+1888555012#", "cafe",
                           "d.example", "norton"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
  EXPECT_EQ(edges.count(id + " cafe"), 1u);
  EXPECT_EQ(edges.count("+18885550123 +1888555012#"), 1u);
  EXPECT_EQ(edges.count(id + " +18775550145"), 0u) << "it came with the one that was merged";
}

TEST(CampaignReaderTest, NoGraphIsTooLarge) {
  std::vector<CampaignId> ids;
  std::vector<CampaignPart> parts;
  for (std::uint32_t i = 1; i <= 400; ++i) {
    ids.push_back({i});
    for (std::uint64_t n = 0; n < 5; ++n) {
      parts.push_back({i - 1, CampaignFeature::kNumber, 18885550000 + i * 5 + n, "", i});
    }
  }
  for (const std::size_t nodes_max : {4u, 10u, 200u}) {
    const CampaignGraph graph = make_campaign_graph(ids, 7, parts, false, nodes_max);
    EXPECT_LE(graph.nodes.size(), nodes_max);
    EXPECT_TRUE(graph.cut);
    std::set<std::size_t> linked;
    for (const CampaignEdge& edge : graph.edges) {
      linked.insert(edge.from);
      linked.insert(edge.to);
    }
    EXPECT_EQ(linked.size(), graph.nodes.size()) << "none stands alone";
  }
}

// A file of other hands: garbage in every value, and redirects that go round.
TEST(CampaignReaderTest, GarbageIsNoCampaign) {
  CampaignFile file;
  for (std::size_t i = 0; i < 20; ++i) {
    file.add(make_scam({}, [&](Sighting& s) { s.numbers = {{.number = far(i)}}; }));
  }
  file.close();
  std::mt19937 random(3);
  {
    auto env = LmdbEnv::open_live(file.file(), 1u << 30, 0600).value();
    const auto tables = CampaignTables::find(env).value();
    auto txn = env.write().value();
    CampaignRecord round;
    round.merged_into = {8};
    ASSERT_TRUE(txn.put(tables->campaigns, id_key({9}), encode(round)));
    round.merged_into = {9};
    ASSERT_TRUE(txn.put(tables->campaigns, id_key({8}), encode(round)));
    ASSERT_TRUE(txn.put(tables->merged, merged_key({8}, {9}), ""));
    ASSERT_TRUE(txn.put(tables->merged, merged_key({9}, {8}), "x"));
    for (const LmdbTable table : {tables->campaigns, tables->features, tables->parts,
                                  tables->members, tables->merged, tables->templates}) {
      std::vector<std::string> keys;
      ASSERT_TRUE(for_prefix(txn, table, "", [&](std::string_view key, std::string_view) {
        if (random() % 3 != 0) keys.emplace_back(key);
        return true;
      }));
      for (const std::string& key : keys) {
        std::string value(random() % 80, 'x');
        for (char& c : value) c = static_cast<char>(random() % 4);
        if (id_of_key(key) == CampaignId{8} || id_of_key(key) == CampaignId{9}) continue;
        ASSERT_TRUE(txn.put(table, key, value));
        ASSERT_TRUE(txn.put(table, key.substr(0, 1 + random() % key.size()), value));
      }
    }
    ASSERT_TRUE(txn.commit());
  }
  {
    const CampaignReader reader = file.reader();
    EXPECT_FALSE(reader.find(CampaignId{8}).value()) << "round and round";
    const auto all = reader.list({.messages_min = 0}).value();
    for (const Campaign& campaign : all) {
      EXPECT_TRUE(reader.members(campaign.id));
      EXPECT_TRUE(reader.edges(campaign.id));
    }
  }
  for (std::size_t i = 0; i < 20; ++i) {
    file.add(make_scam({}, [&](Sighting& s) { s.numbers = {{.number = far(i)}}; }));
    EXPECT_NE(file.campaign(far(i).to_string()), "") << "and the tracker goes on";
  }
  prune(file, kToday);
  prune(file, kToday + 181);
  EXPECT_THAT(file.list(), IsEmpty());
}

}  // namespace
}  // namespace ringfence
