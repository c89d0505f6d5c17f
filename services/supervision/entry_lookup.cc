#include "services/supervision/entry_lookup.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/status_macros.h"
#include "ledger/entry/commitment.h"
#include "ledger/entry/strict.h"
#include "ledger/entry/wire.h"
#include "luheng/core/v1/reason.pb.h"
#include "luheng/entry/v1/entry.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/core/names.h"

namespace luheng::supervision {
namespace {

using google::protobuf::util::TimeUtil;

// An enum value's name without its prefix; the number if it has no name.
std::string ShortName(const std::string& name, absl::string_view prefix,
                      int64_t number) {
  if (name.empty()) return absl::StrCat(number);
  return std::string(absl::StripPrefix(name, prefix));
}

std::string PurposeName(int64_t purpose) {
  return ShortName(settlement::v1::Purpose_Name(static_cast<int>(purpose)),
                   "PURPOSE_", purpose);
}

std::string ReasonName(int64_t reason) {
  return ShortName(core::v1::Reason_Name(static_cast<int>(reason)), "REASON_",
                   reason);
}

ledger::v1::EventText EventText(const core::World& catalog,
                                const entry::v1::Event& event) {
  ledger::v1::EventText text;
  const core::EventSpec* spec =
      catalog.FindEvent(static_cast<int>(event.type()));
  if (spec == nullptr) {
    text.set_type_name(absl::StrCat(event.type()));
    return text;
  }
  text.set_type_name(std::string(spec->name));
  const std::unique_ptr<google::protobuf::Message> body(spec->prototype->New());
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  if (ParseStrict(event.body(), *body)) {
    printer.PrintToString(*body, text.mutable_text());
  }
  return text;
}

}  // namespace

absl::Status EntryLookup::DecodePart(absl::string_view bytes,
                                     FullEntry& entry) const {
  entry::v1::Part part;
  if (!ParseStrict(bytes, part)) {
    return absl::DataLossError(absl::StrCat("entry ", entry.record.number(),
                                            ": a part is not understood"));
  }
  FullEntry::Part& about = entry.parts.emplace_back();
  about.audience = HolderId(part.audience());
  about.has_origin = part.has_origin();
  about.user = UserId(part.origin().user());
  about.command = static_cast<int>(part.origin().command());
  CollectTerms(catalog_, part, about.terms);

  ledger::v1::EntryPart& shown = *entry.record.add_parts();
  shown.set_index(entry.record.parts_size() - 1);
  shown.set_bytes(std::string(bytes));
  if (about.audience != kPublic) {
    shown.set_audience(core::HolderName(about.audience));
  }
  for (const entry::v1::Event& event : part.events()) {
    *shown.add_events() = EventText(catalog_, event);
  }
  for (const entry::v1::Posting& posting : part.postings()) {
    ledger::v1::PostingText& text = *shown.add_postings();
    text.set_holder(core::HolderName(about.audience));
    text.set_purpose(PurposeName(posting.purpose()));
    text.set_amount(posting.amount());
    about.assets.push_back(AssetId(posting.asset()));
  }
  if (part.has_refusal()) {
    shown.set_refusal_reason(ReasonName(part.refusal().reason()));
  }
  return absl::OkStatus();
}

absl::StatusOr<FullEntry> EntryLookup::Decode(const BlockView& block,
                                              const BlockSecret& secret,
                                              absl::string_view bytes) const {
  const HashSuite& suite = SuiteOf(block.header().suite);
  luheng::EntryReader wire(bytes);
  if (!wire.ok()) return absl::DataLossError("bytes are not an entry");
  FullEntry entry;
  ledger::v1::EntryRecord& record = entry.record;
  const EntryNumber number = wire.number();
  record.set_name(core::TextName("entries", absl::StrCat(number.value())));
  record.set_number(number.value());
  *record.mutable_time() =
      TimeUtil::NanosecondsToTimestamp(wire.stamp().value());
  record.set_block(block.header().number.value());
  RETURN_IF_ERROR(
      CommitmentRecord(suite, secret.view(), bytes, *record.mutable_leaf()));
  for (absl::string_view part; wire.NextPart(part);) {
    RETURN_IF_ERROR(DecodePart(part, entry));
    const int index = record.parts_size() - 1;
    record.mutable_parts(index)->set_salt(
        PartSalt(suite, secret.view(), number, index).str());
  }
  if (!wire.ok()) return absl::DataLossError("bytes are not an entry");
  record.set_part_count(record.parts_size());
  return entry;
}

absl::Status EntryLookup::ReadBlock(BlockNumber number, EntryNumber first,
                                    int64_t count_max, size_t bytes_max,
                                    std::vector<FullEntry>& entries) const {
  ASSIGN_OR_RETURN(const std::string bytes, journal_.Read(number));
  ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
  ASSIGN_OR_RETURN(const BlockSecret secret, journal_.ReadSecret(number));
  size_t taken = 0;
  for (int64_t i = first.value() - block.header().first_entry.value();
       i < block.entry_count(); ++i) {
    if (static_cast<int64_t>(entries.size()) == count_max) break;
    if (!entries.empty() && taken + block.entry(i).size() > bytes_max) break;
    taken += block.entry(i).size();
    ASSIGN_OR_RETURN(FullEntry entry, Decode(block, secret, block.entry(i)));
    entries.push_back(std::move(entry));
  }
  return absl::OkStatus();
}

// A page ends with its block at the latest after `bytes_max`, so that the bytes
// need not be counted over blocks: a block is at most a few of them.
absl::StatusOr<std::vector<FullEntry>> EntryLookup::Read(
    EntryNumber first, int64_t count_max, size_t bytes_max) const {
  std::vector<FullEntry> entries;
  size_t bytes = 0;
  EntryNumber next = first;
  const EntryNumber end = journal_.tail().last_entry;
  do {
    ASSIGN_OR_RETURN(const BlockNumber block, journal_.FindBlockOf(next));
    const size_t before = entries.size();
    RETURN_IF_ERROR(
        ReadBlock(block, next, count_max, bytes_max - bytes, entries));
    if (entries.size() == before) break;
    for (size_t i = before; i < entries.size(); ++i) {
      bytes += entries[i].record.ByteSizeLong();
    }
    next = EntryNumber(entries.back().record.number() + 1);
  } while (next <= end && bytes < bytes_max &&
           static_cast<int64_t>(entries.size()) < count_max);
  return entries;
}

absl::StatusOr<std::vector<FullEntry>> EntryLookup::ReadEach(
    const std::vector<int64_t>& numbers, size_t bytes_max) const {
  std::vector<FullEntry> entries;
  std::string bytes;
  std::optional<BlockView> block;
  BlockSecret secret;
  size_t taken = 0;
  for (const int64_t number : numbers) {
    if (!block || number > block->header().last_entry().value()) {
      ASSIGN_OR_RETURN(const BlockNumber at,
                       journal_.FindBlockOf(EntryNumber(number)));
      ASSIGN_OR_RETURN(bytes, journal_.Read(at));
      ASSIGN_OR_RETURN(block, BlockView::Parse(bytes));
      ASSIGN_OR_RETURN(secret, journal_.ReadSecret(at));
    }
    const absl::string_view entry =
        block->entry(number - block->header().first_entry.value());
    if (!entries.empty() && taken + entry.size() > bytes_max) break;
    taken += entry.size();
    ASSIGN_OR_RETURN(FullEntry full, Decode(*block, secret, entry));
    entries.push_back(std::move(full));
  }
  return entries;
}

bool EntryLookup::Matches(const FullEntry& entry, const Sight& sight,
                          const std::vector<Term>& terms) {
  const auto shown = [&](const FullEntry::Part& part) {
    return part.audience == kPublic || sight.may_read(part.audience);
  };
  return std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
    return std::any_of(entry.parts.begin(), entry.parts.end(),
                       [&](const FullEntry::Part& part) {
                         return shown(part) &&
                                std::find(part.terms.begin(), part.terms.end(),
                                          term) != part.terms.end();
                       });
  });
}

ledger::v1::EntryRecord EntryLookup::Show(FullEntry entry,
                                          const Sight& sight) const {
  ledger::v1::EntryRecord record = std::move(entry.record);
  auto& parts = *record.mutable_parts();
  int kept = 0;
  for (int i = 0; i < parts.size(); ++i) {
    const FullEntry::Part& about = entry.parts[static_cast<size_t>(i)];
    if (about.audience != kPublic && !sight.may_read(about.audience)) continue;
    for (int p = 0; p < parts[i].postings_size(); ++p) {
      parts[i].mutable_postings(p)->set_asset(core::TextName(
          "assets", sight.asset_symbol(about.assets[static_cast<size_t>(p)])));
    }
    if (about.has_origin) {
      record.set_command_name(std::string(catalog_.CommandName(about.command)));
      if (about.user) {
        record.set_user(core::TextName("users", sight.user_name(about.user)));
      }
    }
    parts.SwapElements(kept++, i);
  }
  parts.DeleteSubrange(kept, parts.size() - kept);
  return record;
}

}  // namespace luheng::supervision
