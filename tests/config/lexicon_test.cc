// The lexicon: its files, its keys in the configuration, and the rules that name it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "config/load_lexicon.h"
#include "matcher/matcher.h"
#include "tests/config/evidence_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string errors_of(std::string_view yaml) {
  const auto lexicon = parse_lexicon(yaml, "words.yaml");
  if (lexicon) return "no error";
  EXPECT_EQ(lexicon.error().kind, ErrorKind::kConfig);
  return lexicon.error().message;
}

TEST(BuiltinLexicon, HasNoError) {
  const auto lexicon = parse_lexicon(builtin_lexicon_yaml(), "lexicon.yaml");
  ASSERT_TRUE(lexicon) << lexicon.error().message;
  EXPECT_EQ(*lexicon, builtin_lexicon());
  EXPECT_EQ(builtin_lexicon(), default_config().matcher.lexicon);
}

TEST(BuiltinLexicon, SpeaksSeveralLanguages) {
  std::map<std::string, std::set<std::string>> lures;  // by language
  std::set<std::string> brands;
  for (const LexiconEntry& entry : builtin_lexicon()) {
    if (entry.kind == LexiconKind::kLure) lures[entry.language].insert(entry.name);
    if (entry.kind == LexiconKind::kBrand) brands.insert(entry.name);
  }
  EXPECT_GE(lures["en"].size(), 40u);
  for (const char* language : {"de", "fr", "es", "pt", "it", "nl", "ru", "uk", "zh", "ja", "ko"}) {
    EXPECT_GE(lures[language].size(), 30u) << language;
    for (const std::string& name : lures[language]) {
      EXPECT_TRUE(lures["en"].contains(name)) << name;
    }
  }
  EXPECT_GE(brands.size(), 60u);
  for (const char* brand : {"norton", "mcafee", "geek-squad", "paypal", "microsoft", "amazon",
                            "apple", "coinbase", "gemini", "ledger", "dhl", "fedex", "ups"}) {
    EXPECT_TRUE(brands.contains(brand)) << brand;
  }
}

/// As a reader would see it: no phrase of it that the matcher cannot find.
TEST(BuiltinLexicon, EachPhraseIsFoundByItself) {
  const auto engine = MatcherEngine::create(default_config().matcher);
  ASSERT_TRUE(engine) << engine.error().message;
  for (const LexiconEntry& entry : builtin_lexicon()) {
    for (std::string phrase : entry.phrases) {
      std::erase_if(phrase, [](char c) { return c == '*' || c == '='; });
      MessageMatcher matcher(*engine);
      matcher.push(1, Place::kPlain, "\u00AB" + phrase + "\u00BB 2026");
      const Findings findings = matcher.finish();
      EXPECT_TRUE(std::any_of(
          findings.lexicon.begin(), findings.lexicon.end(),
          [&](const LexiconHit& hit) { return hit.kind == entry.kind && hit.name == entry.name; }))
          << entry.name << ": " << phrase;
    }
  }
}

TEST(LexiconFile, TakesPhrasesOfAnyScript) {
  const auto lexicon = parse_lexicon(
      "lures: {bill: {zh: [发票], ja: [請求書], ko: [청구서, 환불], ru: [ваш счёт], th: "
      "[ใบแจ้งหนี้]}}\n"
      "brands: {icbc: [银行 bank, 工商银行], kakao: [카카오], sber: [Сбербанк], rakuten: [楽天]}\n",
      "words.yaml");
  ASSERT_TRUE(lexicon) << lexicon.error().message;
  EXPECT_THAT(*lexicon, SizeIs(9));
}

