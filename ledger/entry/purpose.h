// What an account is for. The numbers stand in every posting and never change
// their meaning; luheng.settlement.v1.Purpose has the same.
#ifndef LUHENG_LEDGER_ENTRY_PURPOSE_H_
#define LUHENG_LEDGER_ENTRY_PURPOSE_H_

#include <cstdint>

namespace luheng {

enum class Purpose : uint8_t {
  kNone = 0,
  kAvailable = 1,  // Free to use.
  kHeld = 2,       // Held by open orders and bids.
  kBlocked = 3,    // Under pledge or court order.
  kEscrow = 4,     // Until finality.
  kBuffer = 5,     // Carbon buffer.
  // System accounts: only these may go below zero.
  kIssuance = 6,  // Contra of issued units.
  kRetired = 7,   // Retired units.
  kBank = 8,      // Contra of cash.
  kFees = 9,      // Fees earned.
  kTreasury = 10,
  kClearing = 11,
};

inline constexpr int kPurposeMax = 11;
inline constexpr int kHolderPurposeMax = 5;

constexpr bool IsSystemPurpose(Purpose purpose) {
  return static_cast<int>(purpose) > kHolderPurposeMax;
}

constexpr bool IsValidPurpose(int64_t value) {
  return value >= 1 && value <= kPurposeMax;
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_ENTRY_PURPOSE_H_
