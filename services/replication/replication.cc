#include "services/replication/replication.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"

namespace luheng::replication {
namespace {

using rpc::LogLevel;

constexpr std::chrono::milliseconds kConnectWait{250};
constexpr absl::Duration kPause = absl::Milliseconds(250);
constexpr absl::Duration kProgressEvery = absl::Seconds(2);

}  // namespace

Replication::Replication(ReplicationOptions options,
                         std::shared_ptr<grpc::Channel> channel,
                         Journal& journal, JournalReplica replica,
                         rpc::Log& log)
    : options_(std::move(options)),
      channel_(std::move(channel)),
      stub_(ledger::v1::JournalService::NewStub(channel_)),
      journal_(journal),
      log_(log),
      replica_(std::move(replica)) {}

Replication::~Replication() { Stop(); }

void Replication::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Replication::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

void Replication::OnBlocks(std::function<void()> listener) {
  absl::MutexLock lock(&mutex_);
  listener_ = std::move(listener);
}

ReplicationState Replication::state() const {
  absl::MutexLock lock(&mutex_);
  return state_;
}

absl::Status Replication::AwaitUsable() {
  while (true) {
    const bool empty = journal_.tail().empty();
    absl::MutexLock lock(&mutex_);
    const auto usable = [this, empty]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !state_.fatal.ok() || state_.caught_up ||
             (state_.failed_once && !empty);
    };
    if (mutex_.AwaitWithTimeout(absl::Condition(&usable), kProgressEvery)) {
      return state_.fatal;
    }
    log_.Write(LogLevel::kInfo, "copying the journal",
               {{"done", journal_.tail().last_entry.value()},
                {"total", state_.leader_entry}});
  }
}

void Replication::Run() {
  NameThread("replication");
  while (true) {
    const bool reached = channel_->WaitForConnected(
        std::chrono::system_clock::now() + kConnectWait);
    const absl::Status status = reached ? Follow() : absl::OkStatus();
    absl::MutexLock lock(&mutex_);
    state_.connected = false;
    state_.failed_once = true;
    if (stopping_) return;
    if (!status.ok()) {
      state_.fatal = status;
      if (options_.on_fatal) options_.on_fatal(status);
      return;
    }
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kPause)) return;
  }
}

absl::Status Replication::Follow() {
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return absl::OkStatus();
    context_ = &context;
  }
  const JournalTail tail = journal_.tail();
  ledger::v1::FollowBlocksRequest request;
  request.set_from_block(tail.number.value() + 1);
  if (!tail.empty()) request.set_previous_digest(tail.digest.str());
  const auto stream = stub_->FollowBlocks(&context, request);
  absl::Status taken;
  for (Response response; taken.ok() && stream->Read(&response);) {
    taken = Take(response);
  }
  if (!taken.ok()) context.TryCancel();
  const grpc::Status ended = stream->Finish();
  {
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
    if (stopping_) return absl::OkStatus();
  }
  return taken.ok() ? Explain(ended) : taken;
}

absl::Status Replication::Take(const Response& response) {
  for (const ledger::v1::StoredBlock& block : response.blocks()) {
    const auto secret = BlockSecret::From(block.secret());
    if (!secret) {
      return absl::DataLossError(
          absl::StrCat("a block's secret arrived with ", block.secret().size(),
                       " bytes, not ", BlockSecret::kSize));
    }
    RETURN_IF_ERROR(replica_.Accept(block.bytes(), *secret));
  }
  if (!response.checkpoint().empty()) {
    RETURN_IF_ERROR(options_.on_checkpoint(response.checkpoint()));
  }
  absl::MutexLock lock(&mutex_);
  state_.connected = true;
  state_.leader_block = response.last_block();
  state_.leader_entry = response.last_entry();
  if (journal_.tail().number.value() >= response.last_block()) {
    state_.caught_up = true;
  }
  if (response.blocks_size() > 0 && listener_) listener_();
  return absl::OkStatus();
}

// What the end of a stream means: most ends are passing.
absl::Status Replication::Explain(const grpc::Status& status) {
  const std::string text = status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::OUT_OF_RANGE:
      return absl::DataLossError(absl::StrCat(
          "the node that is followed has fewer blocks than this copy, ",
          journal_.tail().number.value(), ": it lost what was acknowledged (",
          text, ")"));
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::FAILED_PRECONDITION:
      return absl::DataLossError(absl::StrCat(
          "the node that is followed has another history than this copy: ",
          text));
    default:
      log_.Write(LogLevel::kWarning, "the journal's stream broke",
                 {{"error", absl::string_view(text)}});
      return absl::OkStatus();
  }
}

}  // namespace luheng::replication
