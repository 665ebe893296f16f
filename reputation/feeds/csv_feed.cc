#include "reputation/feeds/csv_feed.h"

#include <csv.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "reputation/feeds/feed_cell.h"

namespace ringfence {
namespace {

constexpr std::size_t kColumnsMax = 256;  // later columns are passed over
constexpr std::size_t kHeaderShownBytesMax = 300;
constexpr std::string_view kSeparators = ",;\t|";

// Brand and number, in either order; prefix, provider and type.
std::vector<FeedCell> cells_without_header(std::string_view first, ListRole role) {
  if (role == ListRole::kProvider) return {FeedCell::kPrefix, FeedCell::kCategory, FeedCell::kType};
  if (number_text(first).refusal) return {FeedCell::kCategory, FeedCell::kNumber};
  return {FeedCell::kNumber, FeedCell::kCategory};
}

}  // namespace

std::optional<CsvShape> csv_shape(std::string_view line, const FeedColumnNames& names,
                                  ListRole role) {
  for (const char separator : kSeparators) {
    const std::vector<std::string_view> fields = split(line, separator);
    if (std::any_of(fields.begin(), fields.end(),
                    [&](std::string_view field) { return names.names_number(field); })) {
      return CsvShape{.separator = separator};
    }
  }
  if (role != ListRole::kGenuine && role != ListRole::kProvider) return std::nullopt;
  const std::size_t at = line.find_first_of(kSeparators);
  if (at == std::string_view::npos) return std::nullopt;
  const std::vector<std::string_view> fields = split(line, line[at]);
  // A prefix is digits; so is one of the two fields of a directory.
  const auto numeric = [](std::string_view field) { return !number_text(field).refusal; };
  const bool fits = role == ListRole::kProvider
                        ? numeric(fields[0])
                        : std::any_of(fields.begin(), fields.end(), numeric);
  if (!fits) return std::nullopt;
  return CsvShape{.separator = line[at], .columns = cells_without_header(fields[0], role)};
}

struct CsvFeed::Impl {
  Impl(CsvShape shape, FeedColumnNames column_names)
      : separator(shape.separator), names(std::move(column_names)) {
    for (const FeedCell cell : shape.columns) columns.push_back({{.cell = cell, .rank = 0}});
    header_read = !columns.empty();
    init();
  }
  ~Impl() { csv_free(&parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void init() {
    csv_init(&parser, 0);
    csv_set_delim(&parser, static_cast<unsigned char>(separator));
    column = 0;
    cells = FeedCells{};
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
  FeedColumnNames names;

  std::vector<std::optional<FeedColumnNames::Match>> columns;  // by position; empty: no header yet
  bool header_read = false;
  bool header_useless = false;
  std::string header_shown;

  std::vector<FeedRow>* out = nullptr;  // during push() and finish()
  FeedCells cells;
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
  bool after_cr = false;  // a line feed that comes next belongs to the line end before it
};

void CsvFeed::Impl::field(std::string_view text) {
  const std::size_t position = column++;
  if (!header_read) {
    if (position >= kColumnsMax) return;
    columns.push_back(names.find(text));
    if (header_shown.size() < kHeaderShownBytesMax) {
      if (position > 0) header_shown += ", ";
      header_shown += printable(text, 40);
    }
    return;
  }
  if (position >= columns.size() || !columns[position]) return;
  cells.set(*columns[position], text);
}

void CsvFeed::Impl::record() {
  record_ended = true;
  column = 0;
  if (!header_read) {
    header_read = true;
    header_useless = std::none_of(columns.begin(), columns.end(), [](const auto& match) {
      return match && (match->cell == FeedCell::kNumber || match->cell == FeedCell::kPrefix);
    });
    return;
  }
  if (!header_useless) out->push_back(cells.take_row(record_line));
}

// A record beyond the bound: its begin is kept as an example, the rest of its line is passed over.
void CsvFeed::Impl::give_up(std::vector<FeedRow>& rows, bool line_ends) {
  FeedRow refused{.line = record_line, .refusal = Refusal::kTooLong};
  const std::string& number = cells[FeedCell::kNumber];
  refused.number = number.empty() ? "an open quote or an endless record" : number;
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
  return bytes.substr(0,
                      std::min(bytes.substr(0, step_max).find_first_of("\r\n"), step_max - 1) + 1);
}

Result<void> CsvFeed::Impl::take(std::string_view step, std::vector<FeedRow>& rows) {
  const bool line_ends = step.back() == '\n' || step.back() == '\r';
  if (std::exchange(after_cr, step.back() == '\r') && step == "\n") {
    if (!in_record) return {};
    auto fed = feed(step);
    if (++record_bytes > kCsvRecordBytesMax) give_up(rows, /*line_ends=*/true);
    return fed;
  }
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

CsvFeed::CsvFeed(CsvShape shape, FeedColumnNames names)
    : impl_(std::make_unique<Impl>(std::move(shape), std::move(names))) {}
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
