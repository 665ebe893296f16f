// Lures and brands: which phrases are found in what text, how far from a number, however it is cut.
#include "matcher/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "matcher/matcher.h"
#include "matcher/phrase_set.h"
#include "matcher/phrase_tally.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<LexiconEntry>& lexicon() {
  static const std::vector<LexiconEntry> entries = {
      {LexiconKind::kLure, "invoice", "en", {"invoice", "invoice number"}},
      {LexiconKind::kLure, "invoice", "de", {"Rechnung"}},
      {LexiconKind::kLure, "refund", "en", {"refund*"}},
      {LexiconKind::kLure, "cancel", "en", {"cancel within 24 hours"}},
      {LexiconKind::kLure, "renewal", "es", {"renovación automática"}},
      {LexiconKind::kLure, "support", "en", {"support desk", "our support", "support"}},
      {LexiconKind::kLure, "subscription", "en", {"*subscription"}},
      {LexiconKind::kBrand, "norton", "", {"Norton"}},
      {LexiconKind::kBrand, "geek-squad", "", {"geek squad"}},
      {LexiconKind::kBrand, "visa", "", {"visa"}},
      {LexiconKind::kBrand, "apple", "", {"=Apple"}},
      {LexiconKind::kBrand, "ups", "", {"=UPS"}},
      {LexiconKind::kBrand, "att", "", {"AT&T bill"}},
      {LexiconKind::kBrand, "refund", "", {"Refund Corp."}}};  // a name of both kinds
  return entries;
}

std::shared_ptr<const MatcherEngine> engine_of(const MatcherOptions& options) {
  auto made = MatcherEngine::create(options);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return std::move(*made);
}

std::shared_ptr<const MatcherEngine> engine() {
  static const auto made = [] {
    MatcherOptions options;
    options.lexicon = lexicon();
    return engine_of(options);
  }();
  return made;
}

std::vector<LexiconHit> find_in(const std::vector<std::string_view>& pieces) {
  MessageMatcher matcher(engine());
  for (const std::string_view piece : pieces) matcher.push(1, Place::kPlain, piece);
  return matcher.finish().lexicon;
}

/// "invoice:2@10": count, distance; "invoice" for one without a number near.
std::vector<std::string> shown(const std::vector<LexiconHit>& hits) {
  std::vector<std::string> out;
  for (const LexiconHit& hit : hits) {
    out.push_back(hit.name);
    if (hit.count != 1) out.back() += ":" + std::to_string(hit.count);
    if (hit.distance) out.back() += "@" + std::to_string(*hit.distance);
  }
  return out;
}

struct Case {
  std::string_view text;
  std::vector<std::string> found;  // by kind, then name
};

class LexiconPhrases : public testing::TestWithParam<Case> {};

TEST_P(LexiconPhrases, AreFound) {
  EXPECT_EQ(shown(find_in({GetParam().text})), GetParam().found) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Words, LexiconPhrases,
    testing::Values(Case{"", {}}, Case{"your invoice", {"invoice"}}, Case{"INVOICE", {"invoice"}},
                    Case{"invoice", {"invoice"}}, Case{"(invoice)", {"invoice"}},
                    Case{"Ihre Rechnung: invoice", {"invoice:2"}}, Case{"invoices", {}},
                    Case{"invoiced", {}}, Case{"reinvoice", {}}, Case{"_invoice_", {"invoice"}},
                    Case{"advisable, visage, televisa", {}}, Case{"Visa card", {"visa"}},
                    Case{"a visa.", {"visa"}}, Case{"refunds refunded re-fund", {"refund:2"}},
                    Case{"prerefund", {}}, Case{"my auto-subscription", {"subscription"}},
                    Case{"autosubscription", {"subscription"}}, Case{"subscriptions", {}},
                    Case{"Refund Corp.", {"refund", "refund"}},
                    Case{"Refund Corp.x", {"refund", "refund"}}, Case{"AT&T Bill", {"att"}},
                    // The phrases of one name within one another are one.
                    Case{"invoice number", {"invoice"}}, Case{"our support desk", {"support"}},
                    Case{"our support, support desk", {"support:2"}},
                    Case{"supported supports", {}}));

