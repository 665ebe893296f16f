#include "reputation/feeds/refresh_source.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>

#include "reputation/feeds/misp_source.h"
#include "reputation/feeds/refresh_rules.h"
#include "reputation/feeds/signature.h"
#include "reputation/feeds/taxii_source.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSignatureSuffix = ".minisig";
constexpr std::size_t kCopyBytes = 256 << 10;

FetchFault fault_of_errno(int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR) return FetchFault::kNotThere;
  return error_number == EACCES || error_number == EPERM ? FetchFault::kRefused
                                                         : FetchFault::kLocal;
}

tl::unexpected<FetchFailure> errno_fault(const std::string& words, int error_number) {
  return source_fault(fault_of_errno(error_number),
                      fmt::format("{}: {}", words, std::strerror(error_number)));
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(ErrorKind::kIo, "cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// A plain file, copied, so that what is read stays what it was.
tl::expected<FetchAnswer, FetchFailure> copy_file(const fs::path& from, const fs::path& to,
                                                  std::uint64_t bytes_max) {
  const UniqueFd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!in) return errno_fault("cannot open " + from.string(), errno);
  struct stat before {};
  if (::fstat(in.get(), &before) != 0 || !S_ISREG(before.st_mode)) {
    return source_fault(FetchFault::kAnswer, from.string() + " is not a plain file");
  }
  const UniqueFd out(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!out) {
    return source_fault(FetchFault::kLocal,
                        fmt::format("cannot create {}: {}", to.string(), std::strerror(errno)));
  }
  FetchAnswer answer;
  ContentHash hash;
  std::string block(kCopyBytes, '\0');
  for (;;) {
    const ssize_t got = ::read(in.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_fault("cannot read " + from.string(), errno);
    if (got == 0) break;
    const std::string_view bytes = std::string_view(block).substr(0, static_cast<std::size_t>(got));
    answer.bytes += bytes.size();
    if (answer.bytes > bytes_max) {
      return source_fault(FetchFault::kTooLarge,
                          fmt::format("{} is larger than {} bytes", from.string(), bytes_max));
    }
    hash.push(bytes);
    if (auto written = write_all(out.get(), bytes); !written) {
      return source_fault(FetchFault::kLocal, written.error().message + " " + to.string());
    }
  }
  struct stat after {};
  if (::fstat(in.get(), &after) != 0 || after.st_size != before.st_size ||
      after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
      after.st_mtim.tv_nsec != before.st_mtim.tv_nsec) {
    return source_fault(FetchFault::kCut, from.string() + " is being written");
  }
  answer.hash = hash.finish();
  return answer;
}

// The URL's folder and a document in it.
std::string url_below(std::string_view url, std::string_view name) {
  const std::size_t end = std::min(url.find_first_of("?#"), url.size());
  const bool slash = end > 0 && url[end - 1] == '/';
  return url_with_suffix(url, fmt::format("{}{}", slash ? "" : "/", name));
}

FetchRequest request_of(const SourceContext& context) {
  const FeedOptions& feed = context.feed;
  FetchRequest out{.url = feed.url,
                   .etag = context.kept.etag,
                   .last_modified = context.kept.last_modified,
                   .file = context.folder.new_body(),
                   .bytes_max = feed.limits.bytes_max};
  if (feed.source != FeedSource::kMispRest) return out;
  nlohmann::json query = {{"type", {"phone-number", "prtn"}},
                          {"last", feed.misp_last},
                          {"deleted", false},
                          {"returnFormat", "json"}};
  if (feed.misp_to_ids_only) query["to_ids"] = true;
  out.url = url_below(feed.url, "attributes/restSearch");
  out.accept = "application/json";
  out.post = query.dump();
  out.etag.clear();
  out.last_modified.clear();
  return out;
}

tl::expected<FetchAnswer, FetchFailure> get(const SourceContext& context,
                                            const FetchRequest& request) {
  if (context.feed.source == FeedSource::kFile) {
    return copy_file(request.url, request.file, request.bytes_max);
  }
  return context.fetcher.fetch(request);
}

// The trusted comment of a good signature, "" when none is asked for.
tl::expected<std::string, FetchFailure> check_signature(const SourceContext& context) {
  const FeedOptions& feed = context.feed;
  if (feed.minisign_key.empty()) return std::string();
  const auto key = parse_minisign_key(feed.minisign_key);
  if (!key) return source_fault(FetchFault::kUrl, key.error().message);
  FetchRequest request = request_of(context);
  request.etag.clear();
  request.last_modified.clear();
  request.url = feed.source == FeedSource::kFile ? feed.url + std::string(kSignatureSuffix)
                                                 : url_with_suffix(feed.url, kSignatureSuffix);
  request.file = context.folder.new_file("minisig");
  request.bytes_max = kMinisigBytesMax;
  const auto fetched = get(context, request);
  if (!fetched) {
    FetchFailure failure = fetched.error();
    failure.message = "no signature: " + failure.message;
    return tl::unexpected(std::move(failure));
  }
  const auto text = read_file(request.file, kMinisigBytesMax);
  std::error_code ignored;
  fs::remove(request.file, ignored);
  if (!text) return source_fault(FetchFault::kLocal, text.error().message);
  auto comment = verify_minisign(context.folder.new_body(), *text, *key);
  if (!comment) {
    return source_fault(FetchFault::kSignature,
                        fmt::format("{}: {}", shown_url(request.url), comment.error().message));
  }
  return std::move(*comment);
}

SourceResult fetch_one(const SourceContext& context) {
  const FetchRequest request = request_of(context);
  FeedDocuments out;
  out.files = {request.file};  // for discard_documents()
  auto answer = get(context, request);
  if (!answer) {
    discard_documents(out);
    return tl::unexpected(std::move(answer.error()));
  }
  out.tries = answer->tries;
  if (answer->unchanged) {
    return FeedDocuments{.unchanged = true, .kept = context.kept, .tries = answer->tries};
  }
  if (answer->bytes == 0) {
    discard_documents(out);
    return source_fault(FetchFault::kAnswer, shown_url(request.url) + ": the document is empty");
  }
  auto comment = check_signature(context);
  if (!comment) {
    discard_documents(out);
    return tl::unexpected(std::move(comment.error()));
  }
  out.kept = {.origin = origin_of(context.feed),
              .etag = answer->etag,
              .last_modified = answer->last_modified,
              .hash = answer->hash,
              .bytes = answer->bytes,
              .trusted_comment = std::move(*comment)};
  out.renames = {{request.file, context.folder.body()}};
  if (answer->hash == context.kept.hash) {
    discard_documents(out);
    return FeedDocuments{.unchanged = true, .kept = out.kept, .tries = answer->tries};
  }
  return out;
}

}  // namespace

tl::unexpected<FetchFailure> source_fault(FetchFault fault, std::string message) {
  return tl::unexpected(FetchFailure{.fault = fault, .message = std::move(message)});
}

std::optional<FeedDocuments> kept_documents(const FeedOptions& feed, const FeedFolder& folder,
                                            const KeptContent& kept, bool deep) {
  if (kept.origin != origin_of(feed) || kept.hash.empty()) return std::nullopt;
  if (feed.source == FeedSource::kTaxii) return std::nullopt;
  if (feed.source == FeedSource::kMispFeed) return kept_misp_events(folder, kept);
  std::error_code code;
  const auto bytes = fs::file_size(folder.body(), code);
  if (code || bytes != kept.bytes) return std::nullopt;
  if (deep) {
    const auto hash = hash_file(folder.body());
    if (!hash || *hash != kept.hash) return std::nullopt;
  }
  FeedDocuments out{.kept = kept};
  out.files = {folder.body()};
  return out;
}

SourceResult fetch_documents(const SourceContext& context) try {
  switch (context.feed.source) {
    case FeedSource::kFile:
    case FeedSource::kHttp:
    case FeedSource::kMispRest:
      return fetch_one(context);
    case FeedSource::kMispFeed:
      return fetch_misp_events(
          context, [&](std::string_view name) { return url_below(context.feed.url, name); });
    case FeedSource::kTaxii:
      return fetch_taxii_objects(context, url_below(context.feed.url, "objects/"));
  }
  return source_fault(FetchFault::kUrl, "an unknown source");
} catch (const std::exception& e) {
  return source_fault(FetchFault::kLocal, e.what());
}

std::string document_name(const FeedOptions& feed, const FeedDocuments& documents,
                          const fs::path& file) {
  if (documents.many || feed.source == FeedSource::kTaxii) return file.filename().string();
  if (feed.source == FeedSource::kMispRest) return "restSearch.json";
  const std::string shown = feed.url.substr(0, feed.url.find_first_of("?#"));
  const std::string name = fs::path(shown).filename().string();
  return name.empty() ? feed.name : name;
}

Result<void> keep_documents(const FeedDocuments& documents) {
  for (const auto& [from, to] : documents.renames) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
      return fail_errno(ErrorKind::kIo, "cannot rename " + from.string(), errno);
    }
  }
  std::error_code ignored;
  for (const fs::path& path : documents.removals) fs::remove(path, ignored);
  return {};
}

void discard_documents(const FeedDocuments& documents) {
  std::error_code ignored;
  for (const fs::path& path : documents.files) {
    if (path.extension() == ".new") fs::remove(path, ignored);
  }
}

}  // namespace ringfence
