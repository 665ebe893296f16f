#include "reputation/feeds/refresh.h"

#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "base/file.h"
#include "reputation/feeds/refresh_control.h"
#include "reputation/feeds/refresh_rules.h"
#include "tests/feeds/refresh_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(RefreshTest, AllFeedsMakeOneGeneration) {
  server_.serve("a.txt", numbers(100, 200));
  server_.serve("b.csv", "number,category\n+18885550300,toad\nnonsense,x\n");
  std::vector<FeedOptions> feeds{feed("a", "/a.txt"), feed("b", "/b.csv?key=secret")};
  feeds[0].weight = 70;
  feeds[1].role = ListRole::kAllow;
  const RefreshReport report = refresh(feeds);
  ASSERT_TRUE(report.built);
  EXPECT_EQ(report.built->generation, 1U);
  EXPECT_EQ(report.built->numbers, 101U);
  ASSERT_THAT(report.feeds, SizeIs(2));
  EXPECT_EQ(report.feeds[0].outcome, FeedOutcome::kUpdated) << words(report.feeds[0]);
  EXPECT_EQ(report.feeds[0].numbers(), 100U);
  EXPECT_EQ(report.feeds[0].bytes, 1300U);
  EXPECT_TRUE(report.feeds[0].fetched);
  EXPECT_EQ(report.feeds[1].numbers(), 1U);
  EXPECT_EQ(report.feeds[1].read.refused_for(Refusal::kNotANumber), 1U);
  EXPECT_EQ(report.failures(), 0U);
  EXPECT_EQ(list("a").weight, 70);
  EXPECT_EQ(list("b").role, ListRole::kAllow);
  EXPECT_EQ(list("b").imported, kNow);
  EXPECT_THAT(list("b").source, ::testing::EndsWith("/b.csv?..."));
  EXPECT_EQ(lookup("+18885550300").state, ReputationState::kAllowed);

  const FeedState remembered = state("b");
  EXPECT_EQ(remembered.checked, kNow);
  EXPECT_EQ(remembered.good, kNow);
  EXPECT_EQ(remembered.changed, kNow);
  EXPECT_EQ(remembered.next, kNow + 1h);
  EXPECT_EQ(remembered.list.generation, 1U);
  EXPECT_EQ(remembered.list.numbers, 1U);
  EXPECT_THAT(remembered.list.refused, ElementsAre(std::pair("not-a-number", 1U)));
  ASSERT_THAT(remembered.list.examples, SizeIs(1));
  EXPECT_EQ(remembered.list.examples[0].text, "nonsense");
  EXPECT_EQ(read_file(store_.directory / "feeds" / "a" / "body", 1 << 20), numbers(100, 200));
}

TEST_F(RefreshTest, OnlyFeedsThatAreDueAreAsked) {
  server_.serve("a.txt", numbers(100, 200));
  const std::vector<FeedOptions> feeds{feed("a", "/a.txt")};
  refresh(feeds);
  now_ += 30min;
  EXPECT_EQ(refresh(feeds).feeds[0].outcome, FeedOutcome::kNotDue);
  EXPECT_EQ(asked(), 1U);
  now_ += 29min + 10s;  // the timer came a little early
  EXPECT_EQ(refresh(feeds).feeds[0].outcome, FeedOutcome::kUnchanged);
  EXPECT_EQ(asked(), 2U);
  // By name whenever one likes.
  EXPECT_EQ(refresh(feeds, {.names = {"a"}}).feeds[0].outcome, FeedOutcome::kUnchanged);
  EXPECT_EQ(asked(), 3U);
}

TEST_F(RefreshTest, AClockThatJumpsBackStopsNothing) {
  server_.serve("a.txt", numbers(100, 200));
  const std::vector<FeedOptions> feeds{feed("a", "/a.txt")};
  refresh(feeds);
  now_ = kNow - std::chrono::days(400);
  const FeedReport report = refresh(feeds).feeds[0];
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);  // imported in the future
  EXPECT_EQ(list("a").imported, now_);
  now_ += 2h;
  EXPECT_EQ(refresh(feeds).feeds[0].outcome, FeedOutcome::kUnchanged);
  EXPECT_EQ(state("a").checked, now_);
}

