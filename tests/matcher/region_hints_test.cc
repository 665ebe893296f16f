// Region hints: which clues speak for a region, how they are weighed, and what is read with them.
#include "matcher/region_hints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "matcher/matcher.h"
#include "matcher/numbering_plan.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// "GB by currency".
std::vector<std::string> shown(const RegionHints& hints) {
  std::vector<std::string> out;
  for (const RegionHint& hint : hints.in_order()) {
    out.push_back(hint.region + " by " + std::string(to_token(hint.clue)));
  }
  return out;
}

TEST(RegionHints, TheWeightierComesFirst) {
  RegionHints hints;
  hints.add(RegionClue::kCharset, "JP");
  hints.add(RegionClue::kCurrency, "GB");
  hints.add(RegionClue::kCountryName, "IE");
  hints.add(RegionClue::kSenderDomain, "de");
  EXPECT_THAT(shown(hints), ElementsAre("DE by sender-domain", "IE by country-name",
                                        "GB by currency", "JP by charset"));
}

TEST(RegionHints, CluesAddUp) {
  RegionHints hints;
  hints.add(RegionClue::kCountryName, "IE");
  hints.add(RegionClue::kCharset, "JP");
  hints.add(RegionClue::kLanguage, "JP");
  EXPECT_THAT(shown(hints), ElementsAre("JP by language", "IE by country-name"));
}

TEST(RegionHints, ManyOfOneKindWeighLittleMore) {
  RegionHints hints;
  for (int i = 0; i < 1000; ++i) hints.add(RegionClue::kCurrency, "GB");
  hints.add(RegionClue::kSenderDomain, "IE");
  EXPECT_THAT(shown(hints), ElementsAre("IE by sender-domain", "GB by currency"));
}

TEST(RegionHints, SeveralRegionsShareAClue) {
  RegionHints hints;
  hints.add(RegionClue::kCurrency, "SE NO DK");
  hints.add(RegionClue::kCharset, "JP");
  hints.add(RegionClue::kCountryName, "NO");
  EXPECT_THAT(shown(hints), ElementsAre("NO by country-name", "JP by charset", "SE by currency",
                                        "DK by currency"));
}

TEST(RegionHints, NothingSpeaksForNothing) {
  RegionHints hints;
  hints.add(RegionClue::kSenderDomain, "");
  hints.add_charset("utf-8");
  hints.add_charset("");
  hints.add_language("en");
  hints.add_language("");
  hints.add_language("x-klingon");
  EXPECT_THAT(shown(hints), IsEmpty());
}

struct LabelCase {
  std::string_view label;
  std::vector<std::string> regions;
};

std::vector<std::string> regions_of(const RegionHints& hints) {
  std::vector<std::string> out;
  for (const RegionHint& hint : hints.in_order()) out.push_back(hint.region);
  return out;
}

TEST(RegionHints, CharsetsOfOneLanguage) {
  for (const LabelCase& c : std::vector<LabelCase>{{"iso-2022-jp", {"JP"}},
                                                   {"Shift_JIS", {"JP"}},
                                                   {"gb2312", {"CN"}},
                                                   {"GB18030", {"CN"}},
                                                   {"big5", {"TW"}},
                                                   {"euc-kr", {"KR"}},
                                                   {"koi8-r", {"RU"}},
                                                   {"windows-1255", {"IL"}},
                                                   {"iso-8859-2", {"PL", "CZ", "HU", "SK"}},
                                                   {"iso-8859-1", {}},
                                                   {"windows-1252", {}}}) {
    RegionHints hints;
    hints.add_charset(c.label);
    EXPECT_EQ(regions_of(hints), c.regions) << c.label;
  }
}

TEST(RegionHints, Languages) {
  for (const LabelCase& c : std::vector<LabelCase>{{"de", {"DE"}},
                                                   {"pt-BR", {"BR"}},
                                                   {"pt-pt", {"PT"}},
                                                   {"pt", {"BR"}},
                                                   {"zh-Hant", {"TW"}},
                                                   {"zh-Hans-SG", {"SG"}},
                                                   {"ja", {"JP"}},
                                                   {"en-GB", {"GB"}},
                                                   {"en", {}}}) {
    RegionHints hints;
    hints.add_language(c.label);
    EXPECT_EQ(regions_of(hints), c.regions) << c.label;
  }
}

