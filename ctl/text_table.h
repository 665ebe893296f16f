// TextTable: rows for people, in columns that fit a terminal.
//
// The rule of all commands that print tables: on a terminal lines are cut to its width, elsewhere
// they are complete; never a colour; `--json` for programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

/// The width of the terminal that stdout is, 0 when it is none.
std::size_t terminal_columns();

/// Cells of a terminal that the text takes: 2 for wide characters, 0 for combining ones. `text` is
/// printable().
std::size_t display_width(std::string_view text);
/// `text` in at most `columns` cells, an ellipsis at its end where something was cut.
std::string fit(std::string_view text, std::size_t columns);

class TextTable {
 public:
  struct Column {
    std::string title;
    std::size_t least = 0;  // may be narrowed down to that; 0: never narrowed
    bool right = false;     // aligned
  };

  /// `line_columns` 0 for lines as long as it takes.
  TextTable(std::vector<Column> columns, std::size_t line_columns);

  /// A cell for each column; printable() text.
  void add(std::vector<std::string> cells);
  std::size_t rows() const { return rows_.size(); }
  /// The rows since the last take() as lines, at first with the titles above. Widths never shrink,
  /// so that what is taken in turns still stands in columns.
  std::string take();

 private:
  std::vector<std::size_t> fitted() const;
  std::string line(const std::vector<std::string>& cells,
                   const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::size_t line_columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
  bool titled_ = false;
};

}  // namespace ringfence
