// `ringfencectl export`: the numbers that this site believes to be bad, for others.
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/export_output.h"
#include "ctl/export_rows.h"
#include "ctl/export_source.h"
#include "ctl/report_json.h"
#include "reputation/export/misp_writer.h"
#include "reputation/export/stix_writer.h"
#include "reputation/export/zone_writer.h"

namespace ringfence {
namespace {

constexpr int kScoreMinDefault = 60;  // where no rule says what it quarantines
constexpr std::size_t kChunkBytes = 256 << 10;

// The lowest score that the policy quarantines a mail for, or does worse to it.
int quarantine_score(const Policy& policy) {
  std::optional<int> lowest;
  for (const Rule& rule : policy.rules) {
    const auto& score = rule.when.number.score_min;
    if (rule.action >= Action::kQuarantine && score && *score > 0) {
      lowest = std::min(lowest.value_or(*score), *score);
    }
  }
  return lowest.value_or(kScoreMinDefault);
}

std::string identity_of(const ExportArguments& arguments, const Config& config) {
  if (!arguments.identity.empty()) return arguments.identity;
  if (!config.milter.hostname.empty()) return config.milter.hostname;
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

Result<std::unique_ptr<IndicatorWriter>> make_writer(const ExportArguments& arguments,
                                                     const ExportHead& head) {
  if (arguments.format == "csv") return make_csv_writer();
  if (arguments.format == "jsonl") return make_json_lines_writer();
  if (arguments.format == "stix") return make_stix_writer(head);
  if (arguments.format == "misp") return make_misp_writer(head);
  const auto hash = number_hash_from_token(arguments.hash);
  if (!hash) return fail(ErrorKind::kUsage, "no such hash: " + arguments.hash);
  auto options = checked({.hash = *hash,
                          .zone = arguments.zone,
                          .name_servers = arguments.name_servers,
                          .contact = arguments.contact,
                          .ttl_seconds = arguments.ttl_seconds});
  if (!options) return tl::unexpected(options.error());
  return make_zone_writer(head, std::move(*options));
}

Result<void> write_all(ExportSource& source, IndicatorWriter& writer, ExportOutput& output) {
  Progress progress;
  std::string text;
  const auto flush = [&](std::size_t bytes_min) -> Result<void> {
    if (text.size() < bytes_min) return {};
    auto written = output.write(text);
    text.clear();
    return written;
  };
  writer.begin(text);
  const auto walked = source.for_each(
      [&](const Indicator& indicator) {
        writer.push(indicator, text);
        return flush(kChunkBytes);
      },
      [&](std::uint64_t done, std::uint64_t total) { progress.at("exporting", done, total); });
  if (!walked) return walked;
  writer.finish(text);
  if (auto written = flush(0); !written) return written;
  return output.commit();
}

void print_summary(const CommonArguments& common, const ExportArguments& arguments,
                   const ExportSource& source, std::uint64_t bytes) {
  const ExportCounts& counts = source.counts();
  if (common.json) {
    fmt::print(
        "{}\n",
        to_line({{"file", arguments.file},
                 {"format", arguments.format},
                 {"bytes", bytes},
                 {"generation", source.generation() ? Json(*source.generation()) : Json(nullptr)},
                 {"numbers", counts.exported},
                 {"seen_only", counts.seen_only},
                 {"left_out",
                  {{"weak", counts.left_for(LeftOut::kWeak)},
                   {"old", counts.left_for(LeftOut::kOld)},
                   {"honest", counts.left_for(LeftOut::kHonest)},
                   {"short_codes", counts.left_for(LeftOut::kShortCode)},
                   {"ranges", counts.ranges}}}}));
    return;
  }
  fmt::print("{}: {} numbers, {} bytes", printable(arguments.file), counts.exported, bytes);
  if (counts.seen_only > 0) fmt::print(" ({} only seen here)", counts.seen_only);
  fmt::print("; left out: {} weak, {} honest", counts.left_for(LeftOut::kWeak),
             counts.left_for(LeftOut::kHonest));
  if (arguments.since_seconds) fmt::print(", {} old", counts.left_for(LeftOut::kOld));
  if (const auto codes = counts.left_for(LeftOut::kShortCode))
    fmt::print(", {} short codes", codes);
  if (counts.ranges > 0) fmt::print(", {} ranges", counts.ranges);
  fmt::print("\n");
}

}  // namespace

int run_export(const CommonArguments& common, const ExportArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const TimePoint now = now_seconds();
  ExportRules rules{.score_min = arguments.score_min.value_or(quarantine_score(config->policy)),
                    .lists = arguments.lists,
                    .local = arguments.local,
                    .local_brands_min = arguments.local_brands,
                    .deny = arguments.deny};
  if (arguments.since_seconds) rules.since = std::chrono::seconds(*arguments.since_seconds);
  auto source = ExportSource::open(*config, std::move(rules), arguments.national, now);
  if (!source) return report_error(source.error());
  const ExportHead head{
      .identity = identity_of(arguments, *config), .now = now, .generation = source->generation()};
  const auto writer = make_writer(arguments, head);
  if (!writer) return report_error(writer.error());
  auto output = ExportOutput::open(arguments.file);
  if (!output) return report_error(output.error());
  if (const auto written = write_all(*source, **writer, *output); !written) {
    return report_error(written.error());
  }
  if (arguments.file != "-") print_summary(common, arguments, *source, output->bytes());
  return 0;
}

}  // namespace ringfence
