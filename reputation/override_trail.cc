#include "reputation/override_trail.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <utility>

#include "base/integer.h"
#include "base/text.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kChangeHead = "{\"change\":";
constexpr std::string_view kAfterHead = ",\"after\":";
constexpr std::size_t kChunkBytes = 64 << 10;

fs::path trail_file(const fs::path& root, int age) {
  return root / (age == 0 ? std::string("overrides-history.jsonl")
                          : fmt::format("overrides-history.{}.jsonl", age));
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string time_of(TimePoint time) {
  return fmt::format("\"{:%Y-%m-%dT%H:%M:%SZ}\"",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string time_of(const std::optional<TimePoint>& time) { return time ? time_of(*time) : "null"; }

std::string json_of(const std::optional<Override>& entry) {
  if (!entry) return "null";
  return fmt::format(R"({{"kind":"{}","author":{},"reason":{},"added":{},"expires":{}}})",
                     to_token(entry->kind), json_string(entry->author), json_string(entry->reason),
                     time_of(entry->added), time_of(entry->expires));
}

struct Link {
  std::uint64_t change;
  std::uint64_t after;
};

/// The numbers every line begins with; nothing when it is none of ours.
std::optional<Link> link_of(std::string_view line) {
  if (!line.starts_with(kChangeHead) || !line.ends_with('}')) return std::nullopt;
  line.remove_prefix(kChangeHead.size());
  const std::size_t change_end = line.find(',');
  if (change_end == line.npos || !line.substr(change_end).starts_with(kAfterHead)) {
    return std::nullopt;
  }
  const auto change = to_integer<std::uint64_t>(line.substr(0, change_end));
  line.remove_prefix(change_end + kAfterHead.size());
  const auto after = to_integer<std::uint64_t>(line.substr(0, line.find(',')));
  if (!change || !after) return std::nullopt;
  return Link{*change, *after};
}

/// What the end of a file tells.
struct Tail {
  std::optional<std::uint64_t> last_change;
  bool torn = false;
};

Result<Tail> read_tail(int fd, const std::string& name) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) return fail_errno(ErrorKind::kIo, "cannot read " + name, errno);
  const auto size = static_cast<std::size_t>(st.st_size);
  std::string text(std::min(size, 4 * kTrailLineBytesMax), '\0');
  const auto begin = static_cast<off_t>(size - text.size());
  const ssize_t got = ::pread(fd, text.data(), text.size(), begin);
  if (got < 0) return fail_errno(ErrorKind::kIo, "cannot read " + name, errno);
  text.resize(static_cast<std::size_t>(got));
  Tail out{.last_change = {}, .torn = !text.empty() && text.back() != '\n'};
  const auto lines = split(text, '\n');
  for (auto line = lines.rbegin(); line != lines.rend() && !out.last_change; ++line) {
    if (const auto link = link_of(*line)) out.last_change = link->change;
  }
  return out;
}

/// Moves every file on by one, up to the first gap; the oldest goes when there is none.
Result<void> rotate(const fs::path& root) {
  int free_age = 1;
  struct stat st {};
  while (free_age < kTrailFilesMax - 1 && ::stat(trail_file(root, free_age).c_str(), &st) == 0) {
    ++free_age;
  }
  for (int age = free_age; age > 0; --age) {
    const fs::path from = trail_file(root, age - 1);
    if (::rename(from.c_str(), trail_file(root, age).c_str()) != 0) {
      return fail_errno(ErrorKind::kCannotCreate, "cannot move " + from.string() + " on", errno);
    }
  }
  return {};
}

Result<void> write_all(int fd, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(ErrorKind::kIo, "cannot write " + name, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return fail_errno(ErrorKind::kIo, "cannot write " + name, errno);
  return {};
}

/// Calls `take` with each line of the file; `broken` counts those too long to be ours. No file is
/// no lines.
Result<void> for_each_line(const fs::path& file, std::uint64_t& broken,
                           const std::function<void(std::string_view)>& take) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return {};
  if (!fd) {
    return fail_errno(errno == EACCES ? ErrorKind::kNoPermission : ErrorKind::kIo,
                      "cannot read " + file.string(), errno);
  }
  std::string chunk(kChunkBytes, '\0');
  std::string line;
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kIo, "cannot read " + file.string(), errno);
    if (got == 0) break;
    std::string_view rest(chunk.data(), static_cast<std::size_t>(got));
    for (std::size_t end; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
      line += rest.substr(0, end);
      if (line.size() > kTrailLineBytesMax) {
        ++broken;
      } else if (!line.empty()) {
        take(line);
      }
      line.clear();
    }
    if (line.size() <= kTrailLineBytesMax) line += rest;
  }
  if (!line.empty()) ++broken;  // without its end: under way, or its writer was killed
  return {};
}

}  // namespace

