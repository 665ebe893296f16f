// A TAXII 2.1 collection, page by page, and only what was added since the last time.
//
// Does: Accept header, `more` with `next`, or else X-TAXII-Date-Added-Last as added_after; a cursor
// for the next refresh; the whole collection again every kTaxiiWholeEvery, because objects that
// were revoked or removed are not announced. Does not: API roots and discovery (the URL is the
// collection's), parse objects.
// Source: OASIS TAXII 2.1, sections 3.4, 3.7 and 5.4.
#pragma once

#include <string>

#include "reputation/feeds/refresh_source.h"

namespace ringfence {

/// `url` is ".../collections/{id}/objects/".
SourceResult fetch_taxii_objects(const SourceContext& context, const std::string& url);

}  // namespace ringfence
