#include "reputation/feeds/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/text.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Keys and signatures are made by minisign itself.
class SignatureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!run("minisign -v")) GTEST_SKIP() << "no minisign";
    write("list.txt", "+18885550123\n");
    key_ = make_key("key");
  }
  static bool run(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1 </dev/null").c_str()) == 0;
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  std::string read(const std::string& name) const { return read_file(path(name), 1 << 20).value(); }

  MinisignKey make_key(const std::string& name) const {
    EXPECT_TRUE(run("minisign -G -W -p " + path(name) + ".pub -s " + path(name) + ".sec"));
    const std::string pub = read(name + ".pub");
    return parse_minisign_key(split(pub, '\n')[1]).value();
  }
  std::string sign(const std::string& file, const std::string& how = "",
                   const std::string& key = "key") const {
    EXPECT_TRUE(run("minisign -S " + how + " -s " + path(key) + ".sec -t 'list of 2026' -x " +
                    path("sig") + " -m " + path(file)));
    return read("sig");
  }
  std::string words(std::string_view minisig) const {
    const auto verified = verify_minisign(path("list.txt"), minisig, key_);
    return verified ? "good" : verified.error().message;
  }

  const TemporaryDirectory folder_;
  MinisignKey key_;
};

TEST_F(SignatureTest, BothKindsWithTheirComment) {
  for (const char* how : {"", "-l"}) {
    const std::string minisig = sign("list.txt", how);
    EXPECT_THAT(minisig, HasSubstr(*how == '\0' ? "\nRU" : "\nRW"));
    const auto comment = verify_minisign(path("list.txt"), minisig, key_);
    ASSERT_TRUE(comment) << how << comment.error().message;
    EXPECT_EQ(*comment, "list of 2026");
  }
}

TEST_F(SignatureTest, WindowsLineEnds) {
  std::string minisig;
  for (const char c : sign("list.txt"))
    minisig += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(words(minisig), "good");
}

TEST_F(SignatureTest, OtherContentIsRefused) {
  for (const char* how : {"", "-l"}) {
    const std::string minisig = sign("list.txt", how);
    write("list.txt", "+18885550124\n");
    EXPECT_THAT(words(minisig), HasSubstr("not of this content"));
    write("list.txt", "");
    EXPECT_THAT(words(minisig), HasSubstr("not of this content"));
    write("list.txt", "+18885550123\n");
    EXPECT_EQ(words(minisig), "good");
  }
}

TEST_F(SignatureTest, OtherKeysAreRefused) {
  make_key("other");
  EXPECT_THAT(words(sign("list.txt", "", "other")), HasSubstr("another key"));
}

TEST_F(SignatureTest, AChangedCommentIsRefused) {
  std::string minisig = sign("list.txt");
  minisig.replace(minisig.find("2026"), 4, "2027");
  EXPECT_THAT(words(minisig), HasSubstr("trusted comment was changed"));
}

// Whatever byte of the signature is changed, it is good no more.
TEST_F(SignatureTest, EveryByteCounts) {
  const std::string minisig = sign("list.txt");
  const std::size_t begin = minisig.find('\n') + 1;
  for (std::size_t i = begin; i + 1 < minisig.size(); ++i) {
    std::string changed = minisig;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(words(changed), "good") << i;
    EXPECT_NE(words(minisig.substr(0, i)), "good") << i;
  }
}

TEST_F(SignatureTest, WhatIsNoSignature) {
  for (const char* text : {"", "<html>no such page</html>", "untrusted comment: x\nRW\n",
                           "untrusted comment: x\n!!\ntrusted comment: y\n!!\n"}) {
    EXPECT_THAT(words(text), HasSubstr("no minisign signature")) << text;
  }
  const auto missing = verify_minisign(path("none"), sign("list.txt"), key_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNoInput);
}

TEST_F(SignatureTest, WhatIsNoKey) {
  for (const char* text : {"", "RW", "untrusted comment: minisign public key", "QUJD"}) {
    EXPECT_FALSE(parse_minisign_key(text)) << text;
  }
}

TEST(ContentHashTest, KnownAnswers) {
  const TemporaryDirectory folder;
  const fs::path file = folder.path() / "abc";
  std::ofstream(file) << "abc";
  EXPECT_EQ(hash_file(file).value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  ContentHash hash;
  for (const char* piece : {"a", "", "bc"}) hash.push(piece);
  EXPECT_EQ(hash.finish(), hash_file(file).value());
  EXPECT_EQ(hash_file(folder.path() / "none").error().kind, ErrorKind::kNoInput);
  EXPECT_EQ(to_base64("me:pass:word"), "bWU6cGFzczp3b3Jk");
  EXPECT_EQ(to_base64(""), "");
}

}  // namespace
}  // namespace ringfence
