#include "reputation/overrides.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "base/integer.h"
#include "base/text.h"
#include "reputation/generation_directory.h"
#include "reputation/record.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "overrides.mdb";
constexpr const char* kTemporary = "overrides.mdb.new";
constexpr const char* kLock = "overrides.lock";
constexpr std::string_view kFormat = "ringfence-overrides 2";
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kChangeKey = "change";
constexpr std::string_view kShapesKey = "shapes";
constexpr const char* kEntriesTable = "overrides";
constexpr const char* kMetaTable = "meta";
constexpr int kPatienceMs = 5000;

// kind u8, 0 u8, reason bytes u16, added u32, expires u32 (0: never), reason, author: the rest.
constexpr std::size_t kHeadBytes = 12;
constexpr std::size_t kKeyBytes = 10;

/// In the order of their keys in the file.
struct KeyOrder {
  bool operator()(const NumberRange& a, const NumberRange& b) const {
    return std::tuple(a.prefix_digits(), a.digits(), a.prefix()) <
           std::tuple(b.prefix_digits(), b.digits(), b.prefix());
  }
};
using Entries = std::map<NumberRange, Override, KeyOrder>;

struct Table {
  std::uint64_t change = 0;
  Entries entries;
};

std::string encode(const Override& entry) {
  std::string out;
  out += static_cast<char>(entry.kind);
  out += '\0';
  append_u16(out, static_cast<std::uint16_t>(entry.reason.size()));
  append_u32(out, to_seconds(entry.added));
  append_u32(out, to_expiry(entry.expires));
  out += entry.reason;
  out += entry.author;
  return out;
}

Result<void> check_text(std::string_view what, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    return fail(ErrorKind::kUsage,
                fmt::format("the {} of an override is longer than {} bytes", what, bytes_max));
  }
  // printable() rewrites what it would not show: equal means nothing to rewrite.
  if (printable(text, bytes_max) != text) {
    return fail(
        ErrorKind::kUsage,
        fmt::format("the {} of an override holds control characters or is not UTF-8", what));
  }
  return {};
}

/// The prefix as the digits of a longest number begin: ranges sort as they are written.
std::uint64_t first_of(const NumberRange& range) {
  std::uint64_t out = range.prefix();
  for (int i = range.prefix_digits(); i < E164::kDigitsMax; ++i) out *= 10;
  return out;
}

/// "11/11 10/11": prefix digits and digits of the ranges there are, the most special first.
std::string shapes_of(const Entries& entries) {
  std::string out;
  const NumberRange* last = nullptr;
  for (auto it = entries.rbegin(); it != entries.rend(); ++it) {
    const NumberRange& range = it->first;
    if (last != nullptr && last->prefix_digits() == range.prefix_digits() &&
        last->digits() == range.digits()) {
      continue;
    }
    out += fmt::format("{}{}/{}", out.empty() ? "" : " ", range.prefix_digits(), range.digits());
    last = &range;
  }
  return out;
}

/// Writes the file of `table` beside the one in use.
Result<void> write_new(const fs::path& root, const Table& table) {
  const fs::path temporary = root / kTemporary;
  ::unlink(temporary.c_str());  // of a writer that crashed; the lock is ours
  std::uint64_t bytes = 0;
  for (const auto& [range, entry] : table.entries) {
    bytes += kKeyBytes + kHeadBytes + entry.reason.size() + entry.author.size();
  }
  auto writer = LmdbFileWriter::create(temporary, table.entries.size() + 3, bytes + 4096);
  if (!writer) return tl::unexpected(writer.error());
  const auto entries = writer->create_table(kEntriesTable);
  if (!entries) return tl::unexpected(entries.error());
  const auto meta = writer->create_table(kMetaTable);
  if (!meta) return tl::unexpected(meta.error());
  const std::string change = std::to_string(table.change);
  const std::string shapes = shapes_of(table.entries);
  for (const auto& [key, value] :
       {std::pair<std::string_view, std::string_view>(kChangeKey, change),
        {kFormatKey, kFormat},
        {kShapesKey, shapes}}) {
    if (auto put = writer->append(*meta, key, value); !put) return put;
  }
  for (const auto& [range, entry] : table.entries) {
    const auto key = range.key();
    if (auto put = writer->append(*entries, {key.data(), key.size()}, encode(entry)); !put) {
      return put;
    }
  }
  return writer->finish();
}

