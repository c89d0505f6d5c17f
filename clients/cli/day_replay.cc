#include "clients/cli/day_replay.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "clients/cli/day_ledger.h"
#include "clients/cli/day_market.h"
#include "clients/cli/day_office.h"
#include "clients/cli/day_texts.h"
#include "clients/cli/format.h"
#include "clients/lib/order_stream.h"
#include "luheng/core/v1/reason.pb.h"

namespace luheng::cli {
namespace {

using mv1::InstrumentService;
using mv1::MarketDataService;
using mv1::OrderService;

constexpr int kPageSize = 1000;
// How long a close may take to be seen.
constexpr absl::Duration kCloseWait = absl::Seconds(10);
constexpr absl::Duration kClosePause = absl::Milliseconds(20);

std::string ReasonName(int reason) {
  return std::string(absl::StripPrefix(
      cv1::Reason_Name(static_cast<cv1::Reason>(reason)), "REASON_"));
}

// One user's stream with the answers so far, by sequence.
class Answers {
 public:
  static absl::StatusOr<std::unique_ptr<Answers>> Open(client::Client& client) {
    auto answers = std::unique_ptr<Answers>(new Answers());
    Answers* const self = answers.get();
    CLIENT_ASSIGN_OR_RETURN(
        answers->stream_,
        client::OrderStream::Open(
            client, {}, [self](const client::OrderStream::Answer& answer) {
              self->Keep(answer);
            }));
    return answers;
  }

  // Sends `batch` and waits for its results.
  absl::StatusOr<std::vector<mv1::OrderResult>> Send(
      mv1::StreamOrdersRequest batch) {
    const int64_t count = batch.commands_size();
    CLIENT_ASSIGN_OR_RETURN(const int64_t first,
                            stream_->Send(std::move(batch)));
    CLIENT_RETURN_IF_ERROR(stream_->Flush());
    std::vector<mv1::OrderResult> results;
    const absl::MutexLock lock(&mutex_);
    for (int64_t i = 0; i < count; ++i) results.push_back(kept_[first + i]);
    return results;
  }

  absl::Status Close() { return stream_->Close(); }

 private:
  Answers() = default;

  void Keep(const client::OrderStream::Answer& answer) {
    const absl::MutexLock lock(&mutex_);
    for (int i = 0; i < answer.results_size(); ++i) {
      kept_[answer.first_sequence() + i] = answer.results(i);
    }
  }

  absl::Mutex mutex_;
  std::map<int64_t, mv1::OrderResult> kept_ ABSL_GUARDED_BY(mutex_);
  // Last: its threads use what stands above.
  std::unique_ptr<client::OrderStream> stream_;
};

mv1::OrderCommand CommandOf(const OrderRow& row, int64_t instrument) {
  mv1::OrderCommand command;
  mv1::PlaceOrderCommand& place = *command.mutable_place();
  place.set_instrument(instrument);
  place.set_side(row.side);
  place.set_price_minor_per_lot(row.price_minor);
  place.set_quantity_lots(row.lots);
  place.set_time_in_force(row.time_in_force);
  place.set_client_order_id(row.client_order_id);
  return command;
}

mv1::PlaceOrderRequest RequestOf(const OrderRow& row) {
  mv1::PlaceOrderRequest request;
  mv1::Order& order = *request.mutable_order();
  order.set_instrument(absl::StrCat("instruments/", row.instrument));
  order.set_side(row.side);
  order.set_price_minor_per_lot(row.price_minor);
  order.set_quantity_lots(row.lots);
  order.set_time_in_force(row.time_in_force);
  order.set_client_order_id(row.client_order_id);
  return request;
}

class Replay {
 public:
  Replay(Context& context, const ProvinceData& data, const DayRow& day,
         const std::vector<OrderRow>& orders)
      : context_(context),
        data_(data),
        day_(day),
        orders_(orders),
        office_(context, data) {}

