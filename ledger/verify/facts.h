// What an entry says, as plain numbers: made from its parts on any thread, so
// that the ordered fold touches no message. Strict: what is not understood
// makes the entry unreadable.
#ifndef LUHENG_LEDGER_VERIFY_FACTS_H_
#define LUHENG_LEDGER_VERIFY_FACTS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/verify/finding.h"
#include "luheng/entry/v1/entry.pb.h"

namespace luheng::verify {

// Tells what is wrong with the entry at hand.
using FoundFn = std::function<void(FindingCode, std::string)>;

// Behind each kind, its values `v` in order.
enum class FactKind : uint8_t {
  kOrigin,          // user, command, proposal, whether it was refused
  kInstrument,      // instrument, asset, units of a lot
  kRules,           // instrument, effective, buyer's and seller's ppm
  kPlaced,          // order, holder, instrument, side, price, lots, rests
  kFilled,          // taker, maker, lots, instrument, price, taker's side
  kReduced,         // order, holder, lots
  kClosed,          // order, holder
  kRested,          // order, holder
  kRepriced,        // order, holder, price, remaining, rests
  kPaused,          // order, holder
  kMoved,           // event type, holder, asset, amount
  kRule,            // command, effective
  kTier,            // of the kRule before: bound, checks, approvals
  kProposed,        // proposal, command, amount, checks, approvals, proposer
  kChecked,         // proposal, user
  kApproved,        // proposal, user
  kProposalClosed,  // proposal, state
  kOther,           // event type
};

struct Fact {
  FactKind kind;
  std::array<int64_t, 7> v;
};

// A change of one account.
struct Change {
  int64_t holder = 0;
  int64_t asset = 0;
  int64_t purpose = 0;
  int64_t amount = 0;
};

// Adds what `part` says to `facts` and `postings`. Returns what is not
// understood; empty if all is.
std::string ReadPart(const entry::v1::Part& part, std::vector<Fact>& facts,
                     std::vector<Change>& postings);

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_FACTS_H_
