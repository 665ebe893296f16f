#include "reputation/feeds/refresh_control.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <system_error>

#include "base/text.h"
#include "reputation/feeds/fetch.h"
#include "reputation/feeds/refresh_source.h"
#include "reputation/generation.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

using ListsByName = std::map<std::string, ListInfo>;

// None when it cannot be opened: that may be why one goes back.
ListsByName lists_of(const GenerationDirectory& directory, std::optional<std::uint64_t> number) {
  ListsByName out;
  if (!number) return out;
  const auto generation = Generation::open(directory.folder(*number));
  if (!generation) return out;
  for (const ListInfo& list : (*generation)->meta().lists) out.emplace(list.name, list);
  return out;
}

bool is_same(const ListsByName& lists, const ListInfo& list) {
  const auto it = lists.find(list.name);
  return it != lists.end() && it->second.imported == list.imported &&
         it->second.source == list.source && it->second.numbers == list.numbers &&
         it->second.ranges == list.ranges;
}

// Whether what the feed brought last is newer than generation `to`: then it is not read again.
// Going forward takes that back.
Result<bool> mark_rolled_back(const fs::path& reputation, const ListInfo& list, std::uint64_t to) {
  const FeedFolder folder(reputation, list.name);
  auto state = folder.read_state();
  if (!state || state->list.source != list.source || state->list.generation == 0) return false;
  const bool newer = state->list.generation > to;
  if (!newer && state->rolled_back.empty()) return false;
  state->rolled_back = newer ? state->list.hash : "";
  state->kept.cursor.clear();  // of TAXII: what went on from there is gone
  if (auto written = folder.write_state(*state); !written) return tl::unexpected(written.error());
  return newer;
}

// A folder that goes when its owner does.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code ignored;
    std::string name = (fs::temp_directory_path(ignored) / "ringfence-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Result<void> check_name(const std::string& name) {
  if (is_list_name(name)) return {};
  return fail(ErrorKind::kUsage, fmt::format("\"{}\" is no name of a feed", printable(name, 80)));
}

}  // namespace

Result<RollBackReport> roll_back_feeds(const fs::path& reputation,
                                       std::optional<std::uint64_t> generation) {
  const auto lock = lock_feeds(reputation);
  if (!lock) return tl::unexpected(lock.error());
  const GenerationDirectory directory(reputation);
  RollBackReport out;
  if (const auto current = directory.current()) out.from = *current;
  const ListsByName before = lists_of(directory, out.from);
  const auto to = roll_back(reputation, generation);
  if (!to) return tl::unexpected(to.error());
  out.to = *to;
  const ListsByName after = lists_of(directory, out.to);
  for (const auto& [name, list] : before) {
    const auto marked = mark_rolled_back(reputation, list, out.to);
    if (!marked) return tl::unexpected(marked.error());
    if (*marked) {
      out.feeds.push_back(name);
    } else if (!is_same(after, list)) {
      out.others.push_back(name);
    }
  }
  return out;
}

Result<void> hold_feed(const fs::path& reputation, const std::string& name, const FeedHold& hold) {
  if (auto good = check_name(name); !good) return good;
  return FeedFolder(reputation, name).write_hold(hold);
}

Result<bool> release_feed(const fs::path& reputation, const std::string& name) {
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  return FeedFolder(reputation, name).remove_hold();
}

Result<BuildReport> drop_list(const ReputationOptions& store, const std::string& name,
                              TimePoint now) {
  if (auto good = check_name(name); !good) return tl::unexpected(good.error());
  const auto lock = lock_feeds(store.directory);
  if (!lock) return tl::unexpected(lock.error());
  auto builder = GenerationBuilder::begin(builder_options(store));
  if (!builder) return tl::unexpected(builder.error());
  if (auto dropped = builder->drop_list(name); !dropped) return tl::unexpected(dropped.error());
  auto built = builder->build(now);
  if (!built) return tl::unexpected(built.error());
  if (auto published = builder->publish(); !published) return tl::unexpected(published.error());
  FeedFolder(store.directory, name).remove();
  return built;
}

Result<FeedCounts> read_refused(const FeedOptions& feed, const ReputationOptions& store,
                                const NumberParser& parser, TimePoint now,
                                std::size_t examples_max) {
  const FeedFolder folder(store.directory, feed.name);
  const auto state = folder.read_state();
  if (!state) return tl::unexpected(state.error());
  const auto documents = kept_documents(feed, folder, state->kept, false);
  if (!documents) {
    return fail(ErrorKind::kNoInput, fmt::format("nothing was kept of feed \"{}\"", feed.name));
  }
  const ScratchFolder scratch;
  if (scratch.path().empty()) {
    return fail(ErrorKind::kCannotCreate, "cannot make a temporary folder");
  }
  BuilderOptions options = builder_options(store);
  options.directory = scratch.path();
  auto builder = GenerationBuilder::begin(std::move(options));
  if (!builder) return tl::unexpected(builder.error());
  auto import = FeedImport::begin(feed, shown_url(feed.url), *builder, parser, now, examples_max);
  if (!import) return tl::unexpected(import.error());
  for (const fs::path& file : documents->files) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return fail_errno(ErrorKind::kNoInput, "cannot open " + file.string(), errno);
    const auto read = import->read_document(fd.get(), document_name(feed, *documents, file));
    if (!read && !documents->many) return tl::unexpected(read.error());
  }
  return import->counts();
}

}  // namespace ringfence
