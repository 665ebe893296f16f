#include "ctl/text_table.h"

#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cwchar>
#include <numeric>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kColumnsAssumed = 80;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// wcwidth() knows the characters by the thread's locale, and that of this process is "C".
class Utf8Locale {
 public:
  Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Locale() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

  /// 1 for what is not known: unassigned, or all when the system lacks the locale.
  std::size_t width(char32_t scalar) const {
    if (locale_ == nullptr) return 1;
    const int cells = ::wcwidth(static_cast<wchar_t>(scalar));
    return cells < 0 ? 1 : static_cast<std::size_t>(cells);
  }

 private:
  locale_t locale_;
  locale_t before_{};
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::size_t terminal_columns() {
  if (::isatty(STDOUT_FILENO) != 1) return 0;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* said = std::getenv("COLUMNS");
  const long columns = said != nullptr ? std::strtol(said, nullptr, 10) : 0;
  return columns > 0 ? static_cast<std::size_t>(columns) : kColumnsAssumed;
}

std::size_t display_width(std::string_view text) {
  if (is_ascii(text)) return text.size();
  const Utf8Locale locale;
  std::size_t out = 0;
  while (!text.empty()) {
    const Utf8Step step = decode_utf8(text);
    out += locale.width(step.scalar);
    text.remove_prefix(step.size);
  }
  return out;
}

std::string fit(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  const Utf8Locale locale;
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < text.size()) {
    const Utf8Step step = decode_utf8(text.substr(at));
    used += locale.width(step.scalar);
    if (used > columns - 1) break;  // the last cell is the ellipsis's
    at += step.size;
  }
  return std::string(text.substr(0, at)).append(kEllipsis);
}

TextTable::TextTable(std::vector<Column> columns, std::size_t line_columns)
    : columns_(std::move(columns)), line_columns_(line_columns) {
  for (const Column& column : columns_) widths_.push_back(display_width(column.title));
}

void TextTable::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

// The widest of those that may be narrowed gives a cell until the line fits.
std::vector<std::size_t> TextTable::fitted() const {
  std::vector<std::size_t> out = widths_;
  if (line_columns_ == 0 || out.empty()) return out;
  std::size_t total = std::accumulate(out.begin(), out.end(), kGap * (out.size() - 1));
  while (total > line_columns_) {
    std::size_t widest = out.size();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool may_give = columns_[i].least > 0 && out[i] > columns_[i].least;
      if (may_give && (widest == out.size() || out[i] > out[widest])) widest = i;
    }
    if (widest == out.size()) break;
    --out[widest];
    --total;
  }
  return out;
}

std::string TextTable::line(const std::vector<std::string>& cells,
                            const std::vector<std::size_t>& widths) const {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = fit(cells[i], widths[i]);
    const std::string blanks(widths[i] - display_width(cell), ' ');
    out += columns_[i].right ? blanks + cell : cell + blanks;
    out.append(i + 1 < cells.size() ? kGap : 0, ' ');
  }
  out.erase(out.find_last_not_of(' ') + 1);
  if (line_columns_ > 0) out = fit(out, line_columns_);
  return out + '\n';
}

std::string TextTable::take() {
  const std::vector<std::size_t> widths = fitted();
  std::string out;
  if (!titled_ && !rows_.empty()) {
    std::vector<std::string> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    out = line(titles, widths);
    titled_ = true;
  }
  for (const auto& row : rows_) out += line(row, widths);
  rows_.clear();
  return out;
}

}  // namespace ringfence
