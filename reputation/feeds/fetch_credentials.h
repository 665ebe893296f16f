// Credentials: what a feed's server is told of us, from a file that nobody else reads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ringfence {

inline constexpr std::size_t kCredentialsBytesMax = 8 << 10;

/// One line of a request's header, "" for none: "Authorization: Bearer TOKEN", "X-API-Key: ...".
struct Credentials {
  std::string header{};
};

/// One line: "Bearer TOKEN", "Header-Name: value" (a colon and a space), or "user:password"
/// (HTTP Basic). kConfig when it is none of these; the text itself is in no error.
Result<Credentials> parse_credentials(std::string_view text);

/// kNoInput, kNoPermission when it cannot be read; kNoPermission when others could: it must be a
/// plain file, owned by root or by who reads it, closed to others and not to be written by its
/// group.
Result<Credentials> read_credentials(const std::filesystem::path& file);

}  // namespace ringfence
