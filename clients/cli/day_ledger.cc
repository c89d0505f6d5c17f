#include "clients/cli/day_ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/format.h"
#include "clients/lib/status_macros.h"
#include "luheng/entry/v1/entry.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/settlement/v1/events.pb.h"

namespace luheng::cli {
namespace {

constexpr int kPageSize = 1000;
constexpr int64_t kCurrencyId = 1;

absl::Status DoesNotParse(const lv1::EntryRecord& entry) {
  return absl::DataLossError(
      absl::StrCat("entry ", entry.number(), ": a part does not parse"));
}

bool Contains(const std::vector<Movement>& all, const std::string& basis) {
  return std::any_of(all.begin(), all.end(), [&](const Movement& movement) {
    return movement.basis == basis;
  });
}

}  // namespace

absl::Status LedgerFacts::Take(const lv1::EntryRecord& entry) {
  if (entry.number() != entry_count_ + 1) {
    return absl::DataLossError(absl::StrCat("entry ", entry.number(),
                                            " follows entry ", entry_count_));
  }
  ++entry_count_;
  const std::string date = FormatTime(entry.time()).substr(0, 10);
  for (const lv1::EntryPart& part : entry.parts()) {
    for (const lv1::PostingText& posting : part.postings()) {
      CLIENT_RETURN_IF_ERROR(TakePosting(posting));
    }
    if (!part.refusal_reason().empty() &&
        entry.command_name() == "PlaceOrder") {
      refused_.push_back(
          {date, LastPart(entry.user()),
           std::string(absl::StripPrefix(part.refusal_reason(), "REASON_"))});
    }
    entry::v1::Part stored;
    if (!stored.ParseFromString(part.bytes())) return DoesNotParse(entry);
    for (const entry::v1::Event& event : stored.events()) {
      if (!TakeEvent(date, event.type(), event.body()).ok()) {
        return DoesNotParse(entry);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status LedgerFacts::TakePosting(const lv1::PostingText& posting) {
  const AccountKey key = {
      posting.holder(), posting.asset(),
      std::string(absl::StripPrefix(posting.purpose(), "PURPOSE_"))};
  int64_t& balance = balances_[key];
  if (__builtin_add_overflow(balance, posting.amount(), &balance)) {
    return absl::DataLossError(
        absl::StrCat(posting.holder(), " ", posting.asset(), " overflows"));
  }
  if (balance == 0) balances_.erase(key);
  return absl::OkStatus();
}

absl::Status LedgerFacts::TakeEvent(const std::string& date, int64_t type,
                                    const std::string& body) {
  const auto parse = [&](google::protobuf::Message& message) {
    return message.ParseFromString(body) ? absl::OkStatus()
                                         : absl::DataLossError("event");
  };
  switch (type) {
    case sv1::EVENT_TYPE_UNITS_ISSUED:
    case sv1::EVENT_TYPE_UNITS_RETIRED: {
      sv1::UnitsMoved moved;
      CLIENT_RETURN_IF_ERROR(parse(moved));
      const int64_t sign = type == sv1::EVENT_TYPE_UNITS_ISSUED ? 1 : -1;
      units_.push_back({moved.holder(), moved.asset(), sign * moved.amount(),
                        moved.basis()});
      return absl::OkStatus();
    }
    case sv1::EVENT_TYPE_CASH_IN:
    case sv1::EVENT_TYPE_CASH_OUT: {
      sv1::CashMoved moved;
      CLIENT_RETURN_IF_ERROR(parse(moved));
      const int64_t sign = type == sv1::EVENT_TYPE_CASH_IN ? 1 : -1;
      cash_.push_back({moved.holder(), kCurrencyId, sign * moved.amount(),
                       moved.bank_reference()});
      return absl::OkStatus();
    }
    case mv1::EVENT_TYPE_CALENDAR_SET: {
      mv1::CalendarSet calendar;
      CLIENT_RETURN_IF_ERROR(parse(calendar));
      calendars_.insert(calendar.basis());
      return absl::OkStatus();
    }
    case mv1::EVENT_TYPE_REFERENCE_PRICE_SET: {
      mv1::ReferencePriceSet set;
      CLIENT_RETURN_IF_ERROR(parse(set));
      references_.push_back(
          {set.instrument(), set.price_minor(), set.basis(), date});
      return absl::OkStatus();
    }
    default:
      return absl::OkStatus();
  }
}

bool LedgerFacts::HasUnits(const std::string& basis) const {
  return Contains(units_, basis);
}

bool LedgerFacts::HasCash(const std::string& reference) const {
  return Contains(cash_, reference);
}

bool LedgerFacts::HasReference(int64_t instrument, int64_t price_minor,
                               const std::string& basis) const {
  return std::any_of(
      references_.begin(), references_.end(), [&](const ReferenceFact& fact) {
        return fact.instrument == instrument &&
               fact.price_minor == price_minor && fact.basis == basis;
      });
}

absl::StatusOr<LedgerFacts> ReadLedger(client::Client& client) {
  LedgerFacts facts;
  absl::Status fault;
  lv1::ListEntriesRequest request;
  request.set_page_size(kPageSize);
  CLIENT_RETURN_IF_ERROR(client.ForEachPage(
      &lv1::LedgerService::Stub::ListEntries, request,
      [&](const lv1::ListEntriesResponse& page) {
        for (const lv1::EntryRecord& entry : page.entries()) {
          if (fault.ok()) fault = facts.Take(entry);
        }
        return fault.ok();
      }));
  CLIENT_RETURN_IF_ERROR(fault);
  return facts;
}

}  // namespace luheng::cli
