#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>

#include "tests/differential/mail_view.h"
#include "tests/support/temporary_directory.h"

namespace ringfence::test {
namespace {

// Takes "SIZE\n" and that many bytes off the front.
bool take_text(std::string_view& in, std::string& out) {
  const std::size_t line_end = in.find('\n');
  if (line_end == std::string_view::npos) return false;
  out = in.substr(line_end + 1, std::stoul(std::string(in.substr(0, line_end))));
  in.remove_prefix(line_end + 1 + out.size());
  return true;
}

}  // namespace

std::vector<std::vector<ShownText>> python_views(const std::vector<std::string>& mails) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "mails";
  {
    std::ofstream file(path, std::ios::binary);
    for (const std::string& mail : mails) file << mail.size() << '\n' << mail;
  }
  const std::string command = std::string("python3 '") + RINGFENCE_SOURCE_DIR +
                              "/tests/differential/python_view.py' '" + path + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 65536> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  std::vector<std::vector<ShownText>> out;
  std::string_view rest = output;
  for (std::vector<ShownText> view; !rest.empty();) {
    if (rest.starts_with("end\n")) {
      rest.remove_prefix(4);
      out.push_back(std::exchange(view, {}));
      continue;
    }
    ShownText shown;
    if (!take_text(rest, shown.where) || !take_text(rest, shown.text)) return {};
    shown.html = shown.where == "part text/html";
    view.push_back(std::move(shown));
  }
  return out;
}

}  // namespace ringfence::test
