#include "reputation/feeds/csv_feed.h"

#include <csv.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kColumnsMax = 256;     // later columns are passed over
constexpr std::size_t kCellBytesMax = 1024;  // longer cells are cut; no number, score or date is
constexpr std::size_t kHeaderShownBytesMax = 300;

using Cell = std::string FeedRow::*;

struct Column {
  std::string_view name;  // lower case, letters and digits only
  Cell cell;
};

// Names of columns in the wild. The first column of a kind counts.
constexpr std::array<Column, 42> kColumns = {{
    {"number", &FeedRow::number},
    {"numbers", &FeedRow::number},
    {"phone", &FeedRow::number},
    {"phonenumber", &FeedRow::number},
    {"phonenumbers", &FeedRow::number},
    {"telephone", &FeedRow::number},
    {"telephonenumber", &FeedRow::number},
    {"tel", &FeedRow::number},
    {"msisdn", &FeedRow::number},
    {"e164", &FeedRow::number},
    {"did", &FeedRow::number},
    {"ani", &FeedRow::number},
    {"callerid", &FeedRow::number},
    {"calleridnumber", &FeedRow::number},
    {"callernumber", &FeedRow::number},
    {"pattern", &FeedRow::number},
    {"companyphonenumber", &FeedRow::number},
    {"category", &FeedRow::category},
    {"class", &FeedRow::category},
    {"type", &FeedRow::category},
    {"score", &FeedRow::score},
    {"risk", &FeedRow::score},
    {"riskscore", &FeedRow::score},
    {"firstseen", &FeedRow::first_seen},
    {"firstlisted", &FeedRow::first_seen},
    {"firstreported", &FeedRow::first_seen},
    {"added", &FeedRow::first_seen},
    {"dateadded", &FeedRow::first_seen},
    {"validfrom", &FeedRow::first_seen},
    {"lastseen", &FeedRow::last_seen},
    {"lastreported", &FeedRow::last_seen},
    {"seen", &FeedRow::last_seen},
    {"date", &FeedRow::last_seen},
    {"timestamp", &FeedRow::last_seen},
    {"created", &FeedRow::last_seen},
    {"createddate", &FeedRow::last_seen},  // of a complaint: that day it rang
    {"updated", &FeedRow::last_seen},
    {"expires", &FeedRow::expires},
    {"expiry", &FeedRow::expires},
    {"expiration", &FeedRow::expires},
    {"validuntil", &FeedRow::expires},
    {"validto", &FeedRow::expires},
}};

std::optional<Cell> column_of(std::string_view header) {
  std::string name;
  for (const char c : header) {
    if (is_ascii_alnum(c)) name += ascii_lower(c);
  }
  const auto it = std::find_if(kColumns.begin(), kColumns.end(),
                               [&](const Column& column) { return column.name == name; });
  if (it == kColumns.end()) return std::nullopt;
  return it->cell;
}

}  // namespace

std::optional<char> csv_separator(std::string_view line) {
  for (const char separator : {',', ';', '\t', '|'}) {
    for (const std::string_view field : split(line, separator)) {
      if (column_of(field) == &FeedRow::number) return separator;
    }
  }
  return std::nullopt;
}

