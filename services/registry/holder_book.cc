#include "services/registry/holder_book.h"

#include <algorithm>

#include "ledger/base/check.h"

namespace luheng::registry {
namespace {

ControlSpan SpanOf(const v1::ControlGroupSet& event) {
  return {HolderId(event.owner()), Date(event.from_day()),
          event.to_day() == 0 ? kOpenEnd : Date(event.to_day())};
}

bool IsSameSpan(const ControlSpan& a, const ControlSpan& b) {
  return a.owner == b.owner && a.from == b.from;
}

}  // namespace

const HolderData* HolderBook::Find(HolderId holder) const {
  const int64_t id = holder.value();
  if (id < 1 || id > count()) return nullptr;
  return &holders_[static_cast<size_t>(id - 1)];
}

HolderId HolderBook::FindByCode(absl::string_view code) const {
  const auto it = by_code_.find(code);
  return it == by_code_.end() ? HolderId() : it->second;
}

HolderId HolderBook::FindByRecord(absl::string_view record) const {
  const auto it = by_record_.find(record);
  return it == by_record_.end() ? HolderId() : it->second;
}

HolderId HolderBook::BeneficialOwner(HolderId holder, Date date) const {
  for (const HolderData* data = Find(holder);
       data != nullptr && !data->control.empty(); data = Find(holder)) {
    const auto span = std::find_if(
        data->control.begin(), data->control.end(),
        [date](const ControlSpan& s) { return s.Touches(date, date); });
    if (span == data->control.end()) return holder;
    holder = span->owner;
  }
  return holder;
}

bool HolderBook::WouldOverlap(HolderId holder, const ControlSpan& span) const {
  const HolderData* data = Find(holder);
  return data != nullptr &&
         std::any_of(data->control.begin(), data->control.end(),
                     [&span](const ControlSpan& other) {
                       return !IsSameSpan(other, span) &&
                              other.Touches(span.from, span.to);
                     });
}

bool HolderBook::WouldCircle(HolderId holder, const ControlSpan& span) const {
  return Reaches(span.owner, holder, span.from, span.to);
}

// Follows every chain from `from` that holds on a common day of [first, last].
// Spans of a holder do not overlap, so the windows of the branches are
// disjoint, and without circles so far each branch ends.
bool HolderBook::Reaches(HolderId from, HolderId to, Date first,
                         Date last) const {
  if (from == to) return true;
  const HolderData* data = Find(from);
  if (data == nullptr) return false;
  for (const ControlSpan& span : data->control) {
    if (!span.Touches(first, last)) continue;
    if (Reaches(span.owner, to, std::max(first, span.from),
                std::min(last, span.to))) {
      return true;
    }
  }
  return false;
}

HolderData& HolderBook::Get(int64_t holder) {
  LUHENG_CHECK(holder >= 1 && holder <= count()) << "holder " << holder;
  return holders_[static_cast<size_t>(holder - 1)];
}

bool HolderBook::Index(const v1::HolderOpened& opened) {
  const HolderId id(opened.holder());
  if (!opened.code().empty() && !by_code_.emplace(opened.code(), id).second) {
    return false;
  }
  return opened.vault_record().empty() ||
         by_record_.emplace(opened.vault_record(), id).second;
}

void HolderBook::Open(const v1::HolderOpened& event) {
  LUHENG_CHECK(event.holder() == next_id().value() && Index(event))
      << "holder " << event.holder();
  HolderData& data = holders_.emplace_back();
  data.opened = event;
}

void HolderBook::SetState(const v1::HolderStateSet& event) {
  Get(event.holder()).state = static_cast<v1::HolderState>(event.state());
}

void HolderBook::SetControl(const v1::ControlGroupSet& event) {
  const ControlSpan span = SpanOf(event);
  std::vector<ControlSpan>& spans = Get(event.holder()).control;
  const auto same = std::find_if(
      spans.begin(), spans.end(),
      [&span](const ControlSpan& s) { return IsSameSpan(s, span); });
  if (same != spans.end()) {
    *same = span;
    return;
  }
  const auto after = std::find_if(
      spans.begin(), spans.end(),
      [&span](const ControlSpan& s) { return s.from > span.from; });
  spans.insert(after, span);
}

void HolderBook::Save(core::StateWriter& writer) const {
  writer.Int(count());
  for (const HolderData& data : holders_) {
    writer.Message(data.opened);
    writer.Int(data.state);
    writer.Int(static_cast<int64_t>(data.control.size()));
    for (const ControlSpan& span : data.control) {
      writer.IdOf(span.owner);
      writer.Int(span.from.value());
      writer.Int(span.to.value());
    }
  }
}

void HolderBook::Load(core::StateReader& reader) {
  const int64_t holder_count = reader.Count();
  for (int64_t id = 1; id <= holder_count && reader.status().ok(); ++id) {
    HolderData data;
    if (!reader.Message(data.opened)) return;
    if (data.opened.holder() != id) return reader.Fail("holder id");
    data.state = static_cast<v1::HolderState>(reader.Int());
    const int64_t span_count = reader.Count(kControlSpansMax);
    for (int64_t i = 0; i < span_count; ++i) {
      const auto owner = reader.IdOf<HolderId>();
      const Date from(reader.Int());
      const Date to(reader.Int());
      data.control.push_back({owner, from, to});
    }
    if (!Index(data.opened)) return reader.Fail("unused code");
    holders_.push_back(std::move(data));
  }
}

}  // namespace luheng::registry