TEST_F(RefreshTest, WhatIsUnchangedMakesNoGeneration) {
  server_.serve("a.txt", numbers(100, 200));
  const FeedOptions a = feed("a", "/a.txt");
  refresh_one(a);
  now_ += 1h;
  const FeedReport conditional = refresh_one(a);  // 304
  EXPECT_EQ(conditional.outcome, FeedOutcome::kUnchanged) << words(conditional);
  EXPECT_FALSE(conditional.fetched);
  EXPECT_FALSE(built_);
  EXPECT_THAT(server_.requests().back(), HasSubstr("if-none-match"));
  EXPECT_EQ(generation(), 1U);

  // The same bytes from a server that has forgotten what it said.
  fs::last_write_time(server_folder_.path() / "a.txt",
                      fs::last_write_time(server_folder_.path() / "a.txt") - 10h);
  FeedState forgetful = state("a");
  forgetful.kept.etag = "\"other\"";
  ASSERT_TRUE(FeedFolder(store_.directory, "a").write_state(forgetful));
  now_ += 1h;
  EXPECT_EQ(refresh_one(a).outcome, FeedOutcome::kUnchanged);
  EXPECT_NE(state("a").kept.etag, "\"other\"");
  EXPECT_EQ(generation(), 1U);
}

TEST_F(RefreshTest, AnOldImportIsReadAgainFromWhatWasKept) {
  server_.serve("a.txt", numbers(100, 200));
  const FeedOptions a = feed("a", "/a.txt");
  refresh_one(a);
  now_ += std::chrono::days(30);
  EXPECT_LT(lookup_at("+18885550100", now_).score, 80);
  const FeedReport report = refresh_one(a);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_FALSE(report.fetched);
  EXPECT_EQ(report.bytes, 0U);
  EXPECT_EQ(lookup_at("+18885550100", now_).score, 80);
  EXPECT_EQ(list("a").imported, now_);
}

TEST_F(RefreshTest, OtherSettingsAreReadFromWhatWasKept) {
  server_.serve("a.txt", numbers(100, 200));
  FeedOptions a = feed("a", "/a.txt");
  refresh_one(a);
  a.score = 55;
  now_ += 1h;
  const FeedReport report = refresh_one(a);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_FALSE(report.fetched);
  EXPECT_EQ(lookup("+18885550100").score, 55);
}

TEST_F(RefreshTest, AnotherUrlIsFetchedAnew) {
  server_.serve("a.txt", numbers(100, 200));
  server_.serve("b.txt", numbers(100, 200));
  refresh_one(feed("a", "/a.txt"));
  refresh_one(feed("a", "/b.txt"));
  EXPECT_THAT(server_.requests().back(), Not(HasSubstr("if-none-match")));
}

TEST_F(RefreshTest, DamagedSpoolAndStateAreFetchedAnew) {
  server_.serve("a.txt", numbers(100, 200));
  const FeedOptions a = feed("a", "/a.txt");
  const fs::path folder = store_.directory / "feeds" / "a";
  refresh_one(a);
  fs::resize_file(folder / "body", 700);  // cut short
  now_ += 1h;
  FeedReport report = refresh_one(a);
  EXPECT_THAT(server_.requests().back(), Not(HasSubstr("if-none-match")));
  EXPECT_THAT(report.note, HasSubstr("damaged"));
  EXPECT_EQ(fs::file_size(folder / "body"), 1300U);

  std::ofstream(folder / "body", std::ios::in) << "+19";  // as long, but other
  now_ += std::chrono::days(2);
  report = refresh_one(a);
  EXPECT_THAT(server_.requests().back(), Not(HasSubstr("if-none-match")));
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(lookup("+18885550100").score, 80);

  for (const char* text : {"", "{", "[]", "{\"format\": \"ringfence-feed 1\"}",
                           "{\"format\": \"other\"}", "{\"format\": 7}"}) {
    std::ofstream(folder / "state.json") << text;
    now_ += 1h;
    report = refresh_one(a);
    EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << text << words(report);
    EXPECT_THAT(report.note, HasSubstr("state.json is")) << text;
    EXPECT_THAT(report.note, HasSubstr("fetched anew")) << text;
    EXPECT_EQ(list("a").numbers, 100U);
  }
}

TEST_F(RefreshTest, LeftoversOfACrashGo) {
  server_.serve("a.txt", numbers(100, 200));
  const FeedFolder folder(store_.directory, "a");
  ASSERT_TRUE(folder.prepare());
  std::ofstream(folder.new_body()) << "half a bo";
  std::ofstream(folder.path() / "state.json.aB3xYz") << "{";
  fs::create_directories(store_.directory / "generations" / "7.partial");
  EXPECT_EQ(refresh_one(feed("a", "/a.txt")).outcome, FeedOutcome::kUpdated);
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    names.insert(entry.path().filename().string());
  }
  EXPECT_THAT(names, ElementsAre("body", "state.json"));
}

// Each fault of the network or the content: the last good list stays, and others go on.

