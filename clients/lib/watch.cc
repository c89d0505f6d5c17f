#include "clients/lib/watch.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace luheng::client {

bool IsResumable(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:  // The server ended it, for example for age.
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

absl::Status RunWatch(
    Client& client, const WatchOptions& options,
    absl::FunctionRef<absl::Status(grpc::ClientContext&, bool* got_message,
                                   bool* stopped)>
        attempt) {
  absl::Duration pause = options.pause_first;
  for (int attempts = 1;; ++attempts) {
    grpc::ClientContext context;
    client.Prepare(context, absl::Now() + options.span);
    bool got_message = false;
    bool stopped = false;
    const absl::Status status = attempt(context, &got_message, &stopped);
    if (stopped) return absl::OkStatus();
    if (got_message) {
      attempts = 1;
      pause = options.pause_first;
    }
    if (!IsResumable(status) || attempts >= options.attempts_max) {
      return status.ok() ? absl::UnavailableError("the server ends the stream")
                         : status;
    }
    if (options.on_break) options.on_break(status);
    client.options().sleep(pause);
    pause = std::min(2 * pause, options.pause_max);
  }
}

bool EntryCursor::Take(int64_t entry) {
  if (entry != entry_ || taken_count_ == 0) {
    entry_ = entry;
    taken_count_ = 0;
    skip_count_ = 0;
  }
  if (skip_count_ > 0) {
    --skip_count_;
    return false;
  }
  ++taken_count_;
  return true;
}

void EntryCursor::Complete(int64_t entry) {
  entry_ = entry;
  taken_count_ = 0;
  skip_count_ = 0;
}

}  // namespace luheng::client
