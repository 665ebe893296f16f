// `ringfencectl config check`: everything that is wrong with a configuration file.
#include <fmt/core.h>

#include "ctl/commands.h"
#include "ctl/common.h"
#include "matcher/matcher.h"

namespace ringfence {

int run_config_check(const CommonArguments& common) {
  const std::filesystem::path path =
      common.config_path.empty() ? kDefaultConfigPath : common.config_path;
  const auto config = load_config(path);
  if (!config) return report_error(config.error());
  // What only the matcher knows: whether the regions exist, whether the pattern engine works here.
  const auto matcher = MatcherEngine::create(config->matcher);
  if (!matcher) return report_error(matcher.error());
  fmt::print("{}: good, {} rules\n{}\n", path.string(), config->policy.rules.size(),
             (*matcher)->describe());
  return 0;
}

}  // namespace ringfence
