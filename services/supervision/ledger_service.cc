#include "services/supervision/ledger_service.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/find_time.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/tlog_proof.h"
#include "services/core/names.h"
#include "services/rpc/views_read.h"
#include "services/supervision/entry_filter.h"
#include "services/supervision/entry_index.h"
#include "services/supervision/receipts.h"

namespace luheng::supervision {
namespace {

using rpc::FieldChecks;
using rpc::Reason;

// Of one answer; clients accept messages of 4 MiB.
constexpr size_t kAnswerBytesMax = 1 << 20;

Stamp StampOf(const google::protobuf::Timestamp& time) {
  return Stamp(google::protobuf::util::TimeUtil::TimestampToNanoseconds(time));
}

// Answers a call whose entry could not be read or proved.
template <typename Call>
void FailEntry(const std::shared_ptr<Call>& call, EntryNumber entry,
               const absl::Status& status) {
  if (absl::IsOutOfRange(status)) {
    return call->Refuse(Reason::REASON_BEYOND_END,
                        {{"entry", absl::StrCat(entry.value())}});
  }
  call->Fail(rpc::ToStatus(status, call->error()));
}

void CheckRange(const ledger::v1::ListEntriesRequest& r, FieldChecks& check) {
  check.Range("first_entry", r.first_entry(), 0, INT64_MAX);
  check.Range("last_entry", r.last_entry(), 0, INT64_MAX);
  check.Timestamp("start_time", r.has_start_time(), r.start_time(),
                  rpc::Presence::kOptional);
  check.Timestamp("end_time", r.has_end_time(), r.end_time(),
                  rpc::Presence::kOptional);
  CheckFilter(r.filter(), check);
}

// Numbers of entries, both inclusive; empty if first > last.
struct EntryRange {
  int64_t first = 1;
  int64_t last = 0;
};

// What the numbers and times of `request` leave of the entries up to `end`.
absl::StatusOr<EntryRange> RangeOf(
    const Journal& journal, const ledger::v1::ListEntriesRequest& request,
    EntryNumber end) {
  EntryRange range{std::max<int64_t>(request.first_entry(), 1), end.value()};
  if (request.last_entry() != 0) {
    range.last = std::min(range.last, request.last_entry());
  }
  if (request.has_start_time()) {
    ASSIGN_OR_RETURN(const EntryNumber since,
                     FindFirstSince(journal, StampOf(request.start_time())));
    range.first = std::max(range.first, since.value());
  }
  if (request.has_end_time()) {
    ASSIGN_OR_RETURN(const EntryNumber since,
                     FindFirstSince(journal, StampOf(request.end_time())));
    range.last = std::min(range.last, since.value() - 1);
  }
  return range;
}

}  // namespace

Sight LedgerService::SightOf(UserId user) const {
  const core::AccessControl& access = backend_.access;
  const bool all = access.MayReadAll(user);
  return {[&access, user, all](HolderId holder) {
            return all || access.MayRead(user, holder);
          },
          [&access](UserId id) { return access.UserName(id); },
          [this](AssetId id) { return assets_.AssetSymbol(id); }};
}

template <typename Call, typename Add>
void LedgerService::Show(const std::shared_ptr<Call>& call, EntryNumber first,
                         int64_t count_max, Add add) {
  absl::StatusOr<std::vector<FullEntry>> read =
      entries_.Read(first, count_max, kAnswerBytesMax);
  if (!read.ok()) return FailEntry(call, first, read.status());
  struct Shared {
    std::vector<FullEntry> entries;
    Reason refused = Reason::REASON_UNSPECIFIED;
  };
  auto shared = std::make_shared<Shared>();
  shared->entries = *std::move(read);
  backend_.sequencer.Read(
      [this, call, shared, add](const core::World&) {
        shared->refused = rpc::ReadGate(backend_.access, *call);
        if (shared->refused != Reason::REASON_UNSPECIFIED) return;
        const Sight sight = SightOf(call->caller().user);
        for (FullEntry& entry : shared->entries) {
          add(*call, entries_.Show(std::move(entry), sight));
        }
      },
      [call, shared](const absl::Status& status, EntryNumber) {
        if (!status.ok()) {
          return call->Fail(rpc::ToStatus(status, call->error()));
        }
        if (shared->refused != Reason::REASON_UNSPECIFIED) {
          return call->Refuse(shared->refused);
        }
        call->Finish();
      });
}

grpc::ServerUnaryReactor* LedgerService::GetEntry(
    grpc::CallbackServerContext* context,
    const ledger::v1::GetEntryRequest* request,
    ledger::v1::GetEntryResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) { check.Entry("name", r.name()); },
      [this](const auto& call) {
        const EntryNumber number(
            core::ParseNumberName("entries", call->request().name()));
        Show(call, number, 1, [](auto& of, ledger::v1::EntryRecord record) {
          *of.answer().mutable_entry() = std::move(record);
        });
      });
}

