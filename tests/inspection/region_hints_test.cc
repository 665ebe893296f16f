// What envelope and header say of the regions of a message reaches the matcher.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "inspection/inspection.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "+442079460604 region-by-currency" of each number that was read, in region US.
std::vector<std::string> numbers_in(std::string_view message, Envelope envelope = {}) {
  static const auto snapshot =
      Snapshot::make(default_config(), /*require_reputation=*/false).value();
  Inspection inspection(snapshot, std::move(envelope), /*explain=*/true);
  inspection.push(message);
  std::vector<std::string> out;
  const Report report = inspection.finish(TimePoint{}).value();
  for (const CandidateNote& note : report.notes) {
    if (note.outcome == "number") out.push_back(note.number->to_string() + " " + note.reason);
  }
  return out;
}

constexpr std::string_view kBritish = "\r\n\r\nTelephone 020 7946 0604\r\n";

std::string british(std::string_view header) { return std::string(header) + std::string(kBritish); }

TEST(RegionHintsOfHeaders, SenderRecipientLanguageAndCharset) {
  EXPECT_THAT(numbers_in(british("From: a@example.org")), IsEmpty());
  EXPECT_THAT(numbers_in(british("From: a@example.co.uk")),
              ElementsAre("+442079460604 region-by-sender-domain"));
  Envelope from_britain, to_britain;
  from_britain.mail_from = "b@example.co.uk";
  to_britain.recipients = {"b@example.co.uk"};
  EXPECT_THAT(numbers_in(british("From: a@example.org"), from_britain),
              ElementsAre("+442079460604 region-by-sender-domain"));
  EXPECT_THAT(numbers_in(british("From: a@example.org"), to_britain),
              ElementsAre("+442079460604 region-by-recipient-domain"));
  EXPECT_THAT(numbers_in(british("From: a@example.org\r\nContent-Language: en-GB")),
              ElementsAre("+442079460604 region-by-language"));
  EXPECT_THAT(numbers_in(british("From: a@example.org\r\nSubject: \xC2\xA3"
                                 "54")),
              ElementsAre("+442079460604 region-by-currency"));
  EXPECT_THAT(numbers_in("From: a@example.org\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n"
                         "Tel. 8 (495) 000-06-04\r\n"),
              ElementsAre("+74950000604 region-by-charset"));
}

}  // namespace
}  // namespace ringfence
