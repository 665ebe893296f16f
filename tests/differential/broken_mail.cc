#include "tests/differential/broken_mail.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "tests/differential/mail_maker.h"

namespace ringfence::test {
namespace {

constexpr std::string_view kMarkerMiddle = "55501";
constexpr std::size_t kMarkerSize = 11;

// Damage at random places: to bytes, to lines, to the end.
void damage(Dice& dice, std::string& mail) {
  if (mail.empty()) return;
  static constexpr std::string_view kSigns("\0\n\r -=:;\"()<>?/\\\t%*,.\xC3\xFF@", 24);
  const std::size_t at = dice.below(mail.size());
  const std::size_t line = mail.rfind('\n', at) + 1;
  const std::size_t end = std::min(mail.find('\n', at), mail.size() - 1) + 1;
  const std::string taken = line < end ? mail.substr(line, end - line) : std::string();
  const std::size_t other = mail.rfind('\n', dice.below(mail.size())) + 1;
  switch (dice.below(11)) {
    case 0:
      mail.erase(at, 1 + dice.below(3));
      break;
    case 1:
      mail.insert(at, 1, kSigns[dice.below(kSigns.size())]);
      break;
    case 2:
      mail[at] = kSigns[dice.below(kSigns.size())];
      break;
    case 3:
      mail.resize(at);
      break;
    case 4:
      mail.erase(line, taken.size());
      break;
    case 5:
      mail.insert(line, taken);
      break;
    case 6:
      mail.insert(other, taken);
      break;
    case 7:
      mail.insert(line, dice.percent(50) ? " " : "\n");
      break;
    case 8:
      mail.insert(line, junk_field(dice));
      break;
    case 9:
      mail.insert(at, dice.percent(50) ? "\n" : "\n ");
      break;
    default:
      mail[at] = static_cast<char>(mail[at] ^ (dice.percent(50) ? 0x20 : 0x80));
      break;
  }
}

void break_lines(Dice& dice, std::string& mail) {
  const std::size_t way = dice.below(20);
  if (way < 8) return;
  std::string out;
  for (const char c : mail) {
    if (c != '\n') {
      out += c;
    } else if (way < 16) {
      out += "\r\n";
    } else if (way == 16) {
      out += "\r";
    } else if (way == 17) {
      out += "\r\r\n";
    } else {
      out += dice.percent(90) ? "\r\n" : dice.percent(50) ? "\n" : "\r";
    }
  }
  mail = std::move(out);
}

}  // namespace

// SplitMix64.
std::uint64_t Dice::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

std::string marker(int index) {
  return fmt::format("1{}{}{:02}", 212 + index / 100, kMarkerMiddle, index % 100);
}

std::set<std::string> markers_in(std::string_view text) {
  std::set<std::string> out;
  for (std::size_t at = 4; (at = text.find(kMarkerMiddle, at)) != std::string_view::npos; ++at) {
    const std::string_view found = text.substr(at - 4, kMarkerSize);
    if (found.size() == kMarkerSize && found[0] == '1' &&
        std::all_of(found.begin(), found.end(), is_ascii_digit)) {
      out.emplace(found);
    }
  }
  return out;
}

std::vector<std::string> golden_mails() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(RINGFENCE_SOURCE_DIR) + "/tests/mail")) {
    if (entry.path().extension() == ".eml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> out;
  int next = 0;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::string mail{std::istreambuf_iterator<char>(in), {}};
    for (const std::string_view start : {"+1 888 555 01", "020 7946 00"}) {
      for (std::size_t at = 0; (at = mail.find(start, at)) != std::string::npos;) {
        mail.replace(at, start.size() + 2, marker(next++ % 100));
      }
    }
    out.push_back(std::move(mail));
  }
  return out;
}

std::string broken_mail(std::uint64_t seed, const std::vector<std::string>& golden) {
  Dice dice(seed);
  MailMaker maker(dice, 100);  // behind those of the golden mails
  const bool composed = golden.empty() || dice.percent(75);
  std::string mail = composed ? maker.message(0) : golden[dice.below(golden.size())];
  for (std::size_t i = dice.below(composed ? 3 : 5); i > 0; --i) damage(dice, mail);
  if (composed) break_lines(dice, mail);
  return mail;
}

}  // namespace ringfence::test
