#include "reputation/feeds/misp_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "base/integer.h"
#include "base/text.h"
#include "reputation/feeds/refresh_rules.h"
#include "reputation/feeds/signature.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view kEventSuffix = ".json";
constexpr std::size_t kUuidBytes = 36;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// It becomes the name of a file.
bool is_uuid(std::string_view text) {
  return text.size() == kUuidBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return hex_value(c) >= 0 || c == '-';
         });
}

// One event by its file's name.
struct EventName {
  std::string uuid;
  std::int64_t timestamp = 0;

  std::string file() const { return fmt::format("{}.{}{}", uuid, timestamp, kEventSuffix); }
  static std::optional<EventName> parse(std::string_view file) {
    if (!file.ends_with(kEventSuffix) || file.size() <= kUuidBytes + 1 + kEventSuffix.size()) {
      return std::nullopt;
    }
    file.remove_suffix(kEventSuffix.size());
    const auto timestamp = to_integer<std::int64_t>(file.substr(kUuidBytes + 1));
    if (!is_uuid(file.substr(0, kUuidBytes)) || !timestamp) return std::nullopt;
    return EventName{std::string(file.substr(0, kUuidBytes)), *timestamp};
  }
};

// Reads {"<uuid>": {"timestamp": 1700000000 or "1700000000", ...}, ...} without building a tree.
class ManifestReader : public nlohmann::json_sax<Json> {
 public:
  std::map<std::string, std::int64_t> events;
  std::uint64_t refused = 0;  // keys that are no uuid, entries without a timestamp
  bool is_object = false;

