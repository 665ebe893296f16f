// Floods: texts made to cost much. They stop at a named limit, and large honest mail does not.
// (bench/matcher_bench measures what they cost.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "matcher/candidate_cost.h"
#include "matcher/matcher.h"
#include "tests/support/read_text.h"

namespace ringfence {
namespace {

std::shared_ptr<const MatcherEngine> engine_of(const MatcherOptions& options) {
  return MatcherEngine::create(options).value();
}

std::string padded(int value, std::size_t size) {
  std::string out = std::to_string(value);
  return std::string(size - std::min(size, out.size()), '0') + out;
}

struct Flood {
  const char* name;
  std::function<std::string(int i)> piece;
};

const Flood kFloods[] = {
    {"numbers",
     [](int i) {
       return "+1 202 " + padded(200 + i / 10'000, 3) + "-" + padded(i % 10'000, 4) + "\n";
     }},
    {"national",
     [](int i) {
       return "(202) " + padded(200 + i / 10'000, 3) + "-" + padded(i % 10'000, 4) + "\n";
     }},
    {"announced", [](int i) { return "call 202" + padded(2'000'000 + i * 7, 7) + " "; }},
    {"of the world",
     [](int i) { return "+" + std::to_string(10 + i % 90) + " " + padded(i * 37, 9) + " "; }},
    {"one run a line", [](int i) { return padded(2'025'550'100 + i * 101, 10) + "\n"; }},
    {"spaced digits", [](int i) { return std::to_string(i % 10) + " "; }},
    {"spaced groups",
     [](int i) { return padded(i * 7919 % 100'000, 1 + static_cast<std::size_t>(i) % 5) + " "; }},
    {"dotted groups", [](int i) { return padded(i * 7919 % 1'000, 3) + "."; }},
    {"look-alikes",
     [](int i) {
       return std::string(1, "0123456789OlISB"[i * 7919 % 15]) + (i % 3 == 0 ? " " : "");
     }},
    {"words",
     [](int i) {
       static constexpr const char* kWords[] = {"one ",  "two ",    "eight ",
                                                "zero ", "double ", "oh "};
       return std::string(kWords[i * 7919 % 6]);
     }},
    {"vanity",
     [](int i) { return "1-800-FL" + std::string(1, static_cast<char>('A' + i % 26)) + "WERS "; }},
    {"log lines",
     [](int i) {
       return "2026-02-" + padded(i % 28, 2) + " 10:12:13 " + padded(i, 5) +
              " id=" + padded(i * 7919, 9) + "\n";
     }},
    {"digits", [](int i) { return padded(i, 9); }},
};

std::string text_of(const Flood& flood, std::size_t bytes) {
  std::string out;
  for (int i = 0; out.size() < bytes; ++i) out += flood.piece(i);
  return out;
}

TEST(Floods, StopAtANamedLimit) {
  MatcherOptions options;
  options.candidates_max = 300;
  const auto engine = engine_of(options);
  for (const Flood& flood : kFloods) {
    SCOPED_TRACE(flood.name);
    const std::string text = text_of(flood, 256 * 1024);
    MessageMatcher matcher(engine, {}, true);
    matcher.push(1, Place::kPlain, "call +1 202-555-0147 first");
    matcher.end(1);
    for (std::size_t at = 0; at < text.size(); at += 5000) {
      matcher.push(2, Place::kPlain, std::string_view(text).substr(at, 5000));
    }
    const Findings found = matcher.finish();
    EXPECT_TRUE(found.limits.contains(Limit::kCandidates));
    ASSERT_FALSE(found.numbers.empty());
    EXPECT_EQ(found.numbers[0].number.to_string(), "+12025550147");
    // A cluster begun is read to its end.
    EXPECT_LE(found.notes.size(), options.candidates_max + 256);
  }
}

TEST(Floods, TheLimitDoesNotDependOnCuts) {
  MatcherOptions options;
  options.candidates_max = 300;
  const auto engine = engine_of(options);
  for (const Flood& flood : kFloods) {
    SCOPED_TRACE(flood.name);
    const std::string text = text_of(flood, 64 * 1024);
    const auto found_in_pieces = [&](std::size_t size) {
      MessageMatcher matcher(engine);
      for (std::size_t at = 0; at < text.size(); at += size) {
        matcher.push(1, Place::kPlain, std::string_view(text).substr(at, size));
      }
      const Findings found = matcher.finish();
      std::string out = found.limits.contains(Limit::kCandidates) ? "partial" : "whole";
      for (const Finding& finding : found.numbers) out += finding.number.to_string();
      return out;
    };
    const std::string whole = found_in_pieces(text.size());
    EXPECT_EQ(found_in_pieces(1), whole);
    EXPECT_EQ(found_in_pieces(4097), whole);
  }
}

/// A firm's whole address book in one mail is read to its end.
TEST(Floods, ListsOfFiveThousandContactsAreRead) {
  const auto engine = engine_of({});
  constexpr int kAreas[] = {201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215,
                            216, 217, 218, 219, 301, 302, 303, 304, 305, 307, 308, 309, 310,
                            312, 313, 314, 315, 316, 317, 318, 319, 401, 402, 404, 405, 406,
                            407, 408, 409, 410, 412, 413, 414, 415, 417, 419, 423};
  constexpr const char* kCities[] = {"20 7946", "121 496", "131 496", "141 496", "151 496"};
  for (const bool world : {false, true}) {
    MessageMatcher matcher(engine);
    for (int i = 0; i < 5'000; ++i) {
      const std::string number =
          world ? std::string("+44 ") + kCities[i / 1000] + " 0" + padded(i % 1000, 3)
                : "(" + std::to_string(kAreas[i / 100]) + ") 555-01" + padded(i % 100, 2);
      matcher.push(1, Place::kPlain,
                   "Robin Miller " + std::to_string(i) + ", robin" + std::to_string(i) +
                       "@example.com, tel. " + number + ", 12 Main Street\r\n");
    }
    const Findings found = matcher.finish();
    EXPECT_TRUE(found.limits.empty()) << world;
    EXPECT_EQ(found.numbers.size(), 5'000u) << world;
  }
}

TEST(Floods, ADayOfLogLinesIsRead) {
  MessageMatcher matcher(engine_of({}));
  for (int i = 0; i < 2'000; ++i) {
    matcher.push(1, Place::kPlain,
                 "2026-02-03 10:" + padded(i % 60, 2) + ":07 host daemon[" +
                     std::to_string(1000 + i) + "]: 203.0.113.7 request " + padded(i * 7919, 9) +
                     " took 12.25 ms\n");
  }
  matcher.push(1, Place::kPlain, "Questions? Call +1 202-555-0147.\n");
  const Findings found = matcher.finish();
  EXPECT_TRUE(found.limits.empty());
  ASSERT_FALSE(found.numbers.empty());
  EXPECT_EQ(found.numbers.back().number.to_string(), "+12025550147");
}

/// Numbers that are not kept any more use the limit up sooner.
TEST(Floods, NumbersOverTheirLimitCountForSeveralCandidates) {
  MatcherOptions options;
  options.candidates_max = 20;
  const auto limits_with = [&](std::size_t numbers_max) {
    options.numbers_max = numbers_max;
    MessageMatcher matcher(engine_of(options));
    for (int i = 0; i < 10; ++i) {
      matcher.push(1, Place::kPlain, "Call +1 202-555-01" + std::to_string(10 + i) + " now.\n");
    }
    return matcher.finish().limits;
  };
  EXPECT_TRUE(limits_with(10).empty());
  EXPECT_TRUE(limits_with(5).contains(Limit::kNumbers));
  EXPECT_TRUE(limits_with(5).contains(Limit::kCandidates));
}

std::size_t cost_of(const std::string& text) {
  const Cluster cluster = cluster_of(text);
  const std::vector<Reading> readings = read_text(text);
  return candidate_cost(cluster, readings);
}

TEST(CandidateCost, OneForANumberMoreForLongRunsOfDigits) {
  EXPECT_EQ(cost_of("+1 202-555-0147"), 1u);
  EXPECT_EQ(cost_of("+1 202-555-0147, +1 202-555-0148"), 2u);
  std::string spaced;
  for (int i = 0; i < 32; ++i) spaced += std::to_string(i % 10) + " ";
  const std::size_t short_run = cost_of(spaced);
  const std::size_t long_run = cost_of(spaced + spaced + spaced + spaced);
  EXPECT_GT(short_run, 4u);
  EXPECT_GT(long_run, 5 * short_run);
  EXPECT_GT(short_run * 4, kCostToReadAgainMax);
}

}  // namespace
}  // namespace ringfence
