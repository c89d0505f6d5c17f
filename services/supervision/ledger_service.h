// luheng.ledger.v1.LedgerService: entries for their readers. Everybody sees
// that an entry is there, its time and its commitment record; a part is shown
// to those who may read what concerns its holder, with the salt that opens its
// commitment. Checkpoints and receipts let them check it without trusting us.
#ifndef LUHENG_SERVICES_SUPERVISION_LEDGER_SERVICE_H_
#define LUHENG_SERVICES_SUPERVISION_LEDGER_SERVICE_H_

#include "ledger/views/views.h"
#include "luheng/ledger/v1/ledger.grpc.pb.h"
#include "services/core/checkpoint_source.h"
#include "services/core/ports.h"
#include "services/core/sequencer.h"
#include "services/rpc/unary_call.h"
#include "services/supervision/entry_lookup.h"

namespace luheng::supervision {

using Backend = rpc::Backend<core::Sequencer, core::AccessControl>;

// Thread-safe; errors as in ledger.proto.
class LedgerService final : public ledger::v1::LedgerService::CallbackService {
 public:
  // Borrows everything; `assets` and `instruments` are read on the sequencer's
  // thread only, of `catalog` only what never changes. `views` must have an
  // EntryIndex.
  LedgerService(const Backend& backend, const Journal& journal,
                core::CheckpointSource& checkpoints, const core::World& catalog,
                const core::AssetDirectory& assets,
                const core::InstrumentDirectory& instruments,
                const Views& views)
      : backend_(backend),
        journal_(journal),
        checkpoints_(checkpoints),
        entries_(journal, catalog),
        assets_(assets),
        instruments_(instruments),
        views_(views) {}

  grpc::ServerUnaryReactor* GetEntry(
      grpc::CallbackServerContext* context,
      const ledger::v1::GetEntryRequest* request,
      ledger::v1::GetEntryResponse* response) override;
  grpc::ServerUnaryReactor* ListEntries(
      grpc::CallbackServerContext* context,
      const ledger::v1::ListEntriesRequest* request,
      ledger::v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(
      grpc::CallbackServerContext* context,
      const ledger::v1::GetCheckpointRequest* request,
      ledger::v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* GetReceipt(
      grpc::CallbackServerContext* context,
      const ledger::v1::GetReceiptRequest* request,
      ledger::v1::GetReceiptResponse* response) override;

 private:
  // ListEntries without a filter, and with one.
  grpc::ServerUnaryReactor* ListAll(
      grpc::CallbackServerContext* context,
      const ledger::v1::ListEntriesRequest* request,
      ledger::v1::ListEntriesResponse* response);
  grpc::ServerUnaryReactor* Search(
      grpc::CallbackServerContext* context,
      const ledger::v1::ListEntriesRequest* request,
      ledger::v1::ListEntriesResponse* response);

  // What `user` may see. On the sequencer's thread.
  Sight SightOf(UserId user) const;
  // Reads entries, then shows what the caller may see of them through
  // add(call, record).
  template <typename Call, typename Add>
  void Show(const std::shared_ptr<Call>& call, EntryNumber first,
            int64_t count_max, Add add);

  const Backend backend_;
  const Journal& journal_;
  core::CheckpointSource& checkpoints_;
  const EntryLookup entries_;
  const core::AssetDirectory& assets_;
  const core::InstrumentDirectory& instruments_;
  const Views& views_;
};

}  // namespace luheng::supervision

#endif  // LUHENG_SERVICES_SUPERVISION_LEDGER_SERVICE_H_
