// The statement: every posting of every holder with the balance after it, and
// the balances themselves, as read models.
//
// Rows, integers as 8 bytes big-endian:
//   'l' holder entry asset purpose  -> amount, balance after, stamp, command
//   'b' holder asset purpose        -> balance; no row if it is zero
//   'h' holder asset purpose        -> a list (row_list.h) of the balances
//   after
//                                      each entry that changed it
#ifndef LUHENG_LEDGER_VIEWS_STATEMENT_H_
#define LUHENG_LEDGER_VIEWS_STATEMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/views/projection.h"
#include "ledger/views/row_list.h"
#include "ledger/views/views.h"

namespace luheng {

class StatementProjection final : public Projection {
 public:
  absl::string_view name() const override { return "statement"; }
  int64_t schema() const override { return 2; }
  absl::Status Apply(const EntryView& entry, ViewRows& rows) override;
  absl::Status Flush(ViewRows& rows) override { return histories_.Flush(rows); }

 private:
  ListWriter histories_;
};

// One account's change by one entry.
struct StatementRow {
  EntryNumber entry;
  Stamp stamp;
  AssetId asset;
  Purpose purpose = Purpose::kNone;
  int64_t amount = 0;
  int64_t balance_after = 0;
  // Registered type of the command that did it; 0 if the entry names none.
  int command = 0;
};

struct StatementQuery {
  HolderId holder = HolderId();
  // Zero is all.
  AssetId asset = AssetId();
  EntryNumber first_entry = EntryNumber();
  // Inclusive; zero is the newest.
  EntryNumber last_entry = EntryNumber();
  // `next` of the page before; empty for the first.
  std::string after = {};
  int64_t rows_max = 0;
};

struct StatementPage {
  std::vector<StatementRow> rows;
  // Where the next page begins; empty at the end. A page may have fewer rows
  // than asked for, or none, before the end: a filter looks at no more than
  // kStatementScanMax rows.
  std::string next;
};

inline constexpr int64_t kStatementScanMax = 50'000;

// By entry, asset and purpose. Errors: INVALID_ARGUMENT if `after` is not what
// a page of this holder gave; DATA_LOSS, UNAVAILABLE.
absl::StatusOr<StatementPage> ReadStatement(const ViewSnapshot& views,
                                            const StatementQuery& query);

struct BalanceQuery {
  // Zero is all.
  HolderId holder = HolderId();
  AssetId asset = AssetId();
  // The balances behind this entry; zero is now.
  EntryNumber as_of = EntryNumber();
  std::string after = {};
  int64_t rows_max = 0;
};

struct BalancePage {
  std::vector<AccountBalance> rows;
  std::string next;
};

// The balances that are not zero, by holder, asset and purpose; pages and
// errors as for ReadStatement. Those of an earlier entry cost a few reads for
// each account there ever was, however long its history is.
absl::StatusOr<BalancePage> ReadBalances(const ViewSnapshot& views,
                                         const BalanceQuery& query);

// The sums of one asset over all accounts.
struct TrialBalance {
  AssetId asset;
  // Sum of the balances above zero, and of those below. They cancel out.
  int64_t debit = 0;
  int64_t credit = 0;
  int64_t account_count = 0;
};

// By asset, behind entry `as_of` (zero is now). Errors: DATA_LOSS if a row is
// malformed or a sum does not fit; UNAVAILABLE.
absl::StatusOr<std::vector<TrialBalance>> ReadTrialBalance(
    const ViewSnapshot& views, EntryNumber as_of = EntryNumber());

}  // namespace luheng

#endif  // LUHENG_LEDGER_VIEWS_STATEMENT_H_
