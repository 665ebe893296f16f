#include "reputation/feeds/import.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <map>
#include <utility>
#include <variant>

#include "base/file.h"
#include "base/text.h"
#include "reputation/feeds/csv_feed.h"
#include "reputation/feeds/feed_cell.h"
#include "reputation/feeds/text_feed.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::size_t kExampleBytesMax = 80;

// What the first bytes of formats that are not read look like, and what to say.
struct Foreign {
  std::string_view begin;
  std::string_view words;
};
constexpr std::array kForeign = {
    Foreign{"\x1f\x8b", "is compressed by gzip; unpack it first"},
    Foreign{"\x28\xb5\x2f\xfd", "is compressed by zstd; unpack it first"},
    Foreign{"\xfd"
            "7zXZ",
            "is compressed by xz; unpack it first"},
    Foreign{"BZh", "is compressed by bzip2; unpack it first"},
    Foreign{"PK\x03\x04", "is a zip archive or spreadsheet; export it as CSV"},
    Foreign{"%PDF", "is a PDF"},
    Foreign{"\xff\xfe", "is UTF-16; convert it to UTF-8"},
    Foreign{"\xfe\xff", "is UTF-16; convert it to UTF-8"},
    Foreign{"{", "is JSON; text and CSV are read"},
    Foreign{"[", "is JSON; text and CSV are read"},
    Foreign{"<", "is XML or HTML; text and CSV are read"},
    Foreign{"BEGIN:VCARD", "is a vCard file; text and CSV are read"},
};

std::string_view skip_mark(std::string_view head) {
  return head.starts_with("\xef\xbb\xbf") ? head.substr(3) : head;
}

