#include "message/html_text.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "message/html_attributes.h"
#include "message/html_open_elements.h"
#include "message/html_sink.h"
#include "message/html_style_rules.h"
#include "message/html_tokenizer.h"

namespace ringfence {
namespace {

constexpr std::size_t kSheetBytesMax = 128u << 10;  // of all <style> elements of a part
constexpr std::int32_t kWhite = 0xFFFFFF;
constexpr std::string_view kRightToLeftOverride = "\u202E";
constexpr std::string_view kPopDirection = "\u202C";

}  // namespace

class HtmlText::Impl final : public HtmlTokenHandler {
 public:
  Impl(const MessageOptions& options, StreamIds& ids) : Impl(options, ids, Place::kHtml, false) {}

  void push(std::string_view utf8, TextPieces& out);
  void finish(TextPieces& out);
  LimitSet limits() const { return limits_; }

  void on_text(std::string_view text) override;
  HtmlContent on_start_tag(const HtmlTag& tag) override;
  void on_end_tag(const HtmlTag& tag) override;
  void on_excess(std::string_view raw) override;
  void on_unclosed(std::string_view raw) override;
  void on_conditional(std::string_view raw) override;
  void on_conditional_end() override;

 private:
  /// `within`: of a conditional comment.
  Impl(const MessageOptions& options, StreamIds& ids, Place place, bool within)
      : options_(options),
        ids_(&ids),
        token_bytes_max_(options.html_token_bytes_max),
        tokenizer_(options.html_token_bytes_max),
        open_(options.html_depth_max),
        visible_(place, ids),
        hidden_(Place::kHtmlHidden, ids),
        within_conditional_(within) {}

  enum class RawText : std::uint8_t { kNone, kSheet, kDropped };
  // The newline right after <pre> and <textarea> does not show.
  enum class Skip : std::uint8_t { kNothing, kNewline, kLineFeed };

  StyleProps cascade(const HtmlTag& tag, const ElementInfo& element);
  HtmlContent open_element(const HtmlTag& tag, const ElementInfo& element);
  HtmlContent begin_content(const ElementInfo& element);
  void restyle_body(const StyleProps& props);
  void close_to(std::size_t position);
  void part(const HtmlTextStyle& style, Break width);
  void turn(const HtmlTextStyle& style, std::string_view control);
  void end_raw_text();
  std::string_view without_first_newline(std::string_view text);
  std::int32_t page_color() const {
    return rules_.has_unread_background() ? kColorUnknown : kWhite;
  }