INSTANTIATE_TEST_SUITE_P(Case, LexiconPhrases,
                         testing::Values(Case{"an apple a day", {}}, Case{"Apple", {"apple"}},
                                         Case{"APPLE", {"apple"}}, Case{"aPPLE", {}},
                                         Case{"Apples", {}}, Case{"ups and downs, Ups!", {}},
                                         Case{"UPS parcel", {"ups"}}));

INSTANTIATE_TEST_SUITE_P(DigitsBeside, LexiconPhrases,
                         testing::Values(Case{"Norton360", {"norton"}},
                                         Case{"360Norton", {"norton"}}, Case{"visa4", {}},
                                         Case{"4visa", {}}, Case{"2UPS9", {}},
                                         Case{"x9Norton9x", {"norton"}}, Case{"xNorton", {}}));

INSTANTIATE_TEST_SUITE_P(
    Gaps, LexiconPhrases,
    testing::Values(Case{"Geek Squad", {"geek-squad"}}, Case{"geek-squad", {"geek-squad"}},
                    Case{"geek_squad", {"geek-squad"}}, Case{"Geek  Squad", {"geek-squad"}},
                    Case{"Geek\r\nSquad", {"geek-squad"}},
                    Case{"Geek \r\n> > Squad", {"geek-squad"}}, Case{"Geek\tSquad", {"geek-squad"}},
                    Case{"Geek\u00A0Squad", {"geek-squad"}},
                    Case{"Geek\u2013Squad", {"geek-squad"}},
                    Case{"Geek 🧰 Squad", {"geek-squad"}},
                    Case{"Geek                Squad", {"geek-squad"}},  // 16
                    Case{"Geek                 Squad", {}},             // 17
                    Case{"GeekSquad", {}}, Case{"Geek. Squad", {}}, Case{"Geek > Squad", {}},
                    Case{"Geek - Squad", {}}, Case{"Geek--Squad", {}}, Case{"Geek Squads", {}},
                    Case{"cancel within 24\r\nhours!", {"cancel"}},
                    Case{"please cancel within 24 hours", {"cancel"}},
                    Case{"cancel within 24 hour", {}}, Case{"cancel within 48 hours", {}},
                    Case{"within 24 hours", {}}, Case{"uncancel within 24 hours", {}}));

INSTANTIATE_TEST_SUITE_P(
    Disguised, LexiconPhrases,
    testing::Values(Case{"N\u043Ert\u043En", {"norton"}},    // Cyrillic o
                    Case{"\u039D\u03BFrton", {"norton"}},    // Greek N, o
                    Case{"N\u200Bor\u00ADton", {"norton"}},  // zero width, soft hyphen
                    Case{"\uFF2E\uFF4F\uFF52\uFF54\uFF4F\uFF4E", {"norton"}},  // full width
                    Case{"\U0001D40D\U0001D428rton", {"norton"}},              // mathematical bold
                    Case{"N\u00F6rt\u00F6n", {"norton"}},
                    Case{"renovacion automatica", {"renewal"}},
                    Case{"RENOVACI\u00D3N AUTOM\u00C1TICA", {"renewal"}},
                    Case{"renovacio\u0301n automa\u0301tica", {"renewal"}},
                    Case{"Norton\u0436", {}},                // goes on in letters
                    Case{"\u65B0Norton\u306E", {"norton"}},  // of a script without spaces
                    Case{"Norton\U0001F512", {"norton"}}));

// Letters of other scripts are one byte of seven bits in folded text: the text as written decides.
class ForeignPhrases : public testing::TestWithParam<Case> {};

