// The mails of tests/mail against what a reader of them should see (NAME.txt beside NAME.eml),
// whole and cut at every byte; and against what Python's email package decodes.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "tests/message/reading.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = RINGFENCE_SOURCE_DIR;

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> mail_names() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kSource / "tests/mail")) {
    const fs::path expected = fs::path(entry.path()).replace_extension(".txt");
    if (entry.path().extension() == ".eml" && fs::exists(expected))
      out.push_back(entry.path().stem());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\\')
      out += "\\\\";
    else
      out += c;
  }
  return out;
}

// One line a stream, "place: text", then parts, defects and limits.
std::string describe(const test::Reading& reading) {
  std::string out;
  for (const test::Stream& stream : reading.streams) {
    out += std::string(to_token(stream.place)) + ": " + escape(stream.text) + "\n";
  }
  out += "= parts " + std::to_string(reading.facts.parts) + "\n= defects";
  reading.facts.defects.for_each([&](Defect d) { out += " " + std::string(to_token(d)); });
  out += "\n= limits";
  reading.facts.limits.for_each([&](Limit l) { out += " " + std::string(to_token(l)); });
  return out + "\n";
}

class GoldenMail : public testing::TestWithParam<std::string> {};

TEST_P(GoldenMail, ReadsAsExpected) {
  const fs::path mail = kSource / "tests/mail" / (GetParam() + ".eml");
  const std::string seen = describe(test::read_mail(read_all(mail)));
  const fs::path expected = fs::path(mail).replace_extension(".txt");
  EXPECT_EQ(seen, read_all(expected));
  if (HasFailure() && std::getenv("RINGFENCE_WRITE_EXPECTED") != nullptr) {
    std::ofstream(expected, std::ios::binary) << seen;
  }
}

TEST_P(GoldenMail, EverySplit) {
  test::expect_every_split(read_all(kSource / "tests/mail" / (GetParam() + ".eml")));
}

INSTANTIATE_TEST_SUITE_P(Mails, GoldenMail, testing::ValuesIn(mail_names()), [](const auto& mail) {
  std::string name = mail.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_ascii_alnum(c); }, '_');
  return name;
});

TEST(GoldenMails, AreThere) { EXPECT_GE(mail_names().size(), 30u); }

// Python's email package on the same mails: every text/plain part it decodes must be among our
// texts. Left out are mails that the two read differently on purpose; the reason stands beside
// each.
TEST(GoldenMails, PythonSeesNothingWeMiss) {
  const std::pair<std::string_view, std::string_view> differ[] = {
      {"base64-broken", "the footer: Python drops the whole body's end"},
      {"calendar", "it knows no calendars"},
      {"contact", "nor contacts"},
      {"duplicates", "of two types it takes the first"},
      {"encoded-message", "it does not undo the encoding of attached messages"},
      {"flowed", "it does not join flowed lines"},
      {"flowed-delsp", "likewise"},
      {"header-junk", "it ends the header at the first line that is no field"},
      {"mbox-lf", "it keeps the mark of >From"},
      {"nul", "it keeps the NUL"},
      {"octets", "it decodes a PDF that is said to be text"},
      {"qp-broken", "it ends the text at the last soft break"},
      {"quoted", "it keeps the quote marks"},
      {"report", "it reads the status and the returned header as messages"},
  };
  std::vector<fs::path> mails;
  std::string command = "python3 '" + (kSource / "tests/message/email_texts.py").string() + "'";
  for (const std::string& name : mail_names()) {
    if (std::none_of(std::begin(differ), std::end(differ),
                     [&](auto& d) { return d.first == name; })) {
      mails.push_back(kSource / "tests/mail" / (name + ".eml"));
      command += " '" + mails.back().string() + "'";
    }
  }
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  ASSERT_TRUE(pipe);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  if (output.empty()) GTEST_SKIP() << "python3 with its email package did not run";

  std::string_view said = output;
  for (const fs::path& mail : mails) {
    const test::Reading reading = test::read_mail(read_all(mail));
    for (; !said.starts_with("end\n");) {
      const std::size_t line_end = said.find('\n');
      ASSERT_NE(line_end, std::string_view::npos) << "the script broke off at " << mail;
      const std::size_t size = std::stoul(std::string(said.substr(0, line_end)));
      const std::string_view text = said.substr(line_end + 1, size);
      said.remove_prefix(line_end + 1 + size);
      EXPECT_TRUE(std::any_of(reading.streams.begin(), reading.streams.end(),
                              [&](const test::Stream& s) { return s.text == text; }))
          << mail << ": " << escape(text);
    }
    said.remove_prefix(4);
  }
}

}  // namespace
}  // namespace ringfence
