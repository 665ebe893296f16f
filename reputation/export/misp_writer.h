// MISP: one event with an attribute of type phone-number for each number.
//
// Source: MISP core format (draft-dulaunoy-misp-core-format).
#pragma once

#include <memory>

#include "reputation/export/indicator.h"

namespace ringfence {

/// The event and its attributes keep their UUIDs from export to export, so that importing it again
/// updates the event.
std::unique_ptr<IndicatorWriter> make_misp_writer(ExportHead head);

}  // namespace ringfence