  bool start_object(std::size_t) override {
    if (depth_ == 0) is_object = true;
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    if (depth_ == 1) {
      if (is_uuid(uuid_) && timestamp_) {
        events[uuid_] = *timestamp_;
      } else {
        ++refused;
      }
      timestamp_.reset();
    }
    return true;
  }
  bool start_array(std::size_t) override {
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool key(string_t& name) override {
    if (depth_ == 1) uuid_ = ascii_lower(name);
    at_timestamp_ = depth_ == 2 && name == "timestamp";
    return true;
  }
  bool number_integer(number_integer_t value) override { return take(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return take(static_cast<std::int64_t>(value));
  }
  bool string(string_t& value) override { return take(to_integer<std::int64_t>(value)); }
  bool null() override { return take({}); }
  bool boolean(bool) override { return take({}); }
  bool number_float(number_float_t, const string_t&) override { return take({}); }
  bool binary(binary_t&) override { return take({}); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool take(std::optional<std::int64_t> value) {
    if (at_timestamp_ && depth_ == 2) timestamp_ = value;
    at_timestamp_ = false;
    return true;
  }

  int depth_ = 0;
  bool at_timestamp_ = false;
  std::string uuid_;
  std::optional<std::int64_t> timestamp_;
};

std::map<std::string, EventName> events_in(const fs::path& folder) {
  std::map<std::string, EventName> out;  // by file name
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (auto event = EventName::parse(name)) out.emplace(name, std::move(*event));
  }
  return out;
}

std::string hash_of(const std::set<std::string>& names) {
  ContentHash hash;
  for (const std::string& name : names) hash.push(name + "\n");
  return hash.finish();
}

// Worth stopping for: the next event will not fare better.
bool ends_all(FetchFault fault) {
  return is_retried(fault) || fault == FetchFault::kLocal || fault == FetchFault::kCertificate ||
         fault == FetchFault::kRefused || fault == FetchFault::kUrl;
}

class MispFetch {
 public:
  MispFetch(const SourceContext& context,
            const std::function<std::string(std::string_view name)>& url)
      : context_(context), url_(url), held_(events_in(context.folder.events())) {}

  SourceResult run();

 private:
  using Wanted = std::vector<EventName>;  // newest first
  tl::expected<Wanted, FetchFailure> read_manifest(const fs::path& file);
  tl::expected<void, FetchFailure> take_event(const EventName& event);
  std::string note() const;

  const SourceContext& context_;
  const std::function<std::string(std::string_view name)>& url_;
  const std::map<std::string, EventName> held_;  // files that are there already
  std::set<std::string> current_;                // files that count
  std::uint64_t bytes_ = 0;
  std::uint64_t left_out_ = 0;  // beyond documents_max
  std::uint64_t bad_entries_ = 0;
  std::uint64_t bad_events_ = 0;
  std::string first_bad_;
};

tl::expected<MispFetch::Wanted, FetchFailure> MispFetch::read_manifest(const fs::path& file) {
  ManifestReader reader;
  const File in(std::fopen(file.c_str(), "rbe"));
  const bool good = in && Json::sax_parse(in.get(), &reader) && reader.is_object;
  std::error_code ignored;
  fs::remove(file, ignored);
  if (!good) {
    return source_fault(FetchFault::kAnswer,
                        shown_url(url_("manifest.json")) + ": it is no MISP manifest");
  }
  bad_entries_ = reader.refused;
  Wanted wanted;
  for (const auto& [uuid, timestamp] : reader.events) wanted.push_back({uuid, timestamp});
  std::stable_sort(wanted.begin(), wanted.end(), [](const EventName& a, const EventName& b) {
    return a.timestamp > b.timestamp;
  });
  const auto most = static_cast<std::size_t>(std::max(context_.feed.limits.documents_max, 1));
  if (wanted.size() > most) {
    left_out_ = wanted.size() - most;
    wanted.resize(most);
  }
  return wanted;
}

// Takes what is there, or fetches it. An error ends all.
tl::expected<void, FetchFailure> MispFetch::take_event(const EventName& event) {
  const fs::path target = context_.folder.events() / event.file();
  if (held_.contains(event.file())) {
    std::error_code ignored;
    bytes_ += fs::file_size(target, ignored);
    current_.insert(event.file());
    return {};
  }
  const std::uint64_t bytes_max = context_.feed.limits.bytes_max;
  const FetchRequest request{.url = url_(event.uuid + std::string(kEventSuffix)),
                             .accept = "application/json",
                             .file = context_.folder.new_file("event"),
                             .bytes_max = bytes_max - std::min(bytes_, bytes_max)};
  const auto answer = context_.fetcher.fetch(request);
  if (!answer && (ends_all(answer.error().fault) || bytes_ >= bytes_max)) {
    return tl::unexpected(answer.error());
  }
  std::string why = answer ? "" : answer.error().message;
  if (answer) {
    const File in(std::fopen(request.file.c_str(), "rbe"));
    if (!in || !Json::accept(in.get())) why = shown_url(request.url) + ": it is no JSON";
  }
  if (why.empty()) {
    bytes_ += answer->bytes;
    if (::rename(request.file.c_str(), target.c_str()) != 0) {
      return source_fault(FetchFault::kLocal, "cannot write " + target.string());
    }
    current_.insert(event.file());
    return {};
  }
  ++bad_events_;
  if (first_bad_.empty()) first_bad_ = why;
  // The version before goes on to count.
  for (const auto& [file, older] : held_) {
    if (older.uuid == event.uuid) current_.insert(file);
  }
  return {};
}

std::string MispFetch::note() const {
  std::string out;
  const auto add = [&out](const std::string& words) { out += (out.empty() ? "" : "; ") + words; };
  if (bad_events_ > 0) {
    add(fmt::format("{} of its events could not be had, the first: {}", bad_events_, first_bad_));
  }
  if (bad_entries_ > 0) add(fmt::format("{} entries of its manifest name no event", bad_entries_));
  if (left_out_ > 0) {
    add(fmt::format("{} of its events are left out: more than documents_max", left_out_));
  }
  return out;
}

SourceResult MispFetch::run() {
  FetchRequest request{.url = url_("manifest.json"),
                       .accept = "application/json",
                       .etag = context_.kept.etag,
                       .last_modified = context_.kept.last_modified,
                       .file = context_.folder.new_file("manifest"),
                       .bytes_max = std::min(kManifestBytesMax, context_.feed.limits.bytes_max)};
  const auto manifest = context_.fetcher.fetch(request);
  if (!manifest) return tl::unexpected(manifest.error());
  if (manifest->unchanged) {
    return FeedDocuments{.unchanged = true, .kept = context_.kept, .tries = manifest->tries};
  }
  bytes_ = manifest->bytes;
  const auto wanted = read_manifest(request.file);
  if (!wanted) return tl::unexpected(wanted.error());
  if (auto made = make_folder(context_.folder.events()); !made) {
    return source_fault(FetchFault::kLocal, made.error().message);
  }
  for (const EventName& event : *wanted) {
    if (auto taken = take_event(event); !taken) return tl::unexpected(taken.error());
  }
  if (bad_events_ > 0 && bad_events_ == wanted->size()) {
    return source_fault(FetchFault::kAnswer,
                        "none of its events could be had, the first: " + first_bad_);
  }
  FeedDocuments out{.many = true, .note = note(), .tries = manifest->tries};
  out.kept = {.origin = origin_of(context_.feed), .hash = hash_of(current_), .bytes = bytes_};
  if (bad_events_ == 0) {  // else the manifest is asked for again, and the events with it
    out.kept.etag = manifest->etag;
    out.kept.last_modified = manifest->last_modified;
  }
  if (out.kept.hash == context_.kept.hash) {
    out.unchanged = true;
    return out;
  }
  for (const std::string& name : current_) out.files.push_back(context_.folder.events() / name);
  for (const auto& [name, event] : held_) {
    if (!current_.contains(name)) out.removals.push_back(context_.folder.events() / name);
  }
  return out;
}

}  // namespace

SourceResult fetch_misp_events(const SourceContext& context,
                               const std::function<std::string(std::string_view name)>& url) {
  return MispFetch(context, url).run();
}

std::optional<FeedDocuments> kept_misp_events(const FeedFolder& folder, const KeptContent& kept) {
  FeedDocuments out{.many = true, .kept = kept};
  std::set<std::string> names;
  for (const auto& [name, event] : events_in(folder.events())) {
    names.insert(name);
    out.files.push_back(folder.events() / name);
  }
  if (hash_of(names) != kept.hash) return std::nullopt;
  return out;
}

}  // namespace ringfence
