// What an area's gRPC service is written with. A method is one statement:
//
//   grpc::ServerUnaryReactor* Deposit(grpc::CallbackServerContext* context,
//                                     const DepositRequest* request,
//                                     DepositResponse* response) override {
//     return rpc::ServeCommand(backend_, context, request, response,
//                              [](const DepositRequest& r, FieldChecks& check)
//                              {
//       check.Holder("holder", r.holder());
//       check.Range("amount_minor", r.amount_minor(), 1, kAmountMax);
//     });
//   }
//
//   grpc::ServerUnaryReactor* GetHolder(...) override {
//     return rpc::ServeRead(backend_, context, request, response,
//         [](const GetHolderRequest& r, FieldChecks& check) { ... },
//         [this](const core::World& world, const rpc::Caller& caller,
//                const GetHolderRequest& r, GetHolderResponse& answer)
//             -> core::Verdict { ... });
//   }
//
// The command type and the scope of a read come from the row of the method in
// methods.cc. `request_id` is checked here for every request that has one.
//
// This folder does not know core: the sequencer and the access control are
// template parameters with the members that services/core gives them.
#ifndef LUHENG_SERVICES_RPC_UNARY_CALL_H_
#define LUHENG_SERVICES_RPC_UNARY_CALL_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/alarm.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "services/rpc/edge.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/status.h"

namespace luheng::rpc {

// What a service needs of its node; all borrowed. For areas it is
// Backend<core::Sequencer, core::AccessControl>.
template <typename Sequencer, typename Access>
struct Backend {
  Edge& edge;
  Sequencer& sequencer;
  // Asked on the sequencer's thread only.
  const Access& access;
};

// SHA-256 of the command type (8 bytes, big-endian) and the serialized body:
// what a repeated request id is compared by.
Digest CommandDigest(int command_type, const google::protobuf::Message& body);

// The part of a call that does not depend on its messages: answers it once.
// Shared by whoever may answer it: the sequencer's threads and the deadline.
class CallBase : public std::enable_shared_from_this<CallBase> {
 public:
  explicit CallBase(grpc::CallbackServerContext* context);
  virtual ~CallBase() = default;

  const Caller& caller() const { return caller_; }
  const ErrorContext& error() const { return caller_.error; }
  // The method's row. Only once admitted.
  const MethodRow& method() const { return *method_; }
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

  // Admits the call at `edge`, then runs `admitted`, or finishes the call with
  // why not. Called once.
  void Start(Edge& edge, const MethodRow* method, std::string request_id,
             std::function<void()> admitted);

  // Finishes the call with an error, unless it is finished already.
  void Fail(const grpc::Status& status);
  // The same with a reason.
  void Refuse(Reason reason, const Details& details = {});

 protected:
  // Whether the caller of this function is the one to finish the call.
  bool Claim() { return !finished_.exchange(true); }
  // Finishes a claimed call. The context is gone afterwards.
  void FinishClaimed(const grpc::Status& status);

  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;

 private:
  // Fails the call with DEADLINE_EXCEEDED when the default deadline passes, if
  // it has none of its own.
  void StartDeadline(int64_t deadline_ms_default);

  Caller caller_;
  const MethodRow* method_ = nullptr;
  const Edge* edge_ = nullptr;
  // Whoever sets it answers the call; what it answers with it wrote itself.
  std::atomic<bool> finished_{false};
  absl::Mutex alarm_mutex_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(alarm_mutex_);
};

// Why `call` may not read at all; REASON_UNSPECIFIED if it may.
template <typename Access, typename Call>
Reason ReadGate(const Access& access, const Call& call) {
  const UserId user = call.caller().user;
  if (!access.IsActive(user)) return Reason::REASON_USER_SUSPENDED;
  if (call.method().read == ReadScope::kAll && !access.MayReadAll(user)) {
    return Reason::REASON_PERMISSION_DENIED;
  }
  return Reason::REASON_UNSPECIFIED;
}

// One unary call. It keeps its own copy of the request and its own answer:
// gRPC's messages end with the call, which may be before a slow node is done.
template <typename Request, typename Response>
class UnaryCall : public CallBase {
 public:
  UnaryCall(grpc::CallbackServerContext* context, const Request& request,
            Response* response)
      : CallBase(context), request_(request), response_(response) {}

  const Request& request() const { return request_; }
  // The answer being made; written by one thread at a time.
  Response& answer() { return answer_; }
  std::shared_ptr<UnaryCall> Self() {
    return std::static_pointer_cast<UnaryCall>(shared_from_this());
  }
  // Sends answer(), unless the call is finished already.
  void Finish() {
    if (!Claim()) return;
    response_->Swap(&answer_);
    FinishClaimed(grpc::Status::OK);
  }

