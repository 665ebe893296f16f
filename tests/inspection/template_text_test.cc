#include "inspection/template_text.h"

#include <gtest/gtest.h>

#include "reputation/sightings/fuzzy_hash.h"

namespace ringfence {
namespace {

// A callback mail as one racket sends it; what changes with every mail is given.
std::string renewal(std::string_view name, std::string_view order, std::string_view amount,
                    std::string_view day, std::string_view number) {
  return "Dear " + std::string(name) +
         ",\n\nThank you for your order. Your yearly protection plan for three devices was renewed "
         "on " +
         std::string(day) + " and the amount of $" + std::string(amount) +
         " will be taken from your account within the next twenty-four hours.\nOrder: " +
         std::string(order) +
         "\n\nIf you did not ask for this renewal, or want the money back, call our billing "
         "department at " +
         std::string(number) + " at once.\n\nKind regards,\nThe customer care team\n";
}

const std::string kMail = renewal("Ann", "INV-83HK2", "399.99", "Monday", "+1 (888) 555-0123");

std::string masked(Place place, std::string_view text) {
  TemplateText out;
  out.push(1, place, text);
  return std::string(out.text());
}

std::string hash_of(std::string_view text) {
  TemplateText out;
  out.push(1, Place::kPlain, text);
  return out.finish();
}

int distance(std::string_view a, std::string_view b) {
  const auto left = FuzzyHash::parse(hash_of(a)), right = FuzzyHash::parse(hash_of(b));
  return left && right ? left->distance(*right) : -1;
}

TEST(TemplateTextTest, MasksNumbersAndFoldsTheRest) {
  const std::string text = masked(Place::kHtml, kMail);
  EXPECT_TRUE(text.starts_with("dear ann thank you for your order your yearly")) << text;
  EXPECT_NE(text.find("the amount of # will be"), std::string::npos) << text;
  EXPECT_NE(text.find("order inv # if you did"), std::string::npos) << text;
  EXPECT_NE(text.find("department at # at once"), std::string::npos) << text;
  EXPECT_EQ(text.find_first_of("0123456789$(),.-\n"), std::string::npos) << text;
}

TEST(TemplateTextTest, WhatRotatesInACampaignChangesLittle) {
  struct {
    std::string what, text;
    int distance_max;
  } const cases[] = {
      {"nothing", kMail, 0},
      {"the number", renewal("Ann", "INV-83HK2", "399.99", "Monday", "1-877-555-0145"), 0},
      {"order and amount", renewal("Ann", "INV-9", "1,249.00", "Monday", "+1 888 555 0123"), 0},
      {"name and day", renewal("Bartholomew", "INV-83HK2", "399.99", "Friday", "888-555-0123"), 40},
      {"everything", renewal("Zoe", "INV-7", "279", "Sunday", "+44 20 7946 0123"), 40}};
  for (const auto& c : cases) {
    const int found = distance(kMail, c.text);
    EXPECT_GE(found, 0) << c.what;
    EXPECT_LE(found, c.distance_max) << c.what;
  }
}

TEST(TemplateTextTest, AnotherTextIsFar) {
  const std::string other =
      "Hello all, the board meets in the small hall next week. Please send your points for the "
      "agenda to the office until Wednesday evening; the minutes of the last meeting are in the "
      "shared folder. We shall speak about the new roof, the summer feast, and who looks after "
      "the garden while the caretaker is away. For questions ring the office.";
  EXPECT_GE(distance(kMail, other), 90);
}

TEST(TemplateTextTest, EverySplitIsTheWhole) {
  const std::string whole = hash_of(kMail);
  ASSERT_FALSE(whole.empty());
  for (std::size_t at = 0; at <= kMail.size(); ++at) {
    TemplateText cut;
    cut.push(1, Place::kPlain, std::string_view(kMail).substr(0, at));
    cut.push(2, Place::kSubject, "between");
    cut.push(1, Place::kPlain, std::string_view(kMail).substr(at));
    EXPECT_EQ(cut.finish(), whole) << at;
  }
  TemplateText bytes;
  for (std::size_t i = 0; i < kMail.size(); ++i) {
    bytes.push(1, Place::kPlain, std::string_view(kMail).substr(i, 1));
  }
  EXPECT_EQ(bytes.finish(), whole);
}

TEST(TemplateTextTest, ShortAndDullTextHasNone) {
  EXPECT_EQ(hash_of(""), "");
  EXPECT_EQ(hash_of("Call +1 888 555 0123 now."), "");
  EXPECT_EQ(hash_of(std::string(5'000, 'a')), "") << "one word, cut";
  std::string dull;
  for (int i = 0; i < 1'000; ++i) dull += "a 1 ";
  EXPECT_EQ(hash_of(dull), "");
}

TEST(TemplateTextTest, HtmlGoesBeforePlainAndThatBeforeDocuments) {
  const std::string other = renewal("the quite different reader of this", "x", "y", "z", "w");
  TemplateText all;
  all.push(1, Place::kPdf, "pdf pdf " + kMail);
  all.push(2, Place::kPlain, "plain plain " + kMail);
  EXPECT_TRUE(all.text().starts_with("plain"));
  all.push(3, Place::kHtml, "too short");
  EXPECT_TRUE(all.text().starts_with("plain"));
  all.push(3, Place::kHtml, other);
  EXPECT_TRUE(all.text().starts_with("too short"));
  EXPECT_TRUE(masked(Place::kPdf, kMail).starts_with("dear ann"));
  EXPECT_EQ(masked(Place::kHtmlHidden, kMail), "");
}

TEST(TemplateTextTest, WhatIsKeptIsBounded) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += "word" + std::string(1, static_cast<char>('a' + i % 26)) + " ";
  EXPECT_LE(masked(Place::kPlain, text).size(),
            TemplateText::kTextBytesMax + TemplateText::kWordBytesMax + 1);
  EXPECT_EQ(hash_of(text), hash_of(text + kMail));
}

}  // namespace
}  // namespace ringfence
