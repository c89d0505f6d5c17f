// A unary read that is answered from the views: permission and names are asked
// of the world on the sequencer's thread, before and after; the rows are read
// on the views' thread or gRPC's. As in unary_call.h, what core and the views
// are comes by templates.
#ifndef LUHENG_SERVICES_RPC_VIEWS_READ_H_
#define LUHENG_SERVICES_RPC_VIEWS_READ_H_

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/base/ids.h"
#include "services/rpc/unary_call.h"

namespace luheng::rpc {

// Serves a call in three steps, with a `Plan` of its own to carry things along:
//   gate(world, call, plan) -> Verdict   on the sequencer's thread
//   rows(snapshot, call, plan) -> Status
//   fill(world, call, plan)              on the sequencer's thread
// The caller must be active, and may read everything if the method's row says
// so. Waits for the request's `min_entry` and the plan's, if it has one, and
// sets `as_of_entry`.
template <typename Plan, typename Backend, typename Views, typename Call,
          typename Gate, typename Rows, typename Fill>
class ViewsRead : public std::enable_shared_from_this<
                      ViewsRead<Plan, Backend, Views, Call, Gate, Rows, Fill>> {
 public:
  ViewsRead(const Backend& backend, const Views& views,
            std::shared_ptr<Call> call, Gate gate, Rows rows, Fill fill)
      : backend_(backend),
        views_(views),
        call_(std::move(call)),
        gate_(std::move(gate)),
        rows_(std::move(rows)),
        fill_(std::move(fill)) {}

  void Start() {
    backend_.sequencer.Read(
        [self = this->shared_from_this()](const auto& world) {
          self->AskGate(world);
        },
        [self = this->shared_from_this()](const absl::Status& status,
                                          EntryNumber) {
          if (!self->GoesOn(status)) return;
          self->views_.WhenApplied(
              self->MinEntry(),
              [self](const absl::Status& applied) { self->ReadRows(applied); });
        });
  }

 private:
  template <typename World>
  void AskGate(const World& world) {
    refused_.first = ReadGate(backend_.access, *call_);
    if (refused_.first != Reason::REASON_UNSPECIFIED) return;
    if (auto verdict = gate_(world, *call_, plan_)) {
      refused_ = {verdict->reason, std::move(verdict->details)};
    }
  }

  EntryNumber MinEntry() const {
    EntryNumber entry(call_->request().min_entry());
    if constexpr (requires { plan_.min_entry; }) {
      entry = std::max(entry, plan_.min_entry);
    }
    return entry;
  }

  // False after finishing the call.
  bool GoesOn(const absl::Status& status) {
    if (!status.ok()) {
      call_->Fail(ToStatus(status, call_->error()));
      return false;
    }
    if (refused_.first != Reason::REASON_UNSPECIFIED) {
      call_->Refuse(refused_.first, refused_.second);
      return false;
    }
    return true;
  }

  void ReadRows(const absl::Status& applied) {
    if (!GoesOn(applied)) return;
    const auto snapshot = views_.Snapshot();
    const absl::StatusOr<EntryNumber> as_of = snapshot->applied();
    if (!GoesOn(as_of.status())) return;
    if (!GoesOn(rows_(*snapshot, *call_, plan_))) return;
    call_->answer().set_as_of_entry(as_of->value());
    backend_.sequencer.Read(
        [self = this->shared_from_this()](const auto& world) {
          self->fill_(world, *self->call_, self->plan_);
        },
        [self = this->shared_from_this()](const absl::Status& status,
                                          EntryNumber) {
          if (self->GoesOn(status)) self->call_->Finish();
        });
  }

  const Backend backend_;
  const Views& views_;
  const std::shared_ptr<Call> call_;
  Gate gate_;
  Rows rows_;
  Fill fill_;
  Plan plan_;
  std::pair<Reason, Details> refused_;
};

template <typename Plan, typename Backend, typename Views, typename Request,
          typename Response, typename Check, typename Gate, typename Rows,
          typename Fill>
grpc::ServerUnaryReactor* ServeFromViews(const Backend& backend,
                                         const Views& views,
                                         grpc::CallbackServerContext* context,
                                         const Request* request,
                                         Response* response, Check check,
                                         Gate gate, Rows rows, Fill fill) {
  return Serve(backend.edge, context, request, response, std::move(check),
               [backend, &views, gate, rows, fill](const auto& call) {
                 using Call = UnaryCall<Request, Response>;
                 std::make_shared<
                     ViewsRead<Plan, Backend, Views, Call, Gate, Rows, Fill>>(
                     backend, views, call, gate, rows, fill)
                     ->Start();
               });
}

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_VIEWS_READ_H_
