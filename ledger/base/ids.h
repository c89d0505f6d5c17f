// Registered ids: small integers that stand for the things of the market, one
// type each, so that a holder is never passed where an asset is meant. Zero
// means none. Ids are dense and rise from 1 in the order of registration.
#ifndef LUHENG_LEDGER_BASE_IDS_H_
#define LUHENG_LEDGER_BASE_IDS_H_

#include <compare>
#include <cstdint>
#include <ostream>
#include <utility>

namespace luheng {

// An integer id of the kind `Tag`. Explicit both ways; zero is "none".
template <typename Tag, typename Rep = int64_t>
class Id {
 public:
  using rep = Rep;
  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }
  constexpr explicit operator bool() const { return value_ != 0; }

  friend constexpr auto operator<=>(Id, Id) = default;
  friend std::ostream& operator<<(std::ostream& out, Id id) {
    return out << id.value_;
  }
  template <typename H>
  friend H AbslHashValue(H h, Id id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  Rep value_ = 0;
};

// A legal or natural person, county or agency that holds balances.
using HolderId = Id<struct HolderTag>;
// What a unit is: CNY, a quota of a year, a carbon batch.
using AssetId = Id<struct AssetTag>;
// A user: the person or program that signs in, acting for one holder.
using UserId = Id<struct UserTag>;
// What is traded: an asset under rules.
using InstrumentId = Id<struct InstrumentTag>;
// An order, assigned by the market, dense and rising across instruments.
using OrderId = Id<struct OrderTag>;
// A proposal that waits for a check and an approval.
using ProposalId = Id<struct ProposalTag>;
// A client's order session (resumable stream).
using SessionId = Id<struct SessionTag>;

// Position of an entry in the journal, from 1, without gaps.
using EntryNumber = Id<struct EntryNumberTag>;
// Position of a block in the journal, from 1, without gaps.
using BlockNumber = Id<struct BlockNumberTag>;
// Who may append: a newer epoch fences every older one.
using Epoch = Id<struct EpochTag>;

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_IDS_H_
