#include "reputation/sightings/campaign_tables.h"

#include <array>

namespace ringfence {
namespace {

constexpr std::string_view kFormat = "ringfence-campaigns 1";

struct Named {
  const char* name;
  LmdbTable CampaignTables::*table;
};
constexpr std::array<Named, 7> kTables = {{{"campaign_meta", &CampaignTables::meta},
                                           {"campaigns", &CampaignTables::campaigns},
                                           {"campaign_features", &CampaignTables::features},
                                           {"campaign_parts", &CampaignTables::parts},
                                           {"campaign_members", &CampaignTables::members},
                                           {"campaign_merged", &CampaignTables::merged},
                                           {"campaign_templates", &CampaignTables::templates}}};

tl::unexpected<Error> unknown_format() {
  return fail(ErrorKind::kData, "campaigns: the format is not \"" + std::string(kFormat) + "\"");
}

}  // namespace

Result<CampaignTables> CampaignTables::make(LmdbWriting& txn) {
  CampaignTables out;
  for (const Named& named : kTables) {
    const auto made = txn.table(named.name);
    if (!made) return tl::unexpected(made.error());
    out.*named.table = *made;
  }
  const auto format = txn.get(out.meta, "format");
  if (!format) return tl::unexpected(format.error());
  if (*format && *format != kFormat) return unknown_format();
  if (!*format) {
    if (auto put = txn.put(out.meta, "format", kFormat); !put) return tl::unexpected(put.error());
  }
  return out;
}

Result<std::optional<CampaignTables>> CampaignTables::find(const LmdbEnv& env) {
  CampaignTables out;
  for (const Named& named : kTables) {
    const auto found = env.table(named.name);
    if (!found) {
      // They are made together: without the first there are none.
      if (&named == &kTables.front() && found.error().kind == ErrorKind::kData) {
        return std::optional<CampaignTables>();
      }
      return tl::unexpected(found.error());
    }
    out.*named.table = *found;
  }
  const auto txn = env.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto format = txn->get(out.meta, "format");
  if (!format) return tl::unexpected(format.error());
  if (*format != kFormat) return unknown_format();
  return out;
}

}  // namespace ringfence
