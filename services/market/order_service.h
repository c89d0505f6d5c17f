// luheng.market.v1.OrderService: orders over gRPC, one by one and in streams.
#ifndef LUHENG_SERVICES_MARKET_ORDER_SERVICE_H_
#define LUHENG_SERVICES_MARKET_ORDER_SERVICE_H_

#include "luheng/market/v1/market.grpc.pb.h"
#include "services/market/service_base.h"

namespace luheng::market {

// Thread-safe; errors as in market.proto. Lists reach back over what the world
// keeps: each holder's closed orders of seven days, the last 10,000 trades.
class OrderService final : public v1::OrderService::CallbackService {
 public:
  explicit OrderService(const MarketBackend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* PlaceOrder(
      grpc::CallbackServerContext* context,
      const v1::PlaceOrderRequest* request,
      v1::PlaceOrderResponse* response) override;
  grpc::ServerUnaryReactor* CancelOrder(
      grpc::CallbackServerContext* context,
      const v1::CancelOrderRequest* request,
      v1::CancelOrderResponse* response) override;
  grpc::ServerUnaryReactor* CancelAllOrders(
      grpc::CallbackServerContext* context,
      const v1::CancelAllOrdersRequest* request,
      v1::CancelAllOrdersResponse* response) override;
  grpc::ServerUnaryReactor* AmendOrder(
      grpc::CallbackServerContext* context,
      const v1::AmendOrderRequest* request,
      v1::AmendOrderResponse* response) override;
  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const v1::GetOrderRequest* request,
                                     v1::GetOrderResponse* response) override;
  grpc::ServerUnaryReactor* ListOrders(
      grpc::CallbackServerContext* context,
      const v1::ListOrdersRequest* request,
      v1::ListOrdersResponse* response) override;
  grpc::ServerUnaryReactor* ListFills(grpc::CallbackServerContext* context,
                                      const v1::ListFillsRequest* request,
                                      v1::ListFillsResponse* response) override;
  grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse>*
  StreamOrders(grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::WatchOrdersResponse>* WatchOrders(
      grpc::CallbackServerContext* context,
      const v1::WatchOrdersRequest* request) override;

 private:
  const MarketBackend backend_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_ORDER_SERVICE_H_