struct BadDay {
  std::string path;
  std::string words;
};
void PrintTo(const BadDay& day, std::ostream* out) { *out << day.path; }

class RefreshFaults : public RefreshTest, public ::testing::WithParamInterface<BadDay> {};

TEST_P(RefreshFaults, LastGoodStays) {
  server_.serve("good.txt", numbers(100, 200));
  server_.serve("other.txt", numbers(500, 510));
  server_.serve("half.txt", numbers(150, 190));
  server_.serve("grown.txt", numbers(0, 3000));
  server_.serve("binary.bin", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
  server_.serve("words.txt", "no\nnumber\nhere\n");
  server_.serve("cut.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
  ASSERT_EQ(refresh_one(feed("a", "/good.txt")).outcome, FeedOutcome::kUpdated);
  const FeedState before = state("a");

  now_ += 2h;
  // The same feed, whose server has a bad day.
  FeedOptions bad = feed("a", GetParam().path);
  if (GetParam().path == "/drip") bad.limits.timeout = 2s;
  if (GetParam().path == "/stall") bad.limits.stall_timeout = 1s;
  const RefreshReport report = refresh({bad, feed("other", "/other.txt")});
  EXPECT_EQ(report.feeds[0].outcome, FeedOutcome::kFailed);
  EXPECT_THAT(words(report.feeds[0]), HasSubstr(GetParam().words));
  EXPECT_EQ(report.feeds[1].outcome, FeedOutcome::kUpdated) << words(report.feeds[1]);
  EXPECT_EQ(report.failures(), 1U);
  EXPECT_EQ(list("a").numbers, 100U);
  EXPECT_EQ(list("a").imported, kNow);
  EXPECT_EQ(lookup("+18885550100").score, 80);

  FeedState after = state("a");
  EXPECT_EQ(after.kept, before.kept);
  EXPECT_EQ(after.list.hash, before.list.hash);
  EXPECT_EQ(after.failures, 1);
  EXPECT_EQ(after.good, kNow);
  EXPECT_EQ(after.checked, now_);
  EXPECT_THAT(after.error, HasSubstr(GetParam().words));
  EXPECT_EQ(after.next, now_ + 10min);
  const FeedFolder folder(store_.directory, "a");
  EXPECT_EQ(read_file(folder.body(), 1 << 20), numbers(100, 200));
  EXPECT_FALSE(fs::exists(folder.new_body()));

  // And the day after all is well.
  now_ += 10min;
  EXPECT_NE(refresh({feed("a", "/good.txt"), feed("other", "/other.txt")}).feeds[0].outcome,
            FeedOutcome::kFailed);
  EXPECT_EQ(state("a").failures, 0);
  EXPECT_EQ(state("a").error, "");
}

INSTANTIATE_TEST_SUITE_P(
    All, RefreshFaults,
    ::testing::Values(
        BadDay{"/cut", "bytes remaining to read (tried 2 times)"},
        BadDay{"/stall", "nothing came for 1000 ms"},
        BadDay{"/drip", "not done after 2000 ms in all"},
        BadDay{"/endless-chunked", "larger than 10485760 bytes"},
        BadDay{"/announced", "larger than 10485760 bytes"},
        BadDay{"/bomb", "more than 20971520 bytes"}, BadDay{"/unasked-304", "status 304"},
        BadDay{"/status/401", "(401)"}, BadDay{"/status/403", "(403)"},
        BadDay{"/status/404", "(404)"}, BadDay{"/status/429?retry-after=1", "(429)"},
        BadDay{"/status/500", "status 500 (tried 2 times)"},
        BadDay{"/circle", "sent on more than 5 times"},
        BadDay{"/redirect?to=file:///etc/passwd", "neither https nor http"},
        BadDay{"/html", "web page"}, BadDay{"/empty", "the document is empty"},
        BadDay{"/short", "90 of its 100 numbers are gone"}, BadDay{"/half.txt", "60 of its 100"},
        BadDay{"/grown.txt", "3000 numbers after 100"},
        BadDay{"/binary.bin", "holds no number that can be read"},
        BadDay{"/words.txt", "holds no number that can be read"}, BadDay{"/cut.gz", "cut.gz"},
        BadDay{"/close", "Empty reply"}, BadDay{"/garbage", "HTTP/0.9"},
        BadDay{"https://127.0.0.1:1/", "Failed to connect"}),
    [](const auto& parameter) {
      std::string name;
      for (const char c : parameter.param.path) name += is_ascii_alnum(c) ? c : '_';
      return name;
    });

TEST_F(RefreshTest, RetryAfterIsForTheNextRefresh) {
  FeedOptions busy = feed("a", "/status/429?retry-after=5000");
  refresh_one(busy);
  EXPECT_EQ(state("a").next, now_ + 5000s);
  now_ += 4000s;
  EXPECT_EQ(refresh({busy}).feeds[0].outcome, FeedOutcome::kNotDue);
  now_ += 1000s;
  EXPECT_EQ(refresh({busy}).feeds[0].outcome, FeedOutcome::kFailed);
  EXPECT_EQ(pauses_, 0);
}

TEST_F(RefreshTest, FaultsAreAskedAgainMoreAndMoreSeldom) {
  const FeedOptions bad = feed("a", "/status/404");
  for (const auto pause : {10min, 20min, 40min, 60min, 60min}) {
    refresh_one(bad);
    EXPECT_EQ(state("a").next, now_ + pause);
    now_ += pause;
  }
}

TEST_F(RefreshTest, TheGuardCanBeToldToLookAway) {
  server_.serve("a.txt", numbers(100, 200));
  const FeedOptions a = feed("a", "/a.txt");
  refresh_one(a);
  server_.serve("a.txt", numbers(100, 110));
  const FeedReport refused = refresh_one(a);
  EXPECT_THAT(words(refused), HasSubstr("90 of its 100 numbers are gone (90 %"));
  EXPECT_THAT(words(refused), HasSubstr("ringfencectl feeds refresh a --accept-change"));
  EXPECT_FALSE(built_);
  const FeedReport accepted = refresh_one(a, {.accept_change = true});
  EXPECT_EQ(accepted.outcome, FeedOutcome::kUpdated) << words(accepted);
  EXPECT_EQ(accepted.change.removed, 90U);
  server_.serve("a.txt", "# nothing\n");
  EXPECT_THAT(words(refresh_one(a)), HasSubstr("no number that can be read"));
  EXPECT_EQ(refresh_one(a, {.accept_change = true}).outcome, FeedOutcome::kUpdated);
  EXPECT_EQ(list("a").numbers, 0U);
}

TEST_F(RefreshTest, KeepMissingIsNotGuardedAgainstShrinking) {
  server_.serve("a.txt", numbers(100, 200));
  FeedOptions a = feed("a", "/a.txt");
  a.keep_missing = true;
  refresh_one(a);
  server_.serve("a.txt", numbers(300, 310));
  EXPECT_EQ(refresh_one(a).outcome, FeedOutcome::kUpdated);
  EXPECT_EQ(list("a").numbers, 110U);
}

TEST_F(RefreshTest, FilesAreFeedsToo) {
  const fs::path file = write("own.txt", numbers(100, 200));
  FeedOptions own = file_feed("own", file);
  EXPECT_EQ(refresh_one(own).outcome, FeedOutcome::kUpdated);
  EXPECT_EQ(list("own").source, file.string());
  EXPECT_EQ(refresh_one(own).outcome, FeedOutcome::kUnchanged);
  write("own.txt", numbers(100, 201));
  EXPECT_EQ(refresh_one(own).change.added, 1U);
  fs::remove(file);
  EXPECT_THAT(words(refresh_one(own)), HasSubstr("No such file"));
  fs::create_directory(file);
  EXPECT_THAT(words(refresh_one(own)), HasSubstr("not a plain file"));
  fs::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_THAT(words(refresh_one(own)), HasSubstr("not a plain file"));
  fs::remove(file);
  write("own.txt", numbers(100, 300));
  own.limits.bytes_max = 1000;
  EXPECT_THAT(words(refresh_one(own)), HasSubstr("larger than 1000 bytes"));
  EXPECT_EQ(list("own").numbers, 101U);
}

TEST_F(RefreshTest, CredentialsComeFromTheirFile) {
  const fs::path key = write("key", "Bearer abc");
  server_.serve("a.txt", numbers(100, 200));
  FeedOptions a = feed("a", "/a.txt");
  a.credentials_file = key;
  ASSERT_EQ(::chmod(key.c_str(), 0644), 0);
  EXPECT_THAT(words(refresh_one(a)), HasSubstr("is open to others"));
  EXPECT_EQ(asked(), 0U);
  ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
  refresh_one(a);
  EXPECT_THAT(server_.requests().back(), HasSubstr("Bearer abc"));
  EXPECT_THAT(read_file(store_.directory / "feeds" / "a" / "state.json", 1 << 20).value(),
              Not(HasSubstr("abc")));
}

TEST_F(RefreshTest, SignedFeeds) {
  if (std::system("minisign -v >/dev/null 2>&1") != 0) GTEST_SKIP() << "no minisign";
  const std::string base = base_.string();
  const auto sign = [&](const std::string& name) {
    const std::string file = (server_folder_.path() / name).string();
    ASSERT_EQ(std::system(("minisign -S -s " + base + "/k.sec -t fresh -m " + file +
                           " </dev/null >/dev/null 2>&1")
                              .c_str()),
              0);
  };
  ASSERT_EQ(std::system(("minisign -G -W -p " + base + "/k.pub -s " + base +
                         "/k.sec </dev/null >/dev/null 2>&1")
                            .c_str()),
            0);
  const std::string pub = read_file(base + "/k.pub", 1000).value();
  FeedOptions a = feed("a", "/a.txt?version=1");
  a.minisign_key = std::string(split(pub, '\n')[1]);
  server_.serve("a.txt", numbers(100, 200));
  EXPECT_THAT(words(refresh_one(a)), HasSubstr("no signature: "));
  sign("a.txt");
  FeedReport report = refresh_one(a);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(state("a").kept.trusted_comment, "fresh");
  EXPECT_THAT(server_.requests().back(), HasSubstr("/a.txt.minisig?version=1"));
  EXPECT_EQ(refresh_one(a).outcome, FeedOutcome::kUnchanged);

  server_.serve("a.txt", numbers(100, 201));
  EXPECT_THAT(words(refresh_one(a)), HasSubstr("not of this content"));
  EXPECT_EQ(list("a").numbers, 100U);
  // What was good by no key is not good by one.
  FeedOptions other = a;
  other.minisign_key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
  EXPECT_THAT(words(refresh_one(other)), HasSubstr("another key"));
  other.minisign_key = "RWQ";
  EXPECT_THAT(words(refresh_one(other)), HasSubstr("no minisign public key"));
  EXPECT_EQ(list("a").numbers, 100U);
}

TEST_F(RefreshTest, TwoAtOnceTheSecondLeaves) {
  server_.serve("a.txt", numbers(100, 200));
  const auto lock = lock_feeds(store_.directory);
  ASSERT_TRUE(lock);
  const auto second = try_refresh({feed("a", "/a.txt")});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kTempFail);
  EXPECT_THAT(second.error().message, HasSubstr("another refresh is at work"));
  EXPECT_EQ(asked(), 0U);
}

TEST_F(RefreshTest, AnImportAtWorkIsWaitedFor) {
  server_.serve("a.txt", numbers(100, 200));
  auto builder = GenerationBuilder::begin(builder_options(store_));
  ASSERT_TRUE(builder);
  RefreshReport report = refresh({feed("a", "/a.txt")});
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->kind, ErrorKind::kTempFail);
  EXPECT_EQ(report.feeds[0].outcome, FeedOutcome::kFailed);
  EXPECT_EQ(pauses_, 60);
  builder = GenerationBuilder::begin({.directory = base_ / "elsewhere"});  // lets go
  EXPECT_EQ(refresh_one(feed("a", "/a.txt")).outcome, FeedOutcome::kUpdated);
}

