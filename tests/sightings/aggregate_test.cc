#include "reputation/sightings/aggregate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/sightings/sighting_maker.h"

namespace ringfence {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kWindow = days(7);
constexpr std::string_view kNumber = "+18885550123";

void show(Aggregate& aggregate, const Sighting& sighting) {
  update(aggregate, SightingKeys(sighting), sighting.numbers.front().places);
}

TEST(Sightings, DayOfATimeIsBounded) {
  EXPECT_EQ(day_of(kNow), kToday);
  EXPECT_EQ(day_of(TimePoint(seconds(-1))), 0);
  EXPECT_EQ(day_of(TimePoint(seconds(86'399))), 0);
  EXPECT_EQ(day_of(TimePoint(seconds(86'400))), 1);
  EXPECT_EQ(day_of(TimePoint::max()), 2'932'896);
}

TEST(Sightings, DirectionsHaveNames) {
  for (const Direction d : {Direction::kInbound, Direction::kOutbound, Direction::kTrusted}) {
    EXPECT_EQ(direction_from_token(to_token(d)), d);
  }
  EXPECT_EQ(direction_from_token("sideways"), std::nullopt);
}

TEST(Aggregate, NothingIsKnownOfANumberNeverSeen) {
  EXPECT_EQ(local_evidence(Aggregate(), kNow, kWindow), LocalEvidence());
}

TEST(Aggregate, CountsWhatWasSeenWithTheNumber) {
  Aggregate aggregate;
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) {
         s.when -= days(2);
         s.brand = "norton";
         s.recipients = {"a@one.example", "b@one.example", "c@two.example"};
       }));
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) {
         s.brand = "paypal";
         s.from_domain = "other.example";
         s.numbers[0].places = {Place::kSubject, Place::kHtml};
       }));
  const LocalEvidence seen = local_evidence(aggregate, kNow + hours(1), kWindow);
  EXPECT_EQ(seen.messages, 2u);
  EXPECT_EQ(seen.days, 2);
  EXPECT_EQ(seen.brands, 2);
  EXPECT_EQ(seen.formats, 3);
  EXPECT_EQ(seen.sender_domains, 2);
  EXPECT_EQ(seen.recipient_domains, 3);
  EXPECT_EQ(seen.messages_total, 2u);
  EXPECT_EQ(seen.first_seen, kNow - days(2));
  EXPECT_EQ(seen.last_seen, kNow);
  EXPECT_EQ(seen.dormant_days, 0);
  EXPECT_EQ(seen.good_messages, 0u);
}

TEST(Aggregate, TheWindowEndsWithTheMessageAtHand) {
  Aggregate aggregate;
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) { s.brand = "norton"; }));
  const auto brands_after = [&](int later) {
    return local_evidence(aggregate, kNow + days(later), kWindow).brands;
  };
  EXPECT_EQ(brands_after(6), 1);
  EXPECT_EQ(brands_after(7), 0);
  const LocalEvidence old = local_evidence(aggregate, kNow + days(40), kWindow);
  EXPECT_EQ(old.messages, 0u);
  EXPECT_EQ(old.days, 0);
  EXPECT_EQ(old.messages_total, 1u);
  EXPECT_EQ(old.dormant_days, 40);
}

