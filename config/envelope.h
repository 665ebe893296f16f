// Envelope: who sends a message to whom, as the MTA tells it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

struct Envelope {
  std::string client_address;  // "192.0.2.1", "2001:db8::1", or "" when unknown or local
  std::string client_name;     // reverse name as the MTA gives it
  std::string helo;
  std::string authenticated;            // SASL login name, "" when the client did not authenticate
  std::string mail_from;                // reverse-path without angle brackets, "" for the null path
  bool recipients_cut = false;          // there were more recipients than are kept
  std::vector<std::string> recipients;  // without angle brackets
  std::string queue_id;                 // "" until the MTA tells it
};

/// The part after the last '@', lower case; "" when there is none.
std::string address_domain(const std::string& address);

/// True when `pattern`, "example.org" or ".example.org" (also its subdomains), covers `domain`.
/// Both in lower case; a dot at the end of `domain` is passed over.
bool domain_matches(std::string_view pattern, std::string_view domain);

}  // namespace ringfence
