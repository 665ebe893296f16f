#include "config/envelope.h"

#include "base/text.h"

namespace ringfence {

std::string address_domain(const std::string& address) {
  const std::size_t at = address.rfind('@');
  return at == std::string::npos ? "" : ascii_lower(std::string_view(address).substr(at + 1));
}

bool domain_matches(std::string_view pattern, std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (!pattern.starts_with('.')) return !pattern.empty() && pattern == domain;
  return domain.ends_with(pattern) || domain == pattern.substr(1);
}

}  // namespace ringfence