TEST(LexiconFile, IsReadInItsOrder) {
  const auto lexicon = parse_lexicon(
      "lures:\n"
      "  parking-fine:\n"
      "    en: [parking fine, \"unpaid ticket*\"]\n"
      "    de: Strafzettel\n"
      "brands:\n"
      "  example-bank: [Example Bank]\n",
      "words.yaml");
  ASSERT_TRUE(lexicon) << lexicon.error().message;
  const std::vector<LexiconEntry> expected = {
      {LexiconKind::kLure, "parking-fine", "en", {"parking fine", "unpaid ticket*"}},
      {LexiconKind::kLure, "parking-fine", "de", {"Strafzettel"}},
      {LexiconKind::kBrand, "example-bank", "", {"Example Bank"}}};
  EXPECT_EQ(*lexicon, expected);
  EXPECT_THAT(*parse_lexicon("lures:\nbrands:\n", "words.yaml"), IsEmpty());
}

TEST(LexiconFile, TellsWhatIsWrongAndWhere) {
  const std::string name = "is not a name: letters a-z, digits and '-', at most 32";
  const std::map<std::string, std::string> cases = {
      {"lure: {}", "words.yaml:1:1: unknown key 'lure' in the lexicon; did you mean 'lures'?"},
      {"[a]", "words.yaml:1:1: the lexicon: a map of keys is expected, not a list"},
      {"lures: [a]", "words.yaml:1:8: lures: a map of names is expected, not a list"},
      {"brands: norton", "words.yaml:1:9: brands: a map of names is expected, not a value"},
      {"lures: {a: [b]}", "words.yaml:1:12: a: a map of languages is expected, not a list"},
      {"lures: {Big Bill: {en: bill}}", "words.yaml:1:9: lures: 'Big Bill' " + name},
      {"brands: {a_b: bank}", "words.yaml:1:10: brands: 'a_b' " + name},
      {"lures: {a: {english: bill}}",
       "words.yaml:1:13: a: 'english' is not a language of ISO 639, such as en"},
      {"lures: {a: {en: }}", "words.yaml:1:13: a: the list is missing"},
      {"lures: {a: {en: []}}", "words.yaml:1:17: a: the list is empty; leave the key out instead"},
      {"brands: {a: [bank, bank]}", "words.yaml:1:20: a: 'bank' is given twice"},
      {"brands: {a: [[bank]]}", "words.yaml:1:14: a: one value is expected, not a list"},
      {"brands: {a: [hp]}", "words.yaml:1:14: a: 'hp' has no word of 3 letters in a row"},
      {"brands: {a: ['12345678']}",
       "words.yaml:1:14: a: '12345678' has no word of 3 letters in a row"},
      {"brands: {a: [abc12345678]}",
       "words.yaml:1:14: a: 'abc12345678' has no word of 3 letters in a row"},
      {"brands: {a: ['ba*nk']}",
       "words.yaml:1:14: a: 'ba*nk' has '*' elsewhere than at its begin or end"},
      {"brands: {a: [a b c d e f g h bank]}",
       "words.yaml:1:14: a: 'a b c d e f g h bank' has more than 8 words"},
      {"brands: {a: [bank 🏦]}",
       "words.yaml:1:14: a: 'bank 🏦' has symbols that cannot be told apart here"},
      {"brands: {a: b, a: c}",
       "words.yaml:1:16: key 'a' is given twice, first on line 1\n"
       "words.yaml:1:13: a: 'b' has no word of 3 letters in a row"},
  };
  for (const auto& [yaml, message] : cases) {
    if (yaml.find("a: c") == std::string::npos) {
      EXPECT_EQ(errors_of(yaml), message) << yaml;
    } else {
      EXPECT_THAT(errors_of(yaml), HasSubstr("key 'a' is given twice, first on line 1"));
    }
  }
  EXPECT_THAT(errors_of("brands: {a: [" + std::string(65, 'x') + "]}"),
              HasSubstr("is longer than 64 bytes"));
  EXPECT_EQ(errors_of("brands: {a: [" + std::string(64, 'x') + "]}"), "no error");
}

