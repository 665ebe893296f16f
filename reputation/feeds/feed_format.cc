// What a document is, by its first bytes, and the parser for it.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "reputation/feeds/csv_feed.h"
#include "reputation/feeds/feed_cell.h"
#include "reputation/feeds/feed_parser.h"
#include "reputation/feeds/json_feed.h"
#include "reputation/feeds/misp_feed.h"
#include "reputation/feeds/stix_feed.h"
#include "reputation/feeds/text_feed.h"
#include "reputation/feeds/vcard_feed.h"
#include "reputation/feeds/xml_feed.h"

namespace ringfence {
namespace {

// What the first bytes of formats that are not read look like, and what to say.
struct Foreign {
  std::string_view begin;
  std::string_view words;
};
constexpr auto kForeign = std::to_array<Foreign>({
    {"\xfd"
     "7zXZ",
     "it is compressed by xz; unpack it first"},
    {"BZh", "it is compressed by bzip2; unpack it first"},
    {"PK\x03\x04", "it is a zip archive or spreadsheet; export it as CSV"},
    {"%PDF", "it is a PDF"},
    {"\xff\xfe", "it is UTF-16; convert it to UTF-8"},
    {"\xfe\xff", "it is UTF-16; convert it to UTF-8"},
    {"<!doctype html", "it is a web page, not a list"},
    {"<html", "it is a web page, not a list"},
});

// The first line that is neither blank nor a comment, maybe cut by the end of `head`.
std::string_view first_line(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find_first_of("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    if (!trim(line).empty() && line.front() != '#') return line;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return head;
}

// The first key of the first object: "{ "Event": ..." and "[{"Event": ..." give "Event".
std::string_view first_key(std::string_view json) {
  const std::size_t begin = json.find_first_not_of(" \t\r\n[{");
  if (begin == std::string_view::npos || json[begin] != '"') return {};
  json.remove_prefix(begin + 1);
  return json.substr(0, json.find('"'));
}

bool has_key(std::string_view json, std::string_view key) {
  return json.find(fmt::format("\"{}\"", key)) != std::string_view::npos;
}

FeedFormat json_kind(std::string_view head) {
  const std::string_view key = first_key(head);
  if (key == "Event" || key == "Attribute" || key == "response") return FeedFormat::kMisp;
  const bool stix = has_key(head, "bundle") || has_key(head, "spec_version");
  // "objects" alone is a TAXII envelope.
  if (head.front() == '{' && (stix || has_key(head, "objects"))) return FeedFormat::kStix;
  return FeedFormat::kJson;
}

FeedFormat table_or_text(const FeedOptions& feed, std::string_view head, std::string_view name) {
  const std::string_view line = first_line(head);
  const FeedColumnNames names(feed.columns, feed.role);
  if (csv_shape(line, names, feed.role)) return FeedFormat::kCsv;
  const std::string extension = ascii_lower(std::filesystem::path(name).extension().string());
  const bool named_csv = extension == ".csv" || extension == ".tsv";
  // A table without a header still gives its numbers when they stand first.
  const bool number_first =
      !number_text(line.substr(0, line.find_first_of(",;\t|"))).refusal.has_value();
  return named_csv && !number_first && !line.empty() ? FeedFormat::kCsv : FeedFormat::kText;
}

}  // namespace

Result<FeedFormat> feed_format_of(const FeedOptions& feed, std::string_view head,
                                  std::string_view name) {
  const std::string_view text = trim(head);
  for (const Foreign& foreign : kForeign) {
    if (istarts_with(text, foreign.begin)) {
      return fail(ErrorKind::kData, std::string(foreign.words));
    }
  }
  if (feed.format != FeedFormat::kAuto) return feed.format;
  if (feed.source == FeedSource::kTaxii) return FeedFormat::kStix;
  if (feed.source == FeedSource::kMispFeed || feed.source == FeedSource::kMispRest) {
    return FeedFormat::kMisp;
  }
  if (text.starts_with('{') || text.starts_with('[')) return json_kind(text);
  if (text.starts_with('<')) return FeedFormat::kXml;
  if (istarts_with(text, "BEGIN:VCARD")) return FeedFormat::kVcard;
  return table_or_text(feed, head, name);
}

Result<std::unique_ptr<FeedParser>> make_feed_parser(FeedFormat format, const FeedOptions& feed,
                                                     std::string_view head) {
  FeedColumnNames names(feed.columns, feed.role);
  switch (format) {
    case FeedFormat::kAuto:
      break;
    case FeedFormat::kText:
      return std::make_unique<TextFeed>();
    case FeedFormat::kCsv:
      return std::make_unique<CsvFeed>(
          csv_shape(first_line(head), names, feed.role).value_or(CsvShape{}), std::move(names));
    case FeedFormat::kJson:
      return std::make_unique<JsonFeed>(std::move(names));
    case FeedFormat::kStix:
      return std::make_unique<StixFeed>(feed);
    case FeedFormat::kMisp:
      return std::make_unique<MispFeed>(feed);
    case FeedFormat::kVcard:
      return std::make_unique<VcardFeed>();
    case FeedFormat::kXml:
      return std::make_unique<XmlFeed>(std::move(names));
  }
  return fail(ErrorKind::kSoftware, "the format of the feed was not settled");
}

}  // namespace ringfence
