#include "reputation/generation_directory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include "base/integer.h"
#include "base/text.h"
#include "reputation/generation.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCurrentPrefix = "generations/";
constexpr std::string_view kPartialSuffix = ".partial";
constexpr const char* kCurrentTemporary = "current.new";

ErrorKind kind_of_access(int error_number) {
  if (error_number == EACCES || error_number == EPERM) return ErrorKind::kNoPermission;
  return error_number == ENOENT ? ErrorKind::kNoInput : ErrorKind::kIo;
}

std::optional<std::uint64_t> parse_generation(std::string_view text) {
  const auto value = to_integer<std::uint64_t>(text);
  return value && *value > 0 ? value : std::nullopt;
}

tl::unexpected<Error> cannot_create(const fs::path& path, int error_number) {
  return fail_errno(error_number == EACCES || error_number == EPERM ? ErrorKind::kNoPermission
                                                                    : ErrorKind::kCannotCreate,
                    "cannot create " + path.string(), error_number);
}

// What root makes by hand belongs to the owner of the folder it is in: that is who refreshes by
// timer.
void give_to_owner_of(const fs::path& folder, int fd) {
  struct stat st {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &st) != 0 || st.st_uid == 0) return;
  [[maybe_unused]] const int given = ::fchown(fd, st.st_uid, st.st_gid);  // best effort
}

// The file, and who gets it when it is new; never through a link that somebody else put there.
UniqueFd open_lock(const fs::path& file) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd fd(::open(file.c_str(), kFlags | O_EXCL, 0644));
  if (fd) give_to_owner_of(file.parent_path(), fd.get());
  if (!fd && errno == EEXIST) fd = UniqueFd(::open(file.c_str(), kFlags, 0644));
  return fd;
}

}  // namespace

Result<UniqueFd> lock_file(const fs::path& file, std::string_view what, int patience_ms) {
  constexpr std::chrono::milliseconds kPause{5};
  UniqueFd fd = open_lock(file);
  if (!fd) return cannot_create(file, errno);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  for (;;) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail_errno(ErrorKind::kIo, "cannot lock " + file.string(), errno);
    }
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorKind::kTempFail, fmt::format("{} is busy: {}; try again later",
                                                    file.parent_path().string(), what));
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code code;
  if (fs::is_directory(folder, code)) return {};
  if (folder.has_parent_path() && !fs::is_directory(folder.parent_path(), code)) {
    if (auto made = make_folder(folder.parent_path()); !made) return made;
  }
  if (::mkdir(folder.c_str(), 0755) != 0) {
    if (errno == EEXIST && fs::is_directory(folder, code)) return {};
    return cannot_create(folder, errno);
  }
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd || ::fchmod(fd.get(), 0755) != 0) return cannot_create(folder, errno);
  give_to_owner_of(folder.parent_path(), fd.get());
  return {};
}

Result<void> sync_folder(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) {
    return fail_errno(ErrorKind::kIo, "cannot flush " + folder.string() + " to disk", errno);
  }
  return {};
}

fs::path GenerationDirectory::folder(std::uint64_t generation) const {
  return generations() / std::to_string(generation);
}

fs::path GenerationDirectory::partial_folder(std::uint64_t generation) const {
  return generations() / (std::to_string(generation) + std::string(kPartialSuffix));
}

Result<std::optional<std::uint64_t>> GenerationDirectory::current() const {
  const fs::path link = root_ / "current";
  char buffer[128];
  const ssize_t size = ::readlink(link.c_str(), buffer, sizeof buffer);
  if (size < 0) {
    const int error_number = errno;
    if (error_number == ENOENT) return std::optional<std::uint64_t>();
    if (error_number == EINVAL) {
      return fail(ErrorKind::kData, link.string() + " is not a symbolic link");
    }
    return fail_errno(kind_of_access(error_number), "cannot read " + link.string(), error_number);
  }
  std::string_view target(buffer, static_cast<std::size_t>(size));
  std::optional<std::uint64_t> generation;
  if (target.starts_with(kCurrentPrefix)) {
    generation = parse_generation(target.substr(kCurrentPrefix.size()));
  }
  if (!generation) {
    return fail(ErrorKind::kData,
                fmt::format("{} points to \"{}\", which is not generations/<number>", link.string(),
                            printable(target)));
  }
  return generation;
}

