// One server stream to one reader: a bounded queue of messages, written one
// after another, and a heartbeat while nothing else is sent. A reader that
// falls behind is ended with SLOW_CONSUMER; who pushes never waits.
#ifndef LUHENG_SERVICES_MARKET_WATCH_STREAM_H_
#define LUHENG_SERVICES_MARKET_WATCH_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/open_streams.h"
#include "services/rpc/status.h"

namespace luheng::market {

struct WatchLimits {
  // Messages that one stream may wait for.
  size_t queue_max = 16'384;
  // A stream says that it lives after so long without a message.
  int64_t heartbeat_ms = 15'000;
};

// Thread-safe. Lives until the call is over and nobody holds it.
template <typename Response>
class WatchStream : public grpc::ServerWriteReactor<Response>,
                    public rpc::EndableStream,
                    public std::enable_shared_from_this<WatchStream<Response>> {
 public:
  // `heartbeat` makes the message that says nothing happened.
  static std::shared_ptr<WatchStream> Make(
      const WatchLimits& limits, std::function<Response()> heartbeat) {
    auto stream = std::shared_ptr<WatchStream>(
        new WatchStream(limits, std::move(heartbeat)));
    stream->self_ = stream;
    return stream;
  }

  // Starts the heartbeat. Called once the stream is admitted; errors are told
  // in the language of `error`.
  void Start(const rpc::ErrorContext& error) {
    {
      absl::MutexLock lock(&mutex_);
      error_ = error;
    }
    ArmHeartbeat();
  }

  // Queues `message`; ends the stream if its queue is full. False once the
  // stream is ending.
  bool Push(Response message) {
    {
      absl::MutexLock lock(&mutex_);
      if (ending_) return false;
      if (queue_.size() >= limits_.queue_max) {
        queue_.clear();
        ending_ = rpc::ToStatus(core::v1::REASON_SLOW_CONSUMER, {}, error_);
      } else {
        queue_.push_back(std::move(message));
      }
    }
    Pump();
    return true;
  }

  // Ends the stream with `status`, after what is queued.
  void End(const grpc::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (!ending_) ending_ = status;
    }
    Pump();
  }

  // A last heartbeat tells the reader up to where it knows everything, so that
  // it can go on from there.
  void EndFor(rpc::Reason reason) override {
    Push(heartbeat_());
    Break(reason);
  }

  // Ends the stream with the status of `reason`, after what is queued.
  void Break(rpc::Reason reason) {
    rpc::ErrorContext error;
    {
      absl::MutexLock lock(&mutex_);
      error = error_;
    }
    End(rpc::ToStatus(reason, {}, error));
  }

  bool ending() const {
    absl::MutexLock lock(&mutex_);
    return ending_.has_value();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      if (!ok) Abandon();
    }
    Pump();
  }
  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      Abandon();
    }
    Pump();
  }
  void OnDone() override {
    {
      absl::MutexLock lock(&mutex_);
      alarm_.reset();
    }
    self_.reset();
  }

 private:
  WatchStream(const WatchLimits& limits, std::function<Response()> heartbeat)
      : limits_(limits), heartbeat_(std::move(heartbeat)) {}

  void Abandon() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    queue_.clear();
    ending_ = grpc::Status(grpc::StatusCode::CANCELLED, "the reader left");
  }

  // Starts what can be started. gRPC may call back from inside StartWrite, so
  // nothing is started under the lock, and only by one thread at a time.
  void Pump() {
    mutex_.Lock();
    again_ = true;
    if (pumping_) return mutex_.Unlock();
    pumping_ = true;
    while (again_) {
      again_ = false;
      if (writing_ || finished_) continue;
      if (!queue_.empty()) {
        writing_ = true;
        idle_ = false;
        current_ = std::move(queue_.front());
        queue_.pop_front();
        mutex_.Unlock();
        this->StartWrite(&current_);
        mutex_.Lock();
      } else if (ending_) {
        finished_ = true;
        const grpc::Status status = *ending_;
        // Finish may end the last reference but this one.
        const auto self = this->shared_from_this();
        pumping_ = false;
        mutex_.Unlock();
        this->Finish(status);
        return;
      }
    }
    pumping_ = false;
    mutex_.Unlock();
  }

  void ArmHeartbeat() {
    absl::MutexLock lock(&mutex_);
    if (ending_) return;
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                     gpr_time_from_millis(limits_.heartbeat_ms, GPR_TIMESPAN)),
        [weak = this->weak_from_this()](bool ok) {
          const auto self = weak.lock();
          if (ok && self != nullptr) self->Beat();
        });
  }
  void Beat() {
    bool idle = false;
    {
      absl::MutexLock lock(&mutex_);
      idle = std::exchange(idle_, true) && queue_.empty() && !writing_;
      // Not from its own callback's thread under the lock.
    }
    if (idle) Push(heartbeat_());
    ArmHeartbeat();
  }

  const WatchLimits limits_;
  const std::function<Response()> heartbeat_;
  mutable absl::Mutex mutex_;
  std::deque<Response> queue_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> ending_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool pumping_ ABSL_GUARDED_BY(mutex_) = false;
  bool again_ ABSL_GUARDED_BY(mutex_) = false;
  // Nothing was sent since the last heartbeat.
  bool idle_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  rpc::ErrorContext error_ ABSL_GUARDED_BY(mutex_);
  // The message being written; owned by the write while writing_.
  Response current_;
  // Until OnDone.
  std::shared_ptr<WatchStream> self_;
};

}  // namespace luheng::market

#endif  // LUHENG_SERVICES_MARKET_WATCH_STREAM_H_
