#include "services/replication/journal_service.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "ledger/base/status_macros.h"
#include "services/replication/forwarded.h"
#include "services/rpc/status.h"

namespace luheng::replication {
namespace {

// One message of blocks is closed at this size.
constexpr size_t kMessageBytes = 1 << 20;
// A follower hears from us at least so often.
constexpr absl::Duration kHeartbeat = absl::Seconds(2);
// How often a quiet stream looks whether it has to end.
constexpr absl::Duration kLook = absl::Milliseconds(200);

grpc::Status Draining() { return rpc::ToStatus(core::v1::REASON_DRAINING); }

// Whether `context`'s caller passes `may`.
bool Permits(const grpc::ServerContext& context,
             const std::function<bool(const rpc::Identity&)>& may) {
  const auto identity = rpc::IdentityOf(*context.auth_context());
  return identity && may(*identity);
}

// Counts a stream while it lives.
class Slot {
 public:
  explicit Slot(std::atomic<int>& count)
      : count_(count),
        taken_(count.fetch_add(1) < JournalService::kStreamsMax) {}
  ~Slot() { count_.fetch_sub(1); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  bool taken() const { return taken_; }

 private:
  std::atomic<int>& count_;
  const bool taken_;
};

grpc::Status TooMany(absl::string_view what) {
  return rpc::ToStatus(absl::ResourceExhaustedError(absl::StrCat(
      "more than ", JournalService::kStreamsMax, " ", what, " are open")));
}

// Whether a copy that ends with `previous_digest` before block `from` is one of
// this journal.
absl::Status CheckStart(const Journal& journal, BlockNumber from,
                        const std::string& previous_digest) {
  const JournalTail tail = journal.tail();
  if (from.value() < 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "from_block is ", from.value(), ", it must be at least 1"));
  }
  if (from.value() > tail.number.value() + 1) {
    return absl::OutOfRangeError(absl::StrCat("from_block is ", from.value(),
                                              ", the journal ends at block ",
                                              tail.number.value()));
  }
  if (from.value() == 1) return absl::OkStatus();
  Digest before = tail.digest;
  if (from <= tail.number) {
    ASSIGN_OR_RETURN(const std::string bytes, journal.Read(from));
    ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
    before = block.header().prev_digest;
  }
  if (before.str() == previous_digest) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("previous_digest is not that of block ", from.value() - 1,
                   ", ", ToHex(before.view())));
}

// The messages of one follower's stream.
class Feed {
 public:
  Feed(const Journal& journal, const core::CheckpointSource& checkpoints,
       BlockNumber from)
      : journal_(journal), checkpoints_(checkpoints), next_(from) {}

  // The next message; may have no block. Errors: DATA_LOSS.
  absl::Status Fill(ledger::v1::FollowBlocksResponse& response) {
    response.Clear();
    const JournalTail tail = journal_.tail();
    response.set_last_block(tail.number.value());
    response.set_last_entry(tail.last_entry.value());
    if (next_ <= tail.number) RETURN_IF_ERROR(AddBlocks(response));
    AddCheckpoint(response);
    return absl::OkStatus();
  }

  // Waits for a block to send.
  bool Await() const { return journal_.AwaitBlock(next_, kLook); }

 private:
  absl::Status AddBlocks(ledger::v1::FollowBlocksResponse& response) {
    const auto cursor = journal_.ReadFrom(next_);
    for (size_t bytes = 0; bytes < kMessageBytes;) {
      ASSIGN_OR_RETURN(const auto block, cursor->Next());
      if (!block) break;
      const BlockNumber number = block->header().number;
      ASSIGN_OR_RETURN(const BlockSecret secret, journal_.ReadSecret(number));
      ledger::v1::StoredBlock& stored = *response.add_blocks();
      stored.set_bytes(block->bytes().data(), block->bytes().size());
      stored.set_secret(secret.str());
      bytes += block->bytes().size();
      sent_entries_ = block->header().last_entry().value();
      next_ = BlockNumber(number.value() + 1);
    }
    return absl::OkStatus();
  }

  // The newest checkpoint, once all its entries are sent.
  void AddCheckpoint(ledger::v1::FollowBlocksResponse& response) {
    const int64_t size = checkpoints_.signed_entries();
    const bool covered =
        sent_entries_ >= size || next_.value() > response.last_block();
    if (size == checkpoint_size_ || size == 0 || !covered) return;
    const auto note = checkpoints_.Newest();
    if (!note.ok()) return;
    response.set_checkpoint(FormatNote(*note));
    checkpoint_size_ = size;
  }

  const Journal& journal_;
  const core::CheckpointSource& checkpoints_;
  BlockNumber next_;
  int64_t sent_entries_ = 0;
  int64_t checkpoint_size_ = 0;
};

using CommandStream =
    grpc::ServerReaderWriter<ledger::v1::ForwardCommandsResponse,
                             ledger::v1::ForwardCommandsRequest>;