grpc::ServerUnaryReactor* LedgerService::ListEntries(
    grpc::CallbackServerContext* context,
    const ledger::v1::ListEntriesRequest* request,
    ledger::v1::ListEntriesResponse* response) {
  return IsEmpty(request->filter()) ? ListAll(context, request, response)
                                    : Search(context, request, response);
}

// Not from the views: the ledger can be read even if those stopped.
grpc::ServerUnaryReactor* LedgerService::ListAll(
    grpc::CallbackServerContext* context,
    const ledger::v1::ListEntriesRequest* request,
    ledger::v1::ListEntriesResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response, CheckRange,
      [this](const auto& call) {
        const rpc::PageTokens& tokens = backend_.edge.page_tokens();
        const auto& r = call->request();
        const auto cursor = tokens.Open(r);
        int64_t last = 0;
        if (!cursor || (!cursor->last_key.empty() &&
                        !absl::SimpleAtoi(cursor->last_key, &last))) {
          return call->Refuse(Reason::REASON_PAGE_TOKEN_INVALID);
        }
        const EntryNumber end = backend_.sequencer.durable().entry;
        if (r.min_entry() > end.value()) {
          return FailEntry(call, EntryNumber(r.min_entry()),
                           absl::OutOfRangeError("beyond the end"));
        }
        const auto range = RangeOf(journal_, r, end);
        if (!range.ok()) return FailEntry(call, end, range.status());
        const int64_t first = std::max(range->first, last + 1);
        call->answer().set_as_of_entry(end.value());
        if (first > range->last) {
          // Numbers that no entry has yet are an error, an empty time is not.
          if (r.first_entry() <= end.value()) return call->Finish();
        }
        const int64_t count =
            std::min<int64_t>(rpc::CoercePageSize(r.page_size()),
                              std::max<int64_t>(range->last - first + 1, 1));
        Show(call, EntryNumber(first), count,
             [&tokens, end, last_wanted = range->last](
                 auto& of, ledger::v1::EntryRecord record) {
               const int64_t number = record.number();
               *of.answer().add_entries() = std::move(record);
               of.answer().set_next_page_token(
                   number < last_wanted
                       ? tokens.Make(of.request(), {absl::StrCat(number), end})
                       : "");
             });
      });
}

