// `ringfencectl probe`: what an MTA would do with mail, by the word of a running milter.
#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/milter_client.h"
#include "ctl/report_json.h"

namespace ringfence {
namespace {

constexpr std::size_t kMessageBytesMax = 1u << 30;
constexpr std::uint32_t kFieldsMax = 10'000;  // a position beyond is the end

using Change = MilterOutcome::Change;
using Disposition = MilterOutcome::Disposition;

std::string_view word(const MilterOutcome& outcome) {
  switch (outcome.disposition) {
    case Disposition::kReject:
      return "reject";
    case Disposition::kTempfail:
      return "tempfail";
    case Disposition::kDiscard:
      return "discard";
    case Disposition::kAccept:
      break;
  }
  return outcome.quarantine.empty() ? "accept" : "hold";
}

std::string_view word(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kInsert:
      return "insert";
    case Change::Kind::kAdd:
      return "add";
    case Change::Kind::kChange:
      return "change";
    case Change::Kind::kDelete:
      return "delete";
  }
  return "";
}

// Lines of a reply or a folded header, each safe for a terminal and indented alike.
std::string indented(std::string_view text, std::string_view indent) {
  std::string out;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!out.empty()) out += '\n' + std::string(indent);
    out += printable(trim(line), 1000);
  }
  return out;
}

// Inserted headers in the order in which they will stand in the mail, then the other changes.
std::vector<const Change*> in_reading_order(const std::vector<Change>& changes) {
  // The mail's own fields are null: positions count them too.
  std::uint32_t last = 0;
  for (const Change& change : changes) {
    if (change.kind == Change::Kind::kInsert)
      last = std::max(last, std::min(change.index, kFieldsMax));
  }
  std::vector<const Change*> fields(last, nullptr);
  std::vector<const Change*> others;
  for (const Change& change : changes) {
    if (change.kind == Change::Kind::kInsert) {
      fields.insert(fields.begin() + std::min(change.index, kFieldsMax), &change);
    } else {
      others.push_back(&change);
    }
  }
  std::erase(fields, nullptr);
  fields.insert(fields.end(), others.begin(), others.end());
  return fields;
}

void print_text(const std::string& file, const MilterOutcome& outcome) {
  fmt::print("{}: {}\n", printable(file), word(outcome));
  if (!outcome.reply.empty()) {
    fmt::print("  {} at {}\n", indented(outcome.reply, "  "), outcome.command);
  }
  if (!outcome.quarantine.empty()) fmt::print("  held: {}\n", printable(outcome.quarantine));
  for (const Change* change : in_reading_order(outcome.changes)) {
    if (change->kind == Change::Kind::kDelete) {
      fmt::print("  - {} (number {} of that name)\n", printable(change->name), change->index);
    } else {
      fmt::print("  {} {}: {}\n", change->kind == Change::Kind::kChange ? "~" : "+",
                 printable(change->name), indented(change->value, "        "));
    }
  }
  for (const std::string& other : outcome.other) fmt::print("  {}\n", other);
}

Json to_json(const std::string& file, const MilterOutcome& outcome) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  Json changes = Json::array();
  for (const Change& change : outcome.changes) {
    changes.push_back({{"kind", word(change.kind)},
                       {"index", change.index},
                       {"name", change.name},
                       {"value", change.value}});
  }
  return {{"file", file},
          {"outcome", word(outcome)},
          {"command", outcome.command},
          {"reply", or_null(outcome.reply)},
          {"quarantine", or_null(outcome.quarantine)},
          {"changes", std::move(changes)},
          {"other", outcome.other},
          {"skipped_body", outcome.skipped_body}};
}

Result<MilterOutcome> probe(const std::string& file, const ProbeArguments& arguments) {
  auto message = read_file(file == "-" ? "/dev/stdin" : file, kMessageBytesMax);
  if (!message) return tl::unexpected(message.error());
  auto client = MilterClient::connect(arguments.socket, arguments.timeout_seconds);
  if (!client) return tl::unexpected(client.error());
  return client->send(arguments.envelope, *message);
}

}  // namespace

int run_probe(const CommonArguments& common, const ProbeArguments& arguments) {
  int exit = 0;
  Progress progress;
  for (std::size_t i = 0; i < arguments.files.size(); ++i) {
    progress.at("probe", i, arguments.files.size());
    const auto outcome = probe(arguments.files[i], arguments);
    if (!outcome) {
      exit = report_error(outcome.error());
    } else if (common.json) {
      fmt::print("{}\n", to_line(to_json(arguments.files[i], *outcome)));
    } else {
      print_text(arguments.files[i], *outcome);
    }
  }
  return exit;
}

}  // namespace ringfence
