// MimeParser's bodies: where they end, and the containers around them.
//
// Within a line nothing can happen, so bytes go to the handler in runs of many lines: a run ends
// only before a line that begins with a hyphen, and at the end of a push.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "message/mime_parser.h"

namespace ringfence {
namespace {

// White space and junk behind a boundary on its line.
constexpr std::size_t kBoundaryJunkBytesMax = 256;
// A boundary shorter than this must fill its line: "--a" begins too many sentences.
constexpr std::size_t kLooseBoundaryBytesMin = 6;
constexpr std::size_t kAdoptedBoundaryBytesMax = 200;
constexpr std::size_t kBoundaryCountMax = 4;  // of one multipart
constexpr std::string_view kContentPrefix = "content-";

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void MimeParser::enter_multipart() {
  if (header_.encoding != TransferEncoding::kIdentity) {
    tally_->defects.insert(Defect::kTransferEncodingMultipart);
  }
  std::vector<std::string> boundaries;
  const auto add = [&](std::string_view boundary) {
    boundary = trim_end(boundary);
    if (!boundary.empty() && std::ranges::find(boundaries, boundary) == boundaries.end() &&
        boundaries.size() < kBoundaryCountMax) {
      boundaries.emplace_back(boundary);
    }
  };
  for (const Parameter& parameter : header_.type.parameters) {
    if (parameter.name != "boundary") continue;
    add(parameter.value);
    // A comment behind it is part of it to some programs.
    const std::size_t comment = parameter.value.find(" (");
    if (comment != std::string::npos) add(std::string_view(parameter.value).substr(0, comment));
    // A backslash is a sign of its own, or a mark before the next one.
    std::string unescaped = parameter.value;
    std::erase(unescaped, '\\');
    add(unescaped);
  }
  for (const std::string& boundary : header_.other_boundaries) add(boundary);
  if (boundaries.empty()) tally_->defects.insert(Defect::kBoundaryMissing);
  const bool doubtful = doubtful_ || suspicious_ || !header_.type.clean || boundaries.size() > 1;
  const PartHeader header = header_;
  if (depth() >= options_.part_depth_max) {
    tally_->limits.insert(Limit::kPartDepth);
    begin_body(BodyKind::kRaw, header);
  } else {
    frames_.push_back({header, std::move(boundaries), true, false, false, doubtful});
    note_frames();
    begin_body(BodyKind::kPreamble, header);
  }
}

void MimeParser::begin_body(BodyKind kind, const PartHeader& header) {
  state_ = State::kBody;
  at_line_start_ = true;
  watching_ = false;
  line_end_.clear();
  held_.clear();
  in_body_ = true;
  handler_->on_body_begin(kind, header);
}

void MimeParser::end_body() {
  if (std::exchange(in_body_, false)) handler_->on_body_end();
}

std::size_t MimeParser::push_body(std::string_view bytes) {
  if (!boundaries_) {  // nothing but the end of the message ends this body
    handler_->on_body(bytes);
    return bytes.size();
  }
  if (at_line_start_) return take_line_start(bytes);
  if (line_end_ == "\r") {
    if (bytes.front() == '\n') {
      line_end_ = "\r\n";
      at_line_start_ = true;
      return 1;
    }
    release_line_start();
  }
  for (std::size_t at = 0;;) {
    const std::size_t feed = bytes.find('\n', at);
    if (feed == std::string_view::npos) break;
    at = feed + 1;
    if (at < bytes.size() && bytes[at] != '-' && !watching_) continue;
    const std::size_t end = feed > 0 && bytes[feed - 1] == '\r' ? feed - 1 : feed;
    if (end > 0) handler_->on_body(bytes.substr(0, end));
    line_end_ = bytes.substr(end, at - end);
    at_line_start_ = true;
    return at;
  }
  const std::size_t end = bytes.back() == '\r' ? bytes.size() - 1 : bytes.size();
  if (end > 0) handler_->on_body(bytes.substr(0, end));
  line_end_ = bytes.substr(end);
  return bytes.size();
}

// The line turned out to be text: the line end before it and what was held of it, but for a CR at
// the end of that, which may be half of the next line end.
std::size_t MimeParser::release_line_start() {
  if (!line_end_.empty()) handler_->on_body(std::exchange(line_end_, {}));
  if (held_.ends_with('\r')) {
    held_.pop_back();
    line_end_ = "\r";
  }
  if (!held_.empty()) handler_->on_body(std::exchange(held_, {}));
  at_line_start_ = false;
  return 0;
}

// The start of a line: decides whether it is a boundary as soon as that is known, and takes nothing
// of a line that is not.
std::size_t MimeParser::take_line_start(std::string_view bytes) {
  const char first = held_.empty() ? bytes.front() : held_.front();
  if (first != '-') return watching_ ? watch_next_line(bytes) : release_line_start();
  const std::size_t feed = bytes.find('\n');
  const std::string_view piece = bytes.substr(0, feed);
  const std::size_t size = held_.size() + piece.size();
  const char second = held_.size() > 1 ? held_[1] : size > 1 ? piece[1 - held_.size()] : '-';
  if (second != '-' || size > boundary_line_max_) {
    watching_ = false;
    return release_line_start();
  }
  if (feed == std::string_view::npos) {
    held_.append(piece);
    return bytes.size();
  }
  const std::string held = std::exchange(held_, {});
  const std::string joined = held.empty() ? std::string() : held + std::string(piece);
  const std::string_view line = held.empty() ? piece : joined;
  if (take_boundary_line(line)) return feed + 1;
  watching_ = may_adopt() && line.starts_with("--") && trim_end(line).size() > 2 &&
              line.size() <= kAdoptedBoundaryBytesMax;
  if (watching_) adoptable_ = trim_end(line.substr(2));
  held_ = held;
  return release_line_start();
}

bool MimeParser::take_boundary_line(std::string_view line) {
  const Match match = match_boundary(line);
  if (!match.found) return false;
  at_boundary(match);
  return true;
}

MimeParser::Match MimeParser::match_boundary(std::string_view line) const {
  if (!line.starts_with("--")) return {};
  const std::string_view rest = trim_end(line.substr(2));
  for (std::size_t i = frames_.size(); i-- > 0;) {
    for (const std::string& boundary : frames_[i].boundaries) {
      if (!rest.starts_with(boundary)) continue;
      const std::string_view behind = rest.substr(boundary.size());
      if (behind.empty()) return {i, true, false, true};
      if (trim(behind) == "--") return {i, true, true, behind == "--"};
    }
  }
  return match_loosely(rest);
}

// The longest boundary that `rest` begins with, whatever stands behind it.
MimeParser::Match MimeParser::match_loosely(std::string_view rest) const {
  Match best;
  std::size_t best_size = 0;
  for (std::size_t i = frames_.size(); i-- > 0;) {
    for (const std::string& boundary : frames_[i].boundaries) {
      if (boundary.size() < kLooseBoundaryBytesMin || boundary.size() <= best_size) continue;
      if (!rest.starts_with(boundary)) continue;
      const std::string_view behind = rest.substr(boundary.size());
      const bool closes = behind.starts_with("--");
      if (!closes && !is_ascii_space(behind.front())) continue;
      best = {i, true, closes, false};
      best_size = boundary.size();
    }
  }
  return best;
}

void MimeParser::at_boundary(const Match& match) {
  line_end_.clear();
  held_.clear();
  end_body();
  pop_frames(match.frame + 1);
  Frame& frame = frames_.back();
  frame.opened = true;
  const bool again = frame.closed;
  // To those who see no boundary here the body before it goes on.
  const TransferEncoding before = header_.encoding;
  if (match.closes) {
    frame.closed = true;
    if (match.exact || before == TransferEncoding::kIdentity) {
      return begin_body(BodyKind::kRaw, frame.header);
    }
    PartHeader header;
    header.encoding = before;
    header.other_encodings = {TransferEncoding::kIdentity};
    return begin_body(BodyKind::kLeaf, header);
  }
  if (tally_->parts >= options_.part_count_max) {
    tally_->limits.insert(Limit::kPartCount);
    return begin_body(BodyKind::kRaw, frame.header);
  }
  begin_header(false, frame.doubtful || again || !match.exact);
  if (!match.exact) header_.other_encodings = {before};
}

void MimeParser::pop_frames(std::size_t keep) {
  while (frames_.size() > keep) {
    const Frame& frame = frames_.back();
    if (frame.multipart && !frame.opened && !frame.boundaries.empty()) {
      tally_->defects.insert(Defect::kBoundaryNotFound);
    }
    if (frame.opened && !frame.closed) tally_->defects.insert(Defect::kBoundaryUnclosed);
    frames_.pop_back();
  }
  note_frames();
}

void MimeParser::note_frames() {
  boundaries_ = std::ranges::any_of(frames_, &Frame::multipart);
  std::size_t longest = kAdoptedBoundaryBytesMax;
  for (const Frame& frame : frames_) {
    for (const std::string& boundary : frame.boundaries) {
      longest = std::max(longest, boundary.size());
    }
  }
  boundary_line_max_ = longest + 4 + kBoundaryJunkBytesMax;
}

// In a preamble, before the multipart's own boundary came (or when it has none), "--X" followed by
// a line "Content-..." begins a part for programs that took the boundary from elsewhere.
bool MimeParser::may_adopt() const {
  return !frames_.empty() && frames_.back().multipart && !frames_.back().opened &&
         depth() < options_.part_depth_max && tally_->parts < options_.part_count_max;
}

std::size_t MimeParser::watch_next_line(std::string_view bytes) {
  const std::size_t want = std::min(kContentPrefix.size() - held_.size(), bytes.size());
  const std::string start = held_ + std::string(bytes.substr(0, want));
  if (!istarts_with(kContentPrefix, start)) {
    watching_ = false;
    return release_line_start();
  }
  if (start.size() < kContentPrefix.size()) {
    held_ = start;
    return want;
  }
  watching_ = false;
  line_end_.clear();
  held_.clear();
  end_body();
  Frame frame{frames_.back().header, {std::move(adoptable_)}, true, true, false, true};
  frames_.push_back(std::move(frame));
  note_frames();
  begin_header(false, true);
  line_ = start;
  return want;
}

}  // namespace ringfence
