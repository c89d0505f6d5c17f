#include "services/market/session.h"

namespace luheng::market {
namespace {

constexpr int64_t kDaysAhead = 366;

}  // namespace

void Calendar::AddHoliday(Date day) {
  working_days_.erase(day);
  holidays_.insert(day);
}

void Calendar::AddWorkingDay(Date day) {
  holidays_.erase(day);
  working_days_.insert(day);
}

bool Calendar::IsTradingDay(Date day) const {
  if (holidays_.contains(day)) return false;
  return WeekdayOf(day) <= 5 || working_days_.contains(day);
}

void Calendar::Save(core::StateWriter& writer) const {
  for (const auto* days : {&holidays_, &working_days_}) {
    writer.Int(static_cast<int64_t>(days->size()));
    for (const Date day : *days) writer.Int(day.value());
  }
}

void Calendar::Load(core::StateReader& reader) {
  for (auto* days : {&holidays_, &working_days_}) {
    for (int64_t left = reader.Count(); left > 0 && reader.status().ok();
         --left) {
      days->insert(Date(reader.Int()));
    }
  }
}

SessionPoint SessionAt(absl::Span<const Window> windows,
                       const Calendar& calendar, Stamp now) {
  if (windows.empty()) return {};
  const Date today = DateOf(now);
  if (calendar.IsTradingDay(today)) {
    const int64_t time = NanosOfDay(now);
    for (size_t i = 0; i < windows.size(); ++i) {
      if (time < windows[i].open_ns) {
        return {i == 0 ? v1::SESSION_STATE_CLOSED : v1::SESSION_STATE_BREAK,
                StampAt(today, windows[i].open_ns)};
      }
      if (time < windows[i].close_ns) {
        return {v1::SESSION_STATE_OPEN, StampAt(today, windows[i].close_ns)};
      }
    }
  }
  for (int64_t ahead = 1; ahead <= kDaysAhead; ++ahead) {
    const Date day(today.value() + ahead);
    if (!calendar.IsTradingDay(day)) continue;
    return {v1::SESSION_STATE_CLOSED, StampAt(day, windows.front().open_ns)};
  }
  return {};
}

}  // namespace luheng::market
