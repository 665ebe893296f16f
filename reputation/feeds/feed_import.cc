#include "reputation/feeds/feed_import.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <unordered_map>
#include <utility>

#include "base/integer.h"
#include "base/text.h"
#include "reputation/feeds/feed_cell.h"
#include "reputation/feeds/feed_parser.h"
#include "reputation/feeds/inflate.h"

namespace ringfence {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::size_t kHeadBytes = 64 << 10;  // enough to see what a document is
constexpr std::size_t kExampleBytesMax = 80;
constexpr std::size_t kNamesMax = 20'000;  // brands or providers of one list
constexpr std::size_t kProviderBytesMax = 64;

std::string_view skip_mark(std::string_view head) {
  return head.starts_with("\xef\xbb\xbf") ? head.substr(3) : head;
}

// "list.csv.gz" to "list.csv".
std::string_view without_compression(std::string_view name) {
  for (const std::string_view extension : {".gz", ".zst", ".zstd"}) {
    if (name.ends_with(extension)) return name.substr(0, name.size() - extension.size());
  }
  return name;
}

bool is_region(std::string_view text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), is_ascii_alpha);
}

// A provider's name or type, which may hold anything, as one line of bounded size.
std::string plain_name(std::string_view text) { return printable(trim(text), kProviderBytesMax); }

}  // namespace

int repeated_score(int score, std::uint64_t repeats) {
  const auto n = static_cast<std::int64_t>(std::min<std::uint64_t>(repeats, 1'000'000));
  return static_cast<int>((score * n + (n + kRepeatsHalf) / 2) / (n + kRepeatsHalf));
}

std::string describe_refused(const FeedCounts& counts) {
  std::string out;
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    if (counts.refused[i] == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", counts.refused[i], to_token(static_cast<Refusal>(i)));
  }
  if (!counts.examples.empty()) {
    const RefusedRow& row = counts.examples.front();
    out += fmt::format(", the first in line {}: {}", row.line, row.text);
  }
  return out.empty() ? "it is empty" : out;
}

struct FeedImport::Impl {
  Impl(const FeedOptions& f, GenerationBuilder& b, NumberParser p, TimePoint t, std::size_t max)
      : feed(f), builder(b), parser(std::move(p)), now(t), examples_max(max) {}

  Result<void> take_bytes(std::string_view bytes);
  Result<void> settle_format();
  Result<void> parse(std::string_view bytes);
  Result<void> push(std::string_view bytes);
  Result<void> end();
  Result<void> take_rows();
  Result<std::optional<Refusal>> accept(const FeedRow& row);
  Result<void> withdraw(const FeedRow& row);
  std::optional<Refusal> read_numbers(const FeedRow& row);
  std::optional<Refusal> read_entry(const FeedRow& row, NewEntry& entry) const;
  Result<void> add(const NewEntry& entry, std::uint64_t repeats);
  void refuse(const FeedRow& row, Refusal refusal);
  std::uint16_t category_of(const FeedRow& row);
  tl::unexpected<Error> named(const Error& error) const {
    return fail(error.kind, document.empty() ? error.message : document + ": " + error.message);
  }

  FeedOptions feed;
  GenerationBuilder& builder;
  NumberParser parser;
  TimePoint now;
  std::size_t examples_max;
  std::uint16_t list = 0;
  std::uint16_t default_category = 0;
  std::unordered_map<std::string, std::uint16_t> categories;
  std::unordered_map<std::uint64_t, std::uint32_t> repeats;  // with feed.repeats_weigh

  // The document being read.
  std::string document;
  Inflater inflater{0};
  std::string head;                     // until the format is settled
  std::unique_ptr<FeedParser> reading;  // null until then
  std::vector<FeedRow> rows;
  std::vector<NumberRange> ranges;  // of one row

  std::array<std::size_t, kRefusalCount> examples{};
  FeedCounts counts;
};

// Inflated bytes: the first are held until they show what the document is.
Result<void> FeedImport::Impl::take_bytes(std::string_view bytes) {
  counts.bytes += bytes.size();
  if (reading) return parse(bytes);
  head += bytes;
  return head.size() < kHeadBytes ? Result<void>() : settle_format();
}

Result<void> FeedImport::Impl::settle_format() {
  const std::string begin = std::exchange(head, {});
  const std::string_view bytes = skip_mark(begin);
  const auto format = feed_format_of(feed, bytes, without_compression(document));
  if (!format) return tl::unexpected(format.error());
  counts.format = *format;
  auto made = make_feed_parser(*format, feed, bytes);
  if (!made) return tl::unexpected(made.error());
  reading = std::move(*made);
  return parse(bytes);
}

