// The auditor's own table of approval rules and proposals: whether what needed
// other persons got them, and whether each was another person.
//
// Checked of each entry: a command under a rule that asks for persons is
// executed by a proposal only; the proposal asks for what the rule in force
// asked; proposer, checkers and approvers are all different users, each the one
// who sent the step; enough of them stood behind it when it was executed, once,
// with the amount that was proposed; and what an event does is what the
// executed command may do.
#ifndef LUHENG_LEDGER_VERIFY_APPROVALS_H_
#define LUHENG_LEDGER_VERIFY_APPROVALS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "ledger/verify/facts.h"

namespace luheng::verify {

// Thread-compatible.
class Approvals {
 public:
  // Folds one entry. `entry` is its number: the first may do everything.
  void Fold(int64_t entry, int64_t stamp, absl::Span<const Fact> facts,
            const FoundFn& found);
  int64_t executed_count() const { return executed_count_; }

 private:
  struct Tier {
    int64_t amount_max = 0;
    int64_t checks = 0;
    int64_t approvals = 0;
  };
  struct Proposal {
    int64_t command = 0;
    int64_t amount = 0;
    Tier need;
    int64_t proposer = 0;
    std::vector<int64_t> checkers;
    std::vector<int64_t> approvers;
  };
  // Of the entry at hand.
  struct Act {
    bool refused = false;
    bool proposes = false;
    int64_t user = 0;
    int64_t command = 0;
    // That it executes, and what this was; 0 if none.
    int64_t proposal = 0;
    int64_t executed = 0;
    int64_t proposed_amount = 0;
    // That it names in its origin; 0 if none.
    int64_t named = 0;
  };

  // The tier for `command` at `stamp`; nothing needed without a rule.
  Tier NeedFor(int64_t command, int64_t amount, int64_t stamp) const;
  void Propose(const Fact& fact, int64_t stamp, const Act& act,
               const FoundFn& found);
  void Step(const Fact& fact, const Act& act, const FoundFn& found);
  void Close(const Fact& fact, Act& act, const FoundFn& found);
  void CheckDone(absl::Span<const Fact> facts, int64_t stamp, const Act& act,
                 const FoundFn& found) const;
  void AddRule(absl::Span<const Fact> facts, size_t at);

  // By command, then by effective stamp.
  absl::flat_hash_map<int64_t, std::map<int64_t, std::vector<Tier>>> rules_;
  absl::flat_hash_map<int64_t, Proposal> open_;
  int64_t last_proposal_ = 0;
  int64_t executed_count_ = 0;
};

}  // namespace luheng::verify

#endif  // LUHENG_LEDGER_VERIFY_APPROVALS_H_
