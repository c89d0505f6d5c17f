#include "services/settlement/settlement_area.h"

#include <utility>

#include "ledger/base/check.h"
#include "ledger/entry/strict.h"
#include "services/core/names.h"

namespace luheng::settlement {
namespace {

using core::CommandSpec;
using core::EventSpec;
using google::protobuf::Message;

template <typename T>
const Message* Prototype() {
  return &T::default_instance();
}

template <typename T>
HolderId Target(const Message& body) {
  return core::ParseHolderName(static_cast<const T&>(body).holder());
}

template <typename T>
int64_t UnitAmount(const Message& body) {
  return static_cast<const T&>(body).amount();
}

template <typename T>
int64_t CashAmount(const Message& body) {
  return static_cast<const T&>(body).amount_minor();
}

template <typename T>
T ParseBody(const entry::v1::Event& event) {
  T body;
  LUHENG_CHECK(ParseFlat(event.body(), body)) << "event " << event.type();
  return body;
}

}  // namespace

absl::Span<const CommandSpec> SettlementArea::commands() const {
  static const CommandSpec kCommands[] = {
      {.type = v1::COMMAND_TYPE_DEFINE_ASSET,
       .name = "DefineAsset",
       .prototype = Prototype<v1::DefineAssetRequest>()},
      {.type = v1::COMMAND_TYPE_ISSUE_UNITS,
       .name = "IssueUnits",
       .prototype = Prototype<v1::IssueUnitsRequest>(),
       .target = Target<v1::IssueUnitsRequest>,
       .amount = UnitAmount<v1::IssueUnitsRequest>},
      {.type = v1::COMMAND_TYPE_RETIRE_UNITS,
       .name = "RetireUnits",
       .prototype = Prototype<v1::RetireUnitsRequest>(),
       .target = Target<v1::RetireUnitsRequest>,
       .amount = UnitAmount<v1::RetireUnitsRequest>},
      {.type = v1::COMMAND_TYPE_DEPOSIT,
       .name = "Deposit",
       .prototype = Prototype<v1::DepositRequest>(),
       .target = Target<v1::DepositRequest>,
       .amount = CashAmount<v1::DepositRequest>},
      {.type = v1::COMMAND_TYPE_WITHDRAW,
       .name = "Withdraw",
       .prototype = Prototype<v1::WithdrawRequest>(),
       .target = Target<v1::WithdrawRequest>,
       .amount = CashAmount<v1::WithdrawRequest>},
  };
  return kCommands;
}

absl::Span<const EventSpec> SettlementArea::events() const {
  static const EventSpec kEvents[] = {
      {v1::EVENT_TYPE_ASSET_DEFINED, "AssetDefined",
       Prototype<v1::AssetDefined>()},
      {v1::EVENT_TYPE_UNITS_ISSUED, "UnitsIssued", Prototype<v1::UnitsMoved>()},
      {v1::EVENT_TYPE_UNITS_RETIRED, "UnitsRetired",
       Prototype<v1::UnitsMoved>()},
      {v1::EVENT_TYPE_CASH_IN, "CashIn", Prototype<v1::CashMoved>()},
      {v1::EVENT_TYPE_CASH_OUT, "CashOut", Prototype<v1::CashMoved>()},
  };
  return kEvents;
}

void SettlementArea::Define(v1::AssetDefined event) {
  LUHENG_CHECK(
      event.asset() == asset_count() + 1 &&
      by_symbol_.emplace(event.symbol(), AssetId(event.asset())).second)
      << "asset " << event.asset();
  assets_.push_back(std::move(event));
}

void SettlementArea::Apply(const core::ApplyContext&,
                           const entry::v1::Event& event) {
  switch (static_cast<int>(event.type())) {
    case v1::EVENT_TYPE_ASSET_DEFINED:
      return Define(ParseBody<v1::AssetDefined>(event));
    case v1::EVENT_TYPE_UNITS_ISSUED:
    case v1::EVENT_TYPE_UNITS_RETIRED:
      // The postings say it all; the event is for readers.
      ParseBody<v1::UnitsMoved>(event);
      return;
    case v1::EVENT_TYPE_CASH_IN:
    case v1::EVENT_TYPE_CASH_OUT: {
      const auto body = ParseBody<v1::CashMoved>(event);
      LUHENG_CHECK(bank_references_.insert(body.bank_reference()).second)
          << "bank reference of holder " << body.holder();
      return;
    }
    default:
      LUHENG_CHECK(false) << "event " << event.type();
  }
}

void SettlementArea::Save(core::StateWriter& writer) const {
  writer.Int(asset_count());
  for (const v1::AssetDefined& asset : assets_) writer.Message(asset);
  writer.Int(static_cast<int64_t>(bank_references_.size()));
  for (const std::string& reference : bank_references_) writer.Text(reference);
}

absl::Status SettlementArea::Load(core::StateReader& reader) {
  const int64_t assets = reader.Count();
  for (int64_t id = 1; id <= assets && reader.status().ok(); ++id) {
    v1::AssetDefined asset;
    if (!reader.Message(asset)) break;
    if (asset.asset() != id || by_symbol_.contains(asset.symbol())) {
      reader.Fail("asset");
      break;
    }
    Define(std::move(asset));
  }
  const int64_t references = reader.Count();
  for (int64_t i = 0; i < references && reader.status().ok(); ++i) {
    bank_references_.emplace_hint(bank_references_.end(), reader.Text());
  }
  return reader.status();
}

void SettlementArea::DraftGenesis(const core::GenesisConfig&,
                                  const core::DecideContext&,
                                  Entry& entry) const {
  v1::AssetDefined currency;
  currency.set_asset(kCurrency.value());
  currency.set_symbol("CNY");
  currency.set_kind(v1::ASSET_KIND_CURRENCY);
  currency.set_display_name("人民币");
  currency.set_display_name_en("Chinese yuan");
  currency.set_unit("fen");
  entry.AddEvent(kPublic, v1::EVENT_TYPE_ASSET_DEFINED, currency);
}

const v1::AssetDefined* SettlementArea::Find(AssetId asset) const {
  const int64_t id = asset.value();
  if (id < 1 || id > asset_count()) return nullptr;
  return &assets_[static_cast<size_t>(id - 1)];
}

AssetId SettlementArea::FindAsset(absl::string_view symbol) const {
  const auto it = by_symbol_.find(symbol);
  return it == by_symbol_.end() ? AssetId() : it->second;
}

std::string SettlementArea::AssetSymbol(AssetId asset) const {
  const v1::AssetDefined* data = Find(asset);
  return data == nullptr ? "" : data->symbol();
}

bool SettlementArea::IsCurrency(AssetId asset) const {
  const v1::AssetDefined* data = Find(asset);
  return data != nullptr && data->kind() == v1::ASSET_KIND_CURRENCY;
}

v1::Asset AssetResource(const v1::AssetDefined& data) {
  v1::Asset asset;
  asset.set_name(core::TextName("assets", data.symbol()));
  asset.set_symbol(data.symbol());
  asset.set_kind(static_cast<v1::AssetKind>(data.kind()));
  asset.set_display_name(data.display_name());
  asset.set_display_name_en(data.display_name_en());
  asset.set_unit(data.unit());
  asset.set_id(data.asset());
  return asset;
}

}  // namespace luheng::settlement