TEST_F(RefreshTest, ADirectoryThatCannotBeWritten) {
  server_.serve("a.txt", numbers(100, 200));
  write("reputation", "a file");
  const auto report = try_refresh({feed("a", "/a.txt")});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("reputation"));
}

TEST_F(RefreshTest, NamesAndNoFeeds) {
  const auto unknown = try_refresh({feed("a", "/a.txt")}, {.names = {"b"}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kUsage);
  const auto none = try_refresh({});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kConfig);
}

TEST_F(RefreshTest, AFeedThatLeavesTheConfigurationTakesItsListAlong) {
  server_.serve("a.txt", numbers(100, 200));
  server_.serve("b.txt", numbers(300, 310));
  const FeedOptions a = feed("a", "/a.txt");
  const FeedOptions b = feed("b", "/b.txt");
  refresh({a, b});
  ASSERT_TRUE(import_text("mine.txt", numbers(400, 405), [] {
    FeedOptions mine;
    mine.name = "mine";
    return mine;
  }()));
  // Not when only some are asked for.
  EXPECT_THAT(refresh({b}, {.names = {"b"}}).feeds, SizeIs(1));
  EXPECT_EQ(list("a").numbers, 100U);

  const RefreshReport report = refresh({b});
  ASSERT_THAT(report.feeds, SizeIs(2));
  EXPECT_EQ(report.feeds[1].name, "a");
  EXPECT_EQ(report.feeds[1].outcome, FeedOutcome::kDropped);
  EXPECT_EQ(report.feeds[1].change.removed, 100U);
  EXPECT_EQ(list("a").name, "");
  EXPECT_EQ(list("b").numbers, 10U);
  EXPECT_EQ(list("mine").numbers, 5U);
  EXPECT_FALSE(fs::exists(store_.directory / "feeds" / "a"));

  // A list imported by hand under the feed's name is not the feed's.
  refresh({a, b});
  FeedOptions by_hand;
  by_hand.name = "a";
  ASSERT_TRUE(import_text("hand.txt", numbers(0, 3), by_hand));
  EXPECT_THAT(refresh({b}).feeds, SizeIs(1));
  EXPECT_EQ(list("a").numbers, 3U);
}

