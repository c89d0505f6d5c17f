#include "clients/cli/day_evidence.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cli/format.h"
#include "clients/cli/list.h"

namespace luheng::cli {
namespace {

using mv1::MarketDataService;
using mv1::OrderService;
using sv1::SettlementService;

// How long the views may take to catch up.
constexpr absl::Duration kViewsWait = absl::Seconds(10);
constexpr absl::Duration kViewsPause = absl::Milliseconds(20);

class Gathering {
 public:
  Gathering(client::Client& client, Evidence& evidence)
      : client_(client), evidence_(evidence) {}

  absl::Status Run() {
    CLIENT_RETURN_IF_ERROR(AwaitViews());
    CLIENT_ASSIGN_OR_RETURN(evidence_.ledger, ReadLedger(client_));
    CLIENT_RETURN_IF_ERROR(Holders());
    for (const auto& [symbol, instrument] : evidence_.names.instruments) {
      CLIENT_RETURN_IF_ERROR(Bars(symbol));
    }
    for (const auto& [key, bar] : evidence_.bars) {
      if (bar.trade_count() > 0) CLIENT_RETURN_IF_ERROR(Trades(key));
    }
    for (const auto& [holder, name] : evidence_.holder_names) {
      CLIENT_RETURN_IF_ERROR(Fills(holder));
      CLIENT_RETURN_IF_ERROR(OpenOrders(holder));
    }
    CLIENT_RETURN_IF_ERROR(Balances());
    CLIENT_ASSIGN_OR_RETURN(
        const sv1::GetTrialBalanceResponse trial,
        client_.Call(&SettlementService::Stub::GetTrialBalance, {}));
    evidence_.trial_balance.assign(trial.lines().begin(), trial.lines().end());
    return absl::OkStatus();
  }

 private:
  absl::Status AwaitViews() {
    const absl::Time give_up = absl::Now() + kViewsWait;
    while (true) {
      CLIENT_ASSIGN_OR_RETURN(
          const cv1::GetNodeStatusResponse node,
          client_.Call(&cv1::NodeService::Stub::GetNodeStatus, {}));
      evidence_.last_entry = node.last_entry();
      if (node.views_entry() >= node.last_entry()) return absl::OkStatus();
      if (absl::Now() > give_up) {
        return absl::UnavailableError(absl::StrCat("views are at entry ",
                                                   node.views_entry(), " of ",
                                                   node.last_entry()));
      }
      absl::SleepFor(kViewsPause);
    }
  }

  // Walks every page and hands on the rows.
  template <typename Method, typename Request, typename Response, typename Row,
            typename Take>
  absl::Status All(
      Method method, Request request,
      const google::protobuf::RepeatedPtrField<Row>& (Response::*rows)() const,
      Take take) {
    request.set_page_size(kPageSizeMax);
    return client_.ForEachPage(method, request, [&](const Response& page) {
      for (const Row& row : (page.*rows)()) take(row);
      return true;
    });
  }

  absl::Status Holders() {
    return All(&rv1::RegistryService::Stub::ListHolders,
               rv1::ListHoldersRequest(), &rv1::ListHoldersResponse::holders,
               [&](const rv1::Holder& holder) {
                 evidence_.holder_names[holder.name()] = holder.display_name();
               });
  }

  absl::Status Bars(const std::string& symbol) {
    mv1::ListDailyBarsRequest request;
    request.set_instrument(absl::StrCat("instruments/", symbol));
    return All(&MarketDataService::Stub::ListDailyBars, request,
               &mv1::ListDailyBarsResponse::bars,
               [&](const mv1::DailyBar& bar) {
                 evidence_.bars[{symbol, bar.date()}] = bar;
               });
  }

  absl::Status Trades(const DayKey& key) {
    mv1::ListTradesRequest request;
    request.set_instrument(absl::StrCat("instruments/", key.first));
    request.set_date(key.second);
    std::vector<TradeFact>& trades = evidence_.trades[key];
    return All(&MarketDataService::Stub::ListTrades, request,
               &mv1::ListTradesResponse::trades, [&](const mv1::Trade& trade) {
                 trades.push_back(
                     {trade.price_minor_per_lot(), trade.quantity_lots()});
                 ++evidence_.trade_count;
               });
  }