/// Puts the new file in the place of the one in use.
Result<void> put_in_place(const fs::path& root) {
  if (::rename((root / kTemporary).c_str(), (root / kFile).c_str()) != 0) {
    return fail_errno(ErrorKind::kCannotCreate, "cannot replace " + (root / kFile).string(), errno);
  }
  return sync_folder(root);
}

/// The table in use. Where there is none an empty one is made, as the last change on the trail left
/// it: what takes effect from here on is told from what did not.
Result<Table> read_or_make(const fs::path& root, std::uint64_t last_change) {
  Table out{.change = last_change, .entries = {}};
  const auto overrides = Overrides::open(root);
  if (!overrides) return tl::unexpected(overrides.error());
  if (*overrides == nullptr) {
    auto made = write_new(root, out);
    if (made) made = put_in_place(root);
    if (!made) return tl::unexpected(made.error());
    return out;
  }
  auto old = (*overrides)->list();
  if (!old) return tl::unexpected(old.error());
  out.change = (*overrides)->change();
  for (NumberOverride& o : *old) out.entries.emplace(o.range, std::move(o.entry));
  return out;
}

/// Carries one change out in `entries`; the line that tells of it, "" when there is nothing to do.
std::string apply(Entries& entries, const OverrideChange& change, OverrideEvent event,
                  std::optional<Override>& replaced) {
  const auto it = entries.find(change.range);
  const bool matches = it != entries.end() && (!change.only || it->second.kind == *change.only);
  if (!change.entry && !matches) return "";
  if (it != entries.end()) replaced = it->second;
  event.replaced = replaced;
  event.added = change.entry.has_value();
  if (change.entry) {
    event.kind = change.entry->kind;
    event.reason = change.entry->reason;
    event.expires = change.entry->expires;
    entries.insert_or_assign(change.range, *change.entry);
  } else {
    event.kind = it->second.kind;
    entries.erase(it);
  }
  return trail_line(event);
}

Result<void> check_texts(std::span<const OverrideChange> changes, const ChangeNote& note) {
  auto checked = check_text("reason", note.reason, kOverrideReasonBytesMax);
  if (checked) checked = check_text("author", note.author, kOverrideAuthorBytesMax);
  for (const OverrideChange& change : changes) {
    if (!change.entry) continue;
    if (checked) checked = check_text("reason", change.entry->reason, kOverrideReasonBytesMax);
    if (checked) checked = check_text("author", change.entry->author, kOverrideAuthorBytesMax);
  }
  return checked;
}

}  // namespace

Result<std::optional<Overrides::Identity>> Overrides::identify(const fs::path& root) {
  struct stat st {};
  const fs::path file = root / kFile;
  if (::stat(file.c_str(), &st) != 0) {
    const int error_number = errno;
    if (error_number == ENOENT) return std::optional<Identity>();
    return fail_errno(error_number == EACCES ? ErrorKind::kNoPermission : ErrorKind::kIo,
                      "cannot stat " + file.string(), error_number);
  }
  return std::optional(
      Identity{.device = st.st_dev,
               .inode = st.st_ino,
               .changed_ns = std::int64_t{st.st_ctim.tv_sec} * 1'000'000'000 + st.st_ctim.tv_nsec,
               .bytes = st.st_size});
}

