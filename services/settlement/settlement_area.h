// Settlement: what assets there are, and how units and cash come in and go
// out. It moves nothing without postings, and every posting here has its other
// side in a system account:
//
//   issue     system issuance -> holder available   issuance = -(all issued)
//   retire    holder available -> system retired    retired = all retired
//   deposit   system bank -> holder available       bank = -(cash held)
//   withdraw  holder available -> system bank
//
// So for every asset: issued = held by holders + retired, read off the books.
#ifndef LUHENG_SERVICES_SETTLEMENT_SETTLEMENT_AREA_H_
#define LUHENG_SERVICES_SETTLEMENT_SETTLEMENT_AREA_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ledger/accounts/accounts.h"
#include "ledger/base/ids.h"
#include "luheng/settlement/v1/events.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/core/area.h"
#include "services/core/genesis.h"
#include "services/core/ports.h"

namespace luheng::settlement {

// Greatest amount of one issue, retirement, deposit or withdrawal, in the
// smallest unit.
inline constexpr int64_t kAmountMax = 1'000'000'000'000'000;

// Thread-compatible; owned by the world's thread.
class SettlementArea final : public core::Area,
                             public core::GenesisArea,
                             public core::AssetDirectory {
 public:
  // Borrows both.
  SettlementArea(const Accounts& accounts, const core::HolderDirectory& holders)
      : accounts_(accounts), holders_(holders) {}

  absl::string_view name() const override { return "settlement"; }
  absl::Span<const core::CommandSpec> commands() const override;
  absl::Span<const core::EventSpec> events() const override;
  core::Verdict Decide(const core::DecideContext& context,
                       const core::Command& command, Entry& entry,
                       core::Outcome& outcome) const override;
  void Apply(const core::ApplyContext& context,
             const entry::v1::Event& event) override;
  void Save(core::StateWriter& writer) const override;
  absl::Status Load(core::StateReader& reader) override;

  void DraftGenesis(const core::GenesisConfig& config,
                    const core::DecideContext& context,
                    Entry& entry) const override;

  // AssetDirectory.
  AssetId FindAsset(absl::string_view symbol) const override;
  std::string AssetSymbol(AssetId asset) const override;
  bool IsCurrency(AssetId asset) const override;

  int64_t asset_count() const { return static_cast<int64_t>(assets_.size()); }
  // Null if unknown. Valid until the next asset is defined.
  const v1::AssetDefined* Find(AssetId asset) const;

 private:
  // What a rule may look at, and where it drafts.
  struct Draft {
    const core::DecideContext& context;
    Entry& entry;
    core::Outcome& outcome;
  };
  // One movement between a holder's available account and the system's.
  struct Movement {
    HolderId holder;
    AssetId asset;
    int64_t amount = 0;
    // The system's account.
    Purpose contra = Purpose::kNone;
    // Whether the holder gets it.
    bool in = false;
  };

  core::Verdict DecideDefineAsset(const v1::DefineAssetRequest& request,
                                  Draft draft) const;
  core::Verdict DecideIssue(const v1::IssueUnitsRequest& request,
                            Draft draft) const;
  core::Verdict DecideRetire(const v1::RetireUnitsRequest& request,
                             Draft draft) const;
  core::Verdict DecideDeposit(const v1::DepositRequest& request,
                              Draft draft) const;
  core::Verdict DecideWithdraw(const v1::WithdrawRequest& request,
                               Draft draft) const;

  core::Verdict CheckHolder(HolderId holder, absl::string_view name) const;
  // Whether both accounts can take the movement.
  core::Verdict CheckBalances(const Movement& movement) const;
  // The common rules of issuing and retiring, in the order of their reasons.
  template <typename Request>
  core::Verdict CheckUnits(const Request& request,
                           const Movement& movement) const;
  template <typename Request>
  core::Verdict CheckCash(const Request& request,
                          const Movement& movement) const;
  static void DraftMovement(const Movement& movement, Entry& entry);

  void Define(v1::AssetDefined event);

  const Accounts& accounts_;
  const core::HolderDirectory& holders_;
  // Asset i + 1 at i.
  std::vector<v1::AssetDefined> assets_;
  // Looked up only, never iterated.
  absl::flat_hash_map<std::string, AssetId> by_symbol_;
  std::set<std::string> bank_references_;
};

// An asset as the API shows it.
v1::Asset AssetResource(const v1::AssetDefined& asset);

}  // namespace luheng::settlement

#endif  // LUHENG_SERVICES_SETTLEMENT_SETTLEMENT_AREA_H_