  absl::Status Fills(const std::string& holder) {
    mv1::ListFillsRequest request;
    request.set_parent(holder);
    return All(&OrderService::Stub::ListFills, request,
               &mv1::ListFillsResponse::fills, [&](const mv1::Fill& fill) {
                 evidence_.fills[holder].push_back(fill);
               });
  }

  absl::Status OpenOrders(const std::string& holder) {
    mv1::ListOrdersRequest request;
    request.set_parent(holder);
    return All(&OrderService::Stub::ListOrders, request,
               &mv1::ListOrdersResponse::orders, [&](const mv1::Order& order) {
                 if (order.remaining_lots() > 0) {
                   evidence_.open_orders[holder].push_back(order);
                 }
               });
  }

  absl::Status Balances() {
    return All(
        &SettlementService::Stub::ListBalances, sv1::ListBalancesRequest(),
        &sv1::ListBalancesResponse::balances, [&](const sv1::Balance& balance) {
          const std::string purpose(absl::StripPrefix(
              sv1::Purpose_Name(balance.purpose()), "PURPOSE_"));
          evidence_.balances[{balance.holder(), balance.asset(), purpose}] =
              balance.amount();
        });
  }

  client::Client& client_;
  Evidence& evidence_;
};

std::string HolderOf(int64_t id) { return absl::StrCat("holders/", id); }

}  // namespace

absl::StatusOr<Evidence> GatherEvidence(Office& office,
                                        const ProvinceData& data) {
  Evidence evidence;
  CLIENT_ASSIGN_OR_RETURN(evidence.names, AskMarketNames(office, data));
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                          office.With(rv1::ROLE_AUDIT_ADMIN));
  CLIENT_RETURN_IF_ERROR(Gathering(*client, evidence).Run());
  return evidence;
}

Recount RecountOf(const Evidence& evidence, int64_t& fees_minor,
                  int64_t& wrong_fees) {
  Recount recount;
  std::map<int64_t, std::string> assets;
  for (const auto& [symbol, asset] : evidence.names.assets) {
    assets[asset.id()] = asset.name();
  }
  for (const Movement& moved : evidence.ledger.units()) {
    recount.Units(HolderOf(moved.holder), assets[moved.asset], moved.amount);
  }
  for (const Movement& moved : evidence.ledger.cash()) {
    recount.Cash(HolderOf(moved.holder), moved.amount);
  }
  for (const auto& [holder, fills] : evidence.fills) {
    for (const mv1::Fill& fill : fills) {
      const mv1::Instrument& instrument =
          evidence.names.instruments.at(LastPart(fill.instrument()));
      const int64_t notional =
          fill.price_minor_per_lot() * fill.quantity_lots();
      const int64_t fee =
          FeeFloor(notional, fill.side() == mv1::SIDE_BUY
                                 ? instrument.rules().buyer_fee_ppm()
                                 : instrument.rules().seller_fee_ppm());
      if (fee != fill.fee_minor()) ++wrong_fees;
      fees_minor += fee;
      recount.Fill(holder, fill.side(), instrument.asset(),
                   fill.quantity_lots() * instrument.lot_units(), notional,
                   fee);
    }
  }
  for (const auto& [holder, orders] : evidence.open_orders) {
    for (const mv1::Order& order : orders) {
      const mv1::Instrument& instrument =
          evidence.names.instruments.at(LastPart(order.instrument()));
      const int64_t lots = order.remaining_lots();
      if (order.side() == mv1::SIDE_BUY) {
        const int64_t notional = order.price_minor_per_lot() * lots;
        recount.Hold(
            holder, kCurrencyAsset,
            notional + FeeCeil(notional, instrument.rules().buyer_fee_ppm()));
      } else {
        recount.Hold(holder, instrument.asset(), lots * instrument.lot_units());
      }
    }
  }
  return recount;
}

}  // namespace luheng::cli
