// Every method that may be called, and what it is. What has no row is refused:
// a new method has to say who may call it before anybody can.
#ifndef LUHENG_SERVICES_RPC_METHODS_H_
#define LUHENG_SERVICES_RPC_METHODS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"

namespace luheng::rpc {

// Who may read. Commands are authorized by `Decide` instead.
enum class ReadScope {
  kNone,    // Not a read.
  kUsers,   // Every active user.
  kHolder,  // Who may read what concerns the holder asked for; the method's
            // read function asks AccessControl::MayRead.
  kAll,     // Who may read everything.
};

// Buckets of the rate limits. Cancels have their own, so that a flood of orders
// never keeps anybody from leaving the market.
enum class RateClass { kReads, kOrders, kCancels, kCommands };
inline constexpr int kRateClassCount = 4;
// "reads", "orders", "cancels", "commands".
absl::string_view RateClassName(RateClass rate_class);

struct MethodRow {
  // "/luheng.market.v1.OrderService/PlaceOrder".
  const char* method;
  // The command type that it submits; 0 for reads.
  int command;
  ReadScope read;
  RateClass rate;
};

absl::Span<const MethodRow> Methods();
// The row of `method`, or null: refuse.
const MethodRow* FindMethod(absl::string_view method);
// The row of the method whose request is a `request` (each method has its own
// request type), or null: refuse.
const MethodRow* FindMethodOfRequest(
    const google::protobuf::Descriptor* request);

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_METHODS_H_
