#include "reputation/feeds/taxii_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "reputation/feeds/refresh_rules.h"
#include "reputation/feeds/signature.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kMediaType = "application/taxii+json;version=2.1";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Reads {"more": true, "next": "...", "objects": [...]} without building a tree.
class EnvelopeReader : public nlohmann::json_sax<Json> {
 public:
  bool is_object = false;
  bool more = false;
  std::string next;
  std::uint64_t objects = 0;

  bool start_object(std::size_t) override {
    if (depth_ == 0) is_object = true;
    if (depth_ == 2 && key_ == "objects") ++objects;
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
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
    if (depth_ == 1) key_ = name;
    return true;
  }
  bool string(string_t& value) override {
    if (depth_ == 1 && key_ == "next") next = value;
    return true;
  }
  bool boolean(bool value) override {
    if (depth_ == 1 && key_ == "more") more = value;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (depth_ == 1 && key_ == "next") next = fmt::format("{}", value);  // as some servers have it
    return true;
  }
  bool number_integer(number_integer_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool null() override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  int depth_ = 0;
  std::string key_;  // of the outermost object
};

class TaxiiFetch {
 public:
  TaxiiFetch(const SourceContext& context, const std::string& url)
      : context_(context), url_(url), after_(context.kept.cursor) {
    const KeptContent& kept = context.kept;
    whole_ = kept.cursor.empty() || !kept.whole || *kept.whole > context.now ||
             context.now - *kept.whole >= kTaxiiWholeEvery;
    if (whole_) after_.clear();
  }

  SourceResult run();

 private:
  // Whether there is another page.
  tl::expected<bool, FetchFailure> take_page();

  const SourceContext& context_;
  const std::string& url_;
  bool whole_;
  std::string after_;
  std::string next_;
  std::string last_date_;
  std::uint64_t bytes_ = 0;
  int pages_ = 0;
  int tries_ = 1;
  ContentHash hash_;
  FeedDocuments out_;
};

tl::expected<bool, FetchFailure> TaxiiFetch::take_page() {
  const std::uint64_t bytes_max = context_.feed.limits.bytes_max;
  std::vector<std::pair<std::string, std::string>> query;
  if (!after_.empty()) query.emplace_back("added_after", after_);
  if (!next_.empty()) query.emplace_back("next", next_);
  const FetchRequest request{.url = url_with_query(url_, query),
                             .accept = kMediaType,
                             .file = context_.folder.new_file(fmt::format("page-{:05}", ++pages_)),
                             .bytes_max = bytes_max - std::min(bytes_, bytes_max)};
  const auto answer = context_.fetcher.fetch(request);
  if (!answer) return tl::unexpected(answer.error());
  out_.files.push_back(request.file);
  bytes_ += answer->bytes;
  hash_.push(answer->hash);
  tries_ = std::max(tries_, answer->tries);

  EnvelopeReader envelope;
  const std::unique_ptr<std::FILE, CloseFile> in(std::fopen(request.file.c_str(), "rbe"));
  if (!in || !Json::sax_parse(in.get(), &envelope) || !envelope.is_object) {
    return source_fault(FetchFault::kAnswer, shown_url(url_) + ": it is no TAXII envelope");
  }
  if (envelope.objects == 0) {
    std::error_code ignored;
    fs::remove(request.file, ignored);
    out_.files.pop_back();
  }
  if (!answer->date_added_last.empty()) last_date_ = answer->date_added_last;
  if (!envelope.more) return false;
  if (!envelope.next.empty() && envelope.next != next_) {
    next_ = envelope.next;
    return true;
  }
  if (envelope.next.empty() && !answer->date_added_last.empty() &&
      answer->date_added_last != after_) {
    after_ = answer->date_added_last;
    next_.clear();
    return true;
  }
  return source_fault(FetchFault::kAnswer,
                      shown_url(url_) +
                          ": the server says that there is more, and leads in a "
                          "circle");
}

SourceResult TaxiiFetch::run() {
  bool more = true;
  while (more && pages_ < context_.feed.limits.documents_max) {
    const auto taken = take_page();
    if (!taken) {
      discard_documents(out_);
      return tl::unexpected(taken.error());
    }
    more = *taken;
  }
  if (more && last_date_.empty()) {
    discard_documents(out_);
    return source_fault(
        FetchFault::kTooLarge,
        fmt::format("{}: more than {} pages, and no date to go on from", shown_url(url_), pages_));
  }
  if (more) {
    out_.note = fmt::format("{} pages were read, the next refresh goes on", pages_);
  }
  out_.tries = tries_;
  out_.incremental = !whole_ || more;
  out_.removals = out_.files;
  out_.unchanged = !whole_ && out_.files.empty();
  out_.kept = {.origin = origin_of(context_.feed),
               .hash = out_.unchanged ? context_.kept.hash : hash_.finish(),
               .bytes = bytes_,
               .cursor = last_date_.empty() ? context_.kept.cursor : last_date_,
               .whole = whole_ ? context_.now : context_.kept.whole};
  return std::move(out_);
}

}  // namespace

SourceResult fetch_taxii_objects(const SourceContext& context, const std::string& url) {
  return TaxiiFetch(context, url).run();
}

}  // namespace ringfence