// The first line that is neither blank nor a comment, maybe cut by the end of `head`.
std::string_view first_line(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find_first_of("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    if (!trim(line).empty() && line.front() != '#') return line;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return head;
}

// One file being imported.
class Import {
 public:
  Import(const ImportOptions& options, const NumberParser& parser, TimePoint now,
         GenerationBuilder& builder)
      : options_(options), parser_(parser), now_(now), builder_(builder) {}

  Result<void> begin(const std::string& name, std::string_view head, NewList list);
  Result<void> push(std::string_view bytes);
  Result<void> finish();
  ImportReport& report() { return report_; }

 private:
  Result<void> take_rows();
  Result<void> take(const FeedRow& row);
  Result<std::optional<Refusal>> accept(const FeedRow& row);
  void refuse(const FeedRow& row, Refusal refusal);
  std::uint8_t category_of(std::string_view cell);

  const ImportOptions& options_;
  const NumberParser& parser_;
  const TimePoint now_;
  GenerationBuilder& builder_;
  std::string name_;
  std::uint16_t list_ = 0;
  std::uint8_t default_category_ = 0;
  std::map<std::string, std::uint8_t> categories_;
  std::variant<TextFeed, CsvFeed> feed_;
  std::vector<FeedRow> rows_;
  std::array<std::size_t, kRefusalCount> examples_{};
  ImportReport report_;
};

// Settles the format by the first bytes of the file.
Result<void> Import::begin(const std::string& name, std::string_view head, NewList list) {
  name_ = name;
  const std::string category = category_token(options_.category);
  const auto index = builder_.category(category.empty() ? "other" : category);
  if (!index) return fail(ErrorKind::kData, "too many categories in the table");
  default_category_ = *index;
  report_.list = list.name;
  auto handle = builder_.replace_list(std::move(list));
  if (!handle) return tl::unexpected(handle.error());
  list_ = *handle;

  const std::string_view text = trim(head);
  for (const Foreign& foreign : kForeign) {
    if (text.starts_with(foreign.begin)) {
      return fail(ErrorKind::kData, fmt::format("{} {}", name, foreign.words));
    }
  }
  const std::string_view line = first_line(head);
  const auto separator = csv_separator(line);
  report_.format = options_.format;
  if (report_.format == FeedFormat::kAuto) {
    const std::string extension = ascii_lower(fs::path(name).extension().string());
    const bool named_csv = extension == ".csv" || extension == ".tsv";
    // A table without a header still gives its numbers when they stand first.
    const bool number_first =
        !number_text(line.substr(0, line.find_first_of(",;\t|"))).refusal.has_value();
    report_.format =
        separator || (named_csv && !number_first) ? FeedFormat::kCsv : FeedFormat::kText;
  }
  if (report_.format == FeedFormat::kCsv) feed_.emplace<CsvFeed>(separator.value_or(','));
  return {};
}

Result<void> Import::push(std::string_view bytes) {
  report_.bytes += bytes.size();
  if (auto* csv = std::get_if<CsvFeed>(&feed_)) {
    auto pushed = csv->push(bytes, rows_);
    if (!pushed) return fail(pushed.error().kind, name_ + ": " + pushed.error().message);
  } else {
    std::get<TextFeed>(feed_).push(bytes, rows_);
  }
  return take_rows();
}

Result<void> Import::finish() {
  if (auto* csv = std::get_if<CsvFeed>(&feed_)) {
    auto finished = csv->finish(rows_);
    if (!finished) return fail(finished.error().kind, name_ + ": " + finished.error().message);
  } else {
    std::get<TextFeed>(feed_).finish(rows_);
  }
  return take_rows();
}

Result<void> Import::take_rows() {
  for (const FeedRow& row : rows_) {
    if (auto taken = take(row); !taken) return taken;
  }
  rows_.clear();
  return {};
}

Result<void> Import::take(const FeedRow& row) {
  ++report_.rows;
  auto refusal = row.refusal ? Result<std::optional<Refusal>>(row.refusal) : accept(row);
  if (!refusal) return tl::unexpected(refusal.error());
  if (*refusal) {
    refuse(row, **refusal);
  } else {
    ++report_.accepted;
  }
  return {};
}

// Adds the row's entry, or says why it gives none.
Result<std::optional<Refusal>> Import::accept(const FeedRow& row) {
  const NumberText text = number_text(row.number);
  if (text.refusal) return text.refusal;
  const Result<E164> number = parser_(text.text);
  if (!number) return std::optional(Refusal::kNotANumber);

  NewListing entry{.number = *number, .category = default_category_, .score = options_.score};
  if (!row.score.empty()) {
    const auto score = parse_score(row.score);
    if (!score) return std::optional(Refusal::kBadScore);
    entry.score = *score;
  }
  const auto date = [](const std::string& cell, std::optional<TimePoint>& out) {
    if (!cell.empty()) out = parse_date(cell);
    return cell.empty() || out.has_value();
  };
  std::optional<TimePoint> first;
  std::optional<TimePoint> last;
  if (!date(row.first_seen, first) || !date(row.last_seen, last) ||
      !date(row.expires, entry.expires)) {
    return std::optional(Refusal::kBadDate);
  }
  // Still being on the list is evidence of today; nothing was seen in the future.
  entry.last_seen = std::min(last.value_or(now_), now_);
  entry.first_listed = std::min(first.value_or(entry.last_seen), entry.last_seen);
  if (!entry.expires && options_.expires_after) {
    entry.expires = entry.last_seen + *options_.expires_after;
  }
  if (!row.category.empty()) entry.category = category_of(row.category);
  if (auto added = builder_.add(list_, entry); !added) return tl::unexpected(added.error());
  return std::optional<Refusal>();
}

std::uint8_t Import::category_of(std::string_view cell) {
  const std::string token = category_token(cell);
  if (token.empty()) return default_category_;
  if (const auto it = categories_.find(token); it != categories_.end()) return it->second;
  const auto index =
      categories_.size() < kImportCategoriesMax ? builder_.category(token) : std::nullopt;
  if (!index) {
    ++report_.categories_folded;
    return default_category_;
  }
  categories_.emplace(token, *index);
  return *index;
}

void Import::refuse(const FeedRow& row, Refusal refusal) {
  const auto index = static_cast<std::size_t>(refusal);
  ++report_.refused[index];
  if (refusal == Refusal::kEmpty || refusal == Refusal::kComment) return;
  if (examples_[index] == options_.examples_max) return;
  ++examples_[index];
  const std::string* text = &row.number;
  if (refusal == Refusal::kBadScore) text = &row.score;
  if (refusal == Refusal::kBadDate) {
    text = &row.expires;
    if (!row.last_seen.empty() && !parse_date(row.last_seen)) text = &row.last_seen;
    if (!row.first_seen.empty() && !parse_date(row.first_seen)) text = &row.first_seen;
  }
  report_.examples.push_back(
      {.line = row.line, .refusal = refusal, .text = printable(*text, kExampleBytesMax)});
}

// Reads `fd` to its end, in blocks of up to kReadBytes, the first one as full as the file allows.
Result<std::size_t> read_block(int fd, const std::string& name, std::string& block) {
  std::size_t filled = 0;
  while (filled < block.size()) {
    const ssize_t got = ::read(fd, block.data() + filled, block.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kNoInput, "cannot read " + name, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<void> read_all(int fd, const std::string& name, const ImportOptions& options, NewList list,
                      Import& import, const ImportProgress& progress) {
  struct stat st {};
  std::uint64_t total = 0;
  if (::fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) total = static_cast<std::uint64_t>(st.st_size);
  std::string block(kReadBytes, '\0');
  std::uint64_t done = 0;
  for (bool first = true;; first = false) {
    const auto size = read_block(fd, name, block);
    if (!size) return tl::unexpected(size.error());
    std::string_view bytes = std::string_view(block).substr(0, *size);
    done += *size;
    if (done > options.bytes_max) {
      return fail(ErrorKind::kData,
                  fmt::format("{} is larger than {} bytes", name, options.bytes_max));
    }
    if (first) {
      bytes = skip_mark(bytes);
      if (auto begun = import.begin(name, bytes, std::move(list)); !begun) return begun;
    }
    if (auto pushed = import.push(bytes); !pushed) return pushed;
    if (progress) progress(ImportPhase::kReading, done, total);
    if (*size < block.size()) return import.finish();
  }
}

// "it is empty", or "3 comment, 7 not-a-number, the first in line 2: www.example.com".
std::string describe_refused(const ImportReport& report) {
  std::string out;
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    if (report.refused[i] == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", report.refused[i], to_token(static_cast<Refusal>(i)));
  }
  if (!report.examples.empty()) {
    const RefusedRow& row = report.examples.front();
    out += fmt::format(", the first in line {}: {}", row.line, row.text);
  }
  return out.empty() ? "it is empty" : out;
}

}  // namespace

Result<ImportReport> import_file(const fs::path& file, const ImportOptions& options,
                                 const ReputationOptions& store, const NumberParser& parser,
                                 TimePoint now, const ImportProgress& progress) try {
  const bool standard_input = file == "-";
  const std::string name = standard_input ? "standard input" : file.string();
  UniqueFd owned;
  if (!standard_input) {
    owned = UniqueFd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!owned) return fail_errno(ErrorKind::kNoInput, "cannot open " + name, errno);
  }
  BuilderOptions builder_options{.directory = store.directory,
                                 .generations_kept = store.generations_kept};
  if (progress) {
    builder_options.progress = [&progress](std::uint64_t numbers) {
      progress(ImportPhase::kWriting, numbers, 0);
    };
  }
  auto builder = GenerationBuilder::begin(std::move(builder_options));
  if (!builder) return tl::unexpected(builder.error());

  Import import(options, parser, now, *builder);
  NewList list{.name = options.list,
               .source = options.source.empty() ? name : options.source,
               .imported = now,
               .keep_missing = options.keep_missing};
  const int fd = standard_input ? STDIN_FILENO : owned.get();
  if (auto read = read_all(fd, name, options, std::move(list), import, progress); !read) {
    return tl::unexpected(read.error());
  }
  ImportReport& report = import.report();
  if (report.accepted == 0 && !options.allow_empty) {
    return fail(ErrorKind::kData,
                fmt::format("{} holds no number that can be read ({}); list \"{}\" stays as it was",
                            name, describe_refused(report), options.list));
  }
  const auto built = builder->build(now);
  if (!built) return tl::unexpected(built.error());
  if (auto published = builder->publish(); !published) return tl::unexpected(published.error());
  const ListChange& change = built->lists.front();
  report.generation = built->generation;
  report.added = change.added;
  report.kept = change.kept;
  report.removed = change.removed;
  report.duplicates = change.merged;
  report.numbers = change.added + change.kept;
  return std::move(report);
} catch (const std::exception& e) {
  return fail(ErrorKind::kSoftware, fmt::format("cannot import {}: {}", file.string(), e.what()));
}

}  // namespace ringfence
