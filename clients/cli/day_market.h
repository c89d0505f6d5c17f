// How the keys of the data and the names of the server correspond, asked once
// and kept for the command.
#ifndef LUHENG_CLIENTS_CLI_DAY_MARKET_H_
#define LUHENG_CLIENTS_CLI_DAY_MARKET_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/day_data.h"
#include "clients/cli/day_office.h"

namespace luheng::cli {

// What the server has, by what the data calls it.
struct MarketNames {
  std::map<std::string, rv1::Holder> holders;          // By key of the data.
  std::map<std::string, sv1::Asset> assets;            // By symbol.
  std::map<std::string, mv1::Instrument> instruments;  // By symbol.
};

// Errors: the server's. What the server does not have is left out.
absl::StatusOr<MarketNames> AskMarketNames(Office& office,
                                           const ProvinceData& data);
absl::Status AskHolders(Office& office, const ProvinceData& data,
                        MarketNames& names);
absl::Status AskAssets(Office& office, MarketNames& names);
absl::Status AskInstruments(Office& office, MarketNames& names);

// N of "holders/N".
int64_t IdOf(const std::string& name);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_DAY_MARKET_H_