std::string trail_line(const OverrideEvent& event) {
  return fmt::format(
      R"({}{}{}{},"time":{},"action":"{}","number":"{}","kind":"{}","author":{},"reason":{},)"
      R"("expires":{},"replaced":{}}})"
      "\n",
      kChangeHead, event.change, kAfterHead, event.after, time_of(event.at),
      event.added ? "add" : "remove", event.range.to_string(), to_token(event.kind),
      json_string(event.author), json_string(event.reason), time_of(event.expires), json_of(event.replaced));
}

Result<OverrideTrail> OverrideTrail::open(const fs::path& root) {
  const fs::path file = trail_file(root, 0);
  struct stat st {};
  bool is_new = ::stat(file.c_str(), &st) != 0;
  if (!is_new && std::cmp_greater_equal(st.st_size, kTrailFileBytesMax)) {
    if (auto rotated = rotate(root); !rotated) return tl::unexpected(rotated.error());
    is_new = true;
  }
  UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) {
    return fail_errno(errno == EACCES || errno == EPERM ? ErrorKind::kNoPermission
                                                        : ErrorKind::kCannotCreate,
                      "cannot open the trail of changes " + file.string(), errno);
  }
  if (is_new) {
    (void)::fchmod(fd.get(), 0644);  // whatever the umask
    // The new name must survive a power cut before a change that only it tells of takes effect.
    if (auto synced = sync_folder(root); !synced) return tl::unexpected(synced.error());
  }
  auto tail = read_tail(fd.get(), file.string());
  if (!tail) return tl::unexpected(tail.error());
  const bool torn = tail->torn;
  for (int age = 1; !tail->last_change && age < kTrailFilesMax; ++age) {
    const UniqueFd older(::open(trail_file(root, age).c_str(), O_RDONLY | O_CLOEXEC));
    if (!older) break;
    tail = read_tail(older.get(), trail_file(root, age).string());
    if (!tail) return tl::unexpected(tail.error());
  }
  return OverrideTrail(std::move(fd), file.string(), tail->last_change.value_or(0), torn);
}

Result<void> OverrideTrail::append(std::string_view lines) {
  struct stat before {};
  if (::fstat(fd_.get(), &before) != 0) {
    return fail_errno(ErrorKind::kIo, "cannot write " + name_, errno);
  }
  const std::string text = (torn_ ? "\n" : "") + std::string(lines);
  auto written = write_all(fd_.get(), text, name_);
  if (!written) {
    (void)!::ftruncate(fd_.get(), before.st_size);  // else a torn line, which readers pass over
    written.error().message += "; nothing is changed without a trace";
  }
  return written;
}

Result<TrailReading> read_trail(
    const fs::path& root, const std::function<bool(std::string_view)>& wanted,
    const std::function<Result<std::optional<std::uint64_t>>()>& table_change) {
  TrailReading out;
  std::vector<std::uint64_t> changes;  // of out.entries
  std::vector<Link> links;             // every change once, in their order
  for (int age = kTrailFilesMax - 1; age >= 0; --age) {
    auto read = for_each_line(trail_file(root, age), out.broken_lines, [&](std::string_view line) {
      const auto link = link_of(line);
      if (!link) {
        ++out.broken_lines;
        return;
      }
      if (links.empty() || links.back().change != link->change) links.push_back(*link);
      if (!wanted(line)) return;
      out.entries.push_back({std::string(line), true});
      changes.push_back(link->change);
    });
    if (!read) return tl::unexpected(read.error());
  }
  const auto current = table_change();
  if (!current) return tl::unexpected(current.error());
  if (!*current) return out;

  // From the change in effect back, each to the one it came after; those between never were.
  std::unordered_map<std::uint64_t, bool> in_effect;
  std::uint64_t at = **current;
  for (auto link = links.rbegin(); link != links.rend(); ++link) {
    in_effect[link->change] = link->change <= at;
    if (link->change <= at) at = link->after;
  }
  for (std::size_t i = 0; i < out.entries.size(); ++i) {
    out.entries[i].in_effect = in_effect[changes[i]];
  }
  return out;
}

}  // namespace ringfence
