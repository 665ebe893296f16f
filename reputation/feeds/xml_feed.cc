#include "reputation/feeds/xml_feed.h"

#include <expat.h>
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

// Bytes for one call of expat: it reads a token that does not end again from its begin each time.
constexpr std::size_t kStepBytes = 16 << 10;

// "pb:number" to "number".
std::string_view local_name(const XML_Char* name) {
  const std::string_view all = name;
  const std::size_t colon = all.rfind(':');
  return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

}  // namespace

struct XmlFeed::Impl {
  explicit Impl(FeedColumnNames column_names)
      : names(std::move(column_names)), parser(XML_ParserCreate(nullptr)) {
    if (parser == nullptr) return;
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, on_begin, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetEntityDeclHandler(parser, on_entity);
    XML_SetDefaultHandler(parser, on_other);
  }
  ~Impl() { XML_ParserFree(parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static void on_begin(void* self, const XML_Char* name, const XML_Char** /*attributes*/) {
    static_cast<Impl*>(self)->begin(local_name(name));
  }
  static void on_end(void* self, const XML_Char* /*name*/) { static_cast<Impl*>(self)->end(); }
  static void on_text(void* self, const XML_Char* text, int size) {
    static_cast<Impl*>(self)->text({text, static_cast<std::size_t>(size)});
  }
  static void on_entity(void* self, const XML_Char* /*name*/, int /*is_parameter*/,
                        const XML_Char* /*value*/, int /*size*/, const XML_Char* /*base*/,
                        const XML_Char* /*system*/, const XML_Char* /*public_id*/,
                        const XML_Char* /*notation*/) {
    static_cast<Impl*>(self)->stop("it declares entities, which no phone book needs");
  }
  static void on_other(void* self, const XML_Char* /*text*/, int /*size*/) {
    static_cast<Impl*>(self)->since_event = 0;
  }

  void begin(std::string_view name);
  void end();
  void text(std::string_view utf8);
  void stop(std::string_view why);
  Result<void> feed(std::string_view bytes, bool last);
  std::uint64_t line() const { return XML_GetCurrentLineNumber(parser); }

  FeedColumnNames names;
  XML_Parser parser;
  std::vector<FeedRow>* out = nullptr;  // during push() and finish()

  int depth = 0;
  int number_depth = 0;  // of the innermost open element with a number, 0: none
  bool has_children = false;
  FeedRow row;
  std::size_t since_event = 0;  // bytes
  std::string stopped;          // why
};

void XmlFeed::Impl::begin(std::string_view name) {
  since_event = 0;
  if (++depth > kXmlDepthMax) return stop("it is nested too deep");
  has_children = true;
  if (!names.names_number(name)) return;
  number_depth = depth;
  has_children = false;
  row = FeedRow{.line = line()};
}

void XmlFeed::Impl::end() {
  since_event = 0;
  if (number_depth == depth) {
    row.number = trim(row.number);
    // <phone><number>...</number></phone>: the inner one was it.
    if (!row.number.empty() || !has_children) {
      if (row.number.empty()) row.refusal = Refusal::kNoNumber;
      out->push_back(std::exchange(row, FeedRow{}));
    }
    number_depth = 0;
  }
  --depth;
}

void XmlFeed::Impl::text(std::string_view utf8) {
  since_event = 0;
  if (number_depth == 0 || number_depth != depth || row.refusal) return;
  row.number += utf8.substr(0, kXmlNumberBytesMax + 1);
  if (row.number.size() > kXmlNumberBytesMax) row.refusal = Refusal::kTooLong;
}

void XmlFeed::Impl::stop(std::string_view why) {
  if (stopped.empty()) stopped = fmt::format("line {}: {}", line(), why);
  XML_StopParser(parser, XML_FALSE);
}

Result<void> XmlFeed::Impl::feed(std::string_view bytes, bool last) {
  if (parser == nullptr) return fail(ErrorKind::kOs, "no memory for expat");
  since_event += bytes.size();
  const auto status = XML_Parse(parser, bytes.data(), static_cast<int>(bytes.size()), last);
  if (!stopped.empty()) return fail(ErrorKind::kData, stopped);
  if (status != XML_STATUS_OK) {
    return fail(ErrorKind::kData, fmt::format("line {}: it is not well-formed XML: {}", line(),
                                              XML_ErrorString(XML_GetErrorCode(parser))));
  }
  if (since_event > kXmlTokenBytesMax) {
    return fail(ErrorKind::kData,
                fmt::format("line {}: a tag or comment of it is too long", line()));
  }
  return {};
}

XmlFeed::XmlFeed(FeedColumnNames names) : impl_(std::make_unique<Impl>(std::move(names))) {}
XmlFeed::~XmlFeed() = default;

Result<void> XmlFeed::push(std::string_view bytes, std::vector<FeedRow>& out) {
  impl_->out = &out;
  while (!bytes.empty()) {
    const std::string_view step = bytes.substr(0, kStepBytes);
    bytes.remove_prefix(step.size());
    if (auto fed = impl_->feed(step, false); !fed) return fed;
  }
  return {};
}

Result<void> XmlFeed::finish(std::vector<FeedRow>& out) {
  impl_->out = &out;
  return impl_->feed({}, true);
}

}  // namespace ringfence
