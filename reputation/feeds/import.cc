#include "reputation/feeds/import.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <utility>

#include "base/file.h"

namespace ringfence {
namespace {

std::uint64_t file_size(int fd) {
  struct stat st {};
  if (::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) return 0;
  return static_cast<std::uint64_t>(st.st_size);
}

}  // namespace

Result<ImportReport> import_file(const std::filesystem::path& file, const FeedOptions& feed,
                                 const ReputationOptions& store, const NumberParser& parser,
                                 TimePoint now, const ImportOptions& options) try {
  const bool standard_input = file == "-";
  const std::string name = standard_input ? "standard input" : file.string();
  UniqueFd owned;
  if (!standard_input) {
    owned = UniqueFd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!owned) return fail_errno(ErrorKind::kNoInput, "cannot open " + name, errno);
  }
  const int fd = standard_input ? STDIN_FILENO : owned.get();
  const ImportProgress& progress = options.progress;
  BuilderOptions building = builder_options(store);
  if (progress) {
    building.progress = [&progress](std::uint64_t numbers) {
      progress(ImportPhase::kWriting, numbers, 0);
    };
  }
  auto builder = GenerationBuilder::begin(std::move(building));
  if (!builder) return tl::unexpected(builder.error());

  auto import = FeedImport::begin(feed, feed.url.empty() ? name : feed.url, *builder, parser, now,
                                  options.examples_max);
  if (!import) return tl::unexpected(import.error());
  const std::uint64_t total = file_size(fd);
  const auto reading = [&](std::uint64_t done) {
    if (progress) progress(ImportPhase::kReading, done, total);
  };
  if (auto read = import->read_document(fd, name, reading); !read) {
    return tl::unexpected(read.error());
  }
  const FeedCounts& counts = import->counts();
  if (counts.accepted == 0 && !options.allow_empty) {
    return fail(ErrorKind::kData,
                fmt::format("{} holds no number that can be read ({}); list \"{}\" stays as it was",
                            name, describe_refused(counts), feed.name));
  }
  const auto built = builder->build(now);
  if (!built) return tl::unexpected(built.error());
  if (auto published = builder->publish(); !published) return tl::unexpected(published.error());
  return ImportReport{
      .generation = built->generation, .read = counts, .change = built->lists.front()};
} catch (const std::exception& e) {
  return fail(ErrorKind::kSoftware, fmt::format("cannot import {}: {}", file.string(), e.what()));
}

}  // namespace ringfence
