#include "reputation/overrides.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "reputation/generation_directory.h"
#include "reputation/record.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "overrides.mdb";
constexpr const char* kTemporary = "overrides.mdb.new";
constexpr const char* kLock = "overrides.lock";
constexpr std::string_view kFormat = "ringfence-overrides 1";
constexpr std::string_view kFormatKey = "format";
constexpr const char* kEntriesTable = "overrides";
constexpr const char* kMetaTable = "meta";
constexpr int kPatienceMs = 5000;

// kind u8, 0 u8, reason bytes u16, added u32, expires u32 (0: never), reason, author: the rest.
constexpr std::size_t kHeadBytes = 12;

using Entries = std::map<E164, Override>;

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

Result<void> write_entries(const fs::path& root, const Entries& entries) {
  const fs::path temporary = root / kTemporary;
  ::unlink(temporary.c_str());  // of a writer that crashed; the lock is ours
  std::uint64_t bytes = 0;
  for (const auto& [number, entry] : entries) {
    bytes += 8 + kHeadBytes + entry.reason.size() + entry.author.size();
  }
  auto writer = LmdbFileWriter::create(temporary, entries.size() + 1, bytes + 1024);
  if (!writer) return tl::unexpected(writer.error());
  const auto table = writer->create_table(kEntriesTable);
  if (!table) return tl::unexpected(table.error());
  const auto meta = writer->create_table(kMetaTable);
  if (!meta) return tl::unexpected(meta.error());
  if (auto put = writer->append(*meta, kFormatKey, kFormat); !put) return put;
  for (const auto& [number, entry] : entries) {
    const auto key = number.key();
    if (auto put = writer->append(*table, {key.data(), key.size()}, encode(entry)); !put) {
      return put;
    }
  }
  return writer->finish();
}

/// Reads, edits and replaces the file under the lock. `edit` is false when there is nothing to
/// write.
Result<void> rewrite(const fs::path& root, const std::function<bool(Entries&)>& edit) {
  if (auto made = make_folder(root); !made) return made;
  const auto lock =
      lock_file(root / kLock, "somebody else is changing the overrides there", kPatienceMs);
  if (!lock) return tl::unexpected(lock.error());
  auto old = list_overrides(root);
  if (!old) return tl::unexpected(old.error());
  Entries entries;
  for (NumberOverride& o : *old) entries.emplace_hint(entries.end(), o.number, std::move(o.entry));
  if (!edit(entries)) return {};
  if (entries.size() > kOverridesMax) {
    return fail(ErrorKind::kData, fmt::format("more than {} overrides", kOverridesMax));
  }
  const fs::path temporary = root / kTemporary;
  auto written = write_entries(root, entries);
  if (written && ::rename(temporary.c_str(), (root / kFile).c_str()) != 0) {
    written =
        fail_errno(ErrorKind::kCannotCreate, "cannot replace " + (root / kFile).string(), errno);
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder(root);
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
  {
    const auto reading = env->read();
    if (!reading) return tl::unexpected(reading.error());
    const auto format = reading->get(*meta, kFormatKey);
    if (!format) return tl::unexpected(format.error());
    if (*format != kFormat) {
      return fail(ErrorKind::kData,
                  fmt::format("{} is of format \"{}\", this program reads \"{}\"", name,
                              printable(format->value_or("?"), 40), kFormat));
    }
  }
  return std::shared_ptr<const Overrides>(new Overrides(std::move(*env), *table, name));
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

Result<std::vector<std::optional<Override>>> Overrides::find(std::span<const E164> numbers) const {
  const auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  std::vector<std::optional<Override>> out;
  out.reserve(numbers.size());
  for (const E164 number : numbers) {
    const auto key = number.key();
    const auto value = reading->get(table_, {key.data(), key.size()});
    if (!value) return tl::unexpected(value.error());
    out.emplace_back();
    if (!*value) continue;
    auto entry = decode(**value);
    if (!entry) return tl::unexpected(entry.error());
    out.back() = std::move(*entry);
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
    if (!*more) return out;
    const auto number = E164::from_key(cursor->key());
    if (!number) return fail(ErrorKind::kData, name_ + " has a broken entry");
    auto entry = decode(cursor->value());
    if (!entry) return tl::unexpected(entry.error());
    out.push_back({*number, std::move(*entry)});
  }
}

Result<void> change_overrides(const fs::path& root, std::span<const OverrideChange> changes) {
  for (const OverrideChange& change : changes) {
    if (!change.entry) continue;
    auto checked = check_text("reason", change.entry->reason, kOverrideReasonBytesMax);
    if (checked) checked = check_text("author", change.entry->author, kOverrideAuthorBytesMax);
    if (!checked) return checked;
  }
  return rewrite(root, [&](Entries& entries) {
    bool changed = false;
    for (const OverrideChange& change : changes) {
      if (change.entry) {
        entries.insert_or_assign(change.number, *change.entry);
        changed = true;
      } else if (entries.erase(change.number) > 0) {
        changed = true;
      }
    }
    return changed;
  });
}

Result<std::optional<Override>> add_override(const fs::path& root, E164 number,
                                             const Override& entry) {
  auto checked = check_text("reason", entry.reason, kOverrideReasonBytesMax);
  if (checked) checked = check_text("author", entry.author, kOverrideAuthorBytesMax);
  if (!checked) return tl::unexpected(checked.error());
  std::optional<Override> replaced;
  auto written = rewrite(root, [&](Entries& entries) {
    if (const auto it = entries.find(number); it != entries.end()) replaced = it->second;
    entries.insert_or_assign(number, entry);
    return true;
  });
  if (!written) return tl::unexpected(written.error());
  return replaced;
}

Result<bool> remove_override(const fs::path& root, E164 number, OverrideKind kind) {
  bool removed = false;
  auto written = rewrite(root, [&](Entries& entries) {
    const auto it = entries.find(number);
    removed = it != entries.end() && it->second.kind == kind;
    if (removed) entries.erase(it);
    return removed;
  });
  if (!written) return tl::unexpected(written.error());
  return removed;
}

Result<std::vector<NumberOverride>> list_overrides(const fs::path& root) {
  const auto overrides = Overrides::open(root);
  if (!overrides) return tl::unexpected(overrides.error());
  if (*overrides == nullptr) return std::vector<NumberOverride>();
  return (*overrides)->list();
}

}  // namespace ringfence
