#include "message/html_attributes.h"

#include "base/text.h"
#include "message/html_entities.h"
#include "message/html_links.h"

namespace ringfence {
namespace {

constexpr std::int32_t kWhite = 0xFFFFFF;
constexpr std::int32_t kBlack = 0x000000;
constexpr std::int32_t kLinkBlue = 0x0000EE;
constexpr std::int32_t kButtonGray = 0xEFEFEF;
constexpr std::int32_t kMarkYellow = 0xFFFF00;

bool is_shown(std::uint64_t name) {
  switch (name) {
    case html_hash("alt"):
    case html_hash("title"):
    case html_hash("label"):
    case html_hash("placeholder"):
    case html_hash("aria-label"):
    case html_hash("aria-description"):
    case html_hash("aria-placeholder"):
    case html_hash("aria-valuetext"):
      return true;
    default:
      return false;
  }
}

// Input types whose value nobody reads.
bool hides_value(std::string_view type) {
  for (const std::string_view one : {"hidden", "checkbox", "radio", "password", "file", "image"}) {
    if (iequals(type, one)) return true;
  }
  return false;
}

// Names of <meta> whose content previews show.
bool is_previewed(std::string_view name) {
  return iequals(name, "description") || istarts_with(name, "og:") ||
         istarts_with(name, "twitter:");
}

}  // namespace

void HtmlAttributes::Giver::give(Place place, std::string_view text) const {
  if (!trim(text).empty()) out.append(ids.next(), place, text, true);
}

void HtmlAttributes::read(const HtmlTag& tag, const ElementInfo& element, StreamIds& ids,
                          TextPieces& out) {
  clear();
  const Giver giver{ids, out};
  for (const HtmlTag::Attribute& attribute : tag.attributes) {
    std::string_view value = tag.value(attribute);
    if (value.find('&') != std::string_view::npos) {
      decoded_.clear();
      decode_html_attribute(value, decoded_);
      value = decoded_;
    }
    value.remove_suffix(incomplete_utf8_suffix(value));  // where the tokenizer cut it
    if (is_shown(attribute.name)) {
      giver.give(Place::kHtmlAttr, value);
      continue;
    }
    if (keep_for_style(attribute.name, value)) continue;
    keep_for_pairs(attribute.name, value);
    const std::string number = html_call_target(value);
    if (!number.empty()) giver.give(Place::kHref, number);
  }
  give_pairs(element, giver);
}

void HtmlAttributes::clear() {
  for (std::string* text : {&style_, &classes_, &id_, &media_, &color_, &background_color_, &name_,
                            &type_, &content_, &value_, &direction_}) {
    text->clear();
  }
  hidden_ = href_ = background_image_ = false;
}

void HtmlAttributes::keep(std::string& to, std::string_view value) {
  if (to.empty()) to.assign(value);
}

bool HtmlAttributes::keep_for_style(std::uint64_t name, std::string_view value) {
  switch (name) {
    case html_hash("style"):
      keep(style_, value);
      return true;
    case html_hash("class"):
      keep(classes_, value);
      return true;
    case html_hash("id"):
      keep(id_, value);
      return true;
    case html_hash("media"):
      keep(media_, value);
      return true;
    case html_hash("color"):
    case html_hash("text"):
      keep(color_, value);
      return true;
    case html_hash("bgcolor"):
      keep(background_color_, value);
      return true;
    case html_hash("dir"):
      keep(direction_, value);
      return true;
    case html_hash("hidden"):
      hidden_ = true;
      return true;
    default:
      return false;
  }
}

void HtmlAttributes::keep_for_pairs(std::uint64_t name, std::string_view value) {
  switch (name) {
    case html_hash("href"):
      href_ = true;
      break;
    case html_hash("background"):
      background_image_ = true;
      break;
    case html_hash("name"):
    case html_hash("property"):
      keep(name_, value);
      break;
    case html_hash("type"):
      keep(type_, value);
      break;
    case html_hash("content"):
      keep(content_, value);
      break;
    case html_hash("value"):
      keep(value_, value);
      break;
    default:
      break;
  }
}

// Attributes that show only together with another one.
void HtmlAttributes::give_pairs(const ElementInfo& element, const Giver& giver) const {
  if (element.id == Element::kMeta && is_previewed(name_)) {
    giver.give(Place::kHtmlAttr, content_);
  }
  if (element.id == Element::kInput && !hides_value(type_)) giver.give(Place::kHtmlAttr, value_);
}

StyleProps HtmlAttributes::own_style(const ElementInfo& element) const {
  StyleProps props;
  if (hidden_) props.display = Display::kNone;
  switch (element.id) {
    case Element::kA:
      if (href_) props.color = kLinkBlue;  // not inherited
      break;
    case Element::kButton:
      props.color = kBlack;
      props.background = kButtonGray;
      break;
    case Element::kSelect:
      props.color = kBlack;
      props.background = kWhite;
      break;
    case Element::kBdo:
      props.set |= kBidiOverride;
      props.on |= kBidiOverride;
      break;
    case Element::kMark:
      props.color = kBlack;
      props.background = kMarkYellow;
      break;
    case Element::kTextarea:
      props.color = kBlack;
      props.background = kWhite;
      [[fallthrough]];
    case Element::kPre:
    case Element::kXmp:
    case Element::kPlaintext:
      props.white_space = WhiteSpace::kPreserve;
      props.set = kWhiteSpaceSet;
      break;
    default:
      break;
  }
  if (!direction_.empty()) {
    props.set |= kRightToLeft;
    if (iequals(trim(direction_), "rtl")) props.on |= kRightToLeft;
  }
  const std::int32_t color = parse_legacy_color(color_);
  if (color != kColorUnset) props.color = color;
  const std::int32_t background = parse_legacy_color(background_color_);
  if (background != kColorUnset) props.background = background;
  if (background_image_) {
    props.set |= kBackgroundImage;
    props.on |= kBackgroundImage;
  }
  return props;
}

}  // namespace ringfence
