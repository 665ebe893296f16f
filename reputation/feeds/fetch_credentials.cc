#include "reputation/feeds/fetch_credentials.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "reputation/feeds/signature.h"

namespace ringfence {
namespace {

bool is_header_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_ascii_alnum(c) || c == '-' || c == '_';
  });
}

}  // namespace

Result<Credentials> parse_credentials(std::string_view text) {
  constexpr std::string_view kBearer = "Bearer ";
  text = trim(text);
  if (text.empty()) return fail(ErrorKind::kConfig, "it is empty");
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
  if (control) return fail(ErrorKind::kConfig, "it is not one line of text");

  Credentials out;
  const std::size_t colon = text.find(':');
  if (istarts_with(text, kBearer) && !trim(text.substr(kBearer.size())).empty()) {
    out.header = fmt::format("Authorization: Bearer {}", trim(text.substr(kBearer.size())));
  } else if (colon != std::string_view::npos && text.substr(colon + 1).starts_with(' ') &&
             is_header_name(text.substr(0, colon))) {
    out.header = fmt::format("{}: {}", text.substr(0, colon), trim(text.substr(colon + 1)));
  } else if (colon != std::string_view::npos && colon > 0) {
    out.header = "Authorization: Basic " + to_base64(text);
  } else {
    return fail(ErrorKind::kConfig,
                "it is neither \"Header-Name: value\" nor \"Bearer TOKEN\" nor \"user:password\"");
  }
  return out;
}

Result<Credentials> read_credentials(const std::filesystem::path& file) {
  const std::string name = file.string();
  // Not to be kept waiting by a pipe.
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) {
    const int error_number = errno;
    return fail_errno(error_number == EACCES ? ErrorKind::kNoPermission : ErrorKind::kNoInput,
                      "cannot open credentials file " + name, error_number);
  }
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) {
    return fail(ErrorKind::kNoPermission, name + " is not a plain file");
  }
  if (st.st_uid != 0 && st.st_uid != ::geteuid()) {
    return fail(ErrorKind::kNoPermission,
                fmt::format("credentials file {} belongs to user {}, not to root or user {}", name,
                            st.st_uid, ::geteuid()));
  }
  if ((st.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
    return fail(ErrorKind::kNoPermission,
                fmt::format("credentials file {} is open to others (mode {:04o}); chmod 0640 or "
                            "0600 it",
                            name, st.st_mode & 07777U));
  }
  std::array<char, kCredentialsBytesMax + 1> buffer;
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::read(fd.get(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kNoInput, "cannot read " + name, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > kCredentialsBytesMax) {
    return fail(ErrorKind::kConfig, "credentials file " + name + " is too long");
  }
  auto parsed = parse_credentials({buffer.data(), filled});
  if (!parsed) {
    return fail(ErrorKind::kConfig,
                fmt::format("credentials file {}: {}", name, parsed.error().message));
  }
  return parsed;
}

}  // namespace ringfence
