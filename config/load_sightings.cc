#include "config/load_sightings.h"

namespace ringfence {
namespace {

constexpr int kDay = 86'400;
constexpr int kKeptMax = 3'650 * kDay;
constexpr std::size_t kQueueMax = 1'000'000;
constexpr std::size_t kNumbersMin = 1'000;
constexpr std::size_t kNumbersMax = 1'000'000'000;

}  // namespace

const Table<Config>& sightings_table() {
  using O = SightingOptions;
  using T = SightingTrust;
  constexpr auto kOptions = &Config::sightings;
  static const Table<Config> table = {
      within(kOptions, scalar("enabled", &O::enabled, parse_boolean)),
      within(kOptions, scalar("directory", &O::directory, parse_path)),
      within(kOptions, scalar("keep_addresses", &O::keep_addresses, parse_boolean)),
      within(kOptions, scalar("outbound", &O::outbound, parse_boolean)),
      within(&Config::trusted, list("trusted_networks", &T::networks, parse_network, true)),
      within(&Config::trusted, list("trusted_senders", &T::senders, parse_domain, true)),
      within(kOptions, scalar("window", &O::window, long_duration(kDay, O::kWindowDaysMax * kDay))),
      within(kOptions, scalar("journal_kept", &O::journal_kept, long_duration(kDay, kKeptMax))),
      within(kOptions, scalar("numbers_kept", &O::numbers_kept, long_duration(kDay, kKeptMax))),
      within(kOptions, scalar("numbers_max", &O::numbers_max, count(kNumbersMin, kNumbersMax))),
      within(kOptions, scalar("queue_max", &O::queue_max, count(1, kQueueMax))),
  };
  return table;
}

void read_sightings(const YamlNode& node, Config& out, ConfigErrors& errors) {
  if (node.kind != YamlNode::Kind::kNull) {
    read_map(node, sightings_table(), "sightings", out, errors);
  }
}

}  // namespace ringfence