std::shared_ptr<const MatcherEngine> foreign_engine() {
  static const auto made = [] {
    MatcherOptions options;
    options.lexicon = {{LexiconKind::kLure, "urgent", "ru", {"срочно", "ваш счёт"}},
                       {LexiconKind::kLure, "trust", "uk", {"довіра*"}},
                       {LexiconKind::kLure, "invoice", "zh", {"发票", "立即致电"}},
                       {LexiconKind::kLure, "refund", "ko", {"환불"}},
                       {LexiconKind::kLure, "support", "ja", {"サポート センター"}},
                       {LexiconKind::kLure, "law", "el", {"ΝΌΜΟΣ"}},
                       {LexiconKind::kBrand, "sber", "", {"сбербанк"}},
                       {LexiconKind::kBrand, "icbc", "", {"工商银行", "银行 bank"}},
                       {LexiconKind::kBrand, "rakuten", "", {"楽天", "ヤマト運輸"}},
                       {LexiconKind::kBrand, "kakao", "", {"카카오 뱅크", "토스뱅크"}},
                       {LexiconKind::kBrand, "nova-poshta", "", {"Нова пошта"}}};
    return engine_of(options);
  }();
  return made;
}

std::vector<LexiconHit> find_foreign(const std::vector<std::string_view>& pieces) {
  MessageMatcher matcher(foreign_engine());
  for (const std::string_view piece : pieces) matcher.push(1, Place::kPlain, piece);
  return matcher.finish().lexicon;
}

TEST_P(ForeignPhrases, AreFound) {
  EXPECT_EQ(shown(find_foreign({GetParam().text})), GetParam().found) << GetParam().text;
}

TEST_P(ForeignPhrases, AreFoundHoweverTheTextIsCut) {
  const std::string_view text = GetParam().text;
  std::vector<std::string_view> bytes;
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    EXPECT_EQ(shown(find_foreign({text.substr(0, cut), text.substr(cut)})), GetParam().found)
        << text << " cut at " << cut;
    bytes.push_back(text.substr(cut, 1));
  }
  EXPECT_EQ(shown(find_foreign(bytes)), GetParam().found) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ForeignPhrases,
    testing::Values(Case{"Срочно! СРОЧНО! срочно", {"urgent:3"}}, Case{"несрочно срочное", {}},
                    Case{"Ваш счет", {"urgent"}}, Case{"ВАШ СЧЁТ", {"urgent"}},
                    Case{"Ваш\r\n> Счёт", {"urgent"}}, Case{"Сбербанк СБЕРБАНК", {"sber:2"}},
                    Case{"Cбepбaнк", {"sber"}},  // Latin C, e, p, a
                    Case{"Довіра! ДОВІРАМИ", {"trust:2"}}, Case{"请查收发票。", {"invoice"}},
                    Case{"请立即致电我们", {"invoice"}}, Case{"发 票", {}},
                    Case{"\u5351\u7968", {}},  // both letters fold as the phrase's do
                    Case{"환불을 받으시려면", {"refund"}},
                    Case{"サポート センターまで", {"support"}},
                    Case{"νόμος Νόμος νομοσ", {"law:3"}}, Case{"中国工商银行客服", {"icbc"}},
                    Case{"银行 Bank", {"icbc"}}, Case{"银行", {}}, Case{"工商\r\n银行", {}},
                    Case{"工商銀行", {}}, Case{"楽天からのお知らせ、ヤマト運輸です", {"rakuten:2"}},
                    Case{"카카오 뱅크에서 토스뱅크로", {"kakao:2"}},
                    Case{"카카오\n뱅크", {"kakao"}}, Case{"카카오톡", {}},
                    Case{"«Нова пошта» НОВА ПОШТА", {"nova-poshta:2"}}, Case{"Нова поштар", {}}));