// The answers of one stream of commands. Shared by the stream and by what is
// still being decided when it ends.
class Answers {
 public:
  void Began() {
    absl::MutexLock lock(&mutex_);
    ++deciding_;
  }
  void Add(ledger::v1::ForwardCommandsResponse response) {
    absl::MutexLock lock(&mutex_);
    --deciding_;
    queue_.push_back(std::move(response));
  }
  // Nothing more is asked.
  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  // Takes what is to be sent; false once there is and will be nothing. `idle`
  // is set if nothing is being decided.
  bool Take(std::deque<ledger::v1::ForwardCommandsResponse>& out, bool& idle) {
    absl::MutexLock lock(&mutex_);
    const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !queue_.empty() || (closed_ && deciding_ == 0);
    };
    mutex_.AwaitWithTimeout(absl::Condition(&has_work), kLook);
    out.swap(queue_);
    idle = deciding_ == 0;
    return !out.empty() || !closed_ || !idle;
  }

 private:
  absl::Mutex mutex_;
  std::deque<ledger::v1::ForwardCommandsResponse> queue_
      ABSL_GUARDED_BY(mutex_);
  int64_t deciding_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// Sends answers until there are none, or the node drains.
void SendAnswers(Answers& answers, CommandStream& stream,
                 grpc::ServerContext& context,
                 const std::function<bool()>& draining) {
  bool broken = false;
  bool idle = false;
  for (std::deque<ledger::v1::ForwardCommandsResponse> out;
       answers.Take(out, idle); out.clear()) {
    for (const auto& response : out) {
      broken = broken || !stream.Write(response);
    }
    // Wakes the reading side, which would wait for the follower for ever.
    if (draining() && idle) context.TryCancel();
  }
}

void SubmitBatch(const ledger::v1::ForwardCommandsRequest& request,
                 const JournalServiceParts& parts,
                 const std::shared_ptr<Answers>& answers) {
  answers->Began();
  const int64_t batch = request.batch();
  const auto answer = [answers, batch](std::vector<core::Outcome>& outcomes) {
    ledger::v1::ForwardCommandsResponse response;
    response.set_batch(batch);
    WriteOutcomes(outcomes, response);
    answers->Add(std::move(response));
  };
  auto submission = ReadCommands(request, parts.catalog);
  if (submission.ok()) {
    submission->done = answer;
    return parts.sequencer.Submit(*std::move(submission));
  }
  std::vector<core::Outcome> refused(1);
  refused.front().reason = core::v1::REASON_UNKNOWN_COMMAND;
  refused.front().details = {
      {"command", std::string(submission.status().message())}};
  answer(refused);
}

}  // namespace

grpc::Status JournalService::FollowBlocks(
    grpc::ServerContext* context,
    const ledger::v1::FollowBlocksRequest* request,
    grpc::ServerWriter<ledger::v1::FollowBlocksResponse>* writer) {
  if (!Permits(*context, parts_.may_follow)) {
    return rpc::ToStatus(core::v1::REASON_PERMISSION_DENIED);
  }
  const Slot slot(feeds_);
  if (!slot.taken()) return TooMany("followers");
  const BlockNumber from(request->from_block());
  const absl::Status start =
      CheckStart(parts_.journal, from, request->previous_digest());
  if (!start.ok()) return rpc::ToStatus(start);
  Feed feed(parts_.journal, parts_.checkpoints, from);
  ledger::v1::FollowBlocksResponse response;
  absl::Time last_sent = absl::InfinitePast();
  while (!context->IsCancelled()) {
    if (parts_.draining()) return Draining();
    const absl::Status filled = feed.Fill(response);
    if (!filled.ok()) return rpc::ToStatus(filled);
    const bool news =
        response.blocks_size() > 0 || !response.checkpoint().empty();
    if (news || absl::Now() - last_sent >= kHeartbeat) {
      if (!writer->Write(response)) break;
      last_sent = absl::Now();
    }
    feed.Await();
  }
  return grpc::Status::CANCELLED;
}

grpc::Status JournalService::RequestCheckpoint(
    grpc::ServerContext* context,
    const ledger::v1::RequestCheckpointRequest* request,
    ledger::v1::RequestCheckpointResponse* response) {
  if (!Permits(*context, parts_.may_follow)) {
    return rpc::ToStatus(core::v1::REASON_PERMISSION_DENIED);
  }
  const auto note = parts_.checkpoints.Covering(request->min_size());
  if (!note.ok()) return rpc::ToStatus(note.status());
  response->set_checkpoint(FormatNote(*note));
  return grpc::Status::OK;
}

grpc::Status JournalService::ForwardCommands(grpc::ServerContext* context,
                                             CommandStream* stream) {
  if (!Permits(*context, parts_.may_forward)) {
    return rpc::ToStatus(core::v1::REASON_PERMISSION_DENIED);
  }
  const Slot slot(intakes_);
  if (!slot.taken()) return TooMany("streams of commands");
  stream->SendInitialMetadata();
  auto answers = std::make_shared<Answers>();
  std::thread sender(
      [&] { SendAnswers(*answers, *stream, *context, parts_.draining); });
  for (ledger::v1::ForwardCommandsRequest request; stream->Read(&request);) {
    SubmitBatch(request, parts_, answers);
  }
  answers->Close();
  sender.join();
  return parts_.draining() ? Draining() : grpc::Status::OK;
}

}  // namespace luheng::replication
