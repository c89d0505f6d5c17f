// A unary read that is answered from the views: permission and names are asked
// of the world on the sequencer's thread, before and after; the rows are read
// on the views' thread or gRPC's.
#ifndef LUHENG_SERVICES_SETTLEMENT_VIEWS_READ_H_
#define LUHENG_SERVICES_SETTLEMENT_VIEWS_READ_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "ledger/base/ids.h"
#include "ledger/views/views.h"
#include "services/core/refusal.h"
#include "services/core/sequencer.h"
#include "services/core/world.h"
#include "services/rpc/unary_call.h"

namespace luheng::settlement {

using Backend = rpc::Backend<core::Sequencer, core::AccessControl>;

// Serves a call in three steps, with a `Plan` of its own to carry things along:
//   gate(world, call, plan) -> Verdict   on the sequencer's thread
//   rows(snapshot, call, plan) -> Status
//   fill(world, call, plan)              on the sequencer's thread
// The caller must be active, and may read everything if the method's row says
// so. Honors `min_entry` and sets `as_of_entry`.
template <typename Plan, typename Request, typename Response, typename Check,
          typename Gate, typename Rows, typename Fill>
class ViewsRead
    : public std::enable_shared_from_this<
          ViewsRead<Plan, Request, Response, Check, Gate, Rows, Fill>> {
 public:
  using Call = rpc::UnaryCall<Request, Response>;

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
        [self = this->shared_from_this()](const core::World& world) {
          self->AskGate(world);
        },
        [self = this->shared_from_this()](const absl::Status& status,
                                          EntryNumber) {
          if (!self->GoesOn(status)) return;
          self->views_.WhenApplied(
              EntryNumber(self->call_->request().min_entry()),
              [self](const absl::Status& applied) { self->ReadRows(applied); });
        });
  }

 private:
  void AskGate(const core::World& world) {
    refusal_.reason = rpc::ReadGate(backend_.access, *call_);
    if (refusal_.reason != core::v1::REASON_UNSPECIFIED) return;
    if (core::Verdict verdict = gate_(world, *call_, plan_)) {
      refusal_ = *std::move(verdict);
    }
  }

  // False after finishing the call.
  bool GoesOn(const absl::Status& status) {
    if (!status.ok()) {
      call_->Fail(rpc::ToStatus(status, call_->error()));
      return false;
    }
    if (refusal_.reason != core::v1::REASON_UNSPECIFIED) {
      call_->Refuse(refusal_.reason, refusal_.details);
      return false;
    }
    return true;
  }

  void ReadRows(const absl::Status& applied) {
    if (!GoesOn(applied)) return;
    const std::unique_ptr<ViewSnapshot> snapshot = views_.Snapshot();
    const absl::StatusOr<EntryNumber> as_of = snapshot->applied();
    if (!GoesOn(as_of.status())) return;
    if (!GoesOn(rows_(*snapshot, *call_, plan_))) return;
    call_->answer().set_as_of_entry(as_of->value());
    backend_.sequencer.Read(
        [self = this->shared_from_this()](const core::World& world) {
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
  core::Refusal refusal_;
};

template <typename Plan, typename Request, typename Response, typename Check,
          typename Gate, typename Rows, typename Fill>
grpc::ServerUnaryReactor* ServeFromViews(const Backend& backend,
                                         const Views& views,
                                         grpc::CallbackServerContext* context,
                                         const Request* request,
                                         Response* response, Check check,
                                         Gate gate, Rows rows, Fill fill) {
  return rpc::Serve(
      backend.edge, context, request, response, std::move(check),
      [backend, &views, gate, rows, fill](const auto& call) {
        std::make_shared<
            ViewsRead<Plan, Request, Response, Check, Gate, Rows, Fill>>(
            backend, views, call, gate, rows, fill)
            ->Start();
      });
}

}  // namespace luheng::settlement

#endif  // LUHENG_SERVICES_SETTLEMENT_VIEWS_READ_H_