 private:
  const Request request_;
  Response answer_;
  Response* const response_;
};

// Answers `call` with an outcome of core: its refusal, or its serialized
// answer.
template <typename Call, typename Outcome>
void FinishWithOutcome(Call& call, const Outcome& outcome) {
  if (!outcome.accepted()) return call.Refuse(outcome.reason, outcome.details);
  if (outcome.pending) {
    // Other persons must agree first: the answer is core.v1.PendingApproval.
    if constexpr (requires { call.answer().mutable_pending(); }) {
      call.answer().mutable_pending()->ParseFromString(outcome.answer);
      return call.Finish();
    }
  }
  if (!call.answer().ParseFromString(outcome.answer)) {
    return call.Fail(
        ToStatus(absl::InternalError("answer does not parse"), call.error()));
  }
  call.Finish();
}

namespace internal {

// The parameter of Sequencer::Submit.
template <typename Sequencer, typename Submission>
Submission SubmissionOf(void (Sequencer::*)(Submission));

template <typename Request>
std::string RequestIdOf(const Request& request) {
  if constexpr (requires { request.request_id(); }) return request.request_id();
  return "";
}

// Runs the checks; answers the call with everything that is wrong.
template <typename Call, typename Check>
bool PassesChecks(Call& call, Check& check) {
  FieldChecks checks;
  check(call.request(), checks);
  if constexpr (requires { call.request().request_id(); }) {
    checks.RequestId("request_id", call.request().request_id());
  }
  if constexpr (requires { call.request().page_size(); }) {
    checks.PageSize("page_size", call.request().page_size());
  }
  if constexpr (requires { call.request().min_entry(); }) {
    checks.Range("min_entry", call.request().min_entry(), 0, INT64_MAX);
  }
  if (checks.ok()) return true;
  call.Fail(ToStatus(checks.violations(), call.error()));
  return false;
}

}  // namespace internal

// Admits a call, checks its fields with check(request, FieldChecks&), then runs
// then(call) with the shared call; refused calls are finished here.
template <typename Request, typename Response, typename Check, typename Then>
grpc::ServerUnaryReactor* Serve(Edge& edge,
                                grpc::CallbackServerContext* context,
                                const Request* request, Response* response,
                                Check check, Then then) {
  auto call = std::make_shared<UnaryCall<Request, Response>>(context, *request,
                                                             response);
  // Taken first: once the call is admitted another thread may end it.
  grpc::ServerUnaryReactor* const reactor = call->reactor();
  static const MethodRow* const kMethod =
      FindMethodOfRequest(Request::descriptor());
  call->Start(edge, kMethod, internal::RequestIdOf(*request),
              [call, check, then, &edge]() mutable {
                const grpc::Status size =
                    edge.CheckSize(call->request(), call->error());
                if (!size.ok()) return call->Fail(size);
                if (internal::PassesChecks(*call, check)) then(call);
              });
  return reactor;
}

// Serve, then submit the request as the method's command and answer with the
// outcome's answer.
template <typename Sequencer, typename Access, typename Request,
          typename Response, typename Check>
grpc::ServerUnaryReactor* ServeCommand(
    const Backend<Sequencer, Access>& backend,
    grpc::CallbackServerContext* context, const Request* request,
    Response* response, Check check) {
  Sequencer& sequencer = backend.sequencer;
  return Serve(
      backend.edge, context, request, response, std::move(check),
      [&sequencer](const auto& call) {
        using Submission = decltype(internal::SubmissionOf(&Sequencer::Submit));
        Submission submission;
        auto& command = submission.commands.emplace_back();
        command.type = call->method().command;
        command.user = call->caller().user;
        command.body = &call->request();
        if constexpr (requires { call->request().request_id(); }) {
          command.request_id =
              ParseUuid(call->request().request_id()).value_or(Id16());
          command.digest = CommandDigest(command.type, call->request());
          command.credential = call->caller().credential;
        }
        submission.bodies = call;
        submission.done = [call](auto& outcomes) {
          FinishWithOutcome(*call, outcomes.front());
        };
        sequencer.Submit(std::move(submission));
      });
}

// Serve, then run `read` on the sequencer's thread as
// read(world, caller, request, answer), which returns nothing or a refusal
// (with `reason` and `details`). The user must be active, and may read
// everything if the method's row says so. Fills `as_of_entry` and honors
// `min_entry` where the messages have them.
template <typename Sequencer, typename Access, typename Request,
          typename Response, typename Check, typename ReadFunction>
grpc::ServerUnaryReactor* ServeRead(const Backend<Sequencer, Access>& backend,
                                    grpc::CallbackServerContext* context,
                                    const Request* request, Response* response,
                                    Check check, ReadFunction read) {
  Sequencer& sequencer = backend.sequencer;
  const Access& access = backend.access;
  return Serve(
      backend.edge, context, request, response, std::move(check),
      [&sequencer, &access, read](const auto& call) {
        // Written on the sequencer's thread, read when that is durable.
        auto refused = std::make_shared<std::pair<Reason, Details>>();
        EntryNumber min_entry;
        if constexpr (requires { call->request().min_entry(); }) {
          min_entry = EntryNumber(call->request().min_entry());
        }
        sequencer.Read(
            [call, refused, read, &access](const auto& world) {
              if (const Reason reason = ReadGate(access, *call)) {
                refused->first = reason;
                return;
              }
              auto verdict =
                  read(world, call->caller(), call->request(), call->answer());
              if (verdict) *refused = {verdict->reason, verdict->details};
            },
            [call, refused](const absl::Status& status, EntryNumber entry) {
              if (!status.ok()) {
                return call->Fail(ToStatus(status, call->error()));
              }
              if (refused->first != Reason::REASON_UNSPECIFIED) {
                return call->Refuse(refused->first, refused->second);
              }
              if constexpr (requires { call->answer().set_as_of_entry(0); }) {
                call->answer().set_as_of_entry(entry.value());
              }
              call->Finish();
            },
            min_entry);
      });
}

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_UNARY_CALL_H_
