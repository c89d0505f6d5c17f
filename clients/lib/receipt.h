// Receipts, checked without asking anybody: that an entry stands in a ledger,
// and what the parts that its holder was given say.
#ifndef LUHENG_CLIENTS_LIB_RECEIPT_H_
#define LUHENG_CLIENTS_LIB_RECEIPT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ledger/merkle/trust_policy.h"
#include "luheng/entry/v1/entry.pb.h"

namespace luheng::client {

// What a receipt proves.
struct Receipt {
  struct Part {
    int32_t index = 0;
    entry::v1::Part content;
  };
  // The checkpoint that the entry stands under, and who stands for it.
  TrustedCheckpoint trusted;
  int64_t entry = 0;
  absl::Time time;  // As the ledger stamped it.
  int32_t part_count = 0;
  std::vector<Part> parts;  // Those that the receipt shows.
};

// Checks the receipt in `bytes` under `policy`: quorum and signatures, the path
// to the root, and each part against its commitment. Errors: INVALID_ARGUMENT,
// with what does not hold; nothing of such a receipt counts.
absl::StatusOr<Receipt> VerifyReceipt(absl::string_view bytes,
                                      const TrustPolicy& policy);

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_RECEIPT_H_