class LexiconFiles : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const auto path = directory_.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  static Result<Config> config_with(const std::string& matcher) {
    return parse_config("matcher:\n" + matcher, "f");
  }

  TemporaryDirectory directory_;
};

TEST_F(LexiconFiles, AddToTheBuiltInOne) {
  const std::string own = file("own.yaml", "brands: {example-bank: [Example Bank]}\n");
  const std::string more = file("more.yaml", "lures: {invoice: {en: tab is due}}\n");
  const auto config = config_with("  lexicon_files: [" + own + ", " + more + "]\n");
  ASSERT_TRUE(config) << config.error().message;
  auto expected = builtin_lexicon();
  expected.push_back({LexiconKind::kBrand, "example-bank", "", {"Example Bank"}});
  expected.push_back({LexiconKind::kLure, "invoice", "en", {"tab is due"}});
  EXPECT_EQ(config->matcher.lexicon, expected);
}

TEST_F(LexiconFiles, StandInForTheBuiltInOne) {
  const std::string own = file("own.yaml", "brands: {example-bank: [Example Bank]}\n");
  const auto config = config_with("  lexicon_builtin: false\n  lexicon_files: " + own + "\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->matcher.lexicon, SizeIs(1));
  EXPECT_THAT(config_with("  lexicon_builtin: false\n")->matcher.lexicon, IsEmpty());
}

TEST_F(LexiconFiles, ErrorsOfAllFilesComeInOneGo) {
  const std::string bad = file("bad.yaml", "brands:\n  Bank: [bank]\n  b: [hp]\n");
  const std::string gone = (directory_.path() / "gone.yaml").string();
  const auto config =
      config_with("  numbers_max: 0\n  lexicon_files: [" + gone + ", " + bad + "]\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::kConfig);
  EXPECT_THAT(config.error().message, HasSubstr("f:2:16: numbers_max: '0'"));
  EXPECT_THAT(config.error().message, HasSubstr("f:3:19: lexicon_files: "));
  EXPECT_THAT(config.error().message, HasSubstr("gone.yaml"));
  EXPECT_THAT(config.error().message, HasSubstr("\n" + bad + ":2:3: brands: 'Bank' is not"));
  EXPECT_THAT(config.error().message, HasSubstr("\n" + bad + ":3:7: b: 'hp' has no word"));
}

TEST_F(LexiconFiles, AreBoundedTogether) {
  std::string many = "brands:\n";
  for (std::size_t i = 0; i < kLexiconEntriesMax; ++i) {
    many += "  b" + std::to_string(i) + ": bank\n";
  }
  const std::string own = file("many.yaml", many);
  EXPECT_TRUE(config_with("  lexicon_builtin: false\n  lexicon_files: " + own + "\n"));
  const auto config = config_with("  lexicon_files: " + own + "\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("f:2:18: lexicon_files: with this file the "
                                                "lexicon has "));
  EXPECT_THAT(config.error().message, HasSubstr("at most 2000 and 10000"));
}

std::string rule_with(const std::string& condition) {
  return "policy:\n  rules:\n    - name: r\n      when:\n        " + condition +
         "\n      action: tag\n";
}

TEST(LexiconRules, NameWhatIsInTheLexicon) {
  const auto error = [](const std::string& condition) {
    const auto config = parse_config(rule_with(condition), "f");
    return config ? std::string("no error") : config.error().message;
  };
  EXPECT_EQ(error("lures: [invoice, refund]"), "no error");
  EXPECT_EQ(error("brands: norton"), "no error");
  EXPECT_EQ(error("lures: [invoice, invoce]"),
            "f:5:26: lures: 'invoce' is not in the lexicon; did you mean 'invoice'?");
  EXPECT_EQ(error("brands: [invoice-of-nobody]"),
            "f:5:18: brands: 'invoice-of-nobody' is not in the lexicon");
  EXPECT_THAT(error("{lures: [refund], lures_min: 2}"),
              HasSubstr("never holds: lures_min 2 of 1 lures"));
  EXPECT_THAT(error("{brands: [norton], brands_min: 2}"),
              HasSubstr("never holds: brands_min 2 of 1 brands"));
  const auto none =
      parse_config("matcher: {lexicon_builtin: false}\n" + rule_with("lures: [invoice]"), "f");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "f:6:17: lures: 'invoice' is not in the lexicon");
}

