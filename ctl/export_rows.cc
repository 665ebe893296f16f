#include "ctl/export_rows.h"

#include <fmt/format.h>

#include <iterator>

#include "base/text.h"
#include "ctl/escape.h"
#include "ctl/report_json.h"

namespace ringfence {
namespace {

std::string number_cell(const std::optional<int>& number) {
  return number ? std::to_string(*number) : std::string();
}

class CsvWriter : public IndicatorWriter {
 public:
  void begin(std::string& out) override {
    out +=
        "number,category,score,score_now,state,first_seen,last_seen,expires,lists,messages,"
        "local_first_seen,local_last_seen,brand_count,brands\n";
  }

  void push(const Indicator& indicator, std::string& out) override {
    fmt::format_to(std::back_inserter(out), "tel:{},{},{},{},{},{},{},{},{}",
                   indicator.number.to_string(), csv_text(indicator.category),
                   number_cell(indicator.score), number_cell(indicator.score_now),
                   to_token(indicator.state), export_time(indicator.first_seen),
                   export_time(indicator.last_seen),
                   indicator.expires ? export_time(*indicator.expires) : "",
                   csv_text(join(indicator.lists, " ")));
    if (indicator.local) {
      const LocalSightings& local = *indicator.local;
      fmt::format_to(std::back_inserter(out), ",{},{},{},{},{}\n", local.messages,
                     export_time(local.first_seen), export_time(local.last_seen), local.brand_count,
                     csv_text(join(local.brands, " ")));
    } else {
      out += ",,,,,\n";
    }
  }

  void finish(std::string&) override {}
};

Json local_json(const std::optional<LocalSightings>& local) {
  if (!local) return nullptr;
  return {{"messages", local->messages},
          {"first_seen", export_time(local->first_seen)},
          {"last_seen", export_time(local->last_seen)},
          {"brand_count", local->brand_count},
          {"brands", local->brands},
          {"sender_domains", local->sender_domains}};
}

Json number_or_null(const std::optional<int>& number) {
  return number ? Json(*number) : Json(nullptr);
}

class JsonLinesWriter : public IndicatorWriter {
 public:
  void begin(std::string&) override {}

  void push(const Indicator& indicator, std::string& out) override {
    const Json row = {
        {"number", indicator.number.to_string()},
        {"category", indicator.category},
        {"score", number_or_null(indicator.score)},
        {"score_now", number_or_null(indicator.score_now)},
        {"state", to_token(indicator.state)},
        {"first_seen", export_time(indicator.first_seen)},
        {"last_seen", export_time(indicator.last_seen)},
        {"expires", indicator.expires ? Json(export_time(*indicator.expires)) : Json(nullptr)},
        {"lists", indicator.lists},
        {"local", local_json(indicator.local)}};
    out += to_line(row) + "\n";
  }

  void finish(std::string&) override {}
};

}  // namespace

std::unique_ptr<IndicatorWriter> make_csv_writer() { return std::make_unique<CsvWriter>(); }

std::unique_ptr<IndicatorWriter> make_json_lines_writer() {
  return std::make_unique<JsonLinesWriter>();
}

}  // namespace ringfence