struct CsvFeed::Impl {
  explicit Impl(char s) : separator(s) { init(); }
  ~Impl() { csv_free(&parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void init() {
    csv_init(&parser, 0);
    csv_set_delim(&parser, static_cast<unsigned char>(separator));
    column = 0;
    row = FeedRow{};
    record_bytes = 0;
    in_record = false;
  }

  static void on_field(void* text, std::size_t size, void* self) {
    static_cast<Impl*>(self)->field({static_cast<const char*>(text), size});
  }
  static void on_record(int /*terminator*/, void* self) { static_cast<Impl*>(self)->record(); }

  void field(std::string_view text);
  void record();
  void give_up(std::vector<FeedRow>& rows, bool line_ends);
  Result<void> feed(std::string_view bytes);
  std::string_view next_step(std::string_view bytes, std::vector<FeedRow>& rows);
  Result<void> take(std::string_view step, std::vector<FeedRow>& rows);

  csv_parser parser{};
  char separator;

  std::vector<std::optional<Cell>> columns;  // by position; empty until the header was read
  bool header_read = false;
  bool header_useless = false;
  std::string header_shown;

  std::vector<FeedRow>* out = nullptr;  // during push() and finish()
  FeedRow row;
  std::size_t column = 0;

  std::uint64_t line = 1;
  std::uint64_t record_line = 1;
  std::size_t record_bytes = 0;  // since the last end of a record
  bool in_record = false;        // a record goes on over a line end
  bool record_ended = false;     // during the last step
  bool line_begins = true;
  bool line_has_text = false;
  bool line_ended_record = false;
  bool skip_line = false;
};

void CsvFeed::Impl::field(std::string_view text) {
  const std::size_t position = column++;
  if (!header_read) {
    if (position >= kColumnsMax) return;
    auto cell = column_of(text);
    if (std::find(columns.begin(), columns.end(), cell) != columns.end()) cell.reset();
    columns.push_back(cell);
    if (header_shown.size() < kHeaderShownBytesMax) {
      if (position > 0) header_shown += ", ";
      header_shown += printable(text, 40);
    }
    return;
  }
  if (position >= columns.size() || !columns[position]) return;
  row.*(*columns[position]) = trim(text).substr(0, kCellBytesMax);
}

void CsvFeed::Impl::record() {
  record_ended = true;
  column = 0;
  if (!header_read) {
    header_read = true;
    header_useless = std::find(columns.begin(), columns.end(),
                               std::optional<Cell>(&FeedRow::number)) == columns.end();
    return;
  }
  row.line = record_line;
  if (row.number.empty()) row.refusal = Refusal::kNoNumber;
  out->push_back(std::exchange(row, FeedRow{}));
}

// A record beyond the bound: its begin is kept as an example, the rest of its line is passed over.
void CsvFeed::Impl::give_up(std::vector<FeedRow>& rows, bool line_ends) {
  FeedRow refused{.line = record_line, .refusal = Refusal::kTooLong};
  refused.number = row.number.empty() ? "an open quote or an endless record" : row.number;
  rows.push_back(std::move(refused));
  csv_free(&parser);
  init();
  skip_line = !line_ends;
}

Result<void> CsvFeed::Impl::feed(std::string_view bytes) {
  record_ended = false;
  if (csv_parse(&parser, bytes.data(), bytes.size(), on_field, on_record, this) != bytes.size()) {
    return fail(ErrorKind::kOs, fmt::format("line {}: {}", line, csv_strerror(csv_error(&parser))));
  }
  if (header_useless) {
    return fail(
        ErrorKind::kData,
        fmt::format("its header names no column with numbers (\"number\", \"phone\", ...): {}",
                    header_shown));
  }
  return {};
}

// The bytes up to the next line end, at most so many that the bound is met to the byte.
std::string_view CsvFeed::Impl::next_step(std::string_view bytes, std::vector<FeedRow>& rows) {
  if (line_begins && !in_record && !skip_line) {
    record_line = line;
    if (bytes.front() == '#') {
      rows.push_back({.line = line, .refusal = Refusal::kComment});
      skip_line = true;
    }
  }
  const std::size_t step_max = kCsvRecordBytesMax + 1 - record_bytes;
  return bytes.substr(0, std::min(bytes.substr(0, step_max).find('\n'), step_max - 1) + 1);
}

Result<void> CsvFeed::Impl::take(std::string_view step, std::vector<FeedRow>& rows) {
  const bool line_ends = step.back() == '\n';
  if (line_begins) line_has_text = line_ended_record = false;
  line_begins = line_ends;
  if (skip_line) {
    skip_line = !line_ends;
    line += line_ends ? 1 : 0;
    return {};
  }
  if (auto fed = feed(step); !fed) return fed;
  line_has_text |= !trim(step).empty();
  line_ended_record |= record_ended;
  record_bytes = record_ended ? 0 : record_bytes + step.size();
  if (line_ends) {
    if (!in_record && !line_has_text) {
      rows.push_back({.line = line, .refusal = Refusal::kEmpty});
    }
    in_record = (in_record || line_has_text) && !line_ended_record;
    if (!in_record) record_bytes = 0;
    ++line;
  }
  if (record_bytes > kCsvRecordBytesMax) give_up(rows, line_ends);
  return {};
}

CsvFeed::CsvFeed(char separator) : impl_(std::make_unique<Impl>(separator)) {}
CsvFeed::CsvFeed(CsvFeed&&) noexcept = default;
CsvFeed& CsvFeed::operator=(CsvFeed&&) noexcept = default;
CsvFeed::~CsvFeed() = default;

Result<void> CsvFeed::push(std::string_view bytes, std::vector<FeedRow>& out) {
  impl_->out = &out;
  while (!bytes.empty()) {
    const std::string_view step = impl_->next_step(bytes, out);
    bytes.remove_prefix(step.size());
    if (auto taken = impl_->take(step, out); !taken) return taken;
  }
  return {};
}

Result<void> CsvFeed::finish(std::vector<FeedRow>& out) {
  impl_->out = &out;
  csv_fini(&impl_->parser, Impl::on_field, Impl::on_record, impl_.get());
  if (!impl_->header_read || impl_->header_useless) {
    return fail(ErrorKind::kData,
                "its header names no column with numbers (\"number\", \"phone\", ...): " +
                    (impl_->header_shown.empty() ? "it is empty" : impl_->header_shown));
  }
  return {};
}

}  // namespace ringfence
