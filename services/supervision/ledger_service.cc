#include "services/supervision/ledger_service.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/tlog_proof.h"
#include "services/core/names.h"
#include "services/supervision/receipts.h"

namespace luheng::supervision {
namespace {

using rpc::FieldChecks;
using rpc::Reason;

// Of one answer; clients accept messages of 4 MiB.
constexpr size_t kAnswerBytesMax = 1 << 20;

// Answers a call whose entry could not be read or proved.
template <typename Call>
void FailEntry(const std::shared_ptr<Call>& call, EntryNumber entry,
               const absl::Status& status) {
  if (absl::IsOutOfRange(status)) {
    return call->Refuse(Reason::REASON_BEYOND_END,
                        {{"entry", absl::StrCat(entry.value())}});
  }
  call->Fail(rpc::ToStatus(status, call->error()));
}

}  // namespace

template <typename Call, typename Add>
void LedgerService::Show(const std::shared_ptr<Call>& call, EntryNumber first,
                         int64_t count_max, Add add) {
  absl::StatusOr<std::vector<FullEntry>> read =
      entries_.Read(first, count_max, kAnswerBytesMax);
  if (!read.ok()) return FailEntry(call, first, read.status());
  struct Shared {
    std::vector<FullEntry> entries;
    Reason refused = Reason::REASON_UNSPECIFIED;
  };
  auto shared = std::make_shared<Shared>();
  shared->entries = *std::move(read);
  backend_.sequencer.Read(
      [this, call, shared, add](const core::World&) {
        shared->refused = rpc::ReadGate(backend_.access, *call);
        if (shared->refused != Reason::REASON_UNSPECIFIED) return;
        const core::AccessControl& access = backend_.access;
        const UserId user = call->caller().user;
        const bool all = access.MayReadAll(user);
        const Sight sight{[&](HolderId holder) {
                            return all || access.MayRead(user, holder);
                          },
                          [&](UserId id) { return access.UserName(id); },
                          [&](AssetId id) { return assets_.AssetSymbol(id); }};
        for (FullEntry& entry : shared->entries) {
          add(*call, entries_.Show(std::move(entry), sight));
        }
      },
      [call, shared](const absl::Status& status, EntryNumber) {
        if (!status.ok()) {
          return call->Fail(rpc::ToStatus(status, call->error()));
        }
        if (shared->refused != Reason::REASON_UNSPECIFIED) {
          return call->Refuse(shared->refused);
        }
        call->Finish();
      });
}

grpc::ServerUnaryReactor* LedgerService::GetEntry(
    grpc::CallbackServerContext* context,
    const ledger::v1::GetEntryRequest* request,
    ledger::v1::GetEntryResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) { check.Entry("name", r.name()); },
      [this](const auto& call) {
        const EntryNumber number(
            core::ParseNumberName("entries", call->request().name()));
        Show(call, number, 1, [](auto& of, ledger::v1::EntryRecord record) {
          *of.answer().mutable_entry() = std::move(record);
        });
      });
}

grpc::ServerUnaryReactor* LedgerService::ListEntries(
    grpc::CallbackServerContext* context,
    const ledger::v1::ListEntriesRequest* request,
    ledger::v1::ListEntriesResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Range("first_entry", r.first_entry(), 0, INT64_MAX);
      },
      [this](const auto& call) {
        const rpc::PageTokens& tokens = backend_.edge.page_tokens();
        const auto& r = call->request();
        const auto cursor = tokens.Open(r);
        int64_t last = std::max<int64_t>(r.first_entry(), 1) - 1;
        if (!cursor || (!cursor->last_key.empty() &&
                        !absl::SimpleAtoi(cursor->last_key, &last))) {
          return call->Refuse(Reason::REASON_PAGE_TOKEN_INVALID);
        }
        const EntryNumber end = backend_.sequencer.durable().entry;
        Show(call, EntryNumber(last + 1), rpc::CoercePageSize(r.page_size()),
             [&tokens, end](auto& of, ledger::v1::EntryRecord record) {
               const int64_t number = record.number();
               *of.answer().add_entries() = std::move(record);
               of.answer().set_next_page_token(
                   number < end.value()
                       ? tokens.Make(of.request(), {absl::StrCat(number), end})
                       : "");
             });
      });
}

grpc::ServerUnaryReactor* LedgerService::GetCheckpoint(
    grpc::CallbackServerContext* context,
    const ledger::v1::GetCheckpointRequest* request,
    ledger::v1::GetCheckpointResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Range("min_entry", r.min_entry(), 0, INT64_MAX);
      },
      [this](const auto& call) {
        const EntryNumber entry(call->request().min_entry());
        checkpoints_.WhenCovering(
            entry.value(), [this, call, entry](absl::StatusOr<Note> note) {
              if (!note.ok()) return FailEntry(call, entry, note.status());
              call->answer().set_checkpoint(FormatNote(*note));
              call->answer().set_size(ParseCheckpoint(note->text)->head.size);
              call->answer().set_verifier_key(checkpoints_.key().vkey());
              call->answer().set_policy(checkpoints_.policy());
              call->Finish();
            });
      });
}

grpc::ServerUnaryReactor* LedgerService::GetReceipt(
    grpc::CallbackServerContext* context,
    const ledger::v1::GetReceiptRequest* request,
    ledger::v1::GetReceiptResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) { check.Entry("name", r.name()); },
      [this](const auto& call) {
        const EntryNumber number(
            core::ParseNumberName("entries", call->request().name()));
        checkpoints_.WhenCovering(
            number.value(), [this, call, number](absl::StatusOr<Note> note) {
              absl::StatusOr<TlogProof> proof =
                  note.ok() ? ProveEntry(journal_, *note, number)
                            : note.status();
              if (!proof.ok()) return FailEntry(call, number, proof.status());
              Show(
                  call, number, 1,
                  [proven = *std::move(proof), key = checkpoints_.key().vkey()](
                      auto& of, const ledger::v1::EntryRecord& record) {
                    TlogProof receipt = proven;
                    receipt.extra = ReceiptContentOf(record);
                    of.answer().set_receipt(FormatTlogProof(receipt));
                    of.answer().set_verifier_key(key);
                  });
            });
      });
}

}  // namespace luheng::supervision
