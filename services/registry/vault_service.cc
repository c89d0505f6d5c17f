#include "services/registry/vault_service.h"

#include <memory>
#include <string>
#include <utility>

#include "google/protobuf/util/time_util.h"
#include "services/core/names.h"
#include "services/core/world.h"
#include "services/registry/identity_number.h"

namespace luheng::registry {
namespace {

using core::World;
using google::protobuf::util::TimeUtil;
using rpc::FieldChecks;
using rpc::Reason;

using PutCall = rpc::UnaryCall<v1::PutRecordRequest, v1::PutRecordResponse>;
using GetCall = rpc::UnaryCall<v1::GetRecordRequest, v1::GetRecordResponse>;

constexpr int64_t kNameCharsMax = 100;
constexpr int64_t kAccountCharsMax = 34;
constexpr int64_t kNoteCharsMax = 1000;
constexpr int64_t kReasonCharsMax = 200;
constexpr size_t kRecordHexChars = 2 * Id16::kSize;
// What is left to see of a masked number.
constexpr size_t kShownChars = 4;

void CheckRecordName(absl::string_view record, FieldChecks& check) {
  if (record.size() != kRecordHexChars || !FromHex(record)) {
    check.Violate("record", record, "32 hex digits");
  }
}

Id16 RecordOf(absl::string_view hex) {
  return Id16::From(FromHex(hex).value_or("")).value_or(Id16());
}

v1::PersonRecord PersonOf(const v1::PutRecordRequest& request) {
  v1::PersonRecord person;
  person.set_person_name(request.person_name());
  person.set_identity_number(request.identity_number());
  person.set_bank_account(request.bank_account());
  person.set_note(request.note());
  return person;
}

// Registers what the vault has stored, as the caller's command.
void SubmitStored(core::Sequencer& sequencer,
                  const std::shared_ptr<PutCall>& call,
                  const VaultEntry& stored) {
  auto body = std::make_shared<v1::StoreRecord>();
  body->set_record(stored.record.str());
  body->set_salted_digest(stored.salted_digest.str());
  core::Submission submission;
  core::Command& command = submission.commands.emplace_back();
  command.type = v1::COMMAND_TYPE_STORE_RECORD;
  command.user = call->caller().user;
  command.request_id = ParseUuid(call->request().request_id()).value_or(Id16());
  command.digest = rpc::CommandDigest(command.type, *body);
  command.credential = call->caller().credential;
  command.body = body.get();
  submission.bodies = body;
  submission.done = [call](std::vector<core::Outcome>& outcomes) {
    rpc::FinishWithOutcome(*call, outcomes.front());
  };
  sequencer.Submit(std::move(submission));
}

void Store(core::Sequencer& sequencer, Vault& vault,
           const std::shared_ptr<PutCall>& call) {
  const auto stored =
      vault.Put(call->caller().user,
                ParseUuid(call->request().request_id()).value_or(Id16()),
                PersonOf(call->request()));
  if (stored.ok()) return SubmitStored(sequencer, call, *stored);
  if (absl::IsAlreadyExists(stored.status())) {
    return call->Refuse(Reason::REASON_REQUEST_ID_REUSED,
                        {{"request_id", call->request().request_id()}});
  }
  if (absl::IsNotFound(stored.status())) {
    return call->Refuse(Reason::REASON_VAULT_RECORD_UNKNOWN);
  }
  call->Fail(rpc::ToStatus(stored.status(), call->error()));
}

// How much of a record the caller sees.
enum class Sight { kNothing, kMasked, kAll, kOwn };

Sight SightOf(const RegistryArea& area, UserId user, const Id16& record) {
  const RecordData* data = area.records().Find(record);
  const HolderId person = area.holders().FindByRecord(record.view());
  if (person && area.HolderOf(user) == person) return Sight::kOwn;
  // A record that is nobody's yet concerns whoever stored it.
  const HolderId target = person || data == nullptr ? person : data->stored_by;
  if (area.Allows(user, v1::COMMAND_TYPE_STORE_RECORD, core::Step::kSubmit,
                  target)) {
    return Sight::kAll;
  }
  const bool may_read =
      target ? area.MayRead(user, target) : area.MayReadAll(user);
  return may_read ? Sight::kMasked : Sight::kNothing;
}

// What the sequencer's thread found out for a read.
struct Found {
  Sight sight = Sight::kNothing;
  // REASON_UNSPECIFIED if the record can be shown.
  Reason refused = Reason::REASON_PERMISSION_DENIED;
  Stamp stored;
};

Found Look(const RegistryArea& area, UserId user, const Id16& record) {
  Found found;
  if (!area.IsActive(user)) {
    found.refused = Reason::REASON_USER_SUSPENDED;
    return found;
  }
  found.sight = SightOf(area, user, record);
  if (found.sight == Sight::kNothing) return found;
  const RecordData* data = area.records().Find(record);
  if (data == nullptr || data->erased) {
    found.refused = Reason::REASON_VAULT_RECORD_UNKNOWN;
    return found;
  }
  found.refused = Reason::REASON_UNSPECIFIED;
  found.stored = data->stored;
  return found;
}

void FillAnswer(const v1::PersonRecord& person, const Found& found,
                v1::GetRecordResponse& answer) {
  const bool masked = found.sight == Sight::kMasked;
  const auto shown = [masked](const std::string& number) {
    return masked ? MaskAllBut(number, kShownChars) : number;
  };
  answer.set_person_name(person.person_name());
  answer.set_identity_number(shown(person.identity_number()));
  answer.set_bank_account(shown(person.bank_account()));
  if (!masked) answer.set_note(person.note());
  *answer.mutable_create_time() =
      TimeUtil::NanosecondsToTimestamp(found.stored.value());
}

// Notes the read before the record is shown.
void Show(Vault& vault, Stamp now, const Found& found,
          const std::shared_ptr<GetCall>& call) {
  const Id16 record = RecordOf(call->request().record());
  if (found.sight != Sight::kOwn) {
    const absl::Status noted = vault.NoteAccess(
        record, {now, call->caller().user, found.sight == Sight::kMasked});
    if (!noted.ok()) return call->Fail(rpc::ToStatus(noted, call->error()));
  }
  const auto person = vault.Get(record);
  if (absl::IsNotFound(person.status())) {
    return call->Refuse(Reason::REASON_VAULT_RECORD_UNKNOWN);
  }
  if (!person.ok()) {
    return call->Fail(rpc::ToStatus(person.status(), call->error()));
  }
  FillAnswer(*person, found, call->answer());
  call->Finish();
}

}  // namespace

// Asked before anything is stored, so that nobody fills the vault without
// being allowed to; decided again with the command.
VaultService::Reactor* VaultService::PutRecord(
    Context* context, const v1::PutRecordRequest* request,
    v1::PutRecordResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const v1::PutRecordRequest& r, FieldChecks& check) {
        check.Text("person_name", r.person_name(), 1, kNameCharsMax);
        check.Text("bank_account", r.bank_account(), 0, kAccountCharsMax);
        check.Text("note", r.note(), 0, kNoteCharsMax);
      },
      [this](const std::shared_ptr<PutCall>& call) {
        const std::string& number = call->request().identity_number();
        if (!number.empty() && !IsIdentityNumber(number)) {
          // The value is personal data and is not said back.
          return call->Refuse(Reason::REASON_IDENTITY_NUMBER_INVALID,
                              {{"field", "identity_number"},
                               {"value", ""},
                               {"rule", "18 characters with a check digit"}});
        }
        auto allowed = std::make_shared<bool>(false);
        backend_.sequencer.Read(
            [call, allowed, &area = area_](const World&) {
              const UserId user = call->caller().user;
              *allowed = area.IsActive(user) &&
                         area.Allows(user, v1::COMMAND_TYPE_STORE_RECORD,
                                     core::Step::kSubmit, HolderId());
            },
            [this, call, allowed](const absl::Status& status, EntryNumber) {
              if (!status.ok()) {
                return call->Fail(rpc::ToStatus(status, call->error()));
              }
              if (!*allowed) {
                return call->Refuse(Reason::REASON_PERMISSION_DENIED);
              }
              const bool queued = worker_.Post(
                  [this, call] { Store(backend_.sequencer, vault_, call); });
              if (!queued) call->Refuse(Reason::REASON_QUEUE_FULL);
            });
      });
}

