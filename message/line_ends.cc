#include "message/line_ends.h"

namespace ringfence {
namespace {

// Loops go over blocks of this size, for the compiler to make vectors of.
constexpr std::size_t kBlock = 64;

}  // namespace

void LineEndCheck::push(std::string_view bytes, DefectSet& defects) {
  if (found_ || bytes.empty()) return;
  if ((bytes.front() == '\n') != after_return_) return note(defects);
  // An LF stands behind every CR and nowhere else.
  std::size_t at = 1;
  for (; at + kBlock <= bytes.size(); at += kBlock) {
    const char* const block = bytes.data() + at;
    const char* const before = block - 1;
    unsigned char differs = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      differs |= static_cast<unsigned char>((block[i] == '\n') ^ (before[i] == '\r'));
    }
    if (differs != 0) return note(defects);
  }
  for (; at < bytes.size(); ++at) {
    if ((bytes[at] == '\n') != (bytes[at - 1] == '\r')) return note(defects);
  }
  after_return_ = bytes.back() == '\r';
}

void LineEndCheck::finish(DefectSet& defects) {
  if (after_return_) note(defects);
}

void LineEndCheck::note(DefectSet& defects) {
  found_ = true;
  defects.insert(Defect::kBareLf);
}

std::size_t find_lone_return(std::string_view bytes) {
  std::size_t at = 1;
  for (; at + kBlock <= bytes.size(); at += kBlock) {
    const char* const block = bytes.data() + at;
    const char* const before = block - 1;
    unsigned char lone = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      lone |= static_cast<unsigned char>((before[i] == '\r') & (block[i] != '\n'));
    }
    if (lone != 0) break;
  }
  for (; at < bytes.size(); ++at) {
    if (bytes[at - 1] == '\r' && bytes[at] != '\n') return at - 1;
  }
  return bytes.ends_with('\r') ? bytes.size() - 1 : std::string_view::npos;
}

void with_returns_as_line_ends(std::string_view bytes, std::string& out) {
  out.assign(bytes);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '\r' && (i + 1 == out.size() || out[i + 1] != '\n')) out[i] = '\n';
  }
}

}  // namespace ringfence
