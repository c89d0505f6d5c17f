#include "services/replication/forwarder.h"

#include <chrono>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "ledger/base/thread.h"
#include "services/replication/forwarded.h"

namespace luheng::replication {
namespace {

// How long one attempt to connect may take, and the pause after a stream broke.
constexpr std::chrono::milliseconds kConnectWait{250};
constexpr absl::Duration kPause = absl::Milliseconds(100);

// Less than the time that a server gives the calls of an old connection.
constexpr absl::Duration kStreamAgeMax = absl::Seconds(20);

void AnswerUnreachable(core::Submission& submission) {
  std::vector<core::Outcome> outcomes(submission.commands.size());
  for (core::Outcome& outcome : outcomes) {
    outcome.reason = core::v1::REASON_APPEND_NODE_UNREACHABLE;
  }
  submission.done(outcomes);
}

}  // namespace

Forwarder::Forwarder(std::shared_ptr<grpc::Channel> channel, rpc::Log& log)
    : channel_(std::move(channel)),
      stub_(ledger::v1::JournalService::NewStub(channel_)),
      log_(log),
      thread_([this] { Run(); }) {}

Forwarder::~Forwarder() { Stop(); }

void Forwarder::Forward(core::Submission submission) {
  {
    absl::MutexLock lock(&mutex_);
    if (connected_ && !stopping_) {
      Request request;
      request.set_batch(++last_batch_);
      WriteCommands(submission, request);
      queue_.push_back(std::move(request));
      waiting_.emplace(last_batch_, std::move(submission));
      return;
    }
  }
  AnswerUnreachable(submission);
}

bool Forwarder::connected() const {
  absl::MutexLock lock(&mutex_);
  return connected_;
}

bool Forwarder::AwaitConnected(absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&connected_), timeout);
}

void Forwarder::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

void Forwarder::Run() {
  NameThread("forwarder");
  while (true) {
    if (channel_->WaitForConnected(std::chrono::system_clock::now() +
                                   kConnectWait)) {
      Serve();
    }
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    // An old stream is replaced at once.
    if (connected_) continue;
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kPause)) return;
  }
}

void Forwarder::Serve() {
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    context_ = &context;
    broken_ = false;
  }
  const auto stream = stub_->ForwardCommands(&context);
  // The other side says that it takes commands before it gets any.
  stream->WaitForInitialMetadata();
  std::thread reader([&] { ReadAnswers(*stream); });
  {
    absl::MutexLock lock(&mutex_);
    connected_ = !broken_;
  }
  const absl::Time end = absl::Now() + kStreamAgeMax;
  while (SendQueued(*stream, end)) {
  }
  AwaitAnswers();
  stream->WritesDone();
  bool replaced = false;
  {
    absl::MutexLock lock(&mutex_);
    replaced = !broken_ && !stopping_;
  }
  if (!replaced) context.TryCancel();
  reader.join();
  const grpc::Status status = stream->Finish();
  {
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }
  if (replaced) return;
  FailAll();
  log_.Write(rpc::LogLevel::kWarning, "commands are not forwarded",
             {{"error", absl::string_view(status.error_message())}});
}

bool Forwarder::SendQueued(Stream& stream, absl::Time end) {
  std::deque<Request> sending;
  {
    absl::MutexLock lock(&mutex_);
    const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopping_ || broken_ || !queue_.empty();
    };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&has_work), end)) {
      return false;
    }
    if (stopping_ || broken_) return false;
    sending.swap(queue_);
    for (const Request& request : sending) last_sent_ = request.batch();
  }
  for (const Request& request : sending) {
    if (!stream.Write(request)) return false;
  }
  return absl::Now() < end;
}

void Forwarder::AwaitAnswers() {
  absl::MutexLock lock(&mutex_);
  const auto answered = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || broken_ || waiting_.empty() ||
           waiting_.begin()->first > last_sent_;
  };
  mutex_.Await(absl::Condition(&answered));
}

void Forwarder::ReadAnswers(Stream& stream) {
  ledger::v1::ForwardCommandsResponse response;
  while (stream.Read(&response)) {
    core::Submission submission;
    {
      absl::MutexLock lock(&mutex_);
      const auto found = waiting_.find(response.batch());
      if (found == waiting_.end()) continue;
      submission = std::move(found->second);
      waiting_.erase(found);
    }
    std::vector<core::Outcome> outcomes = ReadOutcomes(response);
    // A batch that the other node could not read at all has one outcome.
    outcomes.resize(submission.commands.size(),
                    outcomes.empty() ? core::Outcome() : outcomes.front());
    submission.done(outcomes);
  }
  absl::MutexLock lock(&mutex_);
  broken_ = true;
}

void Forwarder::FailAll() {
  std::map<int64_t, core::Submission> failed;
  {
    absl::MutexLock lock(&mutex_);
    connected_ = false;
    queue_.clear();
    failed.swap(waiting_);
  }
  for (auto& [batch, submission] : failed) AnswerUnreachable(submission);
}

}  // namespace luheng::replication