TEST(LexiconRules, NameWhatOwnFilesAdd) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "own.yaml";
  std::ofstream(path) << "brands: {example-bank: [Example Bank]}\n";
  const auto config = parse_config(
      "matcher: {lexicon_files: " + path.string() + "}\n" + rule_with("brands: [example-bank]"),
      "f");
  EXPECT_TRUE(config) << config.error().message;
}

/// A mail with two lures, one of them near its number, and a brand far from it.
Evidence lured_mail() {
  Evidence mail = scam_mail();
  mail.lexicon = {{LexiconKind::kLure, "invoice", {Place::kPlain}, 2, 10},
                  {LexiconKind::kBrand, "norton", {Place::kFrom}, 1, 500},
                  {LexiconKind::kLure, "refund", {Place::kSubject}, 1, std::nullopt}};
  return mail;
}

TEST(LexiconConditions, LuresAndBrandsAreAnyOf) {
  const Evidence mail = lured_mail();
  EXPECT_TRUE(holds(with([](auto& w) { w.lures = {"renewal", "refund"}; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.lures = {"renewal"}; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.lures = {"norton"}; }), mail));  // a brand
  EXPECT_TRUE(holds(with([](auto& w) { w.brands = {"norton", "avast"}; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.brands = {"avast"}; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.brands = {"invoice"}; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) {
                       w.lures = {"refund"};
                       w.brands = {"avast"};
                     }),
                     mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.lures = {"refund"}; }), scam_mail()));
}

TEST(LexiconConditions, MinCountsDifferentOnes) {
  const Evidence mail = lured_mail();
  EXPECT_TRUE(holds(with([](auto& w) { w.lures_min = 2; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.lures_min = 3; }), mail));
  EXPECT_TRUE(holds(with([](auto& w) { w.brands_min = 1; }), mail));
  EXPECT_FALSE(holds(with([](auto& w) { w.brands_min = 2; }), mail));
  const auto of = [](std::vector<std::string> lures) {
    return with([&](auto& w) {
      w.lures = lures;
      w.lures_min = 2;
    });
  };
  EXPECT_TRUE(holds(of({"invoice", "refund", "renewal"}), mail));
  EXPECT_FALSE(holds(of({"invoice", "renewal"}), mail));
}

TEST(LexiconConditions, DistanceIsOfSomeLureOrBrand) {
  const Evidence mail = lured_mail();
  const auto within = [](int bytes, std::vector<std::string> lures = {},
                         std::vector<std::string> brands = {}) {
    return with([&](auto& w) {
      w.lure_distance_max = bytes;
      w.lures = lures;
      w.brands = brands;
    });
  };
  EXPECT_FALSE(holds(within(9), mail));
  EXPECT_TRUE(holds(within(10), mail));
  EXPECT_FALSE(holds(within(499, {}, {"norton"}), mail));
  EXPECT_TRUE(holds(within(500, {}, {"norton"}), mail));
  EXPECT_TRUE(holds(within(10, {"invoice"}, {"norton"}), mail));  // one of those named is near
  // What stands in a text without a number is at no distance.
  EXPECT_FALSE(holds(within(1'000'000, {"refund"}), mail));
  EXPECT_FALSE(holds(within(1'000'000), scam_mail()));
  // What is counted need not be near.
  EXPECT_TRUE(holds(with([](auto& w) {
                      w.lures_min = 2;
                      w.brands_min = 1;
                      w.lure_distance_max = 10;
                    }),
                    mail));
}

}  // namespace
}  // namespace ringfence
