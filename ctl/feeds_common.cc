#include "ctl/feeds_common.h"

#include <fmt/core.h>

#include "base/text.h"

namespace ringfence {

Result<NumberParser> feed_number_parser(const Config& config) {
  auto reader = NumberReader::create(config.matcher);
  if (!reader) return tl::unexpected(reader.error());
  return NumberParser([shared = *reader](std::string_view text, std::string_view region) {
    return shared->parse_number(text, region);
  });
}

std::string describe_faults(const FeedCounts& counts) {
  std::string out;
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    const auto refusal = static_cast<Refusal>(i);
    if (!is_fault(refusal) || counts.refused[i] == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts.refused[i], to_token(refusal));
  }
  return out;
}

Json refused_to_json(const FeedCounts& counts) {
  Json out = Json::object();
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    out[std::string(to_token(static_cast<Refusal>(i)))] = counts.refused[i];
  }
  return out;
}

Json examples_to_json(const std::vector<RefusedRow>& examples) {
  Json out = Json::array();
  for (const RefusedRow& row : examples) {
    out.push_back({{"document", row.document},
                   {"line", row.line},
                   {"reason", to_token(row.refusal)},
                   {"text", row.text}});
  }
  return out;
}

void print_examples(const std::vector<RefusedRow>& examples) {
  for (const RefusedRow& row : examples) {
    fmt::print("  {}:{}: {}: {}\n", printable(row.document), row.line, to_token(row.refusal),
               printable(row.text));
  }
}

Json time_to_json(const std::optional<TimePoint>& time) {
  return time ? Json(iso_time(*time)) : Json(nullptr);
}

}  // namespace ringfence