/// What names are not in region_clues.txt is ICU's: the data must have what users expect of it.
TEST(RegionPhrases, KnowTheCountriesInEnglishAndAtHome) {
  const auto regions = [](std::string_view name) -> std::string {
    for (const RegionPhrase& phrase : region_phrases()) {
      if (phrase.phrase.substr(1) == name) return std::string(phrase.regions);
    }
    return "none";
  };
  for (const auto& [name, region] :
       std::vector<std::pair<std::string, std::string>>{{"United Kingdom", "GB"},
                                                        {"England", "GB"},
                                                        {"UK", "GB"},
                                                        {"Germany", "DE"},
                                                        {"Deutschland", "DE"},
                                                        {"Portugal", "PT"},
                                                        {"España", "ES"},
                                                        {"Österreich", "AT"},
                                                        {"Schweiz", "CH"},
                                                        {"Suisse", "CH"},
                                                        {"Polska", "PL"},
                                                        {"Россия", "RU"},
                                                        {"Україна", "UA"},
                                                        {"日本", "JP"},
                                                        {"中国", "CN"},
                                                        {"台灣", "TW"},
                                                        {"대한민국", "KR"},
                                                        {"Ελλάδα", "GR"},
                                                        {"भारत", "IN"},
                                                        {"£", "GB"},
                                                        {"R$", "BR"},
                                                        {"₹", "IN"},
                                                        {"zł", "PL"},
                                                        {"CHF", "CH LI"},
                                                        {"New Mexico", ""},
                                                        {"Georgia", ""}}) {
    EXPECT_EQ(regions(name), region) << name;
  }
}

TEST(RegionPhrases, NameRegionsThatHaveNumbers) {
  const auto plan = NumberingPlan::create().value();
  std::vector<std::string> unknown;
  for (const RegionPhrase& phrase : region_phrases()) {
    if (phrase.regions.empty()) continue;
    for (const std::string_view region : split(phrase.regions, ' ')) {
      if (phrase.clue == RegionClue::kCurrency && !plan->knows_region(region)) {
        unknown.emplace_back(region);
      }
    }
  }
  EXPECT_THAT(unknown, IsEmpty());
}

std::shared_ptr<const MatcherEngine> engine() {
  static const auto made = MatcherEngine::create({}).value();
  return made;
}

struct Read {
  std::vector<std::string> numbers;
  std::vector<std::string> reasons;  // of what became a number
};

Read read(const std::vector<std::string_view>& pieces,
          const std::function<void(MessageMatcher&)>& hint = {}) {
  MessageMatcher matcher(engine(), {}, true);
  for (const std::string_view piece : pieces) matcher.push(1, Place::kPlain, piece);
  if (hint) hint(matcher);
  Read out;
  const Findings findings = matcher.finish();
  for (const Finding& finding : findings.numbers) out.numbers.push_back(finding.number.to_string());
  for (const CandidateNote& note : findings.notes) {
    if (note.outcome == "number") out.reasons.push_back(note.reason);
  }
  return out;
}

struct TextCase {
  std::string_view text;
  std::vector<std::string> numbers;
  std::vector<std::string> reasons;
};

class HintsInText : public testing::TestWithParam<TextCase> {};

TEST_P(HintsInText, SayWhereANumberIsAtHome) {
  const Read seen = read({GetParam().text});
  EXPECT_EQ(seen.numbers, GetParam().numbers) << GetParam().text;
  EXPECT_EQ(seen.reasons, GetParam().reasons) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, HintsInText,
    testing::Values(
        TextCase{"Tel. 020 7946 0604", {}, {}},
        TextCase{
            "Tel. 020 7946 0604, United Kingdom", {"+442079460604"}, {"region-by-country-name"}},
        TextCase{
            "UNITED KINGDOM, tel. 020 7946 0604", {"+442079460604"}, {"region-by-country-name"}},
        TextCase{"the united kingdom. Tel. 020 7946 0604", {}, {}},  // not as a name is written
        TextCase{"Pay £54.85. Tel. 020 7946 0604", {"+442079460604"}, {"region-by-currency"}},
        TextCase{"Pay 54.85 GBP. Tel. 020 7946 0604", {"+442079460604"}, {"region-by-currency"}},
        TextCase{"Pay ￡. Tel. 020 7946 0604", {}, {}},  // another sign
        TextCase{"Pay €54.85. Tel. 020 7946 0604", {}, {}},
        TextCase{"Berlin, Deutschland. Tel. 030 23125-604",
                 {"+493023125604"},
                 {"region-by-country-name"}},
        TextCase{"R$ 54,85. Tel. (11) 3000-0604", {"+551130000604"}, {"region-by-currency"}},
        TextCase{"UR$ 54,85. Tel. (11) 3000-0604", {}, {}},
        TextCase{"Телефон 8 (495) 000-06-04, Россия", {"+74950000604"}, {"region-by-country-name"}},
        TextCase{"+44 20 7946 0603 or tel. 020 7946 0604",
                 {"+442079460603", "+442079460604"},
                 {"", "region-by-other-number"}},
        // Numbers stay in the order of the text.
        TextCase{"Tel. 020 7946 0604, fax +44 20 7946 0603",
                 {"+442079460604", "+442079460603"},
                 {"", "region-by-other-number"}},
        // A hint makes no number of what is none.
        TextCase{"United Kingdom, £. Order 020 7946 0604, invoice no. 02079460605", {}, {}},
        TextCase{"Deutschland. Phone 1-202-555-0147, VCV 3023125604", {"+12025550147"}, {""}},
        TextCase{"United Kingdom, 2026-03-02 10:20:30, 020794606041111", {}, {}}));

