// Formats as stages: what they make of a text, and that it does not depend on where it is cut.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "reputation/feeds/feed_parser.h"

namespace ringfence {

using Rows = std::vector<FeedRow>;
using MakeParser = std::function<std::unique_ptr<FeedParser>()>;

struct StageResult {
  Rows rows{};
  std::string error{};  // "" when it was read to the end

  bool operator==(const StageResult&) const = default;
};

inline StageResult run_stage(const MakeParser& make, const std::vector<std::string_view>& chunks) {
  const std::unique_ptr<FeedParser> feed = make();
  StageResult out;
  for (const std::string_view chunk : chunks) {
    if (const auto pushed = feed->push(chunk, out.rows); !pushed) {
      out.error = pushed.error().message;
      return out;
    }
  }
  if (const auto finished = feed->finish(out.rows); !finished) {
    out.error = finished.error().message;
  }
  return out;
}

/// "line:number" or "line!refusal" of each row, and the error.
inline std::string show(const Rows& rows) {
  std::string out;
  for (const FeedRow& row : rows) {
    if (!out.empty()) out += ' ';
    out += std::to_string(row.line);
    out += row.refusal ? "!" + std::string(to_token(*row.refusal)) : ":" + row.number;
  }
  return out;
}
inline std::string show(const StageResult& result) {
  std::string out = show(result.rows);
  if (!result.error.empty()) out += (out.empty() ? "" : " ") + ("error: " + result.error);
  return out;
}

/// Cut at every byte, and byte by byte.
inline void expect_every_split(std::string_view text, const MakeParser& make) {
  const StageResult whole = run_stage(make, {text});
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ASSERT_EQ(run_stage(make, {text.substr(0, cut), text.substr(cut)}), whole)
        << "cut at " << cut << " of " << printable(text);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  EXPECT_EQ(run_stage(make, bytes), whole) << "byte by byte: " << printable(text);
}

struct StageSample {
  std::string text;
  std::string rows;
};

inline void expect_samples(const std::vector<StageSample>& samples, const MakeParser& make) {
  for (const StageSample& sample : samples) {
    EXPECT_EQ(show(run_stage(make, {sample.text})), sample.rows) << printable(sample.text, 2000);
    expect_every_split(sample.text, make);
  }
}

}  // namespace ringfence
