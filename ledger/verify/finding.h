// What an audit may find. Codes are stable: reports are kept and compared.
#ifndef LUHENG_LEDGER_VERIFY_FINDING_H_
#define LUHENG_LEDGER_VERIFY_FINDING_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace luheng::verify {

enum class FindingCode {
  kBlockUnreadable,
  kBlockMissing,
  kBlockChain,
  kJournalId,
  kEpochBack,
  kEntryNumber,
  kStampBack,
  kEntryUnreadable,
  kSecretMissing,
  kLeaf,
  kRoot,
  kTile,
  kTail,
  kPostingsUnbalanced,
  kBalanceNegative,
  kAmountOverflow,
  kCheckpointShort,
  kCheckpointRoot,
  kOrderNumber,
  kOrderState,
  kFillSides,
  kFillPrice,
  kFillQuantity,
  kHold,
  kFee,
  kPostingsUnexplained,
  kIssued,
  kProposal,
  kApprovalPerson,
  kApprovalShort,
  kApprovalMissing,
};

struct Finding {
  FindingCode code;
  // Numbers from 1; 0 where the finding is not about one.
  int64_t block = 0;
  int64_t entry = 0;
  // Values, in English words and numbers.
  std::string detail;
};

// For example "BALANCE_NEGATIVE".
absl::string_view CodeName(FindingCode code);
// One sentence for people, with block, entry and detail.
std::string FindingText(const Finding& finding, bool chinese);

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_FINDING_H_
