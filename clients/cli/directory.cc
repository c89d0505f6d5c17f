#include "clients/cli/directory.h"

#include <optional>
#include <utility>

#include "clients/cli/format.h"

namespace luheng::cli {

using client::Client;

absl::Status Directory::LoadInstruments() {
  if (!instruments_.empty()) return absl::OkStatus();
  CLIENT_ASSIGN_OR_RETURN(Client* const client, context_.client());
  mv1::ListInstrumentsRequest request;
  request.set_page_size(1000);
  return client->ForEachPage(
      &mv1::InstrumentService::Stub::ListInstruments, request,
      [this](const mv1::ListInstrumentsResponse& response) {
        for (const mv1::Instrument& instrument : response.instruments()) {
          instruments_[instrument.name()] = instrument;
        }
        return true;
      });
}

absl::Status Directory::LoadAssets() {
  if (!assets_.empty()) return absl::OkStatus();
  CLIENT_ASSIGN_OR_RETURN(Client* const client, context_.client());
  sv1::ListAssetsRequest request;
  request.set_page_size(1000);
  return client->ForEachPage(
      &sv1::SettlementService::Stub::ListAssets, request,
      [this](const sv1::ListAssetsResponse& response) {
        for (const sv1::Asset& asset : response.assets()) {
          assets_[asset.name()] = asset;
        }
        return true;
      });
}

Cell Directory::LotsCell(const std::string& instrument, int64_t lots) const {
  const auto found = instruments_.find(instrument);
  return QuantityCell(
      lots, found == instruments_.end() ? "" : found->second.lot_name());
}

Cell Directory::AmountCell(const std::string& asset, int64_t amount) const {
  const auto found = assets_.find(asset);
  if (found == assets_.end()) return NumberCell(amount);
  if (found->second.kind() == sv1::ASSET_KIND_CURRENCY) return YuanCell(amount);
  return QuantityCell(amount, found->second.unit());
}

absl::StatusOr<int64_t> Directory::ParseAssetAmount(
    const std::string& asset, const std::string& typed) const {
  const auto found = assets_.find(asset);
  if (found == assets_.end()) {
    return absl::NotFoundError(context_.Say(text::kNoAsset, LastPart(asset)));
  }
  if (found->second.kind() == sv1::ASSET_KIND_CURRENCY) {
    return ParseMoney(context_, typed);
  }
  const std::optional<Amount> amount = ParseAmount(typed);
  const std::string& unit = found->second.unit();
  if (!amount.has_value() || amount->value == 0 ||
      (!amount->unit.empty() && amount->unit != unit)) {
    return context_.Wrong(text::kBadQuantity, typed, unit);
  }
  return amount->value;
}

absl::StatusOr<std::string> ResolveHolder(Context& context,
                                          const std::string& typed) {
  if (typed.empty()) return typed;
  if (HolderFormOf(typed) == HolderForm::kName) {
    return ResourceName("holders", typed);
  }
  CLIENT_ASSIGN_OR_RETURN(Client* const client, context.client());
  rv1::GetHolderRequest request;
  request.set_code(typed);
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetHolderResponse response,
      client->Call(&rv1::RegistryService::Stub::GetHolder, request));
  return response.holder().name();
}

absl::StatusOr<std::string> OwnHolder(Context& context) {
  CLIENT_ASSIGN_OR_RETURN(Client* const client, context.client());
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetCallerResponse response,
      client->Call(&rv1::RegistryService::Stub::GetCaller, {}));
  return response.holder().name();
}

absl::StatusOr<int64_t> ParseLots(Context& context,
                                  const std::string& instrument,
                                  const std::string& typed) {
  const std::optional<Amount> amount = ParseAmount(typed);
  if (!amount.has_value()) return context.Wrong(text::kBadLots, typed);
  if (amount->unit.empty()) return amount->value;
  CLIENT_ASSIGN_OR_RETURN(Client* const client, context.client());
  mv1::GetInstrumentRequest request;
  request.set_name(instrument);
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::GetInstrumentResponse response,
      client->Call(&mv1::InstrumentService::Stub::GetInstrument, request));
  if (amount->unit != response.instrument().lot_name()) {
    return context.Wrong(text::kBadQuantity, typed,
                         response.instrument().lot_name());
  }
  return amount->value;
}

absl::StatusOr<int64_t> ParseMoney(const Context& context,
                                   const std::string& typed) {
  const std::optional<int64_t> fen = ParseYuan(typed);
  if (!fen.has_value()) return context.Wrong(text::kBadMoney, typed);
  return *fen;
}

absl::StatusOr<google::protobuf::Timestamp> ParseInstant(
    const Context& context, const std::string& typed) {
  std::optional<google::protobuf::Timestamp> time = ParseTime(typed);
  if (!time.has_value()) return context.Wrong(text::kBadTime, typed);
  return *std::move(time);
}

}  // namespace luheng::cli