namespace {

struct SearchPlan {
  std::vector<Term> terms;
  // Where the page begins; 0 is the first.
  int64_t begin = 0;
  // What is durable when the search begins is searched.
  EntryNumber min_entry;
  std::vector<FullEntry> found;
  // Where the next page begins; 0 at the end.
  int64_t next = 0;
};

absl::Status RunSearch(const ViewSnapshot& views, const Journal& journal,
                       const EntryLookup& entries,
                       const ledger::v1::ListEntriesRequest& request,
                       SearchPlan& plan) {
  ASSIGN_OR_RETURN(const EntryNumber end, views.applied());
  ASSIGN_OR_RETURN(const EntryRange range, RangeOf(journal, request, end));
  EntrySearch search{plan.terms, std::max(range.first, plan.begin), range.last,
                     rpc::CoercePageSize(request.page_size())};
  ASSIGN_OR_RETURN(const EntryNumbers numbers, FindEntries(views, search));
  plan.next = numbers.next;
  if (numbers.numbers.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(plan.found,
                   entries.ReadEach(numbers.numbers, kAnswerBytesMax));
  if (plan.found.size() < numbers.numbers.size()) {
    plan.next = numbers.numbers[plan.found.size()];
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* LedgerService::Search(
    grpc::CallbackServerContext* context,
    const ledger::v1::ListEntriesRequest* request,
    ledger::v1::ListEntriesResponse* response) {
  const rpc::PageTokens& tokens = backend_.edge.page_tokens();
  return rpc::ServeFromViews<SearchPlan>(
      backend_, views_, context, request, response, CheckRange,
      [this, &tokens](const core::World& world, const auto& call,
                      SearchPlan& plan) -> core::Verdict {
        const auto cursor = tokens.Open(call.request());
        if (!cursor || (!cursor->last_key.empty() &&
                        !absl::SimpleAtoi(cursor->last_key, &plan.begin))) {
          return core::Refusal{Reason::REASON_PAGE_TOKEN_INVALID, {}};
        }
        plan.min_entry = backend_.sequencer.durable().entry;
        return ResolveFilter(call.request().filter(), call.caller().user, world,
                             {backend_.access, assets_, instruments_},
                             plan.terms);
      },
      [this](const ViewSnapshot& views, const auto& call, SearchPlan& plan) {
        return RunSearch(views, journal_, entries_, call.request(), plan);
      },
      [this, &tokens](const core::World&, auto& call, SearchPlan& plan) {
        const Sight sight = SightOf(call.caller().user);
        for (FullEntry& entry : plan.found) {
          if (!EntryLookup::Matches(entry, sight, plan.terms)) continue;
          *call.answer().add_entries() = entries_.Show(std::move(entry), sight);
        }
        if (plan.next == 0) return;
        call.answer().set_next_page_token(tokens.Make(
            call.request(), {absl::StrCat(plan.next),
                             EntryNumber(call.answer().as_of_entry())}));
      });
}

grpc::ServerUnaryReactor* LedgerService::GetCheckpoint(
    grpc::CallbackServerContext* context,
    const ledger::v1::GetCheckpointRequest* request,
    ledger::v1::GetCheckpointResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) {
        check.Range("min_entry", r.min_entry(), 0, INT64_MAX);
      },
      [this](const auto& call) {
        const EntryNumber entry(call->request().min_entry());
        checkpoints_.WhenCovering(
            entry.value(), [this, call, entry](absl::StatusOr<Note> note) {
              if (!note.ok()) return FailEntry(call, entry, note.status());
              call->answer().set_checkpoint(FormatNote(*note));
              call->answer().set_size(ParseCheckpoint(note->text)->head.size);
              call->answer().set_verifier_key(checkpoints_.key().vkey());
              call->answer().set_policy(checkpoints_.policy());
              call->Finish();
            });
      });
}

grpc::ServerUnaryReactor* LedgerService::GetReceipt(
    grpc::CallbackServerContext* context,
    const ledger::v1::GetReceiptRequest* request,
    ledger::v1::GetReceiptResponse* response) {
  return rpc::Serve(
      backend_.edge, context, request, response,
      [](const auto& r, FieldChecks& check) { check.Entry("name", r.name()); },
      [this](const auto& call) {
        const EntryNumber number(
            core::ParseNumberName("entries", call->request().name()));
        checkpoints_.WhenCovering(
            number.value(), [this, call, number](absl::StatusOr<Note> note) {
              absl::StatusOr<TlogProof> proof =
                  note.ok() ? ProveEntry(journal_, *note, number)
                            : note.status();
              if (!proof.ok()) return FailEntry(call, number, proof.status());
              Show(
                  call, number, 1,
                  [proven = *std::move(proof), key = checkpoints_.key().vkey()](
                      auto& of, const ledger::v1::EntryRecord& record) {
                    TlogProof receipt = proven;
                    receipt.extra = ReceiptContentOf(record);
                    of.answer().set_receipt(FormatTlogProof(receipt));
                    of.answer().set_verifier_key(key);
                  });
            });
      });
}

}  // namespace luheng::supervision
