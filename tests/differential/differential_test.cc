// Mail programs disagree about broken mail, and a number must not get through between them: each
// marker that GMime or Python's email shows of a broken mail stands in a text of our reader too.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.h"
#include "tests/differential/broken_mail.h"
#include "tests/differential/mail_view.h"
#include "tests/message/reading.h"

namespace ringfence::test {

std::set<std::string> our_markers(std::string_view mail) {
  std::set<std::string> out;
  for (const Stream& stream : read_mail(mail).streams) out.merge(markers_in(stream.text));
  return out;
}

namespace {

constexpr std::uint64_t kMails = 6000;
constexpr std::size_t kReportedMax = 5;

// The differences that are known and stay: seed -> markers lost.
using Differences = std::map<std::uint64_t, std::size_t>;

// Of one program; the file tells its format.
Differences known_differences(const std::string& of) {
  Differences out;
  std::set<std::string> classes;
  std::ifstream in(std::string(RINGFENCE_SOURCE_DIR) + "/tests/differential/known_differences.txt");
  EXPECT_TRUE(in.is_open());
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line[0] == ' ') continue;
    std::istringstream words(line);
    std::string who, name;
    std::uint64_t seed = 0;
    std::size_t lost = 0;
    words >> who;
    if (who == "class") {
      EXPECT_TRUE(words >> name) << line;
      classes.insert(name);
      continue;
    }
    EXPECT_TRUE(words >> seed >> lost >> name) << line;
    EXPECT_TRUE(classes.contains(name)) << line;
    const bool twice = who == of && !out.emplace(seed, lost).second;
    EXPECT_FALSE(twice) << line;
  }
  return out;
}

std::uint64_t mail_count() {
  const char* const count = std::getenv("RINGFENCE_DIFFERENTIAL_MAILS");
  return count != nullptr ? std::stoull(count) : kMails;
}

// What is seen of an HTML text is not for MIME to say: our own HTML reader looks at their source.
std::set<std::string> seen_markers(const ShownText& shown) {
  if (!shown.html) return markers_in(shown.text);
  return our_markers("Content-Type: text/html; charset=utf-8\n\n" + shown.text);
}

// "where: marker" of each that they show and we do not.
std::vector<std::string> missed(std::string_view mail, const std::vector<ShownText>& view) {
  std::vector<std::string> out;
  const std::set<std::string> ours = our_markers(mail);
  for (const ShownText& shown : view) {
    if (std::ranges::includes(ours, markers_in(shown.text))) continue;
    for (const std::string& theirs : seen_markers(shown)) {
      if (!ours.contains(theirs)) out.push_back(shown.where + ": " + theirs);
    }
  }
  return out;
}

// One program's view of all mails beside ours.
class Comparison {
 public:
  explicit Comparison(std::string who) : who_(std::move(who)), known_(known_differences(who_)) {}

  void add(std::uint64_t seed, const std::string& mail, const std::vector<ShownText>& view) {
    std::set<std::string> markers;
    for (const ShownText& shown : view) markers.merge(markers_in(shown.text));
    ++mails_;
    theirs_ += markers.size();
    const std::set<std::string> ours = our_markers(mail);
    only_ours_ += static_cast<std::size_t>(std::ranges::count_if(
        ours, [&](const std::string& number) { return !markers.contains(number); }));
    const std::vector<std::string> lost = missed(mail, view);
    if (!lost.empty()) ++differ_;
    const auto known = known_.find(seed);
    const std::size_t expected = known == known_.end() ? 0 : known->second;
    if (lost.size() == expected || seed >= kMails) return;
    changed_ += fmt::format("{} {} {}: {} expected: {}\n", who_, seed, lost.size(), expected,
                            fmt::join(lost, "; "));
    if (lost.size() > expected && reported_++ < kReportedMax) {
      changed_ += printable(mail, 8000) + "\n";
    }
  }

  void finish() const {
    std::printf(
        "%zu mails: %s shows %zu markers, %zu of the mails have some that we do not; "
        "%zu markers only we see\n",
        mails_, who_.c_str(), theirs_, differ_, only_ours_);
    EXPECT_EQ(changed_, "");
    EXPECT_GT(theirs_, mails_);  // it does look at them
  }

 private:
  std::string who_, changed_;
  Differences known_;
  std::size_t mails_ = 0, differ_ = 0, theirs_ = 0, only_ours_ = 0, reported_ = 0;
};

TEST(Differential, GmimeShowsNothingWeMiss) {
  const std::vector<std::string> golden = golden_mails();
  Comparison comparison("gmime");
  for (std::uint64_t seed = 0; seed < mail_count(); ++seed) {
    const std::string mail = broken_mail(seed, golden);
    comparison.add(seed, mail, gmime_view(mail));
  }
  comparison.finish();
}

TEST(Differential, PythonShowsNothingWeMiss) {
  const std::vector<std::string> golden = golden_mails();
  std::vector<std::string> mails;
  for (std::uint64_t seed = 0; seed < mail_count(); ++seed) {
    mails.push_back(broken_mail(seed, golden));
  }
  const std::vector<std::vector<ShownText>> views = python_views(mails);
  if (views.empty()) GTEST_SKIP() << "python3 with its email package did not run";
  ASSERT_EQ(views.size(), mails.size());
  Comparison comparison("python");
  for (std::size_t seed = 0; seed < mails.size(); ++seed) {
    comparison.add(seed, mails[seed], views[seed]);
  }
  comparison.finish();
}

}  // namespace
}  // namespace ringfence::test
