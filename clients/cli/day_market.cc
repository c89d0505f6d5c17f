#include "clients/cli/day_market.h"

#include "clients/cli/format.h"
#include "clients/cli/list.h"
#include "clients/cli/parse.h"

namespace luheng::cli {

absl::StatusOr<MarketNames> AskMarketNames(Office& office,
                                           const ProvinceData& data) {
  MarketNames names;
  CLIENT_RETURN_IF_ERROR(AskHolders(office, data, names));
  CLIENT_RETURN_IF_ERROR(AskAssets(office, names));
  CLIENT_RETURN_IF_ERROR(AskInstruments(office, names));
  return names;
}

absl::Status AskHolders(Office& office, const ProvinceData& data,
                        MarketNames& names) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                          office.With(rv1::ROLE_AUDIT_ADMIN));
  std::map<std::string, rv1::Holder> by_code;
  rv1::ListHoldersRequest request;
  request.set_page_size(kPageSizeMax);
  CLIENT_RETURN_IF_ERROR(
      client->ForEachPage(&rv1::RegistryService::Stub::ListHolders, request,
                          [&](const rv1::ListHoldersResponse& page) {
                            for (const rv1::Holder& holder : page.holders()) {
                              if (!holder.code().empty())
                                by_code[holder.code()] = holder;
                            }
                            return true;
                          }));
  names.holders.clear();
  for (const HolderRow& row : data.holders) {
    const auto found = by_code.find(row.holder.code());
    if (found != by_code.end()) names.holders[row.key] = found->second;
  }
  CLIENT_ASSIGN_OR_RETURN(
      const rv1::GetCallerResponse caller,
      client->Call(&rv1::RegistryService::Stub::GetCaller, {}));
  names.holders[kOperatorKey] = caller.holder();
  return absl::OkStatus();
}

absl::Status AskAssets(Office& office, MarketNames& names) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                          office.With(rv1::ROLE_AUDIT_ADMIN));
  sv1::ListAssetsRequest request;
  request.set_page_size(kPageSizeMax);
  return client->ForEachPage(&sv1::SettlementService::Stub::ListAssets, request,
                             [&](const sv1::ListAssetsResponse& page) {
                               for (const sv1::Asset& asset : page.assets()) {
                                 names.assets[asset.symbol()] = asset;
                               }
                               return true;
                             });
}

absl::Status AskInstruments(Office& office, MarketNames& names) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                          office.With(rv1::ROLE_AUDIT_ADMIN));
  mv1::ListInstrumentsRequest request;
  request.set_page_size(kPageSizeMax);
  return client->ForEachPage(
      &mv1::InstrumentService::Stub::ListInstruments, request,
      [&](const mv1::ListInstrumentsResponse& page) {
        for (const mv1::Instrument& instrument : page.instruments()) {
          names.instruments[instrument.symbol()] = instrument;
        }
        return true;
      });
}

int64_t IdOf(const std::string& name) {
  return ParseWhole(LastPart(name)).value_or(0);
}

}  // namespace luheng::cli
