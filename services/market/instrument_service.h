// luheng.market.v1.InstrumentService: instruments and their rules over gRPC.
#ifndef LUHENG_SERVICES_MARKET_INSTRUMENT_SERVICE_H_
#define LUHENG_SERVICES_MARKET_INSTRUMENT_SERVICE_H_

#include "luheng/market/v1/market.grpc.pb.h"
#include "services/market/service_base.h"

namespace luheng::market {

// Thread-safe; errors as in market.proto.
class InstrumentService final : public v1::InstrumentService::CallbackService {
 public:
  explicit InstrumentService(const MarketBackend& backend)
      : backend_(backend) {}

  grpc::ServerUnaryReactor* DefineInstrument(
      grpc::CallbackServerContext* context,
      const v1::DefineInstrumentRequest* request,
      v1::DefineInstrumentResponse* response) override;
  grpc::ServerUnaryReactor* SetInstrumentRules(
      grpc::CallbackServerContext* context,
      const v1::SetInstrumentRulesRequest* request,
      v1::SetInstrumentRulesResponse* response) override;
  grpc::ServerUnaryReactor* SetReferencePrice(
      grpc::CallbackServerContext* context,
      const v1::SetReferencePriceRequest* request,
      v1::SetReferencePriceResponse* response) override;
  grpc::ServerUnaryReactor* SetInstrumentHalt(
      grpc::CallbackServerContext* context,
      const v1::SetInstrumentHaltRequest* request,
      v1::SetInstrumentHaltResponse* response) override;
  grpc::ServerUnaryReactor* SetCalendarDays(
      grpc::CallbackServerContext* context,
      const v1::SetCalendarDaysRequest* request,
      v1::SetCalendarDaysResponse* response) override;
  grpc::ServerUnaryReactor* GetInstrument(
      grpc::CallbackServerContext* context,
      const v1::GetInstrumentRequest* request,
      v1::GetInstrumentResponse* response) override;
  grpc::ServerUnaryReactor* ListInstruments(
      grpc::CallbackServerContext* context,
      const v1::ListInstrumentsRequest* request,
      v1::ListInstrumentsResponse* response) override;

 private:
  const MarketBackend backend_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_INSTRUMENT_SERVICE_H_
