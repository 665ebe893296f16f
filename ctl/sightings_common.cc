#include "ctl/sightings_common.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/tokens.h"
#include "ctl/common.h"
#include "reputation/sightings/journal.h"

namespace ringfence {
namespace {

constexpr std::size_t kCellBytesMax = 2'000;
constexpr std::size_t kRowsKept = 1'000;  // widths of columns come of so many rows at first
constexpr std::int64_t kSpanSecondsMax = 100LL * 366 * 86'400;

// `count` digits from `at` on, which moves behind them and behind `after`.
std::optional<int> take_number(std::string_view& text, std::size_t count, std::string_view after) {
  int value = 0;
  if (text.size() < count) return std::nullopt;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + count, value);
  if (fault != std::errc() || end != text.data() + count || text[0] == '-') return std::nullopt;
  text.remove_prefix(count);
  if (text.empty()) return value;
  if (after.find(text[0]) == after.npos) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

std::optional<TimePoint> parse_date(std::string_view text, bool end_of_day) {
  using namespace std::chrono;
  const auto years = take_number(text, 4, "-");
  const auto months = years ? take_number(text, 2, "-") : std::nullopt;
  const auto days_of_month = months ? take_number(text, 2, "T ") : std::nullopt;
  if (!days_of_month) return std::nullopt;
  const year_month_day date{year(*years), month(static_cast<unsigned>(*months)),
                            day(static_cast<unsigned>(*days_of_month))};
  if (!date.ok() || *years < 1970) return std::nullopt;
  const TimePoint start = sys_days(date);
  if (text.empty()) return end_of_day ? start + days(1) - seconds(1) : start;
  const auto hour = take_number(text, 2, ":");
  const auto minute = hour && !text.empty() ? take_number(text, 2, ":Z") : std::nullopt;
  if (!minute) return std::nullopt;
  int second = 0;
  if (!text.empty()) {
    const auto given = take_number(text, 2, "Z");
    if (!given) return std::nullopt;
    second = *given;
  }
  if (!text.empty() || *hour > 23 || *minute > 59 || second > 59) return std::nullopt;
  return start + hours(*hour) + minutes(*minute) + seconds(second);
}

std::optional<std::chrono::seconds> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (fault != std::errc() || count < 0 || unit.size() != 1) return std::nullopt;
  static constexpr std::pair<char, std::int64_t> kUnits[] = {
      {'s', 1}, {'m', 60}, {'h', 3'600}, {'d', 86'400}, {'w', 7 * 86'400}};
  for (const auto& [name, seconds] : kUnits) {
    if (unit[0] == name && count <= kSpanSecondsMax / seconds) {
      return std::chrono::seconds(count * seconds);
    }
  }
  return std::nullopt;
}

std::string places_text(const std::vector<SeenNumber>& numbers) {
  PlaceSet places;
  for (const SeenNumber& seen : numbers) places.insert(seen.places);
  return tokens_of(places);
}

std::string numbers_text(const std::vector<SeenNumber>& numbers, bool brief) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (brief && i > 0) return out + fmt::format(" +{}", numbers.size() - 1);
    out += (out.empty() ? "" : ", ") + numbers[i].number.to_string();
  }
  return out;
}

std::vector<TextTable::Column> columns(bool with_ids, std::vector<TextTable::Column> added) {
  std::vector<TextTable::Column> out = {{"TIME"}};
  if (with_ids) out.push_back({"QUEUE-ID"});
  out.insert(out.end(), {{"ACTION"}, {"FROM", 16}, {"TO", 16}, {"NUMBERS"}, {"IN", 8}});
  out.insert(out.end(), added.begin(), added.end());
  if (with_ids) out.push_back({"MESSAGE-ID", 8});
  out.push_back({"SUBJECT", 12});
  return out;
}

}  // namespace

Result<TimePoint> parse_moment(std::string_view text, TimePoint now, bool end_of_day) {
  if (const auto span = parse_span(text)) return std::max(now - *span, TimePoint{});
  if (const auto time = parse_date(text, end_of_day)) return *time;
  return fail(ErrorKind::kUsage,
              fmt::format("'{}' is no time: 24h, 7d, 2026-11-22 or 2026-11-22T13:50 (UTC)",
                          printable(text)));
}

Result<TimeWindow> parse_window(std::string_view since, std::string_view until, TimePoint now) {
  TimeWindow out;
  if (!since.empty()) {
    const auto time = parse_moment(since, now, /*end_of_day=*/false);
    if (!time) return tl::unexpected(time.error());
    out.since = *time;
  }
  if (!until.empty()) {
    const auto time = parse_moment(until, now, /*end_of_day=*/true);
    if (!time) return tl::unexpected(time.error());
    out.until = *time;
  }
  if (out.since && out.until && *out.since > *out.until) {
    return fail(ErrorKind::kUsage, "--since lies after --until");
  }
  return out;
}