TEST(Aggregate, DormantDaysAreWholeAndNeverNegative) {
  Aggregate aggregate;
  show(aggregate, make_sighting({kNumber}));
  const auto dormant = [&](seconds later) {
    return local_evidence(aggregate, kNow + later, kWindow).dormant_days;
  };
  EXPECT_EQ(dormant(seconds(86'399)), 0);
  EXPECT_EQ(dormant(seconds(86'400)), 1);
  EXPECT_EQ(dormant(-days(30)), 0);
}

TEST(Aggregate, TheMessageAtHandCounts) {
  Aggregate aggregate;
  const Sighting at_hand = make_sighting({kNumber}, [](Sighting& s) { s.brand = "paypal"; });
  const auto seen = [&] {
    return local_evidence(aggregate, SightingKeys(at_hand), at_hand.numbers[0].places, kNow,
                          kWindow);
  };
  EXPECT_EQ(seen().messages, 1u);
  EXPECT_EQ(seen().brands, 1);
  EXPECT_EQ(seen().first_seen, kNow);
  EXPECT_EQ(seen().last_seen, std::nullopt);
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) {
         s.when -= days(5);
         s.brand = "norton";
       }));
  EXPECT_EQ(seen().messages, 2u);
  EXPECT_EQ(seen().brands, 2);
  EXPECT_EQ(seen().last_seen, kNow - days(5));
  EXPECT_EQ(seen().dormant_days, 5);
  EXPECT_EQ(aggregate.messages, 1u) << "it is not recorded by asking";
}

TEST(Aggregate, GoodMailCountsForTheNumberAlone) {
  Aggregate aggregate;
  for (const Direction direction : {Direction::kOutbound, Direction::kTrusted}) {
    show(aggregate, make_sighting({kNumber}, [&](Sighting& s) {
           s.direction = direction;
           s.brand = "norton";
         }));
  }
  LocalEvidence expected;
  expected.good_messages = 2;
  EXPECT_EQ(local_evidence(aggregate, kNow, kWindow), expected);
}

TEST(Aggregate, AnswersAndMailPutOffCountNeitherWay) {
  Aggregate aggregate;
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) {
         s.direction = Direction::kOutbound;
         s.quotes = true;
       }));
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) { s.action = "tempfail"; }));
  EXPECT_EQ(aggregate, Aggregate());
}

TEST(Aggregate, SendersOfTheNullPathAreKnownByMailFrom) {
  Aggregate aggregate;
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) { s.from_domain = ""; }));
  ASSERT_EQ(aggregate.sender_domains.size(), 1u);
  EXPECT_EQ(aggregate.sender_domains[0].item, short_hash("BOUNCE.sender.example"));
}

TEST(Aggregate, ListsAreBoundedAndTheOldestMakesRoom) {
  Aggregate aggregate;
  for (int i = 0; i < 200; ++i) {
    show(aggregate, make_sighting({kNumber}, [&](Sighting& s) {
           s.when += days(i);
           s.from_domain = std::to_string(i) + ".example";
           s.brand = "brand-" + std::to_string(i);
         }));
  }
  EXPECT_EQ(aggregate.days.size(), Aggregate::kDaysMax);
  EXPECT_EQ(aggregate.sender_domains.size(), Aggregate::kDomainsMax);
  EXPECT_EQ(aggregate.brands.size(), Aggregate::kBrandsMax);
  const auto last = short_hash("199.example");
  EXPECT_TRUE(std::any_of(aggregate.sender_domains.begin(), aggregate.sender_domains.end(),
                          [&](const DatedItem& item) { return item.item == last; }));
  const LocalEvidence seen = local_evidence(aggregate, kNow + days(199), kWindow);
  EXPECT_EQ(seen.days, 7);
  EXPECT_EQ(seen.sender_domains, 7);
  EXPECT_EQ(seen.messages_total, 200u);
}

TEST(Aggregate, CountersStayAtTheirHighestValue) {
  Aggregate aggregate;
  aggregate.messages = 0xFFFFFFFF;
  aggregate.good_messages = 0xFFFFFFFF;
  aggregate.days = {{static_cast<std::uint16_t>(kToday), 0xFFFFFFFF}};
  show(aggregate, make_sighting({kNumber}));
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) { s.direction = Direction::kTrusted; }));
  EXPECT_EQ(aggregate.messages, 0xFFFFFFFFu);
  EXPECT_EQ(aggregate.good_messages, 0xFFFFFFFFu);
  EXPECT_EQ(aggregate.days[0].messages, 0xFFFFFFFFu);
}

// A message over many days, clocks that jump by years, any order: a model that keeps everything
// says the same.
class AggregateProperty : public testing::TestWithParam<unsigned> {};