Result<std::shared_ptr<const Overrides>> Overrides::open(const fs::path& root) {
  const std::string name = (root / kFile).string();
  auto env = LmdbEnv::open(name);
  if (!env) {
    if (env.error().kind == ErrorKind::kNoInput) return std::shared_ptr<const Overrides>();
    return tl::unexpected(env.error());
  }
  const auto table = env->table(kEntriesTable);
  const auto meta = table ? env->table(kMetaTable) : table;
  if (!meta) return fail(ErrorKind::kData, meta.error().message + ": not a file of overrides");
  const std::shared_ptr<Overrides> out(new Overrides(std::move(*env), *table, name));
  if (auto read = out->read_meta(*meta); !read) return tl::unexpected(read.error());
  return std::shared_ptr<const Overrides>(out);
}

Result<void> Overrides::read_meta(LmdbTable meta) {
  const auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  const auto format = reading->get(meta, kFormatKey);
  if (!format) return tl::unexpected(format.error());
  if (*format != kFormat) {
    return fail(ErrorKind::kData,
                fmt::format("{} is of format \"{}\", this program reads \"{}\"", name_,
                            printable(format->value_or("?"), 40), kFormat));
  }
  const auto change = reading->get(meta, kChangeKey);
  const auto shapes = change ? reading->get(meta, kShapesKey) : change;
  if (!shapes) return tl::unexpected(shapes.error());
  const auto number = to_integer<std::uint64_t>(change->value_or(""));
  bool good = number && *shapes;
  if (good && !(*shapes)->empty()) {
    for (const std::string_view shape : split(**shapes, ' ')) {
      const std::size_t slash = std::min(shape.find('/'), shape.size() - 1);
      const auto prefix_digits = to_integer<int>(shape.substr(0, slash));
      const auto digits = to_integer<int>(shape.substr(slash + 1));
      good = good && prefix_digits && digits;
      if (good) shapes_.push_back({*prefix_digits, *digits});
    }
  }
  if (!good) return fail(ErrorKind::kData, name_ + " has a broken table meta");
  change_ = *number;
  return {};
}

Result<Override> Overrides::decode(std::string_view value) const {
  if (value.size() < kHeadBytes) return fail(ErrorKind::kData, name_ + " has a broken entry");
  const auto kind = static_cast<unsigned char>(value[0]);
  const std::size_t reason_bytes = read_u16(value.substr(2));
  if (kind > 1 || value.size() - kHeadBytes < reason_bytes) {
    return fail(ErrorKind::kData, name_ + " has a broken entry");
  }
  return Override{.kind = static_cast<OverrideKind>(kind),
                  .reason = std::string(value.substr(kHeadBytes, reason_bytes)),
                  .author = std::string(value.substr(kHeadBytes + reason_bytes)),
                  .added = from_seconds(read_u32(value.substr(4))),
                  .expires = from_expiry(read_u32(value.substr(8)))};
}

Result<std::optional<Override>> Overrides::find_one(const LmdbReading& reading, E164 number,
                                                    TimePoint now) const {
  for (const Shape& shape : shapes_) {
    const auto range = NumberRange::around(number, shape.prefix_digits, shape.digits);
    if (!range) continue;
    const auto key = range->key();
    const auto value = reading.get(table_, {key.data(), key.size()});
    if (!value) return tl::unexpected(value.error());
    if (!*value) continue;
    auto entry = decode(**value);
    if (!entry) return tl::unexpected(entry.error());
    if (entry->expires && *entry->expires <= now) continue;
    if (range->number() == std::nullopt) entry->range = *range;
    return std::optional(std::move(*entry));
  }
  return std::optional<Override>();
}

Result<std::vector<std::optional<Override>>> Overrides::find(std::span<const E164> numbers,
                                                             TimePoint now) const {
  const auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  std::vector<std::optional<Override>> out;
  out.reserve(numbers.size());
  for (const E164 number : numbers) {
    auto entry = find_one(*reading, number, now);
    if (!entry) return tl::unexpected(entry.error());
    out.push_back(std::move(*entry));
  }
  return out;
}

