// Follows a server stream for as long as the reader wants it: after a broken
// connection, a drained server or a resync it asks again from where it stood.
#ifndef LUHENG_CLIENTS_LIB_WATCH_H_
#define LUHENG_CLIENTS_LIB_WATCH_H_

#include <functional>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "clients/lib/client.h"

namespace luheng::client {

// When a watch gives up.
struct WatchOptions {
  // Attempts in a row without one message before the error is returned.
  int attempts_max = 8;
  // First and greatest pause between attempts; each is twice the one before.
  absl::Duration pause_first = absl::Milliseconds(100);
  absl::Duration pause_max = absl::Seconds(2);
  // Life of one stream; it is asked for again afterwards.
  absl::Duration span = absl::Hours(1);
  // Told of each broken stream before the pause; may be empty.
  std::function<void(const absl::Status&)> on_break = {};
};

// Whether a stream that ended so is worth asking for again: the server was
// away, is stopping, closed the stream for age, or asks a slow reader to come
// again.
bool IsResumable(const absl::Status& status);

// Runs `attempt`, one stream, until it sets `stopped` or fails for good; it
// sets `got_message` once something arrived.
absl::Status RunWatch(
    Client& client, const WatchOptions& options,
    absl::FunctionRef<absl::Status(grpc::ClientContext&, bool* got_message,
                                   bool* stopped)>
        attempt);

// Follows the stream of `method`. `take` gets each message and returns false
// to stop; it sets in `request` where the next stream goes on. Returns OK when
// `take` stopped it, else the error that could not be waited out.
template <typename Stub, typename Request, typename Response>
absl::Status Watch(Client& client,
                   std::unique_ptr<grpc::ClientReader<Response>> (
                       Stub::*method)(grpc::ClientContext*, const Request&),
                   std::type_identity_t<Request> request,
                   absl::FunctionRef<bool(const std::type_identity_t<Response>&,
                                          std::type_identity_t<Request>&)>
                       take,
                   const WatchOptions& options = {}) {
  return RunWatch(
      client, options,
      [&](grpc::ClientContext& context, bool* got_message, bool* stopped) {
        auto reader = (client.stub<Stub>().*method)(&context, request);
        Response message;
        while (!*stopped && reader->Read(&message)) {
          *got_message = true;
          *stopped = !take(message, request);
        }
        if (*stopped) context.TryCancel();
        return FromGrpc(reader->Finish());
      });
}

// Where a stream of entries stands. One entry may be told in several messages,
// and a stream may break between them: the next one asks for the last entry
// again and passes over the messages of it that were taken already.
class EntryCursor {
 public:
  // Starts a stream; the entries after this one have to be asked for.
  void Restart() { skip_count_ = taken_count_; }
  int64_t after_entry() const { return taken_count_ > 0 ? entry_ - 1 : entry_; }

  // Notes a message of `entry`. Returns false if it was taken before.
  bool Take(int64_t entry);
  // Notes that everything up to `entry` was sent.
  void Complete(int64_t entry);

 private:
  int64_t entry_ = 0;        // Last entry of which something arrived.
  int64_t taken_count_ = 0;  // Messages of it so far; 0 once it is complete.
  int64_t skip_count_ = 0;   // Messages of it that come a second time.
};

inline int64_t EntryOf(const market::v1::WatchOrdersResponse& message) {
  return message.entry();
}
inline int64_t EntryOf(const market::v1::WatchTradesResponse& message) {
  return message.trade().entry();
}

// Follows WatchOrders or WatchTrades: each change once, in order. `take` does
// not see heartbeats.
template <typename Stub, typename Request, typename Response>
absl::Status WatchEntries(
    Client& client,
    std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
        grpc::ClientContext*, const Request&),
    std::type_identity_t<Request> request,
    absl::FunctionRef<bool(const std::type_identity_t<Response>&)> take,
    const WatchOptions& options = {}) {
  EntryCursor cursor;
  cursor.Complete(request.after_entry());
  WatchOptions resuming = options;
  resuming.on_break = [&](const absl::Status& status) {
    if (options.on_break) options.on_break(status);
    cursor.Restart();
  };
  return Watch(
      client, method, std::move(request),
      [&](const Response& message, Request& next) {
        bool is_new = false;
        if (message.heartbeat()) {
          cursor.Complete(message.entry());
        } else {
          is_new = cursor.Take(EntryOf(message));
        }
        next.set_after_entry(cursor.after_entry());
        return !is_new || take(message);
      },
      resuming);
}

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_WATCH_H_