Json to_json(const JournalEntry& entry) {
  const Sighting& sighting = entry.sighting;
  Json numbers = Json::array();
  for (const SeenNumber& seen : sighting.numbers) {
    Json tricks = Json::array();
    for (const std::string_view trick : split(seen.tricks, ',')) {
      if (!trick.empty()) tricks.push_back(trick);
    }
    numbers.push_back({{"number", seen.number.to_string()},
                       {"where", tokens_to_json(seen.places)},
                       {"shown", seen.shown},
                       {"tricks", std::move(tricks)},
                       {"score", seen.score}});
  }
  return {{"time", iso_time(sighting.when)},
          {"queue_id", sighting.queue_id},
          {"message_id", sighting.message_id},
          {"from_domain", sighting.from_domain},
          {"mail_from_domain", sighting.mail_from_domain},
          {"from_display", sighting.from_display},
          {"subject", sighting.subject},
          {"recipients", sighting.recipients},
          {"recipient_count", sighting.recipient_count},
          {"direction", to_token(sighting.direction)},
          {"quotes", sighting.quotes},
          {"action", sighting.action},
          {"rule", sighting.rule.empty() ? Json(nullptr) : Json(sighting.rule)},
          {"score", sighting.score},
          {"brand", sighting.brand.empty() ? Json(nullptr) : Json(sighting.brand)},
          {"brands", sighting.brands},
          {"lures", sighting.lures},
          {"numbers", std::move(numbers)},
          {"journal", fmt::format("{}/{}", day_name(entry.ref.day), entry.ref.row)}};
}

bool was_delivered(const Sighting& sighting) {
  return sighting.action == "accept" || sighting.action == "tag";
}

void MailCount::add(const Sighting& sighting) {
  ++messages_;
  recipients_ += sighting.recipient_count;
  names_.insert(sighting.recipients.begin(), sighting.recipients.end());
  names_cut_ = names_cut_ || (sighting.recipients.size() >= Sighting::kRecipientsMax &&
                              sighting.recipients.size() < sighting.recipient_count);
  if (was_delivered(sighting)) {
    ++delivered_;
  } else if (sighting.action == "quarantine") {
    ++held_;
  } else if (sighting.action == "tempfail") {
    ++put_off_;
  } else {
    ++refused_;
  }
}

std::string MailCount::actions() const {
  std::string out;
  const auto say = [&](std::uint64_t count, std::string_view word) {
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, word);
  };
  say(delivered_, "delivered");
  say(held_, "held");
  say(put_off_, "put off");
  say(refused_, "refused");
  return out;
}

std::string MailCount::text() const {
  return fmt::format("{} mail{} to {} recipient{} ({}{} different): {}", messages_,
                     messages_ == 1 ? "" : "s", recipients_, recipients_ == 1 ? "" : "s",
                     names_cut_ ? "more than " : "", names_.size(), actions());
}

Json MailCount::json() const {
  return {{"messages", messages_},
          {"recipients", recipients_},
          {"recipients_different", names_.size()},
          {"delivered", delivered_},
          {"held", held_},
          {"put_off", put_off_},
          {"refused", refused_}};
}

std::string recipients_text(const Sighting& sighting, bool brief) {
  std::string out;
  std::size_t shown = 0;
  for (const std::string& recipient : sighting.recipients) {
    if (brief && shown == 1) break;
    out += (out.empty() ? "" : ", ") + printable(recipient, kCellBytesMax);
    ++shown;
  }
  if (shown < sighting.recipient_count)
    out += fmt::format(" +{}", sighting.recipient_count - shown);
  return out;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
  return out;
}

MailPrinter::MailPrinter(bool json, bool with_ids, std::vector<TextTable::Column> added)
    : json_(json),
      with_ids_(with_ids),
      brief_(terminal_columns() > 0),
      table_(columns(with_ids, std::move(added)), terminal_columns()) {}

void MailPrinter::print(const JournalEntry& entry, const std::vector<SeenNumber>& numbers,
                        std::vector<std::string> added, const Json& members) {
  const Sighting& sighting = entry.sighting;
  count_.add(sighting);
  if (json_) {
    Json json = to_json(entry);
    if (members.is_object()) json.update(members);
    fmt::print("{}\n", to_line(json));
    return;
  }
  std::vector<std::string> cells = {iso_time(sighting.when)};
  if (with_ids_) cells.push_back(printable(sighting.queue_id, kCellBytesMax));
  cells.push_back(printable(sighting.action));
  cells.push_back(printable(sighting.from_domain, kCellBytesMax));
  cells.push_back(recipients_text(sighting, brief_));
  cells.push_back(numbers_text(numbers, brief_));
  cells.push_back(places_text(numbers));
  for (std::string& cell : added) cells.push_back(std::move(cell));
  if (with_ids_) cells.push_back(printable(sighting.message_id, kCellBytesMax));
  cells.push_back(printable(sighting.subject, kCellBytesMax));
  table_.add(std::move(cells));
  if (table_.rows() >= kRowsKept) flush();
}

void MailPrinter::flush() { fmt::print("{}", table_.take()); }

int report_problems(const JournalReader& reader) {
  int exit = 0;
  for (const std::string& problem : reader.problems()) {
    exit = report_error({ErrorKind::kIo, problem});
  }
  return exit;
}

std::string nothing_text(const JournalReader& reader, std::string_view what) {
  if (reader.days().empty()) return fmt::format("no {}: nothing was recorded yet", what);
  return fmt::format("no {} (recorded are the days from {} to {})", what,
                     day_name(reader.days().front()), day_name(reader.days().back()));
}

}  // namespace ringfence