  absl::Status Run() {
    CLIENT_RETURN_IF_ERROR(AskAssets(office_, names_));
    CLIENT_RETURN_IF_ERROR(AskInstruments(office_, names_));
    CLIENT_ASSIGN_OR_RETURN(const bool done, IsClosed());
    if (done) {
      context_.Note(day::kDayDone, day_.date);
      return absl::OkStatus();
    }
    CLIENT_ASSIGN_OR_RETURN(const cv1::GetNodeStatusResponse node, Node());
    if (!node.rehearsal()) {
      return absl::FailedPreconditionError(context_.Say(day::kNoRehearsal));
    }
    CLIENT_RETURN_IF_ERROR(AskWhatIsThere());
    const std::string now = FormatTime(node.node_time()).substr(0, 19);
    if (now.substr(0, 10) > day_.date) {
      context_.Note(left_ == 0 ? day::kDayDone : day::kDayPast, day_.date, now);
      return absl::OkStatus();
    }
    CLIENT_RETURN_IF_ERROR(AdvanceTo(day_.prepare_time));
    CLIENT_RETURN_IF_ERROR(References());
    CLIENT_RETURN_IF_ERROR(Orders());
    for (auto& [user, answers] : streams_) {
      CLIENT_RETURN_IF_ERROR(answers->Close());
    }
    if (day_.closes()) CLIENT_RETURN_IF_ERROR(Close());
    context_.Note(day::kDaySummary, day_.date, accepted_, refused_, there_);
    if (unexpected_ == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        context_.Say(day::kUnexpectedCount, day_.date, unexpected_));
  }

 private:
  absl::StatusOr<cv1::GetNodeStatusResponse> Node() {
    CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                            office_.With(rv1::ROLE_SYSTEM_ADMIN));
    return client->Call(&cv1::NodeService::Stub::GetNodeStatus, {});
  }

  // Instruments that have orders and trade continuously.
  std::set<std::string> Traded() const {
    std::set<std::string> traded;
    for (const OrderRow& row : orders_) {
      const auto found = names_.instruments.find(row.instrument);
      if (found == names_.instruments.end()) continue;
      const auto& modes = found->second.rules().modes();
      if (std::find(modes.begin(), modes.end(), mv1::TRADING_MODE_CONTINUOUS) !=
          modes.end()) {
        traded.insert(row.instrument);
      }
    }
    return traded;
  }

  // Whether every traded instrument has a closed bar of the day.
  absl::StatusOr<bool> IsClosed() {
    CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                            office_.With(rv1::ROLE_AUDIT_ADMIN));
    const std::set<std::string> traded = Traded();
    size_t closed = 0;
    for (const std::string& symbol : traded) {
      mv1::ListDailyBarsRequest request;
      request.set_instrument(absl::StrCat("instruments/", symbol));
      request.set_page_size(kPageSize);
      CLIENT_RETURN_IF_ERROR(
          client->ForEachPage(&MarketDataService::Stub::ListDailyBars, request,
                              [&](const mv1::ListDailyBarsResponse& page) {
                                for (const mv1::DailyBar& bar : page.bars()) {
                                  if (bar.date() == day_.date && bar.closed())
                                    ++closed;
                                }
                                return true;
                              }));
    }
    return !traded.empty() && closed == traded.size();
  }

  // Orders of the day that the server has, and refusals that it recorded.
  absl::Status AskWhatIsThere() {
    CLIENT_ASSIGN_OR_RETURN(client::Client* const auditor,
                            office_.With(rv1::ROLE_AUDIT_ADMIN));
    CLIENT_ASSIGN_OR_RETURN(facts_, ReadLedger(*auditor));
    for (const RefusedFact& refused : facts_.refused()) {
      ++refused_before_[refused];
    }
    std::set<std::string> users;
    for (const OrderRow& row : orders_) users.insert(row.user);
    for (const std::string& user : users) {
      CLIENT_RETURN_IF_ERROR(AskOrdersOf(user));
    }
    left_ =
        std::count_if(orders_.begin(), orders_.end(), [&](const OrderRow& row) {
          return row.expected_reason.empty() &&
                 !placed_before_.contains({row.user, row.client_order_id});
        });
    return absl::OkStatus();
  }

