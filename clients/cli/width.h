// Columns that a text takes on a terminal: a Chinese character takes two, a
// combining mark none.
#ifndef LUHENG_CLIENTS_CLI_WIDTH_H_
#define LUHENG_CLIENTS_CLI_WIDTH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace luheng::cli {

enum class Align { kLeft, kRight };

// Columns of `text`, which is UTF-8; a byte that is not counts as one.
int DisplayWidth(absl::string_view text);

// `text` filled with spaces to `width` columns; unchanged if it is as wide.
std::string Pad(absl::string_view text, int width, Align align);

// `text` without what a terminal would take as a command: control characters
// come out as spaces, so that data from a server cannot move the cursor.
std::string Printable(absl::string_view text);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_WIDTH_H_
