// Orders in batches over one bidirectional stream. Each command has a sequence
// in the session, from 1 without gaps; the server keeps its last 4,096 answers.
// After a broken connection the stream opens again under the same session key
// and sends what was not answered, so every command is done once and answered
// once, in order.
#ifndef LUHENG_CLIENTS_LIB_ORDER_STREAM_H_
#define LUHENG_CLIENTS_LIB_ORDER_STREAM_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "clients/lib/client.h"

namespace luheng::client {

// Commands that the server can answer again after a reconnect.
constexpr int64_t kKeptAnswers = 4096;
// Commands that one batch may have.
constexpr int kBatchCommandsMax = 1000;

// How a stream behaves.
struct OrderStreamOptions {
  // 16 bytes; empty: a new session under a random key.
  std::string session_key = {};
  // Unanswered batches, and commands in them, at most. Send() waits at either.
  int batches_in_flight_max = 8;
  int64_t commands_in_flight_max = kKeptAnswers;
  // Without any answer for this long while some is due, the stream fails.
  absl::Duration stall_max = absl::Seconds(30);
  // Reconnects in a row without progress before the stream fails.
  int reconnects_max = 10;
};

// One producer calls Send(), Flush() and Close(); answers come on threads of
// gRPC, one at a time. Owns the connection's state, borrows the client.
class OrderStream {
 public:
  // Answers of one batch or of what is left of it: results[i] belongs to
  // sequence first_sequence + i. Must not call back into the stream.
  using Answer = market::v1::StreamOrdersResponse;
  using Handler = std::function<void(const Answer&)>;

  // Opens the session and waits until the server says where it stands.
  // Errors: INVALID_ARGUMENT for a session key that is not 16 bytes, and the
  // server's.
  static absl::StatusOr<std::unique_ptr<OrderStream>> Open(
      Client& client, OrderStreamOptions options, Handler handler);

  // Cancels what is open. Commands already sent may still be carried out.
  ~OrderStream();
  OrderStream(const OrderStream&) = delete;
  OrderStream& operator=(const OrderStream&) = delete;

  // Queues `batch` (1 to kBatchCommandsMax commands; its first_sequence is
  // set here) and returns the first command's sequence. Waits while too much
  // is in flight. Errors: the stream's; it then takes nothing more.
  absl::StatusOr<int64_t> Send(market::v1::StreamOrdersRequest batch);

  // Waits until everything sent is answered. Errors: the stream's.
  absl::Status Flush();

  // Flushes and ends the stream. Errors: the stream's.
  absl::Status Close();

  const std::string& session_key() const { return options_.session_key; }
  // The server's id of the session.
  int64_t session() const;
  // Sequence that the next command gets.
  int64_t next_sequence() const;
  // Times that the stream was opened again.
  int64_t reconnect_count() const;

 private:
  class Connection;

  OrderStream(Client& client, OrderStreamOptions options, Handler handler);

  void Connect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Waits until `done` holds, opening the stream again where it broke.
  absl::Status WaitFor(absl::FunctionRef<bool()> done)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Reconnect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropAnswered() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoom(int64_t command_count) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Checks an answer against what is due and cuts off what was answered
  // before the reconnect.
  absl::Status Accept(Answer& answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TakeGreeting(const Answer& answer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // From the connection, on gRPC's threads, in this order.
  void OnWritten();
  void OnAnswer(Answer& answer);
  void OnReadEnd();
  void OnDone(absl::Status status);

  Client& client_;
  const OrderStreamOptions options_;
  const Handler handler_;

  mutable absl::Mutex mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);     // Final.
  absl::Status last_break_ ABSL_GUARDED_BY(mutex_);  // Of the last connection.
  std::unique_ptr<Connection> connection_ ABSL_GUARDED_BY(mutex_);
  bool live_ ABSL_GUARDED_BY(mutex_) = false;      // Until OnDone().
  bool writable_ ABSL_GUARDED_BY(mutex_) = false;  // Until OnReadEnd().
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;   // One write at a time.
  // The greeting of this connection is written, and is answered; the answer
  // may be told first.
  bool greeting_written_ ABSL_GUARDED_BY(mutex_) = false;
  bool greeted_ ABSL_GUARDED_BY(mutex_) = false;
  bool opened_ ABSL_GUARDED_BY(mutex_) = false;  // Greeted at least once.
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  // Batches without their whole answer, by sequence. A deque, because the
  // batch that is being written must not move.
  std::deque<market::v1::StreamOrdersRequest> pending_ ABSL_GUARDED_BY(mutex_);
  size_t written_count_ ABSL_GUARDED_BY(mutex_) = 0;  // Of pending_, here.
  market::v1::StreamOrdersRequest greeting_ ABSL_GUARDED_BY(mutex_);
  int64_t session_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 1;
  int64_t next_answer_ ABSL_GUARDED_BY(mutex_) = 1;
  // Last command that was accepted. What a server refuses for load it does not
  // record, so only accepted commands prove that a session was forgotten.
  int64_t last_accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t answer_count_ ABSL_GUARDED_BY(mutex_) = 0;  // Shows progress.
  int64_t reconnect_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int fruitless_count_ ABSL_GUARDED_BY(mutex_) = 0;  // Connects in a row.
};

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_ORDER_STREAM_H_
