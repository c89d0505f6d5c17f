#include "services/market/order_stream.h"

#include <array>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"

namespace luheng::market {
namespace {

// Type and body of one command of a batch.
std::pair<core::CommandType, const google::protobuf::Message*> Unwrap(
    const v1::OrderCommand& command) {
  switch (command.command_case()) {
    case v1::OrderCommand::kPlace:
      return {v1::COMMAND_TYPE_PLACE_ORDER, &command.place()};
    case v1::OrderCommand::kCancel:
      return {v1::COMMAND_TYPE_CANCEL_ORDER, &command.cancel()};
    case v1::OrderCommand::kAmend:
      return {v1::COMMAND_TYPE_AMEND_ORDER, &command.amend()};
    case v1::OrderCommand::kCancelAll:
      return {v1::COMMAND_TYPE_CANCEL_ALL, &command.cancel_all()};
    case v1::OrderCommand::COMMAND_NOT_SET:
      break;
  }
  return {0, nullptr};
}

grpc::Status Malformed(const char* field, std::string value, const char* rule,
                       const rpc::ErrorContext& error) {
  return rpc::ToStatus({{field, std::move(value), rule}}, error);
}

}  // namespace

OrderStream* OrderStream::Serve(const MarketBackend& backend,
                                grpc::CallbackServerContext* context) {
  static const rpc::MethodRow* const kMethod =
      rpc::FindMethodOfRequest(v1::StreamOrdersRequest::descriptor());
  const std::shared_ptr<OrderStream> stream(new OrderStream(backend));
  stream->self_ = stream;
  backend.base.edge.Admit(
      *context, kMethod, "", rpc::CallShape::kStream,
      [stream](rpc::Edge::Admission result) {
        if (const auto* status = std::get_if<grpc::Status>(&result)) {
          return stream->End(*status);
        }
        stream->Admitted(std::get<rpc::Caller>(std::move(result)));
      });
  return stream.get();
}

void OrderStream::Admitted(rpc::Caller caller) {
  caller_ = std::move(caller);
  {
    absl::MutexLock lock(&mutex_);
    may_read_ = true;
  }
  Pump();
  backend_.base.edge.streams().Add(shared_from_this());
}

// ---- The reading side ---------------------------------------------------

void OrderStream::OnReadDone(bool ok) {
  if (!ok) return End(grpc::Status::OK);  // The client is done sending.
  grpc::Status status = backend_.base.edge.CheckSize(request_, caller_.error);
  if (status.ok()) status = CheckMessage();
  if (!status.ok()) return End(status);
  auto message = std::make_shared<v1::StreamOrdersRequest>();
  message->Swap(&request_);
  if (!session_) return OpenSession(message);
  SubmitBatch(message);
  {
    absl::MutexLock lock(&mutex_);
    may_read_ = true;
  }
  Pump();
}

grpc::Status OrderStream::CheckMessage() const {
  if (!session_ && request_.session_key().size() != Id16::kSize) {
    return Malformed("session_key", absl::StrCat(request_.session_key().size()),
                     "16 bytes in the first message", caller_.error);
  }
  if (request_.commands_size() > kCommandsMax) {
    return Malformed("commands", absl::StrCat(request_.commands_size()),
                     "0 to 1000 commands", caller_.error);
  }
  if (request_.commands_size() > 0 && request_.first_sequence() < 1) {
    return Malformed("first_sequence", absl::StrCat(request_.first_sequence()),
                     "at least 1", caller_.error);
  }
  for (const v1::OrderCommand& command : request_.commands()) {
    if (command.command_case() == v1::OrderCommand::COMMAND_NOT_SET) {
      return Malformed("commands", "", "place, cancel, amend or cancel_all",
                       caller_.error);
    }
  }
  return grpc::Status::OK;
}

void OrderStream::OpenSession(
    const std::shared_ptr<const v1::StreamOrdersRequest>& first) {
  auto body = std::make_shared<core::v1::OpenSession>();
  body->set_key(first->session_key());
  core::Submission submission;
  core::Command& command = submission.commands.emplace_back();
  command.type = core::v1::COMMAND_TYPE_OPEN_SESSION;
  command.user = caller_.user;
  command.credential = caller_.credential;
  command.body = body.get();
  submission.bodies = body;
  const BatchPtr batch = Enqueue(first->first_sequence());
  submission.done = [self = shared_from_this(), batch,
                     first](std::vector<core::Outcome>& outcomes) {
    const core::Outcome& outcome = outcomes.front();
    if (!outcome.accepted()) {
      return self->End(
          rpc::ToStatus(outcome.reason, outcome.details, self->caller_.error));
    }
    // No read is under way, so this thread is the reading side.
    self->session_ = SessionId(outcome.subject);
    batch->answer.set_session(outcome.subject);
    batch->answer.set_last_sequence(outcome.numbers[0]);
    self->Answer(batch);
    if (first->commands_size() > 0) self->SubmitBatch(first);
    {
      absl::MutexLock lock(&self->mutex_);
      self->may_read_ = true;
    }
    self->Pump();
  };
  backend_.base.sequencer.Submit(std::move(submission));
}

void OrderStream::SubmitBatch(
    const std::shared_ptr<const v1::StreamOrdersRequest>& message) {
  const BatchPtr batch = Enqueue(message->first_sequence());
  const std::vector<int> admitted = ChargeCommands(*message, batch->outcomes);
  for (const v1::OrderCommand& command : message->commands()) {
    batch->cancels_all.push_back(command.command_case() ==
                                 v1::OrderCommand::kCancelAll);
  }
  if (admitted.empty()) return Answer(batch);
  core::Submission submission;
  submission.commands.resize(admitted.size());
  for (size_t i = 0; i < admitted.size(); ++i) {
    core::Command& command = submission.commands[i];
    std::tie(command.type, command.body) =
        Unwrap(message->commands(admitted[i]));
    command.user = caller_.user;
    command.session = session_;
    command.sequence = message->first_sequence() + admitted[i];
  }
  submission.bodies = message;
  submission.done = [self = shared_from_this(), batch,
                     admitted](std::vector<core::Outcome>& outcomes) {
    if (admitted.size() == batch->outcomes.size()) {
      batch->outcomes.swap(outcomes);
      return self->Answer(batch);
    }
    for (size_t i = 0; i < admitted.size(); ++i) {
      batch->outcomes[static_cast<size_t>(admitted[i])] =
          std::move(outcomes[i]);
    }
    self->Answer(batch);
  };
  backend_.base.sequencer.Submit(std::move(submission));
}

std::vector<int> OrderStream::ChargeCommands(
    const v1::StreamOrdersRequest& message,
    std::vector<core::Outcome>& outcomes) {
  const auto class_of = [](const v1::OrderCommand& command) {
    const bool cancels = command.command_case() == v1::OrderCommand::kCancel ||
                         command.command_case() == v1::OrderCommand::kCancelAll;
    return cancels ? rpc::RateClass::kCancels : rpc::RateClass::kOrders;
  };
  std::array<int64_t, rpc::kRateClassCount> counts{};
  std::array<bool, rpc::kRateClassCount> permitted{};
  for (const v1::OrderCommand& command : message.commands()) {
    ++counts[static_cast<size_t>(class_of(command))];
  }
  for (size_t i = 0; i < counts.size(); ++i) {
    permitted[i] =
        counts[i] > 0 &&
        backend_.base.edge
            .Charge(caller_, static_cast<rpc::RateClass>(i), counts[i])
            .ok();
  }
  outcomes.resize(static_cast<size_t>(message.commands_size()));
  std::vector<int> admitted;
  for (int i = 0; i < message.commands_size(); ++i) {
    if (permitted[static_cast<size_t>(class_of(message.commands(i)))]) {
      admitted.push_back(i);
    } else {
      outcomes[static_cast<size_t>(i)].reason = core::v1::REASON_RATE_LIMITED;
    }
  }
  return admitted;
}

OrderStream::BatchPtr OrderStream::Enqueue(int64_t first_sequence) {
  auto batch = std::make_shared<Batch>();
  batch->answer.set_first_sequence(first_sequence);
  absl::MutexLock lock(&mutex_);
  batches_.push_back(batch);
  return batch;
}

// ---- Answers --------------------------------------------------------------

void OrderStream::Answer(const BatchPtr& batch) {
  v1::StreamOrdersResponse& answer = batch->answer;
  answer.mutable_results()->Reserve(static_cast<int>(batch->outcomes.size()));
  for (size_t i = 0; i < batch->outcomes.size(); ++i) {
    const core::Outcome& outcome = batch->outcomes[i];
    v1::OrderResult& result = *answer.add_results();
    result.set_reason(outcome.reason);
    result.set_duplicate(outcome.repeated);
    if (batch->cancels_all[i]) {
      result.set_cancelled_count(outcome.numbers[0]);
    } else {
      result.set_order(outcome.subject);
      result.set_state(static_cast<v1::OrderState>(outcome.numbers[0]));
      result.set_filled_lots(outcome.numbers[1]);
      result.set_remaining_lots(outcome.numbers[2]);
    }
    if (outcome.entry.value() > answer.entry()) {
      answer.set_entry(outcome.entry.value());
    }
    if (outcome.stamp.value() > answer.stamp_ns()) {
      answer.set_stamp_ns(outcome.stamp.value());
    }
  }
  {
    absl::MutexLock lock(&mutex_);
    batch->ready = true;
  }
  Pump();
}

void OrderStream::OnWriteDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) Abandon();
  }
  Pump();
}

