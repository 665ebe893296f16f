// STIX 2.1: a bundle with an indicator for each number, and a sighting where it was seen here.
//
// STIX has no object for telephone numbers. The pattern names `phone-number:value`, as OpenCTI does
// and our own reader understands; an extension definition in the bundle says what that is.
// Source: STIX 2.1, sections 2.9 (identifiers), 3.6 (versioning), 4.5, 4.7, 5.2, 7.3, 8, 9.
#pragma once

#include <memory>

#include "reputation/export/indicator.h"

namespace ringfence {

/// Ids derive from head.identity and the number, `modified` is the time of the last evidence: an
/// object that is exported again with nothing new in it is the same version of it.
std::unique_ptr<IndicatorWriter> make_stix_writer(ExportHead head);

}  // namespace ringfence
