// An area: one part of the system's meaning (registry, market, settlement ...)
// with its own state, its rules (`Decide`) and its fold (`Apply`). Areas never
// include each other; what they ask of each other goes through ports.h.
//
// `Decide` reads and never writes; `Apply` writes and never refuses. Leader,
// restart and follower run the same `Apply` over the same events.
#ifndef LUHENG_SERVICES_CORE_AREA_H_
#define LUHENG_SERVICES_CORE_AREA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/entry/entry.h"
#include "services/core/command.h"
#include "services/core/refusal.h"
#include "services/core/state_io.h"

namespace luheng::core {

// What core must know of a command type.
struct CommandSpec {
  CommandType type = 0;
  // As in the API, for example "IssueUnits".
  absl::string_view name;
  // An instance of the body's type, for proposals that are executed later.
  const google::protobuf::Message* prototype = nullptr;
  // Whether the holder in `target` matters to the caller's scope; nothing for
  // commands that concern no holder. May be null.
  HolderId (*target)(const google::protobuf::Message& body) = nullptr;
  // The amount that chooses the approval tier, in the asset's smallest unit;
  // null counts as 0.
  int64_t (*amount)(const google::protobuf::Message& body) = nullptr;
  // Whether refusals and answers are kept under the request id; false on the
  // order path, which has its own ids.
  bool by_request_id = true;
  // Whether any active user may send it: the area's rules say the rest.
  bool open_to_all = false;
  // Whether only the node itself sends it.
  bool node_only = false;
};

// What an event is about, for those who look for it.
enum class SubjectKind { kOrder = 1, kInstrument = 2, kProposal = 3 };

struct Subject {
  SubjectKind kind = SubjectKind::kOrder;
  int64_t id = 0;

  friend bool operator==(const Subject&, const Subject&) = default;
};

// What core must know of an event type.
struct EventSpec {
  int type = 0;
  // For example "HolderOpened".
  absl::string_view name;
  // An instance of the body's type, for readers.
  const google::protobuf::Message* prototype = nullptr;
  // Adds what the event with this serialized body is about; null if that is
  // nothing anybody looks for. May be called on any thread.
  void (*subjects)(absl::string_view body,
                   std::vector<Subject>& subjects) = nullptr;
};

// What `Decide` may know besides the command and its own state.
struct DecideContext {
  // The sequencer's stamp; equal for all events of the entry.
  Stamp now;
  // The number that the entry will have.
  EntryNumber number;
  // Who asks (or proposed); zero is the node.
  UserId user;
  // The holder that the user acts for; the audience of its own part.
  HolderId holder;
  // Set when an approved proposal is executed.
  ProposalId proposal;
};

// What `Apply` may know besides the event.
struct ApplyContext {
  EntryNumber number;
  Stamp stamp;
  // The audience of the event's part; 0 is public.
  HolderId audience;
  // Who asked, of the entry's origin; zero is the node.
  UserId user;
};

// How long before its turn a command is announced. What lies behind a link that
// is itself far away is brought near step by step.
enum class Distance { kFar, kMiddle, kNear };

// Thread-compatible; owned by the thread that owns the world.
class Area {
 public:
  virtual ~Area() = default;

  virtual absl::string_view name() const = 0;
  virtual absl::Span<const CommandSpec> commands() const = 0;
  virtual absl::Span<const EventSpec> events() const = 0;

  // Decides `command` (one of commands(), its sender authorized): drafts events
  // and postings into `entry` and the answer into `outcome`, or refuses. If it
  // refuses, what it drafted is dropped. If it drafts nothing and does not
  // refuse, the answer alone counts and no entry is made.
  virtual Verdict Decide(const DecideContext& context, const Command& command,
                         Entry& entry, Outcome& outcome) const = 0;

  // A hint that `command` of `holder` comes soon: brings near what deciding and
  // applying it will touch. The command is not checked yet, and may be
  // anything.
  virtual void Prefetch(HolderId holder, const Command& command,
                        Distance distance) const;

  // Folds one event (of events()) into the state. A body that cannot be
  // understood or does not fit the state is a bug or a damaged journal: it
  // stops the process (LUHENG_CHECK).
  virtual void Apply(const ApplyContext& context,
                     const entry::v1::Event& event) = 0;

  // When something becomes due without a command; nothing if never.
  virtual std::optional<Stamp> NextDue() const { return std::nullopt; }
  // Drafts what is due at `context.now` (one piece of it; NextDue says if more
  // is). Called only when NextDue() <= context.now, and must then draft
  // something.
  virtual void DecideDue(const DecideContext& context, Entry& entry) const;

  // Whether a large command goes on in a further entry.
  virtual bool HasContinuation() const { return false; }
  // Drafts its next piece. Called only when HasContinuation(), and must then
  // draft something. `outcome` is that of the command, to be updated.
  virtual void DecideContinuation(const DecideContext& context, Entry& entry,
                                  Outcome& outcome) const;

  // A running fold over what Apply changed, cheap and kept with the state: two
  // folds of the same entries that come to differ show it at once. 0 for an
  // area that keeps none; the shadow cannot compare such an area.
  virtual uint64_t fold() const { return 0; }

  // Writes the whole state in a canonical order: equal states write equal
  // bytes. The state digest is the hash of these bytes, a snapshot is these
  // bytes.
  virtual void Save(StateWriter& writer) const = 0;
  // Reads what Save wrote into an empty area. DATA_LOSS if it is not that.
  virtual absl::Status Load(StateReader& reader) = 0;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_AREA_H_
