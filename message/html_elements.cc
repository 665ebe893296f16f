#include "message/html_elements.h"

#include <array>
#include <cstddef>

namespace ringfence {
namespace {

struct Row {
  std::string_view name;
  ElementInfo info;
};

using enum Element;
using enum Break;

constexpr Element block(unsigned number) {
  return static_cast<Element>(static_cast<unsigned>(kBlock) + number);
}

// Elements of one kind share an id where no rule tells them apart: an end tag </h2> ends <h1> (as
// the standard has it), </th> ends <td> (as renderers show it).
constexpr Row kRows[] = {
    {"a", {kA, kNone, 0}},
    {"address", {block(1), kNewline, kFlagClosesP}},
    {"applet", {kObject, kNone, kFlagScope}},
    {"area", {kVoid, kNone, kFlagVoid}},
    {"article", {block(2), kNewline, kFlagClosesP}},
    {"aside", {block(3), kNewline, kFlagClosesP}},
    {"base", {kVoid, kNone, kFlagVoid}},
    {"basefont", {kVoid, kNone, kFlagVoid}},
    {"bgsound", {kVoid, kNone, kFlagVoid}},
    {"bdo", {kBdo, kNone, 0}},
    {"blockquote", {block(4), kNewline, kFlagClosesP}},
    {"body", {kBody, kNewline, 0}},
    {"br", {kBr, kNewline, kFlagVoid}},
    {"button", {kButton, kTab, 0}},
    {"caption", {kCaption, kNewline, kFlagScope}},
    {"center", {block(5), kNewline, kFlagClosesP}},
    {"col", {kVoid, kNone, kFlagVoid}},
    {"datalist", {kHidden, kNone, kFlagHidden}},
    {"dd", {kDd, kNewline, kFlagClosesP}},
    {"details", {block(6), kNewline, kFlagClosesP}},
    {"dialog", {block(7), kNewline, kFlagClosesP}},
    {"dir", {kList, kNewline, kFlagClosesP}},
    {"div", {block(8), kNewline, kFlagClosesP}},
    {"dl", {kDl, kNewline, kFlagClosesP}},
    {"dt", {kDd, kNewline, kFlagClosesP}},
    {"embed", {kVoid, kNone, kFlagVoid}},
    {"fieldset", {block(9), kNewline, kFlagClosesP}},
    {"figcaption", {block(10), kNewline, kFlagClosesP}},
    {"figure", {block(11), kNewline, kFlagClosesP}},
    {"font", {kFont, kNone, 0}},
    {"footer", {block(12), kNewline, kFlagClosesP}},
    {"form", {block(13), kNewline, kFlagClosesP}},
    {"frame", {kVoid, kNone, kFlagVoid}},
    {"h1", {kHeading, kNewline, kFlagClosesP}},
    {"h2", {kHeading, kNewline, kFlagClosesP}},
    {"h3", {kHeading, kNewline, kFlagClosesP}},
    {"h4", {kHeading, kNewline, kFlagClosesP}},
    {"h5", {kHeading, kNewline, kFlagClosesP}},
    {"h6", {kHeading, kNewline, kFlagClosesP}},
    {"head", {kHead, kNewline, 0}},
    {"header", {block(14), kNewline, kFlagClosesP}},
    {"hgroup", {block(15), kNewline, kFlagClosesP}},
    {"hr", {kHr, kNewline, kFlagVoid | kFlagClosesP}},
    {"html", {kHtml, kNewline, 0}},
    {"iframe", {kRawText, kNone, kFlagHidden}},
    {"image", {kImg, kNone, kFlagVoid}},
    {"img", {kImg, kNone, kFlagVoid}},
    {"input", {kInput, kTab, kFlagVoid}},
    {"keygen", {kVoid, kNone, kFlagVoid}},
    {"legend", {block(16), kNewline, 0}},
    {"li", {kLi, kNewline, kFlagClosesP}},
    {"link", {kVoid, kNone, kFlagVoid}},
    {"listing", {kPre, kNewline, kFlagClosesP}},
    {"main", {block(17), kNewline, kFlagClosesP}},
    {"mark", {kMark, kNone, 0}},
    {"marquee", {kObject, kNewline, kFlagScope}},
    {"math", {kSvg, kNone, 0}},
    {"menu", {kList, kNewline, kFlagClosesP}},
    {"meta", {kMeta, kNone, kFlagVoid}},
    {"nav", {block(18), kNewline, kFlagClosesP}},
    {"noembed", {kRawText, kNone, kFlagHidden}},
    {"noframes", {kRawText, kNone, kFlagHidden}},
    {"object", {kObject, kTab, kFlagScope}},
    {"ol", {kList, kNewline, kFlagClosesP}},
    {"optgroup", {kOptgroup, kNewline, 0}},
    {"option", {kOption, kNewline, 0}},
    {"p", {kP, kNewline, kFlagClosesP}},
    {"param", {kVoid, kNone, kFlagVoid}},
    {"plaintext", {kPlaintext, kNewline, kFlagClosesP}},
    {"pre", {kPre, kNewline, kFlagClosesP}},
    {"rp", {kHidden, kNone, kFlagHidden}},
    {"script", {kScript, kNone, kFlagHidden}},
    {"search", {block(19), kNewline, kFlagClosesP}},
    {"section", {block(20), kNewline, kFlagClosesP}},
    {"select", {kSelect, kTab, 0}},
    {"source", {kVoid, kNone, kFlagVoid}},
    {"style", {kStyle, kNone, kFlagHidden}},
    {"summary", {block(21), kNewline, kFlagClosesP}},
    {"svg", {kSvg, kNone, 0}},
    {"table", {kTable, kNewline, kFlagScope}},
    {"tbody", {kRowGroup, kNewline, 0}},
    {"td", {kCell, kTab, kFlagScope}},
    {"template", {kTemplate, kNone, kFlagScope | kFlagHidden}},
    {"textarea", {kTextarea, kNewline, 0}},
    {"tfoot", {kRowGroup, kNewline, 0}},
    {"th", {kCell, kTab, kFlagScope}},
    {"thead", {kRowGroup, kNewline, 0}},
    {"title", {kTitle, kNewline, 0}},
    {"tr", {kRow, kNewline, 0}},
    {"track", {kVoid, kNone, kFlagVoid}},
    {"ul", {kList, kNewline, kFlagClosesP}},
    {"wbr", {kVoid, kNone, kFlagVoid}},
    {"xmp", {kXmp, kNewline, kFlagClosesP}},
};

struct Slot {
  std::uint64_t hash = 0;
  ElementInfo info;
};

constexpr std::size_t kSlots = 512;  // open addressing, under a quarter full

constexpr std::array<Slot, kSlots> make_table() {
  std::array<Slot, kSlots> table{};
  for (const Row& row : kRows) {
    const std::uint64_t hash = html_hash(row.name);
    std::size_t at = hash % kSlots;
    while (table[at].hash != 0) at = (at + 1) % kSlots;
    table[at] = {hash, row.info};
  }
  return table;
}

constexpr std::array<Slot, kSlots> kByHash = make_table();

}  // namespace

ElementInfo element_info(std::uint64_t hash) {
  for (std::size_t at = hash % kSlots; kByHash[at].hash != 0; at = (at + 1) % kSlots) {
    if (kByHash[at].hash == hash) return kByHash[at].info;
  }
  ElementInfo info;
  info.id = static_cast<Element>(static_cast<unsigned>(kOther) | ((hash >> 40) & 127u));
  return info;
}

}  // namespace ringfence