  MessageOptions options_;
  StreamIds* ids_;
  std::size_t token_bytes_max_;
  HtmlTokenizer tokenizer_;
  HtmlOpenElements open_;
  HtmlStyleRules rules_;
  HtmlSink visible_;
  HtmlSink hidden_;
  HtmlAttributes attributes_;
  std::string torn_;      // the first bytes of a scalar that a push ended within
  std::string raw_text_;  // of <style>, <script>, ... under way
  std::size_t sheet_bytes_ = 0;
  RawText raw_ = RawText::kNone;
  bool body_seen_ = false;
  Skip skip_ = Skip::kNothing;
  LimitSet limits_;
  TextPieces* out_ = nullptr;  // during push and finish
  bool within_conditional_;
  std::unique_ptr<Impl> conditional_;  // of the conditional comment under way
};

void HtmlText::Impl::push(std::string_view utf8, TextPieces& out) {
  out_ = &out;
  while (!torn_.empty() && !utf8.empty()) {
    torn_.push_back(utf8.front());
    utf8.remove_prefix(1);
    if (incomplete_utf8_suffix(torn_) == 0) {
      tokenizer_.push(torn_, *this);
      torn_.clear();
    }
  }
  const std::size_t torn = incomplete_utf8_suffix(utf8);
  tokenizer_.push(utf8.substr(0, utf8.size() - torn), *this);
  torn_.append(utf8.substr(utf8.size() - torn));
}

void HtmlText::Impl::finish(TextPieces& out) {
  out_ = &out;
  if (!torn_.empty()) tokenizer_.push("\xEF\xBF\xBD", *this);
  tokenizer_.finish(*this);
  if (raw_ != RawText::kNone && !within_conditional_) on_unclosed(raw_text_);
  visible_.finish(out);
  hidden_.finish(out);
}

void HtmlText::Impl::on_text(std::string_view text) {
  if (raw_ != RawText::kNone) {
    const std::size_t bytes_max =
        raw_ == RawText::kSheet ? kSheetBytesMax - sheet_bytes_ : token_bytes_max_;
    const std::size_t room = bytes_max - std::min(bytes_max, raw_text_.size());
    raw_text_.append(text.substr(0, room));
    if (text.size() > room && raw_ == RawText::kSheet) limits_.insert(Limit::kHtmlTokenBytes);
    return;
  }
  const HtmlTextStyle& style = open_.style();
  if (skip_ != Skip::kNothing) text = without_first_newline(text);
  if (!style.hidden()) {
    visible_.text(text, style.white_space, *out_);
  } else if (hidden_.text(text, style.white_space, *out_)) {
    visible_.mark_gap();
  }
}

std::string_view HtmlText::Impl::without_first_newline(std::string_view text) {
  const bool carriage_return = skip_ == Skip::kNewline && text.substr(0, 1) == "\r";
  if (carriage_return) text.remove_prefix(1);
  if (text.empty()) {
    if (carriage_return) skip_ = Skip::kLineFeed;
    return text;
  }
  skip_ = Skip::kNothing;
  if (text.front() == '\n') text.remove_prefix(1);
  return text;
}

void HtmlText::Impl::on_excess(std::string_view raw) {
  limits_.insert(Limit::kHtmlTokenBytes);
  hidden_.text(raw, WhiteSpace::kCollapse, *out_);
}

void HtmlText::Impl::on_unclosed(std::string_view raw) {
  if (raw.size() >= token_bytes_max_) limits_.insert(Limit::kHtmlTokenBytes);
  raw.remove_suffix(incomplete_utf8_suffix(raw));
  hidden_.part(Break::kNewline);
  hidden_.text(raw, WhiteSpace::kCollapse, *out_);
}

void HtmlText::Impl::on_conditional(std::string_view raw) {
  if (within_conditional_) return;  // none within another
  if (!conditional_) {
    const Place place = open_.style().hidden() ? Place::kHtmlHidden : Place::kHtml;
    conditional_.reset(new Impl(options_, *ids_, place, true));
  }
  conditional_->push(raw, *out_);
}

void HtmlText::Impl::on_conditional_end() {
  if (!conditional_) return;
  conditional_->finish(*out_);
  limits_.insert(conditional_->limits());
  conditional_.reset();
}

HtmlContent HtmlText::Impl::on_start_tag(const HtmlTag& tag) {
  skip_ = Skip::kNothing;
  const ElementInfo element = element_info(tag.name);
  attributes_.read(tag, element, *ids_, *out_);
  if (element.id == Element::kHead || open_.ignores(element.id)) return HtmlContent::kData;
  return open_element(tag, element);
}

StyleProps HtmlText::Impl::cascade(const HtmlTag& tag, const ElementInfo& element) {
  StyleProps props = attributes_.own_style(element);
  StyleDeclarations by_rules;
  if (!rules_.empty()) {
    std::array<std::uint64_t, HtmlStyleRules::kElementClassesMax> classes{};
    std::size_t count = 0;
    std::string_view rest = trim(attributes_.classes());
    while (!rest.empty() && count < classes.size()) {
      const auto* end = std::find_if(rest.begin(), rest.end(), is_ascii_space);
      const auto size = static_cast<std::size_t>(end - rest.begin());
      classes[count++] = html_hash(rest.substr(0, size));
      rest = trim(rest.substr(size));
    }
    HtmlStyleRules::Subject subject{tag.name, 0, {classes.data(), count}};
    if (!attributes_.id().empty()) subject.id = html_hash(attributes_.id());
    by_rules = rules_.match(subject);
    props.override_with(by_rules.normal);
  }
  if (!attributes_.style().empty()) {
    const StyleDeclarations inline_style = parse_style_declarations(attributes_.style());
    props.override_with(inline_style.normal);
    props.override_with(by_rules.important);
    props.override_with(inline_style.important);
  } else {
    props.override_with(by_rules.important);
  }
  return props;
}

HtmlContent HtmlText::Impl::open_element(const HtmlTag& tag, const ElementInfo& element) {
  const StyleProps props = cascade(tag, element);
  if (element.id == Element::kBody || element.id == Element::kHtml) {
    if (body_seen_) {
      restyle_body(props);
      return HtmlContent::kData;
    }
    body_seen_ = element.id == Element::kBody;
  }
  close_to(open_.implied_end(element));
  const bool was_hidden = open_.style().hidden();
  const HtmlTextStyle style = derive_text_style(open_.style(), element, props, page_color());
  part(style, style.edge);
  if ((element.flags & kFlagVoid) != 0) return HtmlContent::kData;
  const bool foreign =
      tag.self_closing && (element.id == Element::kSvg || open_.in_scope(Element::kSvg));
  if (foreign) return HtmlContent::kData;
  if (style.hidden() && !was_hidden) hidden_.part(Break::kNewline);
  if (style.reversed && !open_.style().reversed) turn(style, kRightToLeftOverride);
  if (!open_.push(element, style)) limits_.insert(Limit::kHtmlDepth);
  // Outlook reads it as settings and shows none of it.
  if (within_conditional_ && tag.name == html_hash("xml")) {
    raw_ = RawText::kDropped;
    raw_text_.clear();
    return HtmlContent::kRawText;
  }
  return begin_content(element);
}

HtmlContent HtmlText::Impl::begin_content(const ElementInfo& element) {
  switch (element.id) {
    case Element::kStyle:
    case Element::kScript:
    case Element::kRawText:
      raw_ = element.id == Element::kStyle ? RawText::kSheet : RawText::kDropped;
      raw_text_.clear();
      return HtmlContent::kRawText;
    case Element::kXmp:
      return HtmlContent::kRawText;
    case Element::kTitle:
      return HtmlContent::kRcdata;
    case Element::kTextarea:
      skip_ = Skip::kNewline;
      return HtmlContent::kRcdata;
    case Element::kPlaintext:
      return HtmlContent::kPlainText;
    case Element::kPre:
      skip_ = Skip::kNewline;
      return HtmlContent::kData;
    default:
      return HtmlContent::kData;
  }
}

// A second <body>, of a quoted message: what it says holds for what follows.
void HtmlText::Impl::restyle_body(const StyleProps& props) {
  HtmlTextStyle& style = open_.style();
  StyleProps colors;
  colors.color = props.color;
  colors.background = props.background;
  const Break edge = style.edge;
  style = derive_text_style(style, ElementInfo{}, colors, page_color());
  style.edge = edge;
}

void HtmlText::Impl::on_end_tag(const HtmlTag& tag) {
  skip_ = Skip::kNothing;
  if (raw_ != RawText::kNone) end_raw_text();
  const ElementInfo element = element_info(tag.name);
  switch (element.id) {
    case Element::kHtml:
    case Element::kBody:
    case Element::kHead:
      return;
    case Element::kBr:
      part(open_.style(), Break::kNewline);
      return;
    default:
      break;
  }
  if (open_.take_excess(element.id)) {
    part(open_.style(), element.edge);
    return;
  }
  const std::size_t position = open_.ended_by(element.id);
  if (position != HtmlOpenElements::kNotOpen) {
    close_to(position);
  } else if (element.id == Element::kP) {
    part(open_.style(), Break::kNewline);
  }
}

void HtmlText::Impl::end_raw_text() {
  if (raw_ == RawText::kSheet) {
    sheet_bytes_ += raw_text_.size();
    const std::string_view media = trim(attributes_.media());
    if (media.empty() || iequals(media, "all") || iequals(media, "screen")) {
      rules_.add_sheet(raw_text_);
    }
  }
  raw_ = RawText::kNone;
  raw_text_.clear();
}

void HtmlText::Impl::close_to(std::size_t position) {
  while (open_.size() > position) {
    const HtmlTextStyle closed = open_.style();
    open_.pop();
    part(closed, closed.edge);
    if (closed.hidden() && !open_.style().hidden()) hidden_.part(Break::kNewline);
    if (closed.reversed && !open_.style().reversed) turn(closed, kPopDirection);
  }
}

// As if the page had the control character that does the same.
void HtmlText::Impl::turn(const HtmlTextStyle& style, std::string_view control) {
  if (!style.hidden()) visible_.text(control, WhiteSpace::kCollapse, *out_);
}

// What has no box does not part what is shown around it.
void HtmlText::Impl::part(const HtmlTextStyle& style, Break width) {
  if (width == Break::kNone) return;
  if (!style.no_box) visible_.part(width);
  if (style.hidden()) hidden_.part(width);
}

HtmlText::HtmlText(const MessageOptions& options, StreamIds& ids)
    : impl_(std::make_unique<Impl>(options, ids)) {}
HtmlText::HtmlText(HtmlText&&) noexcept = default;
HtmlText& HtmlText::operator=(HtmlText&&) noexcept = default;
HtmlText::~HtmlText() = default;

void HtmlText::push(std::string_view utf8, TextPieces& out) { impl_->push(utf8, out); }
void HtmlText::finish(TextPieces& out) { impl_->finish(out); }
LimitSet HtmlText::limits() const { return impl_->limits(); }

}  // namespace ringfence
