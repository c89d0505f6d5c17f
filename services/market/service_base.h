// What the market's gRPC services share.
#ifndef LUHENG_SERVICES_MARKET_SERVICE_BASE_H_
#define LUHENG_SERVICES_MARKET_SERVICE_BASE_H_

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "services/core/names.h"
#include "services/core/sequencer.h"
#include "services/core/world.h"
#include "services/market/market_area.h"
#include "services/market/market_data.h"
#include "services/rpc/unary_call.h"

namespace luheng::market {

// All borrowed. `market` and `assets` are asked on the sequencer's thread only.
struct MarketBackend {
  rpc::Backend<core::Sequencer, core::AccessControl> base;
  const MarketArea& market;
  const core::AssetDirectory& assets;
  MarketData& data;
};

inline core::Refusal UnknownName(const std::string& name) {
  return core::FieldRefusal(core::v1::REASON_INSTRUMENT_UNKNOWN, "instrument",
                            name, "instruments/{symbol}");
}

// The instrument of a resource name; null if there is none. On the sequencer's
// thread.
inline const Instrument* FindByName(const MarketArea& market,
                                    const std::string& name) {
  return market.instruments().FindBySymbol(
      core::ParseTextName("instruments", name));
}

// The cursor of a list whose keys are positive numbers: nothing if the token
// is not of this list, 0 before the first page.
template <typename Request>
std::optional<int64_t> NumberCursor(const rpc::PageTokens& tokens,
                                    const Request& request) {
  const auto cursor = tokens.Open(request);
  if (!cursor) return std::nullopt;
  if (cursor->last_key.empty()) return 0;
  const int64_t number = rpc::ParsePositive(cursor->last_key);
  if (number == 0) return std::nullopt;
  return number;
}

inline core::Refusal BadPageToken() {
  return core::Refusal{core::v1::REASON_PAGE_TOKEN_INVALID, {}};
}

// Admits a server stream, then asks `allow(world, caller)` (a Verdict) on the
// sequencer's thread, then runs `start(entry)`. Ends the stream if either says
// no. Returns the reactor.
template <typename Request, typename Stream, typename Allow, typename Start>
Stream* ServeWatch(const MarketBackend& backend,
                   grpc::CallbackServerContext* context, const Request*,
                   const std::shared_ptr<Stream>& stream, Allow allow,
                   Start start) {
  static const rpc::MethodRow* const kMethod =
      rpc::FindMethodOfRequest(Request::descriptor());
  rpc::Edge& edge = backend.base.edge;
  core::Sequencer& sequencer = backend.base.sequencer;
  const core::AccessControl& access = backend.base.access;
  edge.Admit(
      *context, kMethod, "", rpc::CallShape::kStream,
      [stream, allow, start, &edge, &sequencer,
       &access](rpc::Edge::Admission result) {
        if (const auto* status = std::get_if<grpc::Status>(&result)) {
          return stream->End(*status);
        }
        const rpc::Caller caller = std::get<rpc::Caller>(std::move(result));
        auto verdict = std::make_shared<core::Verdict>();
        sequencer.Read(
            [verdict, caller, allow, &access](const core::World& world) {
              if (!access.IsActive(caller.user)) {
                *verdict = core::Refusal{core::v1::REASON_USER_SUSPENDED, {}};
                return;
              }
              *verdict = allow(world, caller);
            },
            [verdict, caller, stream, start, &edge](const absl::Status& status,
                                                    EntryNumber entry) {
              if (!status.ok()) {
                return stream->End(rpc::ToStatus(status, caller.error));
              }
              if (*verdict) {
                return stream->End(rpc::ToStatus(
                    (*verdict)->reason, (*verdict)->details, caller.error));
              }
              stream->Start(caller.error);
              start(entry);
              edge.streams().Add(stream);
            });
      });
  return stream.get();
}

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_SERVICE_BASE_H_
