#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

TEST(File, WritesWholeAndReadsBack) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "a";
  const std::string content = std::string("x\0y\n", 4) + std::string(200'000, 'z');
  ASSERT_TRUE(write_file_atomically(path, content, 0640));
  EXPECT_EQ(read_file(path, 1 << 20).value(), content);
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  ASSERT_TRUE(write_file_atomically(path, "new"));
  EXPECT_EQ(read_file(path, 100).value(), "new");
}

TEST(File, FailuresNameThePathAndLeaveNothingBehind) {
  const TemporaryDirectory dir;
  const auto missing = read_file(dir.path() / "none", 10);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNoInput);
  EXPECT_NE(missing.error().message.find("none: No such file"), std::string::npos);

  const auto large = dir.path() / "large";
  std::ofstream(large) << "0123456789";
  EXPECT_EQ(read_file(large, 9).error().kind, ErrorKind::kData);
  EXPECT_TRUE(read_file(large, 10));

  EXPECT_EQ(write_file_atomically(dir.path() / "no/such/folder", "x").error().kind,
            ErrorKind::kCannotCreate);
  // The target is a folder: the rename fails after the temporary file was made.
  std::filesystem::create_directory(dir.path() / "folder");
  EXPECT_FALSE(write_file_atomically(dir.path() / "folder", "x"));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) files += entry.exists();
  EXPECT_EQ(files, 2);
}

TEST(File, UniqueFdClosesOnce) {
  UniqueFd a(::open("/dev/null", O_RDONLY));
  const int fd = a.get();
  ASSERT_GE(fd, 0);
  UniqueFd b(std::move(a));
  EXPECT_FALSE(a);  // NOLINT(bugprone-use-after-move): moved-from is empty by contract
  EXPECT_EQ(b.get(), fd);
  b.reset();
  EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

}  // namespace
}  // namespace ringfence
