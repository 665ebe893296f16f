// ExportOutput: where an export is written: standard output, or a file that is replaced whole.
//
// Does: write beside the file and rename when all is there, so that who reads it (rbldnsd, a web
// server) has the old or the new one, and a failure leaves the old. Does not know: formats.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ringfence {

/// Movable; what is not committed is removed with it. One thread.
class ExportOutput {
 public:
  /// "-" is standard output; a device or pipe is written to as it is. A plain file is written as
  /// ".NAME.partial" beside it, which another export may leave when it is killed and the next one
  /// takes over. kCannotCreate, kNoPermission; kTempFail while another export writes it.
  static Result<ExportOutput> open(const std::filesystem::path& path);
  ExportOutput(ExportOutput&& other) noexcept = default;
  ExportOutput& operator=(ExportOutput&&) = delete;
  ~ExportOutput();

  Result<void> write(std::string_view bytes);
  /// The file is in its place, with mode 0644, and survives a power cut.
  Result<void> commit();
  std::uint64_t bytes() const { return bytes_; }

 private:
  ExportOutput(UniqueFd fd, std::filesystem::path path, std::filesystem::path partial)
      : fd_(std::move(fd)), path_(std::move(path)), partial_(std::move(partial)) {}

  UniqueFd fd_;
  std::filesystem::path path_;
  std::filesystem::path partial_;  // "" when written in place
  std::uint64_t bytes_ = 0;
};

}  // namespace ringfence
