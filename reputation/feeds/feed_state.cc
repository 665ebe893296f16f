#include "reputation/feeds/feed_state.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/text.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view kStateFormat = "ringfence-feed 1";
constexpr std::string_view kNewSuffix = ".new";
constexpr const char* kLockFile = ".lock";  // which no feed is called
constexpr std::string_view kBusy = "another refresh is at work there";

std::string to_line(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Json to_json(const std::optional<TimePoint>& time) {
  return time ? Json(time->time_since_epoch().count()) : Json(nullptr);
}

std::optional<TimePoint> time_of(const Json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return std::nullopt;
  return TimePoint(std::chrono::seconds(it->get<std::int64_t>()));
}

std::string text_of(const Json& object, const char* key) {
  return object.value(key, std::string());
}
std::uint64_t count_of(const Json& object, const char* key) {
  return object.value(key, std::uint64_t{0});
}

Json to_json(const KeptContent& kept) {
  return {{"origin", kept.origin},
          {"etag", kept.etag},
          {"last_modified", kept.last_modified},
          {"hash", kept.hash},
          {"bytes", kept.bytes},
          {"trusted_comment", kept.trusted_comment},
          {"cursor", kept.cursor},
          {"whole", to_json(kept.whole)}};
}

KeptContent kept_of(const Json& object) {
  return {.origin = text_of(object, "origin"),
          .etag = text_of(object, "etag"),
          .last_modified = text_of(object, "last_modified"),
          .hash = text_of(object, "hash"),
          .bytes = count_of(object, "bytes"),
          .trusted_comment = text_of(object, "trusted_comment"),
          .cursor = text_of(object, "cursor"),
          .whole = time_of(object, "whole")};
}

Json to_json(const ImportedList& list) {
  Json examples = Json::array();
  for (const RefusedRow& row : list.examples) {
    examples.push_back({{"document", row.document},
                        {"line", row.line},
                        {"reason", to_token(row.refusal)},
                        {"text", row.text}});
  }
  return {{"imported", to_json(list.imported)},
          {"source", list.source},
          {"settings", list.settings},
          {"hash", list.hash},
          {"generation", list.generation},
          {"format", list.format},
          {"rows", list.rows},
          {"accepted", list.accepted},
          {"numbers", list.numbers},
          {"ranges", list.ranges},
          {"added", list.added},
          {"removed", list.removed},
          {"refused", list.refused},
          {"examples", std::move(examples)}};
}

std::optional<Refusal> refusal_from(std::string_view token) {
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    if (to_token(static_cast<Refusal>(i)) == token) return static_cast<Refusal>(i);
  }
  return std::nullopt;
}

ImportedList list_of(const Json& object) {
  ImportedList out{.imported = time_of(object, "imported"),
                   .source = text_of(object, "source"),
                   .settings = text_of(object, "settings"),
                   .hash = text_of(object, "hash"),
                   .generation = count_of(object, "generation"),
                   .format = text_of(object, "format"),
                   .rows = count_of(object, "rows"),
                   .accepted = count_of(object, "accepted"),
                   .numbers = count_of(object, "numbers"),
                   .ranges = count_of(object, "ranges"),
                   .added = count_of(object, "added"),
                   .removed = count_of(object, "removed")};
  if (const auto it = object.find("refused"); it != object.end()) it->get_to(out.refused);
  for (const Json& row : object.value("examples", Json::array())) {
    const auto refusal = refusal_from(text_of(row, "reason"));
    if (!refusal) continue;
    out.examples.push_back({.document = text_of(row, "document"),
                            .line = count_of(row, "line"),
                            .refusal = *refusal,
                            .text = text_of(row, "text")});
  }
  return out;
}

Json to_json(const FeedState& state) {
  return {{"format", kStateFormat},
          {"kept", to_json(state.kept)},
          {"list", to_json(state.list)},
          {"checked", to_json(state.checked)},
          {"good", to_json(state.good)},
          {"changed", to_json(state.changed)},
          {"next", to_json(state.next)},
          {"failures", state.failures},
          {"error", printable(state.error, kStateWordsMax)},
          {"note", printable(state.note, kStateWordsMax)},
          {"rolled_back", state.rolled_back}};
}

