// Result<T>: how the world's failures travel (files, sockets, tables, configuration).
//
// Malformed mail is never an Error: readers of mail do their best and report Defects and Limits.
// Errors carry a sentence for a person and a kind that maps to a sysexits(3) code.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace ringfence {

/// What went wrong, as sysexits(3) tells it. The values are the exit codes.
enum class ErrorKind {
  kUsage = 64,         // EX_USAGE: the command line
  kData = 65,          // EX_DATAERR: the input's content
  kNoInput = 66,       // EX_NOINPUT: an input is missing or unreadable
  kUnavailable = 69,   // EX_UNAVAILABLE: a service is not there
  kSoftware = 70,      // EX_SOFTWARE: a fault of our own
  kOs = 71,            // EX_OSERR: the system refused (threads, descriptors)
  kCannotCreate = 73,  // EX_CANTCREAT: an output cannot be made
  kIo = 74,            // EX_IOERR: reading or writing failed (disk full)
  kTempFail = 75,      // EX_TEMPFAIL: try again
  kNoPermission = 77,  // EX_NOPERM
  kConfig = 78,        // EX_CONFIG
};

struct Error {
  ErrorKind kind = ErrorKind::kSoftware;
  std::string message;  // one sentence or several lines, no trailing newline

  bool operator==(const Error&) const = default;
};

/// The exit code of sysexits(3) for a kind.
constexpr int exit_code(ErrorKind kind) { return static_cast<int>(kind); }

template <typename T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorKind::kIo, "...")` from any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

/// The same, with what strerror says of `error_number` after the message: "message: No such file".
tl::unexpected<Error> fail_errno(ErrorKind kind, std::string message, int error_number);

}  // namespace ringfence
