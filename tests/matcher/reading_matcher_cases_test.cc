// Google's own matcher test as data (RINGFENCE_SHARED), compared with what is read here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "matcher/matcher.h"

namespace ringfence {
namespace {

std::filesystem::path shared_path() {
  const char* set = std::getenv("RINGFENCE_SHARED");
  if (set != nullptr) return set;
  return std::filesystem::path(RINGFENCE_SOURCE_DIR) / ".." / "shared";
}

std::set<std::string> found(const std::string& text, const std::string& region) {
  static std::map<std::string, std::shared_ptr<const MatcherEngine>> engines;
  std::shared_ptr<const MatcherEngine>& engine = engines[region];
  if (!engine) {
    MatcherOptions options;
    options.regions.clear();
    if (region != "ZZ") options.regions.push_back(region);
    engine = *MatcherEngine::create(options);
  }
  MessageMatcher matcher(engine);
  matcher.push(1, Place::kPlain, text);
  std::set<std::string> out;
  for (const Finding& f : matcher.finish().numbers) out.insert(f.number.to_string());
  return out;
}

/// Differences on purpose: a label glued to a number is real mail's way; one scan has one answer
/// for all leniencies; nothing is given up after ten tries.
bool is_on_purpose(const std::string& origin, const std::string& leniency, bool expects_some) {
  if (origin.starts_with("MatchesWithSurroundingLatinChars")) return true;
  if (origin.starts_with("MaxMatchesInvalid")) return true;
  return leniency != "VALID" && !expects_some && origin.find("@") != std::string::npos;
}

TEST(MatcherCases, FoundAsGoogleFindsThem) {
  const auto path = shared_path() / "corpus" / "libphonenumber_matcher_cases.jsonl";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  int same = 0, total = 0, on_purpose = 0;
  std::string differences;
  for (std::string line; std::getline(file, line);) {
    const auto row = nlohmann::json::parse(line);
    const std::string leniency = row["leniency"];
    if (leniency == "POSSIBLE" || row["expect"].is_null()) continue;
    const std::set<std::string> expected = row["expect"];
    const std::string text = row["text"];
    if (found(text, row["region"]) == expected) {
      ++same;
    } else if (is_on_purpose(row["origin"], leniency, !expected.empty())) {
      ++on_purpose;
      continue;
    } else {
      differences += "\n  " + leniency + " " + text.substr(0, 60);
    }
    ++total;
  }
  ASSERT_GT(total, 400);
  RecordProperty("same", same);
  RecordProperty("on_purpose", on_purpose);
  EXPECT_LE(on_purpose, 36);
  EXPECT_GE(same, total * 97 / 100) << same << " of " << total << differences;
}

}  // namespace
}  // namespace ringfence