TEST_F(RefreshTest, DisabledAndHeldFeedsKeepTheirLists) {
  server_.serve("a.txt", numbers(100, 200));
  FeedOptions a = feed("a", "/a.txt");
  refresh_one(a);
  ASSERT_TRUE(hold_feed(store_.directory, "a", {.since = kNow, .author = "ann", .reason = "bad"}));
  EXPECT_EQ(refresh_one(a, {.force = true}).outcome, FeedOutcome::kHeld);
  const auto hold = FeedFolder(store_.directory, "a").hold();
  ASSERT_TRUE(hold);
  EXPECT_EQ(hold->author, "ann");
  std::ofstream(store_.directory / "feeds" / "a" / "hold.json") << "{";
  EXPECT_EQ(refresh_one(a).outcome, FeedOutcome::kHeld);
  EXPECT_EQ(release_feed(store_.directory, "a"), true);
  EXPECT_EQ(release_feed(store_.directory, "a"), false);
  a.enabled = false;
  EXPECT_EQ(refresh({a}).feeds[0].outcome, FeedOutcome::kDisabled);
  EXPECT_EQ(list("a").numbers, 100U);
  EXPECT_EQ(asked(), 1U);
  EXPECT_FALSE(hold_feed(store_.directory, "../x", {}));
}

