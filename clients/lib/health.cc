#include "clients/lib/health.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <cstdint>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

namespace luheng::client {
namespace {

// The two messages of the protocol have one field each, number 1. Debian ships
// no generated code for them, and this is all that there is to encode.
constexpr char kStringTag = 0x0a;
constexpr char kVarintTag = 0x08;
constexpr size_t kServiceBytesMax = 127;

grpc::ByteBuffer EncodeRequest(const std::string& service) {
  std::string bytes;
  if (!service.empty()) {
    bytes = {kStringTag, static_cast<char>(service.size())};
    bytes += service;
  }
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

Health DecodeResponse(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return Health::kUnknown;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  if (bytes.size() != 2 || bytes[0] != kVarintTag) return Health::kUnknown;
  if (bytes[1] == 1) return Health::kServing;
  return bytes[1] == 2 ? Health::kNotServing : Health::kUnknown;
}

}  // namespace

absl::StatusOr<Health> CheckHealth(Client& client, const std::string& service) {
  if (service.size() > kServiceBytesMax) {
    return absl::InvalidArgumentError("a service's name is that long nowhere");
  }
  grpc::GenericStub stub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, absl::Now() + client.options().timeout);
  const grpc::ByteBuffer request = EncodeRequest(service);
  grpc::ByteBuffer response;
  absl::Status status;
  absl::Notification done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request,
                 &response, [&](const grpc::Status& answer) {
                   status = FromGrpc(answer);
                   done.Notify();
                 });
  done.WaitForNotification();
  CLIENT_RETURN_IF_ERROR(status);
  return DecodeResponse(response);
}

}  // namespace luheng::client