TEST(RegionHintsOfMessage, MayComeAfterTheText) {
  EXPECT_THAT(read({"Tel. 020 7946 0604"}).numbers, IsEmpty());
  const auto charset = [](MessageMatcher& m) { m.hint_charset("koi8-r"); };
  EXPECT_THAT(read({"Tel. 8 (495) 000-06-04"}, charset).reasons, ElementsAre("region-by-charset"));
  const auto language = [](MessageMatcher& m) { m.hint_language("en-GB"); };
  EXPECT_THAT(read({"Tel. 020 7946 0604"}, language).reasons, ElementsAre("region-by-language"));
  const auto sender = [](MessageMatcher& m) { m.hint_region(RegionClue::kSenderDomain, "GB"); };
  EXPECT_THAT(read({"Tel. 020 7946 0604"}, sender).reasons, ElementsAre("region-by-sender-domain"));
  const auto unknown = [](MessageMatcher& m) { m.hint_region(RegionClue::kSenderDomain, "QQ"); };
  EXPECT_THAT(read({"Tel. 020 7946 0604"}, unknown).numbers, IsEmpty());
}

TEST(RegionHintsOfMessage, EverySplitGivesTheSame) {
  const std::string_view text =
      "Tel. 020 7946 0604 or 030 23125-604.\r\nNew Mexico, Ver\u00ADeinigtes K\u00F6nigreich, "
      "Deutsch\u200Bland: \u00A354.85; Россия";
  const Read whole = read({text});
  EXPECT_THAT(whole.numbers, ElementsAre("+442079460604", "+493023125604"));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(read({text.substr(0, cut), text.substr(cut)}).numbers, whole.numbers) << cut;
  }
}

/// Hints go to the strongest regions only, and to no more clusters than are kept.
TEST(RegionHintsOfMessage, AreBounded) {
  std::string text = "France Spain Italy Poland Sweden Norway Austria Belgium ";
  for (int i = 0; i < 3; ++i) text += "Germany ";
  EXPECT_THAT(read({text + "Tel. 030 23125-604"}).reasons, ElementsAre("region-by-country-name"));

  std::string many = "United Kingdom. ";
  for (int i = 0; i < 300; ++i) {
    many += "Tel. 020 7946 0" + std::to_string(100 + i) + std::string(200, '.');
  }
  EXPECT_THAT(read({many}).numbers, SizeIs(MessageMatcher::kDeferredClustersMax));
  EXPECT_EQ(read({many}).numbers.front(), "+442079460100");
  EXPECT_EQ(read({many}).numbers.back(), "+442079460399");
}

/// Possible in a region that is given, valid in one that is hinted at.
TEST(RegionHintsOfMessage, ValidElsewhereIsBetterThanPossibleHere) {
  MatcherOptions options;
  options.regions = {"IE"};
  const auto irish = MatcherEngine::create(options).value();
  const auto numbers_of = [&](std::string_view text) {
    MessageMatcher matcher(irish);
    matcher.push(1, Place::kPlain, text);
    std::vector<std::string> out;
    for (const Finding& f : matcher.finish().numbers) {
      out.push_back(f.number.to_string() + (f.valid ? "" : " possible"));
    }
    return out;
  };
  EXPECT_THAT(numbers_of("Phone: 020 910 0640"), ElementsAre("+353209100640 possible"));
  EXPECT_THAT(numbers_of("Phone: 020 910 0640. Nederland"), ElementsAre("+31209100640"));
  EXPECT_THAT(numbers_of("Phone: +353 20 910 0640. Nederland"),
              ElementsAre("+353209100640 possible"));
}

}  // namespace
}  // namespace ringfence