Result<std::vector<std::uint64_t>> GenerationDirectory::list() const {
  std::vector<std::uint64_t> out;
  std::error_code code;
  for (fs::directory_iterator it(generations(), code), end; !code && it != end;
       it.increment(code)) {
    if (const auto n = parse_generation(it->path().filename().string())) out.push_back(*n);
  }
  if (code && code != std::errc::no_such_file_or_directory) {
    return fail(kind_of_access(code.value()),
                fmt::format("cannot read {}: {}", generations().string(), code.message()));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<UniqueFd> GenerationDirectory::lock() const {
  if (auto made = make_folder(generations()); !made) return tl::unexpected(made.error());
  return lock_file(root_ / "lock", "another import or refresh is at work there", 0);
}

Result<std::uint64_t> GenerationDirectory::next() const {
  const auto generations = list();
  if (!generations) return tl::unexpected(generations.error());
  std::uint64_t highest = generations->empty() ? 0 : generations->back();
  // `current` may dangle; its number is still taken, readers may hold it open.
  if (const auto now = current(); now && *now) highest = std::max(highest, **now);
  return highest + 1;
}

Result<void> GenerationDirectory::adopt(std::uint64_t generation) const {
  const fs::path from = partial_folder(generation);
  if (auto synced = sync_folder(from); !synced) return synced;
  if (::rename(from.c_str(), folder(generation).c_str()) != 0) {
    return cannot_create(folder(generation), errno);
  }
  return sync_folder(generations());
}

Result<void> GenerationDirectory::make_current(std::uint64_t generation) const {
  const fs::path temporary = root_ / kCurrentTemporary;
  const fs::path link = root_ / "current";
  const std::string target = std::string(kCurrentPrefix) + std::to_string(generation);
  ::unlink(temporary.c_str());
  if (::symlink(target.c_str(), temporary.c_str()) != 0) return cannot_create(temporary, errno);
  if (::rename(temporary.c_str(), link.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(temporary.c_str());
    return cannot_create(link, error_number);
  }
  return sync_folder(root_);
}

void GenerationDirectory::clean(int kept) const {
  std::error_code code;
  ::unlink((root_ / kCurrentTemporary).c_str());
  std::vector<fs::path> partial;
  for (fs::directory_iterator it(generations(), code), end; !code && it != end;
       it.increment(code)) {
    if (it->path().filename().string().ends_with(kPartialSuffix)) partial.push_back(it->path());
  }
  for (const fs::path& path : partial) fs::remove_all(path, code);

  const auto generations = list();
  const auto now = current();
  if (!generations || !now) return;
  std::size_t surplus = generations->size();
  surplus -= std::min(surplus, static_cast<std::size_t>(std::max(kept, 1)));
  for (const std::uint64_t generation : *generations) {
    if (surplus == 0) break;
    --surplus;
    if (generation != *now) fs::remove_all(folder(generation), code);
  }
}

Result<std::uint64_t> roll_back(const fs::path& root, std::optional<std::uint64_t> generation) {
  const GenerationDirectory directory(root);
  const auto lock = directory.lock();
  if (!lock) return tl::unexpected(lock.error());
  const auto generations = directory.list();
  if (!generations) return tl::unexpected(generations.error());
  if (!generation) {
    const auto now = directory.current();
    if (!now) return tl::unexpected(now.error());
    const auto after = std::lower_bound(generations->begin(), generations->end(), now->value_or(0));
    if (after == generations->begin()) {
      return fail(ErrorKind::kNoInput, root.string() + " has no earlier generation");
    }
    generation = *(after - 1);
  }
  if (!std::binary_search(generations->begin(), generations->end(), *generation)) {
    return fail(ErrorKind::kNoInput,
                fmt::format("{} has no generation {}", root.string(), *generation));
  }
  const auto opened = Generation::open(directory.folder(*generation));
  if (!opened) return tl::unexpected(opened.error());
  if (auto made = directory.make_current(*generation); !made) return tl::unexpected(made.error());
  return *generation;
}

}  // namespace ringfence
