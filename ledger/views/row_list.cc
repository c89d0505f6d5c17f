#include "ledger/views/row_list.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"

namespace luheng {
namespace {

using google::protobuf::internal::WireFormatLite;
namespace pbio = google::protobuf::io;

constexpr size_t kNumberBytes = 8;
constexpr uint64_t kGrowing = UINT64_MAX;

std::string RowKey(absl::string_view list, uint64_t first) {
  std::string key(list);
  AppendBigEndian64(first, key);
  return key;
}

std::string Encode(const ListItem* items, size_t count) {
  std::string bytes;
  pbio::StringOutputStream stream(&bytes);
  pbio::CodedOutputStream out(&stream);
  int64_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    out.WriteVarint64(static_cast<uint64_t>(items[i].number - last));
    out.WriteVarint64(WireFormatLite::ZigZagEncode64(items[i].value));
    last = items[i].number;
  }
  out.Trim();
  return bytes;
}

absl::Status Decode(absl::string_view bytes, std::vector<ListItem>& items) {
  pbio::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                            static_cast<int>(bytes.size()));
  uint64_t number = 0;
  while (static_cast<size_t>(in.CurrentPosition()) < bytes.size()) {
    uint64_t distance = 0;
    uint64_t value = 0;
    if (!in.ReadVarint64(&distance) || !in.ReadVarint64(&value)) {
      return absl::DataLossError("views: a list's row is malformed");
    }
    number += distance;
    items.push_back(
        {static_cast<int64_t>(number), WireFormatLite::ZigZagDecode64(value)});
  }
  return absl::OkStatus();
}

// Full rows get their first number's key, the rest goes on growing.
absl::Status WriteOften(absl::string_view list, std::vector<ListItem>& added,
                        ViewRows& rows) {
  const std::string growing = RowKey(list, kGrowing);
  ASSIGN_OR_RETURN(const std::optional<std::string> row, rows.Get(growing));
  std::vector<ListItem> items;
  if (row) RETURN_IF_ERROR(Decode(*row, items));
  items.insert(items.end(), added.begin(), added.end());
  size_t done = 0;
  for (; items.size() - done > ListWriter::kItemsPerRow;
       done += ListWriter::kItemsPerRow) {
    RETURN_IF_ERROR(
        rows.Put(RowKey(list, static_cast<uint64_t>(items[done].number)),
                 Encode(items.data() + done, ListWriter::kItemsPerRow)));
  }
  return rows.Put(growing, Encode(items.data() + done, items.size() - done));
}

}  // namespace

void ListWriter::Append(absl::string_view list, ListItem item, Growth growth) {
  Pending& pending = pending_[list];
  pending.growth = growth;
  pending.items.push_back(item);
}

absl::Status ListWriter::Flush(ViewRows& rows) {
  for (auto& [list, pending] : pending_) {
    std::vector<ListItem>& items = pending.items;
    if (pending.growth == Growth::kOften) {
      RETURN_IF_ERROR(WriteOften(list, items, rows));
    } else {
      const auto first = static_cast<uint64_t>(items.front().number);
      RETURN_IF_ERROR(
          rows.Put(RowKey(list, first), Encode(items.data(), items.size())));
    }
  }
  pending_.clear();
  return absl::OkStatus();
}

absl::Status ListReader::LoadRowOf(int64_t number) {
  ASSIGN_OR_RETURN(
      auto row,
      views_.Floor(projection_, RowKey(list_, static_cast<uint64_t>(number)),
                   list_));
  items_.clear();
  next_ = 0;
  if (!row) {
    key_ = list_;
    return LoadNextRow();
  }
  key_ = std::move(row->first);
  return Decode(row->second, items_);
}

absl::Status ListReader::LoadNextRow() {
  // The key behind key_, in order.
  const std::string behind = absl::StrCat(key_, absl::string_view("\0", 1));
  items_.clear();
  next_ = 0;
  absl::Status decoded;
  RETURN_IF_ERROR(
      views_.Scan(projection_, behind, list_,
                  [&](absl::string_view key, absl::string_view value) {
                    if (key.size() != list_.size() + kNumberBytes) return true;
                    key_ = std::string(key);
                    decoded = Decode(value, items_);
                    return false;
                  }));
  return decoded;
}

absl::StatusOr<std::optional<ListItem>> ListReader::Seek(int64_t number) {
  const auto at_least = [number](const ListItem& item) {
    return item.number >= number;
  };
  const bool in_hand = !items_.empty() && items_.back().number >= number;
  if (!begun_ || (!items_.empty() && !in_hand)) {
    RETURN_IF_ERROR(LoadRowOf(number));
    begun_ = true;
    if (!items_.empty() && items_.back().number < number) {
      RETURN_IF_ERROR(LoadNextRow());
    }
  }
  const auto found =
      std::find_if(items_.begin() + static_cast<std::ptrdiff_t>(next_),
                   items_.end(), at_least);
  if (found == items_.end()) {
    items_.clear();
    return std::optional<ListItem>();
  }
  next_ = static_cast<size_t>(found - items_.begin());
  return std::optional<ListItem>(*found);
}

absl::StatusOr<std::optional<ListItem>> ListReader::Floor(
    int64_t number) const {
  // The growing row comes last and may begin at or before `number`.
  ListReader reader(views_, projection_, list_);
  RETURN_IF_ERROR(reader.LoadRowOf(number));
  std::optional<ListItem> last;
  while (!reader.items_.empty() && reader.items_.front().number <= number) {
    for (const ListItem& item : reader.items_) {
      if (item.number <= number) last = item;
    }
    if (reader.items_.back().number > number) break;
    RETURN_IF_ERROR(reader.LoadNextRow());
  }
  return last;
}

}  // namespace luheng