/// Phrases that hold letters of several scripts, beside numbers, over more than one scan.
TEST(ForeignStreams, EverySplitGivesTheSame) {
  const std::string text =
      "Срочно: ваш\r\n> счёт, +1 202 555 0147。请立即致电工商银行，发票。환불을 楽天 "
      "サポート\nセンター 0120 카카오 뱅크 Сбербанк";
  const std::vector<LexiconHit> whole = find_foreign({text});
  EXPECT_THAT(shown(whole), ElementsAre("invoice:2@2", "urgent:2@2", "icbc@6", "refund@14",
                                        "rakuten@18", "support@21", "kakao@36", "sber@43"));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    EXPECT_EQ(find_foreign({view.substr(0, cut), view.substr(cut)}), whole) << cut;
  }
  const std::string long_text = std::string(8'150, '.') + "\n" + text + std::string(9'000, '.');
  for (std::size_t pad = 0; pad < 150; ++pad) {
    EXPECT_EQ(find_foreign({std::string(pad, '.') + long_text}), whole) << pad;
  }
}

constexpr std::string_view kNumber = "+1 202 555 0147";

struct DistanceCase {
  std::string text;
  std::vector<std::string> found;
};

class LexiconDistances : public testing::TestWithParam<DistanceCase> {};

TEST_P(LexiconDistances, AreToTheNearestNumber) {
  EXPECT_EQ(shown(find_in({GetParam().text})), GetParam().found) << GetParam().text;
}

std::string number() { return std::string(kNumber); }

