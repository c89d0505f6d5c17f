// Lists of (number, value) pairs by rising number, kept in rows of many items
// each: what a projection writes where a row per item would cost too much. A
// list that grows often is kept in rows of kItemsPerRow, its last row being
// written again until it is full; of a list that hardly grows each batch makes
// a row, so that nothing has to be read.
//
// Rows: the list's key, then the row's first number as 8 bytes big-endian, or
// 8 bytes of 0xff for the row that is still growing. A row's value: for each
// item the number's distance to the one before (the first: the number itself)
// and the value, both as varints, the value zig-zag. No list's key may begin
// with another's.
#ifndef LUHENG_LEDGER_VIEWS_ROW_LIST_H_
#define LUHENG_LEDGER_VIEWS_ROW_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/views/projection.h"
#include "ledger/views/views.h"

namespace luheng {

struct ListItem {
  int64_t number = 0;  // Not negative.
  int64_t value = 0;

  friend bool operator==(const ListItem&, const ListItem&) = default;
};

// How a list grows.
enum class Growth {
  kOften,  // its last row is read and written again
  kRarely,
};

// Collects what is appended until Flush. Thread-compatible.
class ListWriter {
 public:
  static constexpr size_t kItemsPerRow = 128;

  // `item.number` is not below the list's last one; of one list `growth` is
  // always the same.
  void Append(absl::string_view list, ListItem item, Growth growth);
  // Writes everything out. Errors: those of ViewRows; DATA_LOSS if a row is
  // malformed.
  absl::Status Flush(ViewRows& rows);

 private:
  struct Pending {
    Growth growth = Growth::kOften;
    std::vector<ListItem> items;
  };

  absl::flat_hash_map<std::string, Pending> pending_;
};

// Reads one list. Borrows the snapshot. Thread-compatible.
class ListReader {
 public:
  ListReader(const ViewSnapshot& views, absl::string_view projection,
             std::string list)
      : views_(views), projection_(projection), list_(std::move(list)) {}

  // The first item with a number of at least `number`, which is not below that
  // of the call before; nothing at the end. Errors: DATA_LOSS, UNAVAILABLE.
  absl::StatusOr<std::optional<ListItem>> Seek(int64_t number);
  // The last item with a number of at most `number`; nothing if there is none.
  // Errors as Seek.
  absl::StatusOr<std::optional<ListItem>> Floor(int64_t number) const;

 private:
  // Loads the row that may hold `number`, or the one behind `key_`.
  absl::Status LoadRowOf(int64_t number);
  absl::Status LoadNextRow();

  const ViewSnapshot& views_;
  const std::string projection_;
  const std::string list_;
  // The row in hand; empty before the first and at the end.
  std::string key_;
  std::vector<ListItem> items_;
  size_t next_ = 0;
  bool begun_ = false;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_VIEWS_ROW_LIST_H_