TEST_F(RefreshTest, WhatWasRolledBackDoesNotComeBackByItself) {
  server_.serve("a.txt", numbers(100, 200));
  server_.serve("b.txt", numbers(300, 310));
  const std::vector<FeedOptions> feeds{feed("a", "/a.txt"), feed("b", "/b.txt")};
  refresh(feeds);
  server_.serve("a.txt", numbers(100, 210));  // bad, and not seen by the guard
  now_ += 1h;
  refresh(feeds);
  ASSERT_EQ(list("a").numbers, 110U);

  const auto back = roll_back_feeds(store_.directory, std::nullopt);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->from, 2U);
  EXPECT_EQ(back->to, 1U);
  EXPECT_THAT(back->feeds, ElementsAre("a"));
  EXPECT_THAT(back->others, IsEmpty());
  EXPECT_EQ(list("a").numbers, 100U);

  for (int day = 0; day < 3; ++day) {
    now_ += std::chrono::days(1);
    const RefreshReport report = refresh(feeds);
    EXPECT_EQ(report.feeds[0].outcome, FeedOutcome::kRolledBack) << words(report.feeds[0]);
    EXPECT_EQ(report.feeds[1].outcome, FeedOutcome::kUpdated);
    EXPECT_EQ(list("a").numbers, 100U);
  }
  // Something else is taken, ...
  server_.serve("a.txt", numbers(100, 205));
  now_ += 1h;
  EXPECT_EQ(refresh(feeds).feeds[0].outcome, FeedOutcome::kUpdated);
  EXPECT_EQ(list("a").numbers, 105U);
  // ... and by force the same.
  ASSERT_TRUE(roll_back_feeds(store_.directory, std::nullopt));
  EXPECT_EQ(refresh_one(feeds[0]).outcome, FeedOutcome::kRolledBack);
  EXPECT_EQ(refresh_one(feeds[0], {.force = true}).outcome, FeedOutcome::kUpdated);
  EXPECT_EQ(list("a").numbers, 105U);
}

TEST_F(RefreshTest, GoingForwardTakesARollBackBack) {
  server_.serve("a.txt", numbers(100, 200));
  const FeedOptions a = feed("a", "/a.txt");
  refresh_one(a);
  server_.serve("a.txt", numbers(100, 210));
  refresh_one(a);  // within the same second
  ASSERT_THAT(roll_back_feeds(store_.directory, 1)->feeds, ElementsAre("a"));
  EXPECT_EQ(refresh_one(a).outcome, FeedOutcome::kRolledBack);
  EXPECT_THAT(roll_back_feeds(store_.directory, 2)->feeds, IsEmpty());
  EXPECT_EQ(list("a").numbers, 110U);
  EXPECT_EQ(refresh_one(a).outcome, FeedOutcome::kUnchanged);
}