void OrderStream::OnCancel() {
  {
    absl::MutexLock lock(&mutex_);
    Abandon();
  }
  Pump();
}

void OrderStream::Abandon() {
  batches_.clear();
  ending_ = grpc::Status(grpc::StatusCode::CANCELLED, "the client left");
}

void OrderStream::End(const grpc::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (!ending_) ending_ = status;
    // What will never be answered is not waited for.
    if (!status.ok() && !session_) batches_.clear();
  }
  Pump();
}

void OrderStream::EndFor(rpc::Reason reason) {
  End(rpc::ToStatus(reason, {}, caller_.error));
}

void OrderStream::Pump() {
  const auto self = shared_from_this();
  mutex_.Lock();
  again_ = true;
  if (pumping_) return mutex_.Unlock();
  pumping_ = true;
  while (again_) {
    again_ = false;
    if (finished_) break;
    if (!writing_ && !batches_.empty() && batches_.front()->ready) {
      writing_ = true;
      again_ = true;
      current_ = std::move(batches_.front());
      batches_.pop_front();
      mutex_.Unlock();
      StartWrite(&current_->answer);
      mutex_.Lock();
    } else if (ending_ && !writing_ && batches_.empty()) {
      finished_ = true;
      const grpc::Status status = *ending_;
      mutex_.Unlock();
      Finish(status);
      mutex_.Lock();
    } else if (may_read_ && !ending_ && batches_.size() < kBatchesMax) {
      may_read_ = false;
      again_ = true;
      mutex_.Unlock();
      StartRead(&request_);
      mutex_.Lock();
    }
  }
  pumping_ = false;
  mutex_.Unlock();
}

}  // namespace luheng::market
