#include "clients/lib/order_stream.h"

#include <grpcpp/support/client_callback.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/lib/request_id.h"
#include "clients/lib/watch.h"

namespace luheng::client {
namespace {

using market::v1::StreamOrdersRequest;
using market::v1::StreamOrdersResponse;

// A connection lives no longer than this; the session goes on in the next.
constexpr absl::Duration kConnectionSpan = absl::Hours(1);
// A server that cannot be reached at all is reported sooner than one that was
// there a moment ago.
constexpr int kFirstConnectsMax = 3;
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr int kPauseDoublingsMax = 4;

OrderStreamOptions WithKey(OrderStreamOptions options) {
  if (options.session_key.empty()) options.session_key = RandomBytes16();
  return options;
}

int64_t EndOf(const StreamOrdersRequest& batch) {
  return batch.first_sequence() + batch.commands_size();
}

}  // namespace

// One gRPC call. The stream's hold keeps OnDone() away while the producer may
// start writes; reading goes on until it fails, and then the hold is given up.
class OrderStream::Connection
    : public grpc::ClientBidiReactor<StreamOrdersRequest,
                                     StreamOrdersResponse> {
 public:
  explicit Connection(OrderStream& stream) : stream_(stream) {}

  void Start(const StreamOrdersRequest& greeting) {
    stream_.client_.Prepare(context_, absl::Now() + kConnectionSpan);
    stream_.client_.stub<market::v1::OrderService::Stub>()
        .async()
        ->StreamOrders(&context_, this);
    AddHold();
    StartRead(&answer_);
    StartWrite(&greeting);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }

  void OnWriteDone(bool ok) override {
    if (ok) stream_.OnWritten();
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      stream_.OnReadEnd();
      RemoveHold();
      return;
    }
    stream_.OnAnswer(answer_);
    StartRead(&answer_);
  }

  // The stream may delete this object as soon as it knows.
  void OnDone(const grpc::Status& status) override {
    stream_.OnDone(FromGrpc(status));
  }

 private:
  OrderStream& stream_;
  grpc::ClientContext context_;
  StreamOrdersResponse answer_;
};

absl::StatusOr<std::unique_ptr<OrderStream>> OrderStream::Open(
    Client& client, OrderStreamOptions options, Handler handler) {
  if (!options.session_key.empty() && options.session_key.size() != 16) {
    return absl::InvalidArgumentError("a session key has 16 bytes");
  }
  std::unique_ptr<OrderStream> stream(
      new OrderStream(client, std::move(options), std::move(handler)));
  absl::MutexLock lock(&stream->mutex_);
  stream->Connect();
  CLIENT_RETURN_IF_ERROR(stream->WaitFor(
      [&stream]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return stream->opened_; }));
  return stream;
}

OrderStream::OrderStream(Client& client, OrderStreamOptions options,
                         Handler handler)
    : client_(client),
      options_(WithKey(std::move(options))),
      handler_(std::move(handler)) {}

OrderStream::~OrderStream() {
  absl::MutexLock lock(&mutex_);
  closing_ = true;
  if (live_) connection_->Cancel();
  const auto is_done = [this]()
                           ABSL_NO_THREAD_SAFETY_ANALYSIS { return !live_; };
  mutex_.Await(absl::Condition(&is_done));
}

absl::StatusOr<int64_t> OrderStream::Send(StreamOrdersRequest batch) {
  if (batch.commands().empty() || batch.commands_size() > kBatchCommandsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a batch has 1 to ", kBatchCommandsMax, " commands, not ",
                     batch.commands_size()));
  }
  absl::MutexLock lock(&mutex_);
  CLIENT_RETURN_IF_ERROR(
      WaitFor([this, &batch]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
        return HasRoom(batch.commands_size());
      }));
  batch.clear_session_key();
  batch.set_first_sequence(next_sequence_);
  const int64_t first = next_sequence_;
  next_sequence_ += batch.commands_size();
  pending_.push_back(std::move(batch));
  WriteNext();
  return first;
}

absl::Status OrderStream::Flush() {
  absl::MutexLock lock(&mutex_);
  return WaitFor(
      [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return pending_.empty(); });
}

absl::Status OrderStream::Close() {
  CLIENT_RETURN_IF_ERROR(Flush());
  absl::MutexLock lock(&mutex_);
  closing_ = true;
  if (writable_) connection_->StartWritesDone();
  const auto is_done = [this]()
                           ABSL_NO_THREAD_SAFETY_ANALYSIS { return !live_; };
  if (!mutex_.AwaitWithTimeout(absl::Condition(&is_done), options_.stall_max)) {
    connection_->Cancel();
    return absl::DeadlineExceededError("the server does not end the stream");
  }
  return last_break_;
}

int64_t OrderStream::session() const {
  absl::MutexLock lock(&mutex_);
  return session_;
}

int64_t OrderStream::next_sequence() const {
  absl::MutexLock lock(&mutex_);
  return next_sequence_;
}

int64_t OrderStream::reconnect_count() const {
  absl::MutexLock lock(&mutex_);
  return reconnect_count_;
}