  absl::Status AskOrdersOf(const std::string& user) {
    CLIENT_ASSIGN_OR_RETURN(client::Client* const client, office_.As(user));
    mv1::ListOrdersRequest request;
    request.set_include_closed(true);
    request.set_page_size(kPageSize);
    return client->ForEachPage(
        &OrderService::Stub::ListOrders, request,
        [&](const mv1::ListOrdersResponse& page) {
          for (const mv1::Order& order : page.orders()) {
            if (FormatTime(order.create_time()).substr(0, 10) == day_.date) {
              placed_before_.insert({user, order.client_order_id()});
            }
          }
          return true;
        });
  }

  // Moves the clock, unless it is there or beyond already.
  absl::Status AdvanceTo(const google::protobuf::Timestamp& time) {
    CLIENT_ASSIGN_OR_RETURN(client::Client* const client,
                            office_.With(rv1::ROLE_SYSTEM_ADMIN));
    CLIENT_ASSIGN_OR_RETURN(const cv1::GetNodeStatusResponse node, Node());
    if (node.node_time().seconds() >= time.seconds()) return absl::OkStatus();
    cv1::AdvanceClockRequest request;
    *request.mutable_to_time() = time;
    request.set_request_id(
        DayRequestId("advance", request.SerializeAsString()));
    CLIENT_RETURN_IF_ERROR(
        client->Call(&cv1::NodeService::Stub::AdvanceClock, request).status());
    const std::string hour = FormatTime(time).substr(0, 14);
    if (hour != told_hour_) {
      told_hour_ = hour;
      context_.Note(day::kClockAt, day_.date, FormatTime(time).substr(11, 8));
    }
    return absl::OkStatus();
  }

  absl::Status References() {
    for (const ReferenceRow& row : data_.references) {
      if (row.date != day_.date) continue;
      const auto found = names_.instruments.find(row.instrument);
      if (found == names_.instruments.end()) {
        return context_.Wrong(day::kUnknownInstrument, row.instrument);
      }
      if (facts_.HasReference(found->second.id(), row.price_minor, row.basis)) {
        continue;
      }
      mv1::SetReferencePriceRequest request;
      request.set_name(found->second.name());
      request.set_price_minor_per_lot(row.price_minor);
      request.set_basis(row.basis);
      CLIENT_RETURN_IF_ERROR(
          office_
              .Do(kMarketDesk,
                  absl::StrCat("reference ", row.date, " ", row.instrument),
                  &InstrumentService::Stub::SetReferencePrice,
                  std::move(request))
              .status());
    }
    return absl::OkStatus();
  }

  absl::Status Orders() {
    for (size_t i = 0; i < orders_.size();) {
      const OrderRow& row = orders_[i];
      CLIENT_RETURN_IF_ERROR(AdvanceTo(row.time));
      if (!row.by_stream) {
        CLIENT_RETURN_IF_ERROR(PlaceOne(row));
        ++i;
        continue;
      }
      std::vector<const OrderRow*> batch;
      for (; i < orders_.size() && orders_[i].by_stream &&
             orders_[i].user == row.user &&
             orders_[i].time.seconds() == row.time.seconds();
           ++i) {
        if (!IsThere(orders_[i])) batch.push_back(&orders_[i]);
      }
      CLIENT_RETURN_IF_ERROR(PlaceBatch(row.user, batch));
    }
    return absl::OkStatus();
  }

  // Whether an earlier run sent `row`; counts it.
  bool IsThere(const OrderRow& row) {
    bool there = placed_before_.contains({row.user, row.client_order_id});
    if (!row.expected_reason.empty()) {
      int64_t& count =
          refused_before_[{day_.date, row.user, row.expected_reason}];
      there = count > 0;
      if (there) --count;
    }
    if (there) ++there_;
    return there;
  }

