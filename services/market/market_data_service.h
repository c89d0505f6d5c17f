// luheng.market.v1.MarketDataService: books, trades and bars over gRPC.
#ifndef LUHENG_SERVICES_MARKET_MARKET_DATA_SERVICE_H_
#define LUHENG_SERVICES_MARKET_MARKET_DATA_SERVICE_H_

#include "luheng/market/v1/market.grpc.pb.h"
#include "services/market/service_base.h"

namespace luheng::market {

// Thread-safe; errors as in market.proto. ListTrades reaches back over the last
// 10,000 trades of all instruments.
class MarketDataService final : public v1::MarketDataService::CallbackService {
 public:
  explicit MarketDataService(const MarketBackend& backend)
      : backend_(backend) {}

  grpc::ServerUnaryReactor* GetBook(grpc::CallbackServerContext* context,
                                    const v1::GetBookRequest* request,
                                    v1::GetBookResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchBookResponse>* WatchBook(
      grpc::CallbackServerContext* context,
      const v1::WatchBookRequest* request) override;
  grpc::ServerUnaryReactor* ListTrades(
      grpc::CallbackServerContext* context,
      const v1::ListTradesRequest* request,
      v1::ListTradesResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchTradesResponse>* WatchTrades(
      grpc::CallbackServerContext* context,
      const v1::WatchTradesRequest* request) override;
  grpc::ServerUnaryReactor* GetTicker(grpc::CallbackServerContext* context,
                                      const v1::GetTickerRequest* request,
                                      v1::GetTickerResponse* response) override;
  grpc::ServerUnaryReactor* ListDailyBars(
      grpc::CallbackServerContext* context,
      const v1::ListDailyBarsRequest* request,
      v1::ListDailyBarsResponse* response) override;

 private:
  const MarketBackend backend_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_MARKET_DATA_SERVICE_H_
