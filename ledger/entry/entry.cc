#include "ledger/entry/entry.h"

#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "ledger/base/check.h"
#include "ledger/base/checked.h"
#include "ledger/entry/strict.h"
#include "ledger/entry/wire.h"

namespace luheng {
namespace {

using google::protobuf::io::CodedOutputStream;

// Tags of entry.v1.Entry: fixed64 fields 1 and 2, length-delimited field 3.
constexpr uint8_t kNumberTag = (1 << 3) | 1;
constexpr uint8_t kStampTag = (2 << 3) | 1;
constexpr uint8_t kPartTag = (3 << 3) | 2;
constexpr size_t kFixedBytes = 18;

bool HasContent(const entry::v1::Part& part) {
  return part.has_origin() || part.has_refusal() || part.events_size() > 0 ||
         part.postings_size() > 0 || !part.answer().empty();
}

// Walks the messages of a part by name rather than by reflection, since this
// runs for every entry of a replay.
bool HasUnknown(const entry::v1::Part& part) {
  if (HasOwnUnknownFields(part)) return true;
  if (part.has_origin() && HasOwnUnknownFields(part.origin())) return true;
  if (part.has_refusal() && HasUnknownFields(part.refusal())) return true;
  for (const auto& event : part.events()) {
    if (HasOwnUnknownFields(event)) return true;
  }
  for (const auto& posting : part.postings()) {
    if (HasOwnUnknownFields(posting)) return true;
  }
  return false;
}

absl::Status Malformed(EntryNumber number, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("entry ", number.value(), ": ", what));
}

}  // namespace

void Entry::Reset(EntryNumber number, Stamp stamp) {
  number_ = number;
  stamp_ = stamp;
  part_count_ = 0;
  last_part_ = 0;
}

entry::v1::Part& Entry::PartFor(HolderId audience) {
  if (part_count_ > 0 && parts_[last_part_]->audience() == audience.value()) {
    return *parts_[last_part_];
  }
  for (size_t i = 0; i < part_count_; ++i) {
    if (parts_[i]->audience() == audience.value()) {
      last_part_ = i;
      return *parts_[i];
    }
  }
  if (part_count_ == parts_.size()) {
    parts_.push_back(std::make_unique<entry::v1::Part>());
  }
  entry::v1::Part& part = *parts_[part_count_];
  part.Clear();
  part.set_audience(audience.value());
  last_part_ = part_count_++;
  return part;
}

void Entry::AddEvent(HolderId audience, int type,
                     const google::protobuf::MessageLite& body) {
  entry::v1::Event& event = *PartFor(audience).add_events();
  event.set_type(type);
  body.SerializeToString(event.mutable_body());
}

void Entry::AddPosting(HolderId holder, AssetId asset, Purpose purpose,
                       int64_t amount) {
  if (amount == 0) return;
  entry::v1::Part& part = PartFor(holder);
  for (entry::v1::Posting& posting : *part.mutable_postings()) {
    if (posting.asset() == asset.value() &&
        posting.purpose() == static_cast<int64_t>(purpose)) {
      const auto sum = CheckedAdd(posting.amount(), amount);
      LUHENG_CHECK(sum.has_value()) << "posting of asset " << asset;
      posting.set_amount(*sum);
      return;
    }
  }
  entry::v1::Posting& posting = *part.add_postings();
  posting.set_asset(asset.value());
  posting.set_purpose(static_cast<int64_t>(purpose));
  posting.set_amount(amount);
}

void Entry::Move(AssetId asset, int64_t amount, HolderId from,
                 Purpose from_purpose, HolderId to, Purpose to_purpose) {
  LUHENG_CHECK(amount >= 0) << "moving " << amount << " of asset " << asset;
  AddPosting(from, asset, from_purpose, -amount);
  AddPosting(to, asset, to_purpose, amount);
}

size_t Entry::ByteSize() {
  size_t total = kFixedBytes;
  for (size_t i = 0; i < part_count_; ++i) {
    if (!HasContent(*parts_[i])) continue;
    const size_t size = parts_[i]->ByteSizeLong();
    total +=
        1 + CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) + size;
  }
  return total;
}

void Entry::SerializeTo(char* bytes) const {
  auto* to = reinterpret_cast<uint8_t*>(bytes);
  *to++ = kNumberTag;
  to = CodedOutputStream::WriteLittleEndian64ToArray(
      static_cast<uint64_t>(number_.value()), to);
  *to++ = kStampTag;
  to = CodedOutputStream::WriteLittleEndian64ToArray(
      static_cast<uint64_t>(stamp_.value()), to);
  for (size_t i = 0; i < part_count_; ++i) {
    if (!HasContent(*parts_[i])) continue;
    *to++ = kPartTag;
    to = CodedOutputStream::WriteVarint32ToArray(
        static_cast<uint32_t>(parts_[i]->GetCachedSize()), to);
    to = parts_[i]->SerializeWithCachedSizesToArray(to);
  }
}

void Entry::Serialize(std::string& bytes) {
  bytes.resize(ByteSize());
  SerializeTo(bytes.data());
}

absl::Status Entry::Parse(absl::string_view bytes) {
  // The reader that commits to the parts also finds them here, so that what is
  // applied is what was committed to.
  EntryReader reader(bytes);
  Reset(reader.number(), reader.stamp());
  absl::string_view raw;
  while (reader.NextPart(raw)) {
    if (part_count_ == parts_.size()) {
      parts_.push_back(std::make_unique<entry::v1::Part>());
    }
    entry::v1::Part& part = *parts_[part_count_++];
    if (!part.ParseFromArray(raw.data(), static_cast<int>(raw.size())) ||
        HasUnknown(part)) {
      return Malformed(number_,
                       absl::StrCat("part ", part_count_ - 1,
                                    " is not understood by this release"));
    }
  }
  if (!reader.ok()) return Malformed(number_, "envelope is not understood");
  if (!IsBalanced(view())) return Malformed(number_, "postings do not balance");
  return absl::OkStatus();
}

bool IsBalanced(const EntryView& view) {
  absl::InlinedVector<std::pair<int64_t, absl::int128>, 8> sums;
  for (const auto& part : view.parts) {
    for (const entry::v1::Posting& posting : part->postings()) {
      size_t i = 0;
      while (i < sums.size() && sums[i].first != posting.asset()) ++i;
      if (i == sums.size()) sums.emplace_back(posting.asset(), 0);
      sums[i].second += posting.amount();
    }
  }
  for (const auto& [asset, sum] : sums) {
    if (sum != 0) return false;
  }
  return true;
}

}  // namespace luheng