FeedState state_of(const Json& object) {
  return {.kept = kept_of(object.at("kept")),
          .list = list_of(object.at("list")),
          .checked = time_of(object, "checked"),
          .good = time_of(object, "good"),
          .changed = time_of(object, "changed"),
          .next = time_of(object, "next"),
          .failures = std::clamp(object.value("failures", 0), 0, 1'000'000),
          .error = text_of(object, "error"),
          .note = text_of(object, "note"),
          .rolled_back = text_of(object, "rolled_back")};
}

fs::path feeds_folder(const fs::path& reputation) { return reputation / "feeds"; }

bool is_missing(const fs::path& file) {
  std::error_code code;
  return !fs::exists(fs::symlink_status(file, code)) &&
         (!code || code == std::errc::no_such_file_or_directory);
}

}  // namespace

fs::path FeedFolder::new_file(std::string_view name) const {
  return path_ / fmt::format("{}{}", name, kNewSuffix);
}

Result<void> FeedFolder::prepare() const {
  if (auto made = make_folder(path_); !made) return made;
  std::error_code code;
  std::vector<fs::path> left;
  for (fs::directory_iterator it(path_, code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    // state.json.XXXXXX are temporary files of write_file_atomically().
    if (name.ends_with(kNewSuffix) || name.starts_with("state.json.")) left.push_back(it->path());
  }
  for (const fs::path& path : left) fs::remove_all(path, code);
  return {};
}

Result<FeedState> FeedFolder::read_state() const try {
  const fs::path file = path_ / "state.json";
  if (is_missing(file)) return FeedState{};
  const auto text = read_file(file, kStateBytesMax);
  if (!text) return tl::unexpected(text.error());
  const Json json = Json::parse(*text);
  if (text_of(json, "format") != kStateFormat) {
    return fail(ErrorKind::kData, file.string() + " is of another format");
  }
  return state_of(json);
} catch (const std::exception&) {
  return fail(ErrorKind::kData, (path_ / "state.json").string() + " is damaged");
}

Result<void> FeedFolder::write_state(const FeedState& state) const try {
  return write_file_atomically(path_ / "state.json", to_line(to_json(state)));
} catch (const std::exception& e) {
  return fail(ErrorKind::kSoftware, fmt::format("cannot write the state: {}", e.what()));
}

std::optional<FeedHold> FeedFolder::hold() const {
  const fs::path file = path_ / "hold.json";
  if (is_missing(file)) return std::nullopt;
  FeedHold out{.reason = "hold.json cannot be read"};
  const auto text = read_file(file, kStateBytesMax);
  if (!text) return out;
  try {
    const Json json = Json::parse(*text);
    return FeedHold{.since = time_of(json, "since").value_or(TimePoint{}),
                    .author = text_of(json, "author"),
                    .reason = text_of(json, "reason")};
  } catch (const std::exception&) {
    return out;
  }
}

Result<void> FeedFolder::write_hold(const FeedHold& hold) const try {
  if (auto made = make_folder(path_); !made) return made;
  return write_file_atomically(
      path_ / "hold.json",
      to_line({{"since", to_json(hold.since)}, {"author", hold.author}, {"reason", hold.reason}}));
} catch (const std::exception& e) {
  return fail(ErrorKind::kSoftware, fmt::format("cannot write the hold: {}", e.what()));
}

Result<bool> FeedFolder::remove_hold() const {
  const fs::path file = path_ / "hold.json";
  if (::unlink(file.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return fail_errno(ErrorKind::kCannotCreate, "cannot remove " + file.string(), errno);
}

void FeedFolder::remove() const {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> feeds_remembered(const fs::path& reputation) {
  std::vector<std::string> out;
  std::error_code code;
  for (fs::directory_iterator it(feeds_folder(reputation), code), end; !code && it != end;
       it.increment(code)) {
    std::string name = it->path().filename().string();
    std::error_code ignored;
    if (it->is_directory(ignored) && is_list_name(name)) out.push_back(std::move(name));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<UniqueFd> lock_feeds(const fs::path& reputation) {
  if (auto made = make_folder(feeds_folder(reputation)); !made) {
    return tl::unexpected(made.error());
  }
  return lock_file(feeds_folder(reputation) / kLockFile, kBusy, 0);
}

}  // namespace ringfence