  absl::Status PlaceOne(const OrderRow& row) {
    if (IsThere(row)) return absl::OkStatus();
    CLIENT_ASSIGN_OR_RETURN(client::Client* const client, office_.As(row.user));
    const absl::StatusOr<mv1::PlaceOrderResponse> response =
        client->Call(&OrderService::Stub::PlaceOrder, RequestOf(row));
    if (response.ok()) {
      Judge(row, "");
      return absl::OkStatus();
    }
    const std::string reason = client::DecodeError(response.status()).reason;
    if (reason.empty()) return response.status();
    Judge(row, reason);
    return absl::OkStatus();
  }

  absl::Status PlaceBatch(const std::string& user,
                          const std::vector<const OrderRow*>& rows) {
    if (rows.empty()) return absl::OkStatus();
    std::unique_ptr<Answers>& answers = streams_[user];
    if (answers == nullptr) {
      CLIENT_ASSIGN_OR_RETURN(client::Client* const client, office_.As(user));
      CLIENT_ASSIGN_OR_RETURN(answers, Answers::Open(*client));
    }
    mv1::StreamOrdersRequest batch;
    for (const OrderRow* row : rows) {
      const auto found = names_.instruments.find(row->instrument);
      if (found == names_.instruments.end()) {
        return context_.Wrong(day::kUnknownInstrument, row->instrument);
      }
      *batch.add_commands() = CommandOf(*row, found->second.id());
    }
    CLIENT_ASSIGN_OR_RETURN(const std::vector<mv1::OrderResult> results,
                            answers->Send(std::move(batch)));
    for (size_t i = 0; i < rows.size(); ++i) {
      Judge(*rows[i],
            results[i].reason() == 0 ? "" : ReasonName(results[i].reason()));
    }
    return absl::OkStatus();
  }

  // Compares the answer with what the data expects; `reason` is empty if the
  // order was accepted.
  void Judge(const OrderRow& row, const std::string& reason) {
    const auto word = [&](const std::string& name) {
      return name.empty()
                 ? context_.Say(day::kAccepted)
                 : absl::StrCat(context_.Say(day::kRefused), " ", name);
    };
    if (reason != row.expected_reason) {
      ++unexpected_;
      context_.Note(day::kOrderUnexpected, row.user, row.client_order_id,
                    word(row.expected_reason), word(reason));
    } else if (reason.empty()) {
      ++accepted_;
    } else {
      ++refused_;
    }
  }

  absl::Status Close() {
    CLIENT_RETURN_IF_ERROR(AdvanceTo(day_.close_time));
    const absl::Time give_up = absl::Now() + kCloseWait;
    while (true) {
      CLIENT_ASSIGN_OR_RETURN(const bool closed, IsClosed());
      if (closed) return absl::OkStatus();
      if (absl::Now() > give_up) {
        return absl::FailedPreconditionError(
            context_.Say(day::kNotClosed, day_.date, day_.orders_file));
      }
      absl::SleepFor(kClosePause);
    }
  }

  Context& context_;
  const ProvinceData& data_;
  const DayRow& day_;
  const std::vector<OrderRow>& orders_;
  Office office_;
  MarketNames names_;
  LedgerFacts facts_;
  // Of an earlier run: (user, client_order_id), and refusals by their count.
  std::set<std::pair<std::string, std::string>> placed_before_;
  std::map<RefusedFact, int64_t> refused_before_;
  int64_t left_ = 0;
  std::string told_hour_;
  int64_t accepted_ = 0;
  int64_t refused_ = 0;
  int64_t there_ = 0;
  int64_t unexpected_ = 0;
  // After office_, whose connections they use.
  std::map<std::string, std::unique_ptr<Answers>> streams_;
};

}  // namespace

absl::Status ReplayDay(Context& context, const ProvinceData& data,
                       const DayRow& day, const std::vector<OrderRow>& orders) {
  return Replay(context, data, day, orders).Run();
}

}  // namespace luheng::cli
