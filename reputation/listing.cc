#include "reputation/listing.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::array<std::string_view, 6> kStateTokens = {"unlisted", "active",  "dormant",
                                                          "expired",  "allowed", "denied"};
constexpr std::array<std::string_view, 4> kRoleTokens = {"block", "allow", "genuine", "provider"};

}  // namespace

std::string provider_category(std::string_view provider, std::string_view type) {
  std::string out(provider);
  if (!type.empty()) out.append("\t").append(type);
  return out;
}

std::pair<std::string_view, std::string_view> split_provider(std::string_view category) {
  const std::size_t tab = category.find('\t');
  if (tab == std::string_view::npos) return {category, {}};
  return {category.substr(0, tab), category.substr(tab + 1)};
}

bool is_list_name(std::string_view name) {
  if (name.empty() || name.size() > kListNameBytesMax) return false;
  if (name.front() == '.' || name.front() == '-') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_ascii_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

std::string_view to_token(OverrideKind kind) {
  return kind == OverrideKind::kAllow ? "allow" : "deny";
}

std::string_view to_token(ReputationState state) {
  return kStateTokens[static_cast<std::size_t>(state)];
}

std::string_view to_token(ListRole role) { return kRoleTokens[static_cast<std::size_t>(role)]; }

std::optional<ListRole> list_role_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kRoleTokens.size(); ++i) {
    if (kRoleTokens[i] == token) return static_cast<ListRole>(i);
  }
  return std::nullopt;
}

std::optional<ReputationState> reputation_state_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kStateTokens.size(); ++i) {
    if (kStateTokens[i] == token) return static_cast<ReputationState>(i);
  }
  return std::nullopt;
}

}  // namespace ringfence
