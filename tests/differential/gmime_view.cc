#include <gmime/gmime.h>

#include <memory>

#include "tests/differential/mail_view.h"

namespace ringfence::test {
namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using Ref = std::unique_ptr<T, Unref>;

std::string or_empty(const char* text) { return text != nullptr ? text : ""; }

std::string decoded_content(GMimePart* part) {
  GMimeDataWrapper* const content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Ref<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* const bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

void show_message(GMimeMessage* message, std::vector<ShownText>& out);

void show_entity(GMimeObject* object, std::vector<ShownText>& out) {
  if (GMIME_IS_MULTIPART(object)) {
    GMimeMultipart* const multipart = GMIME_MULTIPART(object);
    out.push_back({"preamble", or_empty(g_mime_multipart_get_prologue(multipart))});
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
      show_entity(g_mime_multipart_get_part(multipart, i), out);
    }
    out.push_back({"epilogue", or_empty(g_mime_multipart_get_epilogue(multipart))});
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage* const message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (message != nullptr) show_message(message, out);
  } else if (GMIME_IS_TEXT_PART(object)) {
    gchar* const text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
    GMimeContentType* const type = g_mime_object_get_content_type(object);
    const bool html = g_mime_content_type_is_type(type, "text", "html") != 0;
    const std::string name = or_empty(g_mime_content_type_get_media_subtype(type));
    out.push_back({"part text/" + name, or_empty(text), html});
    // A charset that GMime does not know gives no text.
    if (out.back().text.empty()) out.back().text = decoded_content(GMIME_PART(object));
    g_free(text);
  } else if (GMIME_IS_PART(object)) {
    GMimeContentType* const type = g_mime_object_get_content_type(object);
    if (g_mime_content_type_is_type(type, "multipart", "*") != 0) {
      out.push_back({"unparsed multipart", decoded_content(GMIME_PART(object))});
    }
  }
}

void show_message(GMimeMessage* message, std::vector<ShownText>& out) {
  out.push_back({"subject", or_empty(g_mime_message_get_subject(message))});
  InternetAddressList* const from = g_mime_message_get_from(message);
  for (int i = 0; i < internet_address_list_length(from); ++i) {
    InternetAddress* const address = internet_address_list_get_address(from, i);
    out.push_back({"from", or_empty(internet_address_get_name(address))});
  }
  GMimeObject* const body = g_mime_message_get_mime_part(message);
  if (body != nullptr) show_entity(body, out);
}

}  // namespace

std::vector<ShownText> gmime_view(std::string_view mail) {
  static const bool initialised = (g_mime_init(), true);
  static_cast<void>(initialised);
  const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
  const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  std::vector<ShownText> out;
  if (message) show_message(message.get(), out);
  return out;
}

}  // namespace ringfence::test
