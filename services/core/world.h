// The world: everything the system knows, folded from entries. It holds the
// books, core's own state (approvals, request ids, sessions) and the areas.
//
// `Decide` is const and drafts an entry or refuses; `Apply` folds an entry and
// never refuses. A world is owned by one thread.
#ifndef LUHENG_SERVICES_CORE_WORLD_H_
#define LUHENG_SERVICES_CORE_WORLD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/entry/entry.h"
#include "services/core/area.h"
#include "services/core/command.h"
#include "services/core/core_area.h"
#include "services/core/genesis.h"
#include "services/core/ports.h"

namespace luheng::core {

// What became of deciding one command.
enum class Decision {
  kEntry,     // An entry was drafted: accepted, or a refusal to keep.
  kAnswered,  // Only an answer: nothing to write.
};

class World {
 public:
  // Areas are added next, then the world is used.
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Adds an area; its command and event types must be new.
  void AddArea(std::unique_ptr<Area> area);
  // Who may do what; must be set before the first Decide. Borrowed, usually an
  // area of this world.
  void SetAccessControl(const AccessControl* access);

  const Accounts& accounts() const { return accounts_; }
  CoreArea& core() { return *core_; }
  const CoreArea& core() const { return *core_; }

  // Drafts entry 1 into `entry`.
  void DraftGenesis(const GenesisConfig& config, Stamp now, Entry& entry) const;

  // Decides `command` at `now`: user known and active, request id, role,
  // approval, then the area's rules. `entry` is reset and drafted; `outcome`
  // is the answer. Requires now >= last_stamp().
  Decision Decide(const Command& command, Stamp now, Entry& entry,
                  Outcome& outcome) const;

  // Announces a command that Decide gets soon, first far and then near, so that
  // what it touches is in cache by then. Changes nothing.
  void Prefetch(const Command& command, Distance distance) const;

  // The earliest time at which DecideDue has something to do.
  std::optional<Stamp> NextDue() const;
  // Drafts one piece of what is due at `now`. Requires NextDue() <= now.
  void DecideDue(Stamp now, Entry& entry) const;
  // Whether a large command goes on.
  bool HasContinuation() const;
  // Drafts its next piece and updates the command's `outcome`.
  void DecideContinuation(Stamp now, Entry& entry, Outcome& outcome) const;

  // Folds the next entry. Requires its number to be the next and its stamp not
  // to go back.
  void Apply(const EntryView& entry);
  EntryNumber last_entry() const { return last_entry_; }
  Stamp last_stamp() const { return last_stamp_; }
  // The running folds of the books and of every area in one; see
  // Accounts::fold and Area::fold.
  uint64_t fold() const;

  // The whole state, canonical; see Area::Save.
  void Save(StateWriter& writer) const;
  absl::Status Load(absl::string_view bytes);
  // SHA-256 of what Save writes.
  Digest StateDigest() const;

  // Runs the rules of `command`'s area for an approved proposal, its sender
  // authorized anew. For CoreArea.
  Verdict Execute(const DecideContext& context, const Command& command,
                  Entry& entry, Outcome& outcome) const;
  const AccessControl& access() const { return *access_; }

  // Specifications by type; null for an unknown one.
  const CommandSpec* FindCommand(CommandType type) const;
  const EventSpec* FindEvent(int type) const;
  // The name of a command type; "Unknown" if there is none.
  absl::string_view CommandName(CommandType type) const;
  // The type of a command by its name; 0 if there is none.
  CommandType CommandNamed(absl::string_view name) const;
  // The holder that `body` concerns, for the sender's scope; zero if none.
  HolderId TargetOf(CommandType type,
                    const google::protobuf::Message& body) const;

 private:
  struct Route {
    Area* area = nullptr;
    const CommandSpec* command = nullptr;
    const EventSpec* event = nullptr;
  };
  static constexpr int kTypeMax = 2000;

  DecideContext ContextFor(const Command& command, Stamp now) const;
  Verdict Authorize(const Command& command, const CommandSpec& spec) const;
  // Runs the area's rules, or turns the command into a proposal.
  Verdict DecideRouted(const DecideContext& context, const Route& route,
                       const Command& command, Entry& entry,
                       Outcome& outcome) const;
  Verdict Propose(const DecideContext& context, const Command& command,
                  const CommandSpec& spec, int64_t amount, Entry& entry,
                  Outcome& outcome) const;
  Decision DraftRefusal(const DecideContext& context, const Command& command,
                        Refusal refusal, Entry& entry, Outcome& outcome) const;
  void DraftOrigin(const DecideContext& context, const Command& command,
                   const Outcome& outcome, Entry& entry) const;
  // Gives an earlier answer again, if there is one.
  bool AnswerAgain(const Command& command, Stamp now, Outcome& outcome) const;
  // Refuses what leaves no entry: a sender or a type that does not exist, a
  // position in a session that cannot be kept.
  Verdict CheckSender(const Command& command) const;

  Accounts accounts_;
  std::vector<std::unique_ptr<Area>> areas_;
  CoreArea* core_;  // The first of areas_.
  const AccessControl* access_ = nullptr;
  std::vector<Route> command_routes_;
  std::vector<Route> event_routes_;
  EntryNumber last_entry_;
  Stamp last_stamp_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_WORLD_H_
