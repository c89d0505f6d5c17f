#include "services/market/instrument_service.h"

#include "absl/strings/str_cat.h"
#include "services/market/fees.h"
#include "services/market/render.h"

namespace luheng::market {
namespace {

using core::Verdict;
using core::World;
using rpc::Caller;
using rpc::FieldChecks;

// The shape of rules; what their numbers may be, `Decide` says.
void CheckRules(const v1::InstrumentRules& rules, FieldChecks& check) {
  check.Timestamp("rules.effective_time", rules.has_effective_time(),
                  rules.effective_time());
  check.Text("rules.legal_basis", rules.legal_basis(), 1, kTextLengthMax);
  check.Enum("rules.self_trade_prevention", rules.self_trade_prevention(),
             v1::SelfTradePrevention_descriptor());
  for (const int mode : rules.modes()) {
    check.Enum("rules.modes", mode, v1::TradingMode_descriptor());
  }
}

}  // namespace

grpc::ServerUnaryReactor* InstrumentService::DefineInstrument(
    grpc::CallbackServerContext* context,
    const v1::DefineInstrumentRequest* request,
    v1::DefineInstrumentResponse* response) {
  return rpc::ServeCommand(
      backend_.base, context, request, response,
      [](const v1::DefineInstrumentRequest& r, FieldChecks& check) {
        const v1::Instrument& instrument = r.instrument();
        check.Symbol("instrument.symbol", instrument.symbol());
        check.Text("instrument.display_name", instrument.display_name(), 1,
                   kTextLengthMax);
        check.Text("instrument.display_name_en", instrument.display_name_en(),
                   0, kTextLengthMax);
        check.Asset("instrument.asset", instrument.asset());
        check.Range("instrument.lot_units", instrument.lot_units(), 1,
                    kLotUnitsMax);
        check.Text("instrument.lot_name", instrument.lot_name(), 1,
                   kTextLengthMax);
        CheckRules(instrument.rules(), check);
      });
}

grpc::ServerUnaryReactor* InstrumentService::SetInstrumentRules(
    grpc::CallbackServerContext* context,
    const v1::SetInstrumentRulesRequest* request,
    v1::SetInstrumentRulesResponse* response) {
  return rpc::ServeCommand(
      backend_.base, context, request, response,
      [](const v1::SetInstrumentRulesRequest& r, FieldChecks& check) {
        check.Instrument("name", r.name());
        CheckRules(r.rules(), check);
      });
}

grpc::ServerUnaryReactor* InstrumentService::SetReferencePrice(
    grpc::CallbackServerContext* context,
    const v1::SetReferencePriceRequest* request,
    v1::SetReferencePriceResponse* response) {
  return rpc::ServeCommand(
      backend_.base, context, request, response,
      [](const v1::SetReferencePriceRequest& r, FieldChecks& check) {
        check.Instrument("name", r.name());
        check.Range("price_minor_per_lot", r.price_minor_per_lot(), 1,
                    kPriceMinorMax);
        check.Text("basis", r.basis(), 1, kTextLengthMax);
      });
}

grpc::ServerUnaryReactor* InstrumentService::SetInstrumentHalt(
    grpc::CallbackServerContext* context,
    const v1::SetInstrumentHaltRequest* request,
    v1::SetInstrumentHaltResponse* response) {
  return rpc::ServeCommand(
      backend_.base, context, request, response,
      [](const v1::SetInstrumentHaltRequest& r, FieldChecks& check) {
        check.Instrument("name", r.name());
        check.Text("reason", r.reason(), 1, kTextLengthMax);
      });
}

grpc::ServerUnaryReactor* InstrumentService::SetCalendarDays(
    grpc::CallbackServerContext* context,
    const v1::SetCalendarDaysRequest* request,
    v1::SetCalendarDaysResponse* response) {
  return rpc::ServeCommand(
      backend_.base, context, request, response,
      [](const v1::SetCalendarDaysRequest& r, FieldChecks& check) {
        for (const std::string& day : r.holidays()) {
          check.DateText("holidays", day);
        }
        for (const std::string& day : r.working_days()) {
          check.DateText("working_days", day);
        }
        check.Text("basis", r.basis(), 1, kTextLengthMax);
      });
}

grpc::ServerUnaryReactor* InstrumentService::GetInstrument(
    grpc::CallbackServerContext* context,
    const v1::GetInstrumentRequest* request,
    v1::GetInstrumentResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::GetInstrumentRequest& r, FieldChecks& check) {
        check.Instrument("name", r.name());
      },
      [&market = backend_.market, &assets = backend_.assets](
          const World& world, const Caller&, const v1::GetInstrumentRequest& r,
          v1::GetInstrumentResponse& answer) -> Verdict {
        const Instrument* instrument = FindByName(market, r.name());
        if (instrument == nullptr) return UnknownName(r.name());
        *answer.mutable_instrument() =
            RenderInstrument(*instrument, assets, world.last_stamp());
        return std::nullopt;
      });
}

grpc::ServerUnaryReactor* InstrumentService::ListInstruments(
    grpc::CallbackServerContext* context,
    const v1::ListInstrumentsRequest* request,
    v1::ListInstrumentsResponse* response) {
  return rpc::ServeRead(
      backend_.base, context, request, response,
      [](const v1::ListInstrumentsRequest&, FieldChecks&) {},
      [&market = backend_.market, &assets = backend_.assets,
       &tokens = backend_.base.edge.page_tokens()](
          const World& world, const Caller&,
          const v1::ListInstrumentsRequest& r,
          v1::ListInstrumentsResponse& answer) -> Verdict {
        const auto cursor = NumberCursor(tokens, r);
        if (!cursor) return BadPageToken();
        const int32_t size = rpc::CoercePageSize(r.page_size());
        int64_t id = *cursor + 1;
        for (; answer.instruments_size() < size; ++id) {
          const Instrument* instrument =
              market.instruments().Find(InstrumentId(id));
          if (instrument == nullptr) return std::nullopt;
          *answer.add_instruments() =
              RenderInstrument(*instrument, assets, world.last_stamp());
        }
        if (market.instruments().Find(InstrumentId(id)) != nullptr) {
          answer.set_next_page_token(
              tokens.Make(r, {absl::StrCat(id - 1), world.last_entry()}));
        }
        return std::nullopt;
      });
}

}  // namespace luheng::market
