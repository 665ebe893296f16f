// Any bytes as a configuration file: an answer, in bounded time, and errors that are safe to print.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/config.h"
#include "config/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = ringfence::parse_config(text, "fuzz.yaml");
  if (config) {
    ringfence::decide(config->policy, ringfence::Evidence{});
  } else {
    for (const char c : config.error().message) {
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n') std::abort();
    }
  }
  if (const auto network = ringfence::Network::parse(text)) {
    if (ringfence::Network::parse(network->to_string()) != network) std::abort();
  }
  return 0;
}
