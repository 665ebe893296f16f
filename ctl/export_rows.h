// Tables of numbers: CSV and JSON Lines. `feeds import` reads both back; docs/export.md has the
// columns.
#pragma once

#include <memory>

#include "reputation/export/indicator.h"

namespace ringfence {

/// RFC 4180 with line ends of LF. Numbers are written as URIs ("tel:+18885550123"): a cell that
/// begins with '+' is a formula to a spreadsheet, and digits alone lose their country code.
std::unique_ptr<IndicatorWriter> make_csv_writer();

/// One object a line.
std::unique_ptr<IndicatorWriter> make_json_lines_writer();

}  // namespace ringfence