Result<void> FeedImport::Impl::parse(std::string_view bytes) {
  // In steps, so that rows do not pile up.
  while (!bytes.empty()) {
    const std::string_view step = bytes.substr(0, kHeadBytes);
    bytes.remove_prefix(step.size());
    const auto pushed = reading->push(step, rows);
    if (auto taken = take_rows(); !taken) return taken;
    if (!pushed) return pushed;
  }
  return {};
}

Result<void> FeedImport::Impl::push(std::string_view bytes) try {
  const auto sink = [this](std::string_view inflated) { return take_bytes(inflated); };
  auto pushed = inflater.push(bytes, sink);
  if (!pushed) return named(pushed.error());
  return pushed;
} catch (const std::exception& e) {
  return fail(ErrorKind::kSoftware, fmt::format("cannot read {}: {}", document, e.what()));
}

Result<void> FeedImport::Impl::end() try {
  const auto sink = [this](std::string_view inflated) { return take_bytes(inflated); };
  auto finished = inflater.finish(sink);
  if (finished && !reading) finished = settle_format();
  if (finished) {
    finished = reading->finish(rows);
    if (auto taken = take_rows(); !taken) return named(taken.error());
  }
  if (!finished) return named(finished.error());
  return finished;
} catch (const std::exception& e) {
  return fail(ErrorKind::kSoftware, fmt::format("cannot read {}: {}", document, e.what()));
}

Result<void> FeedImport::Impl::take_rows() {
  for (const FeedRow& row : rows) {
    ++counts.rows;
    auto refusal = row.refusal ? Result<std::optional<Refusal>>(row.refusal) : accept(row);
    if (refusal && *refusal == Refusal::kWithdrawn) {
      if (auto withdrawn = withdraw(row); !withdrawn) return withdrawn;
    }
    if (!refusal) return tl::unexpected(refusal.error());
    if (*refusal) {
      refuse(row, **refusal);
    } else {
      ++counts.accepted;
    }
  }
  rows.clear();
  return {};
}

std::optional<Refusal> FeedImport::Impl::read_numbers(const FeedRow& row) {
  ranges.clear();
  const std::string_view region = is_region(row.region) ? row.region : feed.region;
  return feed.role == ListRole::kProvider ? read_feed_prefix(row.number, region, parser, ranges)
                                          : read_feed_number(row.number, region, parser, ranges);
}

// Adds the row's entries, or says why it gives none.
Result<std::optional<Refusal>> FeedImport::Impl::accept(const FeedRow& row) {
  if (const auto refusal = read_numbers(row)) return refusal;
  NewEntry entry{.category = default_category, .score = feed.score};
  if (const auto refusal = read_entry(row, entry)) return refusal;
  entry.category = category_of(row);
  const auto reports = to_integer<std::uint32_t>(row.repeats);
  if (auto added = add(entry, std::max(reports.value_or(1), 1U)); !added) {
    return tl::unexpected(added.error());
  }
  return std::optional<Refusal>();
}

std::optional<Refusal> FeedImport::Impl::read_entry(const FeedRow& row, NewEntry& entry) const {
  if (!row.score.empty()) {
    const auto score = parse_score(row.score);
    if (!score) return Refusal::kBadScore;
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
    return Refusal::kBadDate;
  }
  // Still being on the list is evidence of today; nothing was seen in the future.
  entry.last_seen = std::min(last.value_or(now), now);
  entry.first_listed = std::min(first.value_or(entry.last_seen), entry.last_seen);
  if (!entry.expires && feed.expires_after) entry.expires = entry.last_seen + *feed.expires_after;
  return std::nullopt;
}

Result<void> FeedImport::Impl::add(const NewEntry& entry, std::uint64_t reports) {
  for (const NumberRange& range : ranges) {
    NewEntry one = entry;
    const auto number = range.number();
    if (feed.repeats_weigh && number) {
      std::uint32_t& seen = repeats[number->value()];
      seen = static_cast<std::uint32_t>(std::min<std::uint64_t>(seen + reports, UINT32_MAX));
      one.score = repeated_score(entry.score, seen);
    }
    if (!number) ++counts.ranges;
    if (auto added = builder.add_range(list, range, one); !added) return added;
  }
  return {};
}