Result<std::vector<NumberOverride>> Overrides::list() const {
  const auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  auto cursor = reading->cursor(table_);
  if (!cursor) return tl::unexpected(cursor.error());
  std::vector<NumberOverride> out;
  for (auto more = cursor->first();; more = cursor->next()) {
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const auto range = NumberRange::from_key(cursor->key());
    if (!range) return fail(ErrorKind::kData, name_ + " has a broken entry");
    auto entry = decode(cursor->value());
    if (!entry) return tl::unexpected(entry.error());
    out.push_back({*range, std::move(*entry)});
  }
  std::sort(out.begin(), out.end(), [](const NumberOverride& a, const NumberOverride& b) {
    return std::tuple(first_of(a.range), a.range) < std::tuple(first_of(b.range), b.range);
  });
  return out;
}

Result<std::vector<std::optional<Override>>> change_overrides(
    const fs::path& root, std::span<const OverrideChange> changes, const ChangeNote& note) {
  auto done = check_texts(changes, note);
  if (done) done = make_folder(root);
  if (!done) return tl::unexpected(done.error());
  const auto lock =
      lock_file(root / kLock, "somebody else is changing the overrides there", kPatienceMs);
  if (!lock) return tl::unexpected(lock.error());
  auto trail = OverrideTrail::open(root);
  if (!trail) return tl::unexpected(trail.error());
  auto table = read_or_make(root, trail->last_change());
  if (!table) return tl::unexpected(table.error());

  std::vector<std::optional<Override>> replaced(changes.size());
  std::string lines;
  const std::uint64_t after = table->change;
  table->change = std::max(after, trail->last_change()) + 1;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    lines += apply(table->entries, changes[i],
                   {.change = table->change,
                    .after = after,
                    .at = note.at,
                    .author = note.author,
                    .reason = note.reason,
                    .range = changes[i].range},
                   replaced[i]);
  }
  if (lines.empty()) return replaced;
  if (table->entries.size() > kOverridesMax) {
    return fail(ErrorKind::kData, fmt::format("more than {} overrides", kOverridesMax));
  }
  // The trail between the two: what takes effect is told of, and a full disk is seen before.
  done = write_new(root, *table);
  if (done) done = trail->append(lines);
  if (done) done = put_in_place(root);
  if (!done) {
    ::unlink((root / kTemporary).c_str());
    return tl::unexpected(done.error());
  }
  return replaced;
}

Result<std::optional<Override>> add_override(const fs::path& root, NumberRange range,
                                             const Override& entry) {
  const OverrideChange change{.range = range, .entry = entry};
  auto done =
      change_overrides(root, std::span(&change, 1), {.author = entry.author, .at = entry.added});
  if (!done) return tl::unexpected(done.error());
  return std::move(done->front());
}

Result<bool> remove_override(const fs::path& root, NumberRange range, OverrideKind kind,
                             const ChangeNote& note) {
  const OverrideChange change{.range = range, .only = kind};
  const auto done = change_overrides(root, std::span(&change, 1), note);
  if (!done) return tl::unexpected(done.error());
  return done->front().has_value();
}

Result<std::vector<NumberOverride>> list_overrides(const fs::path& root) {
  const auto overrides = Overrides::open(root);
  if (!overrides) return tl::unexpected(overrides.error());
  if (*overrides == nullptr) return std::vector<NumberOverride>();
  return (*overrides)->list();
}

Result<TrailReading> override_history(const fs::path& root,
                                      const std::function<bool(std::string_view)>& wanted) {
  // Shared, to see no change half told; who may not lock reads all the same.
  const UniqueFd lock(::open((root / kLock).c_str(), O_RDONLY | O_CLOEXEC));
  if (lock) (void)::flock(lock.get(), LOCK_SH);
  return read_trail(root, wanted, [&]() -> Result<std::optional<std::uint64_t>> {
    const auto overrides = Overrides::open(root);
    if (!overrides) return tl::unexpected(overrides.error());
    if (*overrides == nullptr) return std::optional<std::uint64_t>();
    return std::optional((*overrides)->change());
  });
}

}  // namespace ringfence