VaultService::Reactor* VaultService::GetRecord(
    Context* context, const v1::GetRecordRequest* request,
    v1::GetRecordResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const v1::GetRecordRequest& r, FieldChecks& check) {
        CheckRecordName(r.record(), check);
      },
      [this](const std::shared_ptr<GetCall>& call) {
        auto found = std::make_shared<Found>();
        backend_.sequencer.Read(
            [call, found, &area = area_](const World&) {
              *found = Look(area, call->caller().user,
                            RecordOf(call->request().record()));
            },
            [this, call, found](const absl::Status& status, EntryNumber) {
              if (!status.ok()) {
                return call->Fail(rpc::ToStatus(status, call->error()));
              }
              if (found->refused != Reason::REASON_UNSPECIFIED) {
                return call->Refuse(found->refused);
              }
              const bool queued = worker_.Post([this, call, found] {
                Show(vault_, backend_.sequencer.node_time(), *found, call);
              });
              if (!queued) call->Refuse(Reason::REASON_QUEUE_FULL);
            });
      });
}

VaultService::Reactor* VaultService::EraseRecord(
    Context* context, const v1::EraseRecordRequest* request,
    v1::EraseRecordResponse* response) {
  return rpc::ServeCommand(backend_, context, request, response,
                           [](const auto& r, FieldChecks& check) {
                             CheckRecordName(r.record(), check);
                             check.Text("reason", r.reason(), 1,
                                        kReasonCharsMax);
                           });
}

}  // namespace luheng::registry
