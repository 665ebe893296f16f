#include "message/defect.h"

#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, kDefectCount> kTokens = {
    "bare-lf",
    "nul-byte",
    "header-syntax",
    "header-eight-bit",
    "duplicate-header",
    "missing-header-end",
    "boundary-missing",
    "boundary-not-found",
    "boundary-unclosed",
    "content-type-syntax",
    "transfer-encoding-unknown",
    "transfer-encoding-multipart",
    "base64-syntax",
    "quoted-printable-syntax",
    "encoded-word-syntax",
    "charset-unknown",
    "charset-invalid",
};

}  // namespace

std::string_view to_token(Defect defect) { return kTokens[static_cast<std::size_t>(defect)]; }

std::optional<Defect> defect_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kTokens.size(); ++i) {
    if (kTokens[i] == token) return static_cast<Defect>(i);
  }
  return std::nullopt;
}

}  // namespace ringfence
