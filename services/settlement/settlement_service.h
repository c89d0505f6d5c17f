// luheng.settlement.v1.SettlementService: assets, units, cash, balances and
// statements over gRPC; what only reads is in balance_reads.cc. One holder's
// balances are read from the world; lists over all holders, sums and history
// come from the views.
#ifndef LUHENG_SERVICES_SETTLEMENT_SETTLEMENT_SERVICE_H_
#define LUHENG_SERVICES_SETTLEMENT_SETTLEMENT_SERVICE_H_

#include "ledger/journal/journal.h"
#include "ledger/views/views.h"
#include "luheng/settlement/v1/settlement.grpc.pb.h"
#include "services/core/ports.h"
#include "services/core/sequencer.h"
#include "services/rpc/unary_call.h"
#include "services/settlement/settlement_area.h"

namespace luheng::settlement {

using Backend = rpc::Backend<core::Sequencer, core::AccessControl>;

// Thread-safe; errors as in settlement.proto.
class SettlementService final : public v1::SettlementService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // Borrows everything; `area` and `holders` are read on the sequencer's thread
  // only. `views` must have a StatementProjection.
  SettlementService(const Backend& backend, const SettlementArea& area,
                    const core::HolderDirectory& holders,
                    const Journal& journal, const Views& views)
      : backend_(backend),
        area_(area),
        holders_(holders),
        journal_(journal),
        views_(views) {}

  Reactor* DefineAsset(Context* context, const v1::DefineAssetRequest* request,
                       v1::DefineAssetResponse* response) override;
  Reactor* ListAssets(Context* context, const v1::ListAssetsRequest* request,
                      v1::ListAssetsResponse* response) override;
  Reactor* IssueUnits(Context* context, const v1::IssueUnitsRequest* request,
                      v1::IssueUnitsResponse* response) override;
  Reactor* RetireUnits(Context* context, const v1::RetireUnitsRequest* request,
                       v1::RetireUnitsResponse* response) override;
  Reactor* Deposit(Context* context, const v1::DepositRequest* request,
                   v1::DepositResponse* response) override;
  Reactor* Withdraw(Context* context, const v1::WithdrawRequest* request,
                    v1::WithdrawResponse* response) override;
  Reactor* ListBalances(Context* context,
                        const v1::ListBalancesRequest* request,
                        v1::ListBalancesResponse* response) override;
  Reactor* ListStatementLines(
      Context* context, const v1::ListStatementLinesRequest* request,
      v1::ListStatementLinesResponse* response) override;
  Reactor* GetTrialBalance(Context* context,
                           const v1::GetTrialBalanceRequest* request,
                           v1::GetTrialBalanceResponse* response) override;

 private:
  Reactor* ListBalancesOfHolder(Context* context,
                                const v1::ListBalancesRequest* request,
                                v1::ListBalancesResponse* response);
  Reactor* ListBalancesFromViews(Context* context,
                                 const v1::ListBalancesRequest* request,
                                 v1::ListBalancesResponse* response);

  const Backend backend_;
  const SettlementArea& area_;
  const core::HolderDirectory& holders_;
  const Journal& journal_;
  const Views& views_;
};

}  // namespace luheng::settlement

#endif  // LUHENG_SERVICES_SETTLEMENT_SETTLEMENT_SERVICE_H_
