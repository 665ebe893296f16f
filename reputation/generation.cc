#include "reputation/generation.h"

#include <fmt/core.h>

#include <optional>
#include <span>
#include <utility>

#include "base/integer.h"
#include "base/text.h"

namespace ringfence {
namespace {

// Keys of the meta table.
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kBuiltKey = "built";
constexpr std::string_view kNumbersKey = "numbers";
constexpr std::string_view kRecordsKey = "records";
constexpr std::string_view kListPrefix = "list/";
constexpr std::string_view kCategoryPrefix = "category/";

// name TAB numbers TAB imported TAB source
std::optional<ListInfo> decode_list(std::string_view value) {
  const std::vector<std::string_view> fields = split(value, '\t');
  if (fields.size() != 4) return std::nullopt;
  const auto numbers = to_integer<std::uint64_t>(fields[1]);
  const auto imported = to_integer<std::int64_t>(fields[2]);
  if (!numbers || !imported) return std::nullopt;
  return ListInfo{.name = std::string(fields[0]),
                  .numbers = *numbers,
                  .imported = TimePoint(std::chrono::seconds(*imported)),
                  .source = std::string(fields[3])};
}

std::string one_field(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> encode_meta(const GenerationMeta& meta) {
  std::vector<std::pair<std::string, std::string>> out;
  out.emplace_back(kBuiltKey, std::to_string(meta.built.time_since_epoch().count()));
  for (std::size_t i = 0; i < meta.categories.size(); ++i) {
    out.emplace_back(fmt::format("{}{:04}", kCategoryPrefix, i), meta.categories[i]);
  }
  out.emplace_back(kFormatKey, kTableFormat);
  for (std::size_t i = 0; i < meta.lists.size(); ++i) {
    const ListInfo& list = meta.lists[i];
    out.emplace_back(fmt::format("{}{:04}", kListPrefix, i),
                     fmt::format("{}\t{}\t{}\t{}", list.name, list.numbers,
                                 list.imported.time_since_epoch().count(), one_field(list.source)));
  }
  out.emplace_back(kNumbersKey, std::to_string(meta.numbers));
  out.emplace_back(kRecordsKey, std::to_string(meta.records));
  return out;
}

Result<std::shared_ptr<const Generation>> Generation::open(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kTableFile;
  auto env = LmdbEnv::open(file);
  if (!env) return tl::unexpected(env.error());
  std::shared_ptr<Generation> generation(new Generation(std::move(*env), file.string()));
  if (auto loaded = generation->load_meta(); !loaded) return tl::unexpected(loaded.error());
  return generation;
}

Result<void> Generation::load_meta() {
  auto numbers = env_.table(kNumbersTable);
  auto table = numbers ? env_.table(kMetaTable) : numbers;
  if (!table) {
    return fail(table.error().kind, table.error().message + ": not a reputation table");
  }
  numbers_ = *numbers;
  auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());

  const auto format = reading->get(*table, kFormatKey);
  if (!format) return tl::unexpected(format.error());
  if (*format != kTableFormat) {
    return fail(ErrorKind::kData,
                fmt::format("{} is of format \"{}\", this program reads \"{}\"", name_,
                            printable(format->value_or("?"), 40), kTableFormat));
  }
  const auto broken = [this](std::string_view key) {
    return fail(ErrorKind::kData, fmt::format("{}: entry \"{}\" of its description is broken",
                                              name_, printable(key, 40)));
  };
  auto cursor = reading->cursor(*table);
  if (!cursor) return tl::unexpected(cursor.error());
  bool counted = false;
  for (auto more = cursor->first();; more = cursor->next()) {
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const std::string_view key = cursor->key();
    const std::string_view value = cursor->value();
    if (key.starts_with(kListPrefix)) {
      auto list = decode_list(value);
      if (!list || meta_.lists.size() == kListsMax) return broken(key);
      meta_.lists.push_back(std::move(*list));
    } else if (key.starts_with(kCategoryPrefix)) {
      if (meta_.categories.size() == kCategoriesMax) return broken(key);
      meta_.categories.emplace_back(value);
    } else if (key == kBuiltKey || key == kNumbersKey || key == kRecordsKey) {
      const auto integer = to_integer<std::int64_t>(value);
      if (!integer || *integer < 0) return broken(key);
      if (key == kBuiltKey) {
        meta_.built = TimePoint(std::chrono::seconds(*integer));
      } else if (key == kNumbersKey) {
        meta_.numbers = static_cast<std::uint64_t>(*integer);
        counted = true;
      } else {
        meta_.records = static_cast<std::uint64_t>(*integer);
      }
    }
  }
  const auto count = reading->count(numbers_);
  if (!count) return tl::unexpected(count.error());
  if (!counted || *count != meta_.numbers) {
    return fail(ErrorKind::kData, fmt::format("{} holds {} numbers and should hold {}", name_,
                                              *count, meta_.numbers));
  }
  return {};
}

Result<std::vector<Listing>> Generation::find(const LmdbReading& reading, E164 number) const {
  const auto key = number.key();
  const auto value = reading.get(numbers_, {key.data(), key.size()});
  if (!value) return tl::unexpected(value.error());
  std::vector<Listing> out;
  if (!*value) return out;
  std::string_view rest = **value;
  while (rest.size() >= kRecordBytes) {
    const Record record = read_record(rest);
    rest.remove_prefix(kRecordBytes);
    if (record.list >= meta_.lists.size() || record.category >= meta_.categories.size()) {
      return fail(ErrorKind::kData, fmt::format("{}: the entry of {} refers to a list or category "
                                                "that does not exist",
                                                name_, number.to_string()));
    }
    out.push_back(Listing{.list = meta_.lists[record.list].name,
                          .category = meta_.categories[record.category],
                          .score = record.score,
                          .first_listed = from_seconds(record.first_listed),
                          .last_seen = from_seconds(record.last_seen),
                          .expires = from_expiry(record.expires)});
  }
  return out;
}

Result<void> Generation::walk(const Visitor& visit) const {
  auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  auto cursor = reading->cursor(numbers_);
  if (!cursor) return tl::unexpected(cursor.error());
  for (auto more = cursor->first();; more = cursor->next()) {
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const auto number = E164::from_key(cursor->key());
    if (!number || cursor->value().empty() || cursor->value().size() % kRecordBytes != 0) {
      return fail(ErrorKind::kData, name_ + " has a broken entry");
    }
    if (auto visited = visit(*number, cursor->value()); !visited) return visited;
  }
}

Result<void> Generation::verify() const {
  std::uint64_t numbers = 0;
  std::uint64_t records = 0;
  std::uint64_t previous = 0;
  auto walked = walk([&](E164 number, std::string_view bytes) -> Result<void> {
    if (number.value() <= previous) {
      return fail(ErrorKind::kData, name_ + ": its numbers are out of order");
    }
    previous = number.value();
    ++numbers;
    for (; !bytes.empty(); bytes.remove_prefix(kRecordBytes), ++records) {
      const Record record = read_record(bytes);
      if (record.list >= meta_.lists.size() || record.category >= meta_.categories.size() ||
          record.score > 100) {
        return fail(ErrorKind::kData,
                    fmt::format("{}: the entry of {} is broken", name_, number.to_string()));
      }
    }
    return {};
  });
  if (!walked) return walked;
  if (numbers != meta_.numbers || records != meta_.records) {
    return fail(ErrorKind::kData,
                fmt::format("{} holds {} numbers with {} entries and should hold {} with {}", name_,
                            numbers, records, meta_.numbers, meta_.records));
  }
  return {};
}

}  // namespace ringfence
