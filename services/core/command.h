// A command: what somebody asks the system to do, before it is decided. Its
// body is the parsed request; the edge has checked the caller's certificate and
// the shape of the request, nothing else.
#ifndef LUHENG_SERVICES_CORE_COMMAND_H_
#define LUHENG_SERVICES_CORE_COMMAND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "services/core/refusal.h"

namespace luheng::core {

// A registered command type; the hundreds digit names the area that decides
// it. Never reused.
using CommandType = int;

// Borrows its body, which the Submission keeps alive.
struct Command {
  CommandType type = 0;
  // Who asks; zero is the node itself.
  UserId user;
  // Set for every mutation except orders in a session or with a client id.
  Id16 request_id;
  // H(type || body), set with request_id.
  Digest digest;
  // SHA-256 of the caller's certificate; zero on the order path.
  Digest credential;
  // Order stream: the session and the position in it; zero outside.
  SessionId session;
  int64_t sequence = 0;
  const google::protobuf::Message* body = nullptr;
};

// What became of a command. Kept small: a batch has one per order.
struct Outcome {
  // REASON_UNSPECIFIED if accepted.
  Reason reason = v1::REASON_UNSPECIFIED;
  // An earlier answer was given again, or the order existed already.
  bool repeated = false;
  // The command waits for approval: `subject` is the proposal.
  bool pending = false;
  // The entry that recorded it; zero if none did.
  EntryNumber entry;
  Stamp stamp;
  // The area's own numbers; for orders: order id, OrderState, filled lots,
  // remaining lots.
  int64_t subject = 0;
  int64_t numbers[3] = {0, 0, 0};
  // The serialized response of the method, empty on the order path.
  std::string answer;
  // Values of the refusal; empty if accepted.
  Refusal::Details details;

  bool accepted() const { return reason == v1::REASON_UNSPECIFIED; }
};

// Commands that travel together: decided in order, answered together once all
// they did is durable.
struct Submission {
  std::vector<Command> commands;
  // Keeps the bodies alive until `done` has returned.
  std::shared_ptr<const void> bodies;
  // Called once, on the sequencer's completion thread, with one outcome per
  // command; must not block. After the node failed or while it drains it is
  // called with that reason for every command.
  std::function<void(std::vector<Outcome>& outcomes)> done;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_COMMAND_H_
