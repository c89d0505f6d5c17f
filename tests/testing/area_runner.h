// Runs one area alone, without users' rights, approvals and request ids: what
// it drafts is serialized, parsed and applied, as on every node.
#ifndef LUHENG_TESTS_TESTING_AREA_RUNNER_H_
#define LUHENG_TESTS_TESTING_AREA_RUNNER_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/check.h"
#include "ledger/entry/entry.h"
#include "services/core/area.h"
#include "services/core/genesis.h"
#include "services/core/state_io.h"

namespace luheng::testing {

class AreaRunner {
 public:
  AreaRunner(core::Area& area, Accounts& accounts, Stamp now)
      : area_(area), accounts_(accounts), now_(now) {}

  void Genesis(const core::GenesisArea& area,
               const core::GenesisConfig& config) {
    entry_.Reset(number_, now_);
    core::DecideContext context;
    context.now = now_;
    context.number = number_;
    area.DraftGenesis(config, context, entry_);
    ApplyDraft();
  }

  // Decides only.
  core::Outcome Try(int type, const google::protobuf::Message& body,
                    UserId user, HolderId holder) {
    entry_.Reset(number_, now_);
    core::Command command;
    command.type = type;
    command.user = user;
    command.body = &body;
    core::Outcome outcome;
    core::DecideContext context;
    context.now = now_;
    context.number = number_;
    context.user = user;
    context.holder = holder;
    if (auto verdict = area_.Decide(context, command, entry_, outcome)) {
      outcome.reason = verdict->reason;
      outcome.details = verdict->details;
    }
    return outcome;
  }

  // Decides and, if accepted, applies.
  core::Outcome Run(int type, const google::protobuf::Message& body,
                    UserId user, HolderId holder) {
    core::Outcome outcome = Try(type, body, user, holder);
    if (outcome.accepted()) ApplyDraft();
    return outcome;
  }

  // The last entry that was applied.
  const Entry& applied() const { return applied_; }
  EntryNumber next_number() const { return number_; }
  void set_now(Stamp now) { now_ = now; }
  Stamp now() const { return now_; }

 private:
  void ApplyDraft() {
    std::string bytes;
    entry_.Serialize(bytes);
    LUHENG_CHECK_OK(applied_.Parse(bytes));
    const EntryView view = applied_.view();
    accounts_.Apply(view);
    core::ApplyContext context;
    context.number = view.number;
    context.stamp = view.stamp;
    for (const auto& part : view.parts) {
      context.audience = HolderId(part->audience());
      for (const entry::v1::Event& event : part->events()) {
        area_.Apply(context, event);
      }
    }
    number_ = EntryNumber(number_.value() + 1);
  }

  core::Area& area_;
  Accounts& accounts_;
  Stamp now_;
  EntryNumber number_ = EntryNumber(1);
  Entry entry_;
  Entry applied_;
};

// The canonical bytes of an area's state.
inline std::string SavedState(const core::Area& area) {
  std::string bytes;
  {
    core::StateWriter writer(
        [&bytes](absl::string_view piece) { absl::StrAppend(&bytes, piece); });
    area.Save(writer);
  }
  return bytes;
}

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_AREA_RUNNER_H_
