// The second half of a refresh: documents into one generation.
#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "reputation/feeds/refresh_rules.h"
#include "reputation/feeds/refresh_work.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

// Of documents that may be passed over one by one; with more of them the feed is not believed.
constexpr std::uint64_t kBadDocumentsMaxPercent = 50;

// Formats in which a document without a single number makes sense.
bool may_be_empty(const FeedCounts& read) {
  return read.documents == 0 || read.format == FeedFormat::kStix ||
         read.format == FeedFormat::kMisp;
}

class FeedReading {
 public:
  FeedReading(const ImportTask& task, FeedWork& work, GenerationBuilder& builder)
      : task_(task), work_(work), documents_(*work.documents), builder_(builder) {}

  /// The list stands in the builder, or nothing of it does.
  Result<void> run();

 private:
  Result<void> read_documents(FeedImport& import);
  Result<void> judge(const FeedImport& import);

  const ImportTask& task_;
  FeedWork& work_;
  const FeedDocuments& documents_;
  GenerationBuilder& builder_;
};

Result<void> FeedReading::run() {
  FeedOptions feed = work_.feed;
  if (documents_.incremental) feed.keep_missing = true;
  auto import = FeedImport::begin(feed, shown_url(feed.url), builder_, task_.parser, task_.now);
  if (!import) return tl::unexpected(import.error());
  auto done = read_documents(*import);
  if (done) done = judge(*import);
  work_.report.read = import->counts();
  if (!done) {
    if (auto withdrawn = builder_.withdraw(import->list()); !withdrawn) return withdrawn;
  }
  return done;
}

Result<void> FeedReading::read_documents(FeedImport& import) {
  std::uint64_t total = 0;
  std::error_code ignored;
  for (const fs::path& file : documents_.files) total += fs::file_size(file, ignored);
  std::uint64_t done = 0;
  std::uint64_t bad = 0;
  std::string first_bad;
  for (const fs::path& file : documents_.files) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return fail_errno(ErrorKind::kIo, "cannot open " + file.string(), errno);
    const std::uint64_t before = done;
    auto read = import.read_document(
        fd.get(), document_name(work_.feed, documents_, file), [&](std::uint64_t bytes) {
          done = before + bytes;
          if (!task_.progress) return;
          task_.progress(work_.feed.name, RefreshPhase::kReading, done, total);
        });
    if (read) continue;
    if (!documents_.many || read.error().kind != ErrorKind::kData) return read;
    if (bad++ == 0) first_bad = read.error().message;
  }
  if (bad == 0) return {};
  if (bad * 100 > documents_.files.size() * kBadDocumentsMaxPercent) {
    return fail(ErrorKind::kData,
                fmt::format("{} of its {} documents cannot be read, the first: {}", bad,
                            documents_.files.size(), first_bad));
  }
  work_.add_note(fmt::format("{} of its {} documents cannot be read, the first: {}", bad,
                             documents_.files.size(), first_bad));
  return {};
}

// Is the new list to be believed?
Result<void> FeedReading::judge(const FeedImport& import) {
  if (task_.accept_change || documents_.incremental) return {};
  const FeedCounts& read = import.counts();
  const auto before = task_.lists.find(work_.feed.name);
  const bool had_entries =
      before != task_.lists.end() && before->second.numbers + before->second.ranges > 0;
  if (read.accepted == 0 && (had_entries || !may_be_empty(read))) {
    return fail(ErrorKind::kData,
                fmt::format("it holds no number that can be read ({})", describe_refused(read)));
  }
  const auto counts = builder_.settle(import.list());
  if (!counts) return tl::unexpected(counts.error());
  if (const auto objection = objection_to(work_.feed.guard, *counts, work_.feed.keep_missing)) {
    return fail(ErrorKind::kData,
                fmt::format("{}; if that is right: ringfencectl feeds refresh {} --accept-change",
                            *objection, work_.feed.name));
  }
  return {};
}

ImportedList imported_list(const FeedWork& work, const BuildReport& built, TimePoint now) {
  const FeedReport& report = work.report;
  ImportedList out{.imported = now,
                   .source = shown_url(work.feed.url),
                   .settings = settings_of(work.feed),
                   .hash = work.documents->kept.hash,
                   .generation = built.generation,
                   .format = std::string(to_token(report.read.format)),
                   .rows = report.read.rows,
                   .accepted = report.read.accepted,
                   .numbers = report.numbers(),
                   .ranges = report.ranges(),
                   .added = report.change.added + report.change.ranges_added,
                   .removed = report.change.removed + report.change.ranges_removed,
                   .examples = report.read.examples};
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    if (report.read.refused[i] == 0) continue;
    out.refused[std::string(to_token(static_cast<Refusal>(i)))] = report.read.refused[i];
  }
  return out;
}

// The generation is current: what was read is what is kept from now on.
void settle_work(FeedWork& work, const BuildReport& built, TimePoint now) {
  const auto change = std::find_if(built.lists.begin(), built.lists.end(),
                                   [&](const auto& c) { return c.name == work.feed.name; });
  if (change != built.lists.end()) work.report.change = *change;
  FeedState& state = work.state;
  const bool is_new = state.kept.hash != work.documents->kept.hash;
  state.list = imported_list(work, built, now);
  state.kept = work.documents->kept;
  state.rolled_back.clear();
  if (is_new) state.changed = now;
  if (auto kept = keep_documents(*work.documents); !kept) {
    state.kept = {};  // fetched anew next time
    work.add_note(kept.error().message);
  }
  work.went_well(FeedOutcome::kUpdated, now);
}

Result<GenerationBuilder> begin_builder(const ImportTask& task) {
  BuilderOptions options = builder_options(task.store);
  if (task.progress) {
    options.progress = [&task](std::uint64_t numbers) {
      task.progress("", RefreshPhase::kWriting, numbers, 0);
    };
  }
  for (int waited = 0;; ++waited) {
    auto builder = GenerationBuilder::begin(options);
    if (builder || builder.error().kind != ErrorKind::kTempFail ||
        waited == kBuilderPatienceSeconds) {
      return builder;
    }
    task.clock.sleep(std::chrono::seconds(1));
  }
}

}  // namespace

Result<std::optional<BuildReport>> import_documents(const ImportTask& task) {
  auto builder = begin_builder(task);
  if (!builder) return tl::unexpected(builder.error());
  std::size_t changes = 0;
  for (const std::string& name : task.dropped) {
    if (auto dropped = builder->drop_list(name); !dropped) return tl::unexpected(dropped.error());
    ++changes;
  }
  std::vector<FeedWork*> read;
  for (FeedWork& work : task.works) {
    if (!work.documents) continue;
    if (auto done = FeedReading(task, work, *builder).run(); !done) {
      discard_documents(*work.documents);
      work.failed(done.error(), task.now);
      continue;
    }
    read.push_back(&work);
    ++changes;
  }
  if (changes == 0) return std::optional<BuildReport>();
  const auto built = builder->build(task.now);
  if (!built) return tl::unexpected(built.error());
  if (auto published = builder->publish(); !published) return tl::unexpected(published.error());
  for (FeedWork* work : read) settle_work(*work, *built, task.now);
  return std::optional(*built);
}

}  // namespace ringfence