INSTANTIATE_TEST_SUITE_P(
    Texts, LexiconDistances,
    testing::Values(
        DistanceCase{"Norton " + number(), {"norton@1"}},
        DistanceCase{number() + " Norton", {"norton@1"}},
        DistanceCase{"Norton" + number(), {"norton@0"}},
        DistanceCase{"Norton abc. " + number() + " visa", {"visa@1", "norton@6"}},
        // The nearest of several phrases and numbers, on either side.
        DistanceCase{"Norton and then some more words " + number() + ", Norton", {"norton:2@2"}},
        DistanceCase{"Norton, " + number() + " and then some more words Norton", {"norton:2@2"}},
        DistanceCase{number() + " a long way to go Norton and +44 20 7946 0018", {"norton@5"}},
        // Folded bytes: what cannot be seen does not count, letters of two bytes are one.
        DistanceCase{"Norton \u00E9\u200B\u00E9 " + number(), {"norton@4"}},
        // What is no number is at no distance.
        DistanceCase{"Norton 2026-02-03 10:20:30", {"norton"}},
        DistanceCase{"visa " + std::string(40'000, '.') + " Norton " + number(),
                     {"norton@1", "visa@40009"}},
        DistanceCase{number() + std::string(40'000, '.') + " Norton", {"norton@40001"}}));

TEST(LexiconFindings, NearestFirstThenLuresThenByName) {
  EXPECT_THAT(shown(find_in({"visa refund invoice Norton. " + number()})),
              ElementsAre("norton@2", "invoice@9", "refund@17", "visa@24"));
  EXPECT_THAT(shown(find_in({"visa refund invoice Norton"})),
              ElementsAre("invoice", "refund", "norton", "visa"));
}

TEST(LexiconFindings, EachTextHasItsOwnDistances) {
  MessageMatcher matcher(engine());
  matcher.push(1, Place::kSubject, "Norton invoice");
  matcher.push(2, Place::kHtml, "your invoice, " + number());
  matcher.push(3, Place::kFrom, "NORTON");
  matcher.end(1);
  const Findings findings = matcher.finish();
  const std::vector<LexiconHit> expected = {
      {LexiconKind::kLure, "invoice", {Place::kSubject, Place::kHtml}, 2, 2},
      {LexiconKind::kBrand, "norton", {Place::kSubject, Place::kFrom}, 2, std::nullopt}};
  EXPECT_EQ(findings.lexicon, expected);
  EXPECT_THAT(findings.numbers, SizeIs(1));
}

/// Repeated numbers, and those over numbers_max, are near all the same.
TEST(LexiconFindings, EveryNumberCountsForTheDistance) {
  MatcherOptions options;
  options.lexicon = lexicon();
  options.numbers_max = 1;
  MessageMatcher matcher(engine_of(options));
  matcher.push(1, Place::kPlain,
               number() + " some words Norton " + number() + " some words visa +44 20 7946 0018");
  EXPECT_THAT(shown(matcher.finish().lexicon), ElementsAre("norton@1", "visa@1"));
}

TEST(LexiconFindings, AreBoundedAndSaySo) {
  MatcherOptions options;
  options.lexicon = lexicon();
  options.lexicon_hits_max = 2;
  const auto bounded = engine_of(options);
  const auto limits = [&](std::string_view text, std::size_t expected) {
    MessageMatcher matcher(bounded);
    matcher.push(1, Place::kPlain, text);
    const Findings findings = matcher.finish();
    EXPECT_THAT(findings.lexicon, SizeIs(expected));
    return findings.limits.contains(Limit::kLexicon);
  };
  EXPECT_FALSE(limits("visa refund", 2));
  EXPECT_TRUE(limits("visa refund invoice", 2));
}

TEST(LexiconFindings, NothingIsLookedForWithoutALexicon) {
  MessageMatcher matcher(engine_of({}));
  matcher.push(1, Place::kPlain, "Norton invoice " + number());
  const Findings findings = matcher.finish();
  EXPECT_THAT(findings.lexicon, IsEmpty());
  EXPECT_THAT(findings.numbers, SizeIs(1));
}

std::string long_text() {
  return "Dear customer, your N\u043Erton Geek \r\n> Squad invoice number 4711 of $399.99: " +
         number() + " - cancel\r\nwithin 24  hours!\r\n" +
         "Refunds? R\u00C9NOVACI\u00D3N autom\u00E1tica, AT&T bill, UPS; our support desk2"
         "+44 20 7946 0018Norton advisable APPLE \U0001F34E autosubscription invoice";
}

TEST(LexiconStreams, EverySplitGivesTheSame) {
  const std::string text = long_text();
  const std::vector<LexiconHit> whole = find_in({text});
  EXPECT_THAT(whole, SizeIs(11)) << testing::PrintToString(shown(whole));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    EXPECT_EQ(find_in({view.substr(0, cut), view.substr(cut)}), whole) << cut;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i)
    bytes.push_back(std::string_view(text).substr(i, 1));
  EXPECT_EQ(find_in(bytes), whole);
}

/// Past the size of a scan, so that windows move on and hits wait for the next.
TEST(LexiconStreams, LongTextsGiveTheSameHoweverTheyAreCut) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += long_text() + std::string(static_cast<std::size_t>(37 * (i % 23)), i % 2 ? ' ' : 'x');
    if (i % 7 == 0) text += std::string(5000, '7');  // the patterns are not shown all of it
  }
  const std::vector<LexiconHit> whole = find_in({text});
  EXPECT_THAT(whole, SizeIs(11));
  for (const std::size_t size : {1u, 7u, 100u, 4095u, 8191u, 8192u, 8193u, 20'000u}) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < text.size(); at += size) {
      pieces.push_back(std::string_view(text).substr(at, size));
    }
    EXPECT_EQ(find_in(pieces), whole) << size;
  }
  // Where the boundary of a scan falls must not matter either.
  const auto padded = [&](std::size_t pad) {
    return find_in({std::string(pad, '.') + "\n" + long_text() + std::string(20'000, '.')});
  };
  const std::vector<LexiconHit> expected = padded(0);
  for (std::size_t pad = 7'700; pad < 8'300; pad += 1) EXPECT_EQ(padded(pad), expected) << pad;
}

TEST(LexiconChecks, NamesAreTokens) {
  for (const char* name : {"a", "geek-squad", "3m", "abcdefghijklmnopqrstuvwxyz012345"}) {
    EXPECT_TRUE(check_lexicon_name(name)) << name;
  }
  for (const char* name :
       {"", "Norton", "a b", "a_b", "a,b", "a;b", "\u00E9", "abcdefghijklmnopqrstuvwxyz0123456"}) {
    const auto checked = check_lexicon_name(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().kind, ErrorKind::kConfig);
  }
}

TEST(LexiconChecks, PhrasesHaveWords) {
  for (const char* phrase :
       {"abc", "*abc*", "=Abc", "a b cde", "24 hours", "d'ordine", "\u94F6\u884C",
        "\u0434\u043B\u044F", "\u20BD \u0441\u0447\u0451\u0442"}) {
    EXPECT_TRUE(check_phrase(phrase)) << phrase;
  }
  for (const char* phrase : {"", " ", "ab", "24", "a b c", "*", "=", "a*bc", "1234567890", "a1b2c3",
                             "\u94F6", "\u0434\u043B", "\U0001F34E"}) {
    const auto checked = check_phrase(phrase);
    ASSERT_FALSE(checked) << phrase;
    EXPECT_EQ(checked.error().kind, ErrorKind::kConfig);
  }
}

TEST(LexiconChecks, TheEngineRefusesWhatDoesNotCheckOut) {
  const auto refusal = [](std::vector<LexiconEntry> entries) {
    MatcherOptions options;
    options.lexicon = std::move(entries);
    const auto made = MatcherEngine::create(options);
    if (made) return std::string("none");
    EXPECT_EQ(made.error().kind, ErrorKind::kConfig);
    return made.error().message;
  };
  EXPECT_EQ(refusal({{LexiconKind::kLure, "a", "en", {"abc"}}}), "none");
  EXPECT_THAT(refusal({{LexiconKind::kLure, "A", "en", {"abc"}}}),
              HasSubstr("\"A\" is not a name"));
  EXPECT_THAT(refusal({{LexiconKind::kLure, "a", "en", {"ab"}}}), HasSubstr("a: \"ab\" has no"));
  EXPECT_THAT(refusal(std::vector<LexiconEntry>(kLexiconEntriesMax + 1)), HasSubstr("entries"));
  EXPECT_THAT(refusal({{LexiconKind::kLure, "a", "en",
                        std::vector<std::string>(kLexiconPhrasesMax + 1, "abc")}}),
              HasSubstr("phrases"));
}

std::vector<PatternSpec> patterns_of(const std::vector<std::string>& phrases) {
  const auto set = PhraseSet::create({{LexiconKind::kLure, "a", "", phrases}});
  EXPECT_TRUE(set) << (set ? "" : set.error().message);
  return set ? set->patterns() : std::vector<PatternSpec>{};
}

std::vector<std::string> anchors_of(const std::vector<std::string>& phrases) {
  std::vector<std::string> anchors;
  for (const PatternSpec& pattern : patterns_of(phrases)) {
    EXPECT_GE(pattern.id, 1000u);
    EXPECT_TRUE(pattern.literal);
    anchors.push_back(pattern.expression);
  }
  return anchors;
}

TEST(PhraseSet, PhrasesShareShortAnchors) {
  EXPECT_THAT(anchors_of({"our parcel", "the parcel", "subscription", "Parcel"}),
              ElementsAre("parcel", "cription"));
}

TEST(PhraseSet, AnchorsAreRareWords) {
  EXPECT_THAT(anchors_of({"support desk hotline", "please call a hotline"}),
              ElementsAre("hotline"));
  EXPECT_THAT(anchors_of({"please call"}), ElementsAre("please"));  // there is no other
}

TEST(PhraseSet, WhatIsFoundInCapitalsAloneIsLookedForSo) {
  const std::vector<PatternSpec> patterns = patterns_of({"=ILS", "=Apple", "ils bank"});
  std::vector<std::pair<std::string, bool>> seen;
  for (const PatternSpec& pattern : patterns)
    seen.emplace_back(pattern.expression, pattern.caseless);
  EXPECT_THAT(seen, ElementsAre(std::pair("ILS", false), std::pair("apple", true),
                                std::pair("bank", true)));
}

}  // namespace
}  // namespace ringfence