TEST_P(AggregateProperty, AgreesWithAModelThatForgetsNothing) {
  std::mt19937 random(GetParam());
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Aggregate aggregate;
  std::vector<Sighting> all;
  TimePoint clock = kNow;
  // Few enough different things for nothing to be pushed out.
  const int count = 1 + pick(60);
  for (int i = 0; i < count; ++i) {
    clock += seconds(pick(5 * 86'400)) - days(2);
    if (pick(20) == 0) clock += days(pick(9'000) - 4'500);
    clock = std::max(clock, TimePoint(seconds(1)));
    all.push_back(make_sighting({kNumber}, [&](Sighting& s) {
      s.when = clock;
      s.brand = pick(3) == 0 ? "" : std::to_string(pick(10));
      s.from_domain = std::to_string(pick(20)) + ".example";
      s.recipients = {"x@" + std::to_string(pick(25)) + ".example"};
      s.numbers[0].places = {static_cast<Place>(pick(kPlaceCount))};
      s.direction = static_cast<Direction>(pick(10) == 0 ? 1 + pick(2) : 0);
      s.quotes = pick(5) == 0;
      s.action = pick(10) == 0 ? "tempfail" : "tag";
    }));
    show(aggregate, all.back());
    ASSERT_EQ(decode_aggregate(encode(aggregate)), aggregate);
  }
  for (const TimePoint now : {clock, clock + days(3), clock - days(400), kNow + days(9'000)}) {
    const std::int32_t first = day_of(now) - 6;
    LocalEvidence expected;
    std::set<std::int32_t> seen_days;
    std::set<std::string> brands, senders, recipients;
    PlaceSet places;
    for (const Sighting& s : all) {
      if (s.direction != Direction::kInbound) {
        expected.good_messages += s.quotes ? 0 : 1;
        continue;
      }
      if (s.action == "tempfail") continue;
      ++expected.messages_total;
      expected.first_seen = std::min(expected.first_seen.value_or(s.when), s.when);
      expected.last_seen = std::max(expected.last_seen.value_or(s.when), s.when);
      if (day_of(s.when) < first) continue;
      ++expected.messages;
      seen_days.insert(day_of(s.when));
      if (!s.brand.empty()) brands.insert(s.brand);
      senders.insert(s.from_domain);
      recipients.insert(s.recipients[0]);
      places.insert(s.numbers[0].places);
    }
    expected.days = static_cast<int>(seen_days.size());
    expected.brands = static_cast<int>(brands.size());
    expected.sender_domains = static_cast<int>(senders.size());
    expected.recipient_domains = static_cast<int>(recipients.size());
    expected.formats = places.size();
    if (expected.last_seen) {
      expected.dormant_days = static_cast<int>(
          std::max<std::int64_t>(0, std::chrono::floor<days>(now - *expected.last_seen).count()));
    }
    EXPECT_EQ(local_evidence(aggregate, now, kWindow), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AggregateProperty, testing::Range(1u, 201u));

TEST(AggregateBytes, TheLargestIsBounded) {
  Aggregate aggregate;
  aggregate.days.resize(Aggregate::kDaysMax);
  aggregate.brands.resize(Aggregate::kBrandsMax);
  aggregate.sender_domains.resize(Aggregate::kDomainsMax);
  aggregate.recipient_domains.resize(Aggregate::kDomainsMax);
  aggregate.places.resize(kPlaceCount);
  const std::string bytes = encode(aggregate);
  EXPECT_LE(bytes.size(), 1'000u);
  EXPECT_EQ(decode_aggregate(bytes), aggregate);
}

TEST(AggregateBytes, EveryCutIsRefused) {
  Aggregate aggregate;
  show(aggregate, make_sighting({kNumber}, [](Sighting& s) { s.brand = "norton"; }));
  const std::string bytes = encode(aggregate);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_aggregate(std::string_view(bytes).substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(decode_aggregate(bytes + '\0'), std::nullopt);
  std::string other = bytes;
  other[0] = 2;
  EXPECT_EQ(decode_aggregate(other), std::nullopt);
}

TEST(AggregateBytes, RandomBytesAreRefusedOrRead) {
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 120, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 4);
    if (!bytes.empty()) bytes[0] = 1;
    const auto read = decode_aggregate(bytes);
    EXPECT_EQ(read ? encode(*read) : bytes, bytes);
  }
}

TEST(ShortHash, IsTheOneOfTheFormat) {
  // FNV-1a 64 of "a" is af63dc4c8601ec8c.
  EXPECT_EQ(short_hash("a"), 0x8601ec8cu);
  EXPECT_EQ(short_hash("A"), short_hash("a"));
  EXPECT_EQ(short_hash(""), 0x84222325u);
}

}  // namespace
}  // namespace ringfence