TEST_F(RefreshTest, ListsCanBeDroppedByHand) {
  server_.serve("a.txt", numbers(100, 200));
  refresh_one(feed("a", "/a.txt"));
  const auto dropped = drop_list(store_, "a", now_);
  ASSERT_TRUE(dropped) << dropped.error().message;
  EXPECT_EQ(dropped->numbers, 0U);
  EXPECT_FALSE(fs::exists(store_.directory / "feeds" / "a"));
  EXPECT_EQ(drop_list(store_, "a", now_).error().kind, ErrorKind::kNoInput);
}

TEST_F(RefreshTest, AllThatIsRefusedCanBeListed) {
  std::string text = numbers(100, 110);
  for (int i = 0; i < 30; ++i) text += "nonsense\n";
  server_.serve("a.txt", text);
  const FeedOptions a = feed("a", "/a.txt");
  EXPECT_EQ(read_refused(a, store_, test_parser, now_, 100).error().kind, ErrorKind::kNoInput);
  refresh_one(a);
  EXPECT_THAT(state("a").list.examples, SizeIs(kRefusedExamples));
  const auto refused = read_refused(a, store_, test_parser, now_, 100);
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_THAT(refused->examples, SizeIs(30));
  EXPECT_EQ(generation(), 1U);
}

TEST_F(RefreshTest, ProgressNamesTheFeed) {
  server_.serve("a.txt", numbers(100, 200));
  std::set<std::string> seen;
  progress_ = [&](std::string_view name, RefreshPhase phase, std::uint64_t, std::uint64_t) {
    seen.insert(std::string(name) + "/" + std::to_string(static_cast<int>(phase)));
  };
  refresh_one(feed("a", "/a.txt"));
  EXPECT_TRUE(seen.contains("a/0"));
  EXPECT_TRUE(seen.contains("a/1"));
}

// While one refresh follows the other, every lookup is answered, and from a whole table.
TEST_F(RefreshTest, LookupsGoOn) {
  server_.serve("a.txt", numbers(0, 3000));
  refresh_one(feed("a", "/a.txt"));
  const auto store = ReputationStore::open(store_);
  ASSERT_TRUE(store);
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> lookups = 0;
  std::atomic<std::uint64_t> wrong = 0;
  std::thread reader([&] {
    const std::vector<E164> wanted{E164::parse("+18885550042").value(),
                                   E164::parse("+18885552999").value(),
                                   E164::parse("+442079460000").value()};
    while (!done) {
      const auto found = (*store)->lookup(wanted, kNow);
      const bool right = found && found->size() == 3 && (*found)[0].score == 80 &&
                         (*found)[1].score == 80 && (*found)[2].score == 0;
      if (!right) ++wrong;
      ++lookups;
    }
  });
  for (int i = 1; i <= 8; ++i) {
    const std::uint64_t before = lookups;
    server_.serve("a.txt", numbers(0, 3000 + i));
    EXPECT_EQ(refresh_one(feed("a", "/a.txt")).outcome, FeedOutcome::kUpdated);
    while (lookups == before) std::this_thread::yield();  // it reads in between as well
  }
  ASSERT_TRUE((*store)->refresh());
  EXPECT_EQ((*store)->status()->generation, 9U);
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0U);
}

// Pure rules

TEST(RefreshRulesTest, Due) {
  FeedState state;
  EXPECT_TRUE(is_due(state, 1h, kNow));
  state.checked = kNow;
  state.next = kNow + 1h;
  EXPECT_FALSE(is_due(state, 1h, kNow + 30min));
  EXPECT_TRUE(is_due(state, 1h, kNow + 1h));
  EXPECT_TRUE(is_due(state, 1h, kNow + 59min));
  EXPECT_FALSE(is_due(state, 1h, kNow + 58min));
  EXPECT_TRUE(is_due(state, 1h, kNow - 1s));
  state.next = kNow + std::chrono::years(10);  // nonsense
  EXPECT_TRUE(is_due(state, 1h, kNow + std::chrono::days(1)));
  state.next = std::nullopt;
  EXPECT_TRUE(is_due(state, 1h, kNow + 1h));
  EXPECT_FALSE(is_due(state, 30s, kNow + 26s));
  EXPECT_TRUE(is_due(state, 30s, kNow + 27s));
}

