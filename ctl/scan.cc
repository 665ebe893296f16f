// `ringfencectl scan`: what the daemon would find in mail that lies in files.
//
// Does not: change a file, speak to a daemon, add headers.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "base/tokens.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/local.h"
#include "ctl/report_json.h"
#include "inspection/inspection.h"
#include "inspection/snapshot.h"

namespace ringfence {
namespace {

constexpr std::size_t kChunkBytes = 64 << 10;

// Reads `file` ("-": stdin) through an inspection of its own.
Result<Report> inspect_file(const std::shared_ptr<const Snapshot>& snapshot,
                            const std::string& file, const ScanArguments& arguments) {
  const bool standard_input = file == "-";
  const UniqueFd fd(standard_input ? ::dup(STDIN_FILENO)
                                   : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(ErrorKind::kNoInput, "cannot open " + file, errno);
  Inspection inspection(snapshot, arguments.envelope, arguments.explain);
  std::string chunk(kChunkBytes, '\0');
  while (!inspection.exhausted()) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kNoInput, "cannot read " + file, errno);
    if (got == 0) break;
    inspection.push(std::string_view(chunk).substr(0, static_cast<std::size_t>(got)));
  }
  return inspection.finish(now_seconds());
}

// What is known around the number, one line each.
void print_background(const NumberEvidence& number) {
  const NumberReputation& reputation = number.reputation;
  for (const Listing& listing : reputation.listings) {
    if (listing.role != ListRole::kBlock && listing.role != ListRole::kAllow) continue;
    fmt::print("\n      {} by {}: {} {}, last seen {}{}",
               listing.role == ListRole::kAllow ? "allowed" : "listed", printable(listing.list),
               printable(listing.category), listing.score, iso_time(listing.last_seen),
               listing.range ? ", by " + listing.range->to_string() : "");
  }
  if (const auto& block = reputation.block) {
    fmt::print("\n      block {}: {} listed neighbours, lends {}", block->range.to_string(),
               block->members, block->score);
  }
  if (!number.mismatch.empty()) {
    fmt::print("\n      not a number of {}, which the mail names",
               printable(join(number.mismatch, ", ")));
  }
  if (!reputation.genuine_of.empty()) {
    fmt::print("\n      genuine number of {}", printable(join(reputation.genuine_of, ", ")));
  }
  if (const auto& provider = reputation.provider) {
    fmt::print("\n      provider {}", printable(provider->provider));
  }
  const LocalEvidence& local = number.local;
  const bool seen_before = local.messages_total > 1 || local.good_messages > 0;
  if (seen_before || !local.campaign.empty()) fmt::print("\n      {}", local_text(local));
  if (const auto& entry = reputation.override_entry) {
    fmt::print("\n      {} by {}: {}{}", to_token(reputation.state), printable(entry->author),
               printable(entry->reason),
               entry->range ? " (for " + entry->range->to_string() + ")" : "");
  }
}

void print_number(const NumberEvidence& number) {
  const Finding& finding = number.finding;
  const NumberReputation& reputation = number.reputation;
  fmt::print("  {:<17} score {:>3}  {:<9} {}  in {}  shown \"{}\"", finding.number.to_string(),
             reputation.score, to_token(reputation.state),
             finding.region.empty() ? "--" : finding.region, tokens_of(finding.places, ", "),
             printable(finding.shown));
  if (number.line_type() != LineType::kUnknown) fmt::print("  {}", to_token(number.line_type()));
  if (!finding.tricks.empty()) fmt::print("  tricks {}", tokens_of(finding.tricks, ", "));
  if (!finding.valid) fmt::print("  (possible, not in the numbering plan)");
  if (finding.overlay) fmt::print("  (by the numbering overlay)");
  if (finding.short_code) fmt::print("  (a short code)");
  print_background(number);
  fmt::print("\n");
}

void print_hits(const Report& report, LexiconKind kind) {
  std::string out;
  for (const LexiconHit& hit : report.evidence.lexicon) {
    if (hit.kind != kind) continue;
    out += fmt::format("{}{}", out.empty() ? "" : ", ", hit.name);
    if (hit.distance) out += fmt::format(" ({} bytes from a number)", *hit.distance);
  }
  if (!out.empty()) fmt::print("  {}s: {}\n", to_token(kind), out);
}

void print_text(const Report& report, const std::string& file) {
  const Verdict& verdict = report.verdict;
  fmt::print("{}: {}{}{}\n", printable(file), to_token(verdict.action),
             verdict.rule.empty() ? "" : " by rule " + verdict.rule,
             report.evidence.numbers.empty() ? ", no number found" : "");
  if (verdict.shadow) {
    fmt::print("  shadow: would {} by rule {}\n", to_token(verdict.shadow->action),
               verdict.shadow->rule);
  }
  for (const NumberEvidence& number : report.evidence.numbers) print_number(number);
  print_hits(report, LexiconKind::kLure);
  print_hits(report, LexiconKind::kBrand);
  if (!report.evidence.limits.empty()) {
    fmt::print("  partial: {}\n", tokens_of(report.evidence.limits, ", "));
  }
  if (!report.evidence.defects.empty()) {
    fmt::print("  defects: {}\n", tokens_of(report.evidence.defects, ", "));
  }
  for (const CandidateNote& note : report.notes) {
    fmt::print("  candidate in {}: \"{}\": {}{}{}\n", to_token(note.place), printable(note.shown),
               note.outcome, note.number ? " " + note.number->to_string() : "",
               note.reason.empty() ? "" : " (" + note.reason + ")");
  }
}

// The files named, folders replaced by the regular files below them in order of their names.
std::vector<std::string> expand(const std::vector<std::string>& files) {
  std::vector<std::string> out;
  for (const std::string& file : files) {
    std::error_code error;
    if (!std::filesystem::is_directory(file, error)) {
      out.push_back(file);
      continue;
    }
    const std::size_t begin = out.size();
    const auto options = std::filesystem::directory_options::skip_permission_denied;
    for (std::filesystem::recursive_directory_iterator it(file, options, error), end;
         !error && it != end; it.increment(error)) {
      if (it->is_regular_file(error)) out.push_back(it->path().string());
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
  }
  return out;
}

}  // namespace

int run_scan(const CommonArguments& common, const ScanArguments& arguments) {
  auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  if (!arguments.regions.empty()) config->matcher.regions = arguments.regions;
  const auto made = Snapshot::make(std::move(*config), /*require_reputation=*/false);
  if (!made) return report_error(made.error());
  auto snapshot = std::make_shared<Snapshot>(**made);
  snapshot->local = open_local_evidence(snapshot->config);

  const std::vector<std::string> files = expand(arguments.files);
  Progress progress;
  int exit = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    progress.at("scan", i, files.size());
    const auto report = inspect_file(snapshot, files[i], arguments);
    if (!report) {
      exit = report_error(report.error());
    } else if (common.json) {
      fmt::print("{}\n", to_line(to_json(*report, files[i], arguments.explain)));
    } else {
      print_text(*report, files[i]);
    }
  }
  return exit;
}

}  // namespace ringfence