// A list that keeps what is missing forgets a number only when it is told to.
Result<void> FeedImport::Impl::withdraw(const FeedRow& row) {
  if (!feed.keep_missing || read_numbers(row)) return {};
  const NewEntry gone{.category = default_category,
                      .score = 0,
                      .first_listed = now,
                      .last_seen = now,
                      .expires = now};
  return add(gone, 0);
}

std::uint16_t FeedImport::Impl::category_of(const FeedRow& row) {
  const bool provider = feed.role == ListRole::kProvider;
  if (row.category.empty() && !(provider && !row.type.empty())) return default_category;
  const std::string name = provider
                               ? provider_category(plain_name(row.category), plain_name(row.type))
                               : category_token(row.category);
  if (name.empty()) return default_category;
  if (const auto it = categories.find(name); it != categories.end()) return it->second;
  const bool names = provider || feed.role == ListRole::kGenuine;
  const std::size_t max = names ? kNamesMax : kFeedCategoriesMax;
  const auto index = categories.size() < max ? builder.category(name) : std::nullopt;
  if (!index) {
    ++counts.categories_folded;
    return default_category;
  }
  categories.emplace(name, *index);
  return *index;
}

void FeedImport::Impl::refuse(const FeedRow& row, Refusal refusal) {
  const auto index = static_cast<std::size_t>(refusal);
  ++counts.refused[index];
  if (!is_fault(refusal) || examples[index] == examples_max) return;
  ++examples[index];
  const std::string* text = &row.number;
  if (refusal == Refusal::kBadScore) text = &row.score;
  if (refusal == Refusal::kBadDate) {
    text = &row.expires;
    if (!row.last_seen.empty() && !parse_date(row.last_seen)) text = &row.last_seen;
    if (!row.first_seen.empty() && !parse_date(row.first_seen)) text = &row.first_seen;
  }
  counts.examples.push_back({.document = document,
                             .line = row.line,
                             .refusal = refusal,
                             .text = printable(*text, kExampleBytesMax)});
}

FeedImport::FeedImport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FeedImport::FeedImport(FeedImport&&) noexcept = default;
FeedImport& FeedImport::operator=(FeedImport&&) noexcept = default;
FeedImport::~FeedImport() = default;

Result<FeedImport> FeedImport::begin(const FeedOptions& feed, std::string source,
                                     GenerationBuilder& builder, NumberParser parser, TimePoint now,
                                     std::size_t examples_max) {
  auto impl = std::make_unique<Impl>(feed, builder, std::move(parser), now, examples_max);
  auto list = builder.replace_list({.name = feed.name,
                                    .source = std::move(source),
                                    .imported = now,
                                    .keep_missing = feed.keep_missing,
                                    .role = feed.role,
                                    .weight = feed.weight});
  if (!list) return tl::unexpected(list.error());
  impl->list = *list;
  const std::string category = category_token(feed.category);
  const auto index = builder.category(category.empty() ? "other" : category);
  if (!index) return fail(ErrorKind::kData, "too many categories in the table");
  impl->default_category = *index;
  return FeedImport(std::move(impl));
}

void FeedImport::begin_document(std::string_view name) {
  impl_->document = name;
  const std::uint64_t max = impl_->feed.limits.inflated_bytes_max;
  impl_->inflater = Inflater(max - std::min(max, impl_->counts.bytes));
  impl_->head.clear();
  impl_->reading.reset();
  impl_->rows.clear();
  ++impl_->counts.documents;
}

Result<void> FeedImport::push(std::string_view bytes) { return impl_->push(bytes); }
Result<void> FeedImport::end_document() { return impl_->end(); }
std::uint16_t FeedImport::list() const { return impl_->list; }
const FeedCounts& FeedImport::counts() const { return impl_->counts; }

Result<void> FeedImport::read_document(int fd, std::string_view name,
                                       const std::function<void(std::uint64_t)>& progress) {
  begin_document(name);
  std::string block(kReadBytes, '\0');
  std::uint64_t done = 0;
  for (;;) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail_errno(ErrorKind::kNoInput, fmt::format("cannot read {}", name), errno);
    }
    if (got == 0) return end_document();
    done += static_cast<std::uint64_t>(got);
    if (auto pushed = push(std::string_view(block).substr(0, static_cast<std::size_t>(got)));
        !pushed) {
      return pushed;
    }
    if (progress) progress(done);
  }
}

}  // namespace ringfence