void OrderStream::Connect() {
  live_ = true;
  writable_ = true;
  writing_ = true;
  greeted_ = false;
  greeting_written_ = false;
  written_count_ = 0;
  ++fruitless_count_;
  greeting_.set_session_key(options_.session_key);
  greeting_.set_first_sequence(next_answer_);
  connection_ = std::make_unique<Connection>(*this);
  connection_->Start(greeting_);
}

absl::Status OrderStream::WaitFor(absl::FunctionRef<bool()> done) {
  while (true) {
    if (!failure_.ok()) return failure_;
    if (done()) return absl::OkStatus();
    if (!live_) {
      CLIENT_RETURN_IF_ERROR(Reconnect());
      continue;
    }
    const int64_t seen_count = answer_count_;
    const auto is_changed = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return !failure_.ok() || !live_ || answer_count_ != seen_count || done();
    };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&is_changed),
                                 options_.stall_max)) {
      Fail(absl::DeadlineExceededError(absl::StrCat(
          "no answer for ", absl::FormatDuration(options_.stall_max))));
    }
  }
}

absl::Status OrderStream::Reconnect() {
  if (closing_) Fail(absl::FailedPreconditionError("the stream is closed"));
  const int connects_max =
      opened_ ? options_.reconnects_max : kFirstConnectsMax;
  if (!IsResumable(last_break_) || fruitless_count_ >= connects_max) {
    Fail(last_break_.ok() ? absl::UnavailableError("the server ends the stream")
                          : last_break_);
  }
  if (!failure_.ok()) return failure_;
  const int doublings = std::min(fruitless_count_, kPauseDoublingsMax);
  // Only the producer gets here, and nothing is connected: nobody else needs
  // the lock for the time of the pause.
  client_.options().sleep(kFirstPause * (1 << doublings));
  if (opened_) ++reconnect_count_;
  Connect();
  return absl::OkStatus();
}

void OrderStream::Fail(absl::Status status) {
  if (failure_.ok()) failure_ = std::move(status);
  if (live_) connection_->Cancel();
}

void OrderStream::WriteNext() {
  if (!writable_ || writing_ || !greeted_ || !failure_.ok() ||
      written_count_ == pending_.size()) {
    return;
  }
  writing_ = true;
  connection_->StartWrite(&pending_[written_count_]);
}

void OrderStream::DropAnswered() {
  while (written_count_ > 0 && EndOf(pending_.front()) <= next_answer_) {
    pending_.pop_front();
    --written_count_;
  }
}

bool OrderStream::HasRoom(int64_t command_count) const {
  if (pending_.empty()) return true;
  const int64_t in_flight = next_sequence_ - next_answer_;
  return pending_.size() <
             static_cast<size_t>(options_.batches_in_flight_max) &&
         in_flight + command_count <= options_.commands_in_flight_max;
}

absl::Status OrderStream::TakeGreeting(const Answer& answer) {
  greeted_ = true;
  session_ = answer.session();
  if (!opened_) {
    opened_ = true;
    next_answer_ = answer.last_sequence() + 1;
    next_sequence_ = next_answer_;
  } else if (answer.last_sequence() < last_accepted_) {
    return absl::DataLossError(absl::StrCat(
        "the server knows the session up to command ", answer.last_sequence(),
        " but has accepted ", last_accepted_));
  }
  return absl::OkStatus();
}

absl::Status OrderStream::Accept(Answer& answer) {
  ++answer_count_;
  if (!greeted_) CLIENT_RETURN_IF_ERROR(TakeGreeting(answer));
  if (answer.results().empty()) return absl::OkStatus();
  const int64_t first = answer.first_sequence();
  const int64_t end = first + answer.results_size();
  if (first > next_answer_ || end > next_sequence_) {
    return absl::InternalError(
        absl::StrCat("answers ", first, " to ", end - 1, " came while ",
                     next_answer_, " to ", next_sequence_ - 1, " are due"));
  }
  const int64_t known = std::min(next_answer_, end) - first;
  answer.mutable_results()->DeleteSubrange(0, static_cast<int>(known));
  answer.set_first_sequence(first + known);
  next_answer_ = std::max(next_answer_, end);
  for (int i = 0; i < answer.results_size(); ++i) {
    if (answer.results(i).reason() == 0) {
      last_accepted_ = answer.first_sequence() + i;
    }
  }
  if (known < end - first) fruitless_count_ = 0;
  return absl::OkStatus();
}

void OrderStream::OnWritten() {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (greeting_written_) {
    ++written_count_;
    DropAnswered();
  }
  greeting_written_ = true;
  WriteNext();
}

void OrderStream::OnAnswer(Answer& answer) {
  {
    absl::MutexLock lock(&mutex_);
    const absl::Status status = Accept(answer);
    if (!status.ok()) {
      Fail(status);
      return;
    }
  }
  // Before the batch counts as answered: who flushed has seen everything.
  if (!answer.results().empty() && handler_) handler_(answer);
  absl::MutexLock lock(&mutex_);
  DropAnswered();
  WriteNext();
}

void OrderStream::OnReadEnd() {
  absl::MutexLock lock(&mutex_);
  writable_ = false;
}

void OrderStream::OnDone(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  last_break_ = std::move(status);
  live_ = false;
}

}  // namespace luheng::client
