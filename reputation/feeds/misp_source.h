// A MISP feed: a folder with manifest.json and an event a file, fetched as they change.
//
// Does: keep every event that the manifest names in the feed's folder, under its uuid and
// timestamp; fetch those that are new or newer; let those go that are named no more, once their
// numbers are out of the table. An event that cannot be had is passed over, counted and tried
// again next time; its older version goes on to count. Does not: parse events.
// Source: MISP core format and MISP feed (manifest.json), draft-dulaunoy-misp-core-format.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "reputation/feeds/refresh_source.h"

namespace ringfence {

inline constexpr std::uint64_t kManifestBytesMax = 64 << 20;

/// `url` gives the URL of a document in the feed's folder.
SourceResult fetch_misp_events(const SourceContext& context,
                               const std::function<std::string(std::string_view name)>& url);

/// The events that were kept; nothing when some are missing or were not there before.
std::optional<FeedDocuments> kept_misp_events(const FeedFolder& folder, const KeptContent& kept);

}  // namespace ringfence
