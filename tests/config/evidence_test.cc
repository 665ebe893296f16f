#include "config/evidence.h"

#include <gmock/gmock.h>

#include "tests/config/evidence_maker.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Evidence mail_wearing(std::vector<LexiconHit> hits) {
  Evidence evidence;
  evidence.lexicon = std::move(hits);
  evidence.numbers = {number("18885550123"), number("18885550124"), number("18885550125"),
                      number("18885550126")};
  return evidence;
}

const std::vector<LexiconHit> kHits = {{.kind = LexiconKind::kBrand, .name = "norton"},
                                       {.kind = LexiconKind::kLure, .name = "mcafee"},
                                       {.kind = LexiconKind::kBrand, .name = "paypal"}};

TEST(NoteMismatches, OfBrandsThatTheMailWearsAndThatHaveADirectory) {
  Evidence evidence = mail_wearing(kHits);
  note_mismatches(evidence, {"paypal", "norton", "mcafee", "geek-squad"});
  EXPECT_THAT(evidence.numbers[0].mismatch, ElementsAre("norton", "paypal"));
  note_mismatches(evidence, {"paypal"});
  EXPECT_THAT(evidence.numbers[0].mismatch, ElementsAre("paypal"));
  note_mismatches(evidence, {});
  EXPECT_THAT(evidence.numbers[0].mismatch, IsEmpty());
  evidence = mail_wearing({});
  note_mismatches(evidence, {"paypal"});
  EXPECT_THAT(evidence.numbers[0].mismatch, IsEmpty());
}

TEST(NoteMismatches, NotOfAllowedAndGenuineNumbers) {
  Evidence evidence = mail_wearing(kHits);
  evidence.numbers[0].reputation.state = ReputationState::kAllowed;
  evidence.numbers[1].reputation.genuine_of = {"paypal"};
  evidence.numbers[2].reputation.genuine_of = {"geek-squad"};  // which the mail does not wear
  evidence.numbers[3].reputation.state = ReputationState::kDenied;
  note_mismatches(evidence, {"norton"});
  EXPECT_THAT(evidence.numbers[0].mismatch, IsEmpty());
  EXPECT_THAT(evidence.numbers[1].mismatch, IsEmpty());
  EXPECT_THAT(evidence.numbers[2].mismatch, IsEmpty());
  EXPECT_THAT(evidence.numbers[3].mismatch, ElementsAre("norton"));
}

TEST(NumberEvidenceLineType, TheTableOfProvidersKnowsBetter) {
  NumberEvidence evidence = number("18885550123");
  evidence.finding.line_type = LineType::kFixedLineOrMobile;
  EXPECT_EQ(evidence.line_type(), LineType::kFixedLineOrMobile);
  const std::pair<const char*, LineType> cases[] = {{"voip", LineType::kVoip},
                                                    {"VoIP", LineType::kVoip},
                                                    {"Toll Free", LineType::kTollFree},
                                                    {"fixed_line", LineType::kFixedLine},
                                                    {"", LineType::kFixedLineOrMobile},
                                                    {"cloud", LineType::kFixedLineOrMobile},
                                                    {"unknown", LineType::kFixedLineOrMobile}};
  for (const auto& [type, expected] : cases) {
    evidence.reputation.provider = ProviderEvidence{
        .provider = "Example Telecom", .type = type, .range = *NumberRange::parse("+1888*")};
    EXPECT_EQ(evidence.line_type(), expected) << type;
  }
}

}  // namespace
}  // namespace ringfence