TEST(RefreshRulesTest, NextAfterFault) {
  EXPECT_EQ(next_after_fault(1h, 1, {}, kNow), kNow + 10min);
  EXPECT_EQ(next_after_fault(1h, 4, {}, kNow), kNow + 1h);
  EXPECT_EQ(next_after_fault(5min, 1, {}, kNow), kNow + 5min);
  EXPECT_EQ(next_after_fault(1h, 1, 2h, kNow), kNow + 2h);
  EXPECT_EQ(next_after_fault(1h, 1, std::chrono::years(1), kNow), kNow + std::chrono::days(1));
  EXPECT_EQ(next_after_fault(std::chrono::days(30), 1'000'000, {}, kNow), kNow + 10min * (1 << 10));
}

TEST(RefreshRulesTest, Guard) {
  const FeedGuard guard{.shrink_max_percent = 50, .grow_max_percent = 100, .numbers_min = 100};
  const auto objection = [&](std::uint64_t before, std::uint64_t now, std::uint64_t kept,
                             bool keep_missing = false) {
    return objection_to(guard, {.numbers = now, .numbers_before = before, .numbers_kept = kept},
                        keep_missing)
        .value_or("");
  };
  EXPECT_EQ(objection(99, 0, 0), "");
  EXPECT_EQ(objection(100, 50, 50), "");
  EXPECT_THAT(objection(100, 49, 49), HasSubstr("51 of its 100 numbers are gone (51 %"));
  EXPECT_THAT(objection(100, 100, 0), HasSubstr("gone (100 %"));  // as many, but others
  EXPECT_EQ(objection(100, 100, 0, true), "");
  EXPECT_EQ(objection(100, 200, 100), "");
  EXPECT_THAT(objection(100, 201, 100), HasSubstr("201 numbers after 100 (101 % more"));
  EXPECT_THAT(objection(100, 101, 0, true), HasSubstr("201 numbers after 100"));
  EXPECT_EQ(objection_to({.grow_max_percent = 0},
                         {.numbers = 1'000'000, .numbers_before = 100, .numbers_kept = 100}, false),
            std::nullopt);
  EXPECT_NE(objection_to(guard, {.ranges = 10, .ranges_before = 200, .ranges_kept = 10}, false),
            std::nullopt);
}

TEST(RefreshRulesTest, Fingerprints) {
  FeedOptions a;
  a.name = "a";
  FeedOptions b = a;
  b.every = 7s;
  b.credentials_file = "/x";
  EXPECT_EQ(settings_of(a), settings_of(b));
  EXPECT_EQ(origin_of(a), origin_of(b));
  b.columns.number = "x";
  EXPECT_NE(settings_of(a), settings_of(b));
  FeedOptions c = a;
  c.columns.category = "x";
  EXPECT_NE(settings_of(b), settings_of(c));
  c.url = "https://example.org/";
  EXPECT_NE(origin_of(a), origin_of(c));
}

TEST(FeedStateTest, ComesBackAsItWas) {
  const TemporaryDirectory folder;
  const FeedFolder feed(folder.path(), "a");
  EXPECT_EQ(feed.read_state().value().checked, std::nullopt);
  ASSERT_TRUE(feed.prepare());
  FeedState state;
  state.kept = {.origin = "o",
                .etag = "\"e\\\"",
                .last_modified = "l",
                .hash = "h",
                .bytes = 7,
                .trusted_comment = "c\xff",
                .cursor = "2026",
                .whole = kNow};
  state.list = {
      .imported = kNow,
      .source = "s",
      .settings = "t",
      .hash = "h",
      .generation = 3,
      .format = "csv",
      .rows = 1,
      .accepted = 2,
      .numbers = 3,
      .ranges = 4,
      .added = 5,
      .removed = 6,
      .refused = {{"empty", 9}},
      .examples = {{.document = "d", .line = 7, .refusal = Refusal::kBadDate, .text = "x"}}};
  state.checked = kNow;
  state.failures = 2;
  state.error = "e";
  state.rolled_back = "r";
  ASSERT_TRUE(feed.write_state(state));
  state.kept.trusted_comment = "c\xef\xbf\xbd";  // always UTF-8
  const auto read = feed.read_state();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->kept, state.kept);
  EXPECT_EQ(read->list.refused, state.list.refused);
  ASSERT_THAT(read->list.examples, SizeIs(1));
  EXPECT_EQ(read->list.examples[0].refusal, Refusal::kBadDate);
  EXPECT_EQ(read->list.removed, 6U);
  EXPECT_EQ(read->checked, kNow);
  EXPECT_EQ(read->good, std::nullopt);
  EXPECT_EQ(read->failures, 2);
  EXPECT_EQ(read->rolled_back, "r");
  EXPECT_THAT(feeds_remembered(folder.path()), ElementsAre("a"));
}

}  // namespace
}  // namespace ringfence
