#include "tests/bench/bench_exchange.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/util/time_util.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "luheng/core/v1/core.pb.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"
#include "luheng/market/v1/market.pb.h"
#include "luheng/registry/v1/events.pb.h"
#include "luheng/registry/v1/registry.pb.h"
#include "luheng/settlement/v1/events.pb.h"
#include "luheng/settlement/v1/settlement.pb.h"
#include "services/core/core_area.h"
#include "services/registry/credit_code.h"
#include "services/registry/registry_area.h"
#include "services/settlement/settlement_area.h"

namespace luheng::bench {
namespace {

using google::protobuf::util::TimeUtil;

// Commands that the seeding sends without approval.
constexpr int kDirect[] = {
    registry::v1::COMMAND_TYPE_OPEN_HOLDER,
    registry::v1::COMMAND_TYPE_CREATE_USER,
    settlement::v1::COMMAND_TYPE_DEFINE_ASSET,
    settlement::v1::COMMAND_TYPE_ISSUE_UNITS,
    settlement::v1::COMMAND_TYPE_DEPOSIT,
    market::v1::COMMAND_TYPE_DEFINE_INSTRUMENT,
    market::v1::COMMAND_TYPE_SET_REFERENCE_PRICE,
};
// Enough of everything that no order of a stream is ever refused for funds.
constexpr int64_t kPlenty = 1'000'000'000'000'000;

Id16 NumberedId(int64_t number) {
  Id16 id;
  StoreBigEndian64(static_cast<uint64_t>(number), id.data.data());
  id.data[15] = 1;
  return id;
}

std::string CreditCodeOf(int64_t number) {
  const std::string stem = absl::StrFormat("91140927%09d", number);
  return stem + *registry::CreditCodeCheck(stem);
}

market::v1::InstrumentRules AllDayRules() {
  market::v1::InstrumentRules rules;
  *rules.mutable_effective_time() = TimeUtil::SecondsToTimestamp(0);
  rules.add_modes(market::v1::TRADING_MODE_CONTINUOUS);
  rules.set_tick_minor(1);
  rules.set_order_unit_lots(1);
  rules.set_quantity_lots_max(1'000'000);
  rules.set_buyer_fee_ppm(7500);
  rules.set_seller_fee_ppm(7500);
  market::v1::SessionWindow& window = *rules.add_windows();
  window.set_open_time("00:00");
  window.set_close_time("23:59:59");
  rules.set_self_trade_prevention(
      market::v1::SELF_TRADE_PREVENTION_CANCEL_NEWEST);
  rules.set_open_orders_max(100'000);
  rules.set_legal_basis("benchmark");
  return rules;
}

}  // namespace

std::unique_ptr<core::World> MakeBenchWorld() {
  auto world = std::make_unique<core::World>();
  auto registry = std::make_unique<registry::RegistryArea>(world->accounts());
  auto settlement = std::make_unique<settlement::SettlementArea>(
      world->accounts(), *registry);
  auto market = std::make_unique<market::MarketArea>(
      world->accounts(), *registry, *registry, *settlement);
  registry->SetHolderUsage(market.get());
  world->SetAccessControl(registry.get());
  world->AddArea(std::move(registry));
  world->AddArea(std::move(settlement));
  world->AddArea(std::move(market));
  return world;
}

core::GenesisConfig BenchGenesis() {
  core::GenesisConfig genesis;
  genesis.journal_id = NumberedId(42);
  genesis.operator_name = "测速运营机构";
  genesis.operator_name_en = "Benchmark operator";
  genesis.operator_code = CreditCodeOf(0);
  genesis.operator_county = 140000;
  std::vector<int> roles;
  for (int role = 1; role <= registry::v1::Role_MAX; ++role) {
    roles.push_back(role);
  }
  for (const char* name : {"first", "second", "third"}) {
    genesis.administrators.push_back({name, roles});
  }
  return genesis;
}

// ---- CommandPump ----------------------------------------------------------

struct CommandPump::Shared {
  absl::Mutex mutex;
  int64_t room;
  int64_t room_max;
  int64_t refused = 0;
  core::Reason first_reason = core::v1::REASON_UNSPECIFIED;

  void Done(const std::vector<core::Outcome>& outcomes) {
    absl::MutexLock lock(&mutex);
    ++room;
    for (const core::Outcome& outcome : outcomes) {
      if (outcome.accepted()) continue;
      if (refused++ == 0) first_reason = outcome.reason;
    }
  }
};

CommandPump::CommandPump(core::Sequencer& sequencer, int64_t batch,
                         int64_t under_way)
    : sequencer_(sequencer),
      batch_(batch),
      shared_(std::make_shared<Shared>()) {
  shared_->room = shared_->room_max = under_way;
}

CommandPump::~CommandPump() { Flush(); }

void CommandPump::Send(core::Command command) {
  commands_.push_back(std::move(command));
  if (static_cast<int64_t>(commands_.size()) >= batch_) SubmitBatch();
}

void CommandPump::SubmitBatch() {
  {
    absl::MutexLock lock(&shared_->mutex);
    shared_->mutex.Await(absl::Condition(
        +[](int64_t* room) { return *room > 0; }, &shared_->room));
    --shared_->room;
  }
  core::Submission submission;
  submission.commands.swap(commands_);
  commands_.reserve(static_cast<size_t>(batch_));
  submission.done = [shared = shared_](std::vector<core::Outcome>& outcomes) {
    shared->Done(outcomes);
  };
  sequencer_.Submit(std::move(submission));
}

void CommandPump::Flush() {
  if (!commands_.empty()) SubmitBatch();
  absl::MutexLock lock(&shared_->mutex);
  shared_->mutex.Await(absl::Condition(
      +[](Shared* shared) { return shared->room == shared->room_max; },
      shared_.get()));
}

int64_t CommandPump::refused_count() const {
  absl::MutexLock lock(&shared_->mutex);
  return shared_->refused;
}

core::Reason CommandPump::first_reason() const {
  absl::MutexLock lock(&shared_->mutex);
  return shared_->first_reason;
}

// ---- BenchExchange --------------------------------------------------------

BenchExchange::BenchExchange(core::Sequencer& sequencer, int64_t holder_count,
                             int64_t instrument_count)
    : sequencer_(sequencer) {
  DropApprovals();
  OpenHolders(holder_count);
  DefineInstruments(instrument_count);
  Fund(holder_count, instrument_count);
  OpenSessions(holder_count);
}

core::Outcome BenchExchange::Do(int who, int type,
                                const google::protobuf::Message& body) {
  core::Command command;
  command.type = type;
  command.user = UserId(who);
  command.body = &body;
  command.request_id = NumberedId(++request_count_);
  core::Outcome outcome = sequencer_.SubmitSync(command);
  LUHENG_CHECK(outcome.accepted())
      << core::v1::Reason_Name(outcome.reason) << " for command " << type << " "
      << body.ShortDebugString();
  return outcome;
}

void BenchExchange::DropApprovals() {
  for (int type : kDirect) {
    core::v1::SetApprovalRuleRequest request;
    core::v1::ApprovalRule& rule = *request.mutable_rule();
    rule.set_command(type);
    rule.add_tiers();
    *rule.mutable_expiry() = TimeUtil::SecondsToDuration(3600);
    // Far enough ahead to be in the future; executing it dates it to then.
    *rule.mutable_effective_time() = TimeUtil::NanosecondsToTimestamp(
        sequencer_.node_time().value() + kNanosPerSecond / 4);
    const core::Outcome proposed =
        Do(1, core::v1::COMMAND_TYPE_SET_APPROVAL_RULE, request);
    LUHENG_CHECK(proposed.pending);
    core::v1::PendingApproval pending;
    pending.ParseFromString(proposed.answer);
    core::v1::ApproveProposalRequest approval;
    approval.set_name(pending.proposal());
    approval.set_digest(pending.digest());
    Do(2, core::v1::COMMAND_TYPE_APPROVE_PROPOSAL, approval);
  }
  // Until the last of these rules is in force.
  const Stamp until(sequencer_.node_time().value() + kNanosPerSecond / 2);
  while (sequencer_.node_time() < until) {
    LUHENG_CHECK_OK(sequencer_.ReadSync([](const core::World&) {}));
  }
}

void BenchExchange::OpenHolders(int64_t count) {
  for (int64_t i = 1; i <= count; ++i) {
    registry::v1::OpenHolderRequest open;
    registry::v1::Holder& holder = *open.mutable_holder();
    holder.set_kind(registry::v1::HOLDER_KIND_ENTERPRISE);
    holder.set_code(CreditCodeOf(i));
    holder.set_display_name(absl::StrCat("测速企业", i));
    holder.set_county_code("140927");
    registry::v1::Document& document = *holder.add_documents();
    document.set_title("营业执照");
    document.set_sha256(std::string(32, 'x'));
    registry::v1::OpenHolderResponse opened;
    opened.ParseFromString(
        Do(1, registry::v1::COMMAND_TYPE_OPEN_HOLDER, open).answer);
    registry::v1::CreateUserRequest create;
    create.set_user(absl::StrCat("trader-", i));
    create.set_holder(opened.holder().name());
    create.add_roles()->set_role(registry::v1::ROLE_TRADER);
    Do(1, registry::v1::COMMAND_TYPE_CREATE_USER, create);
    holders_.push_back(i + 2);
    LUHENG_CHECK(opened.holder().name() ==
                 absl::StrCat("holders/", holders_.back()));
  }
  LUHENG_CHECK_OK(sequencer_.ReadSync([this, count](const core::World& world) {
    for (int64_t i = 1; i <= count; ++i) {
      users_.push_back(world.access().FindUser(absl::StrCat("trader-", i)));
    }
  }));
}

void BenchExchange::DefineInstruments(int64_t count) {
  for (int64_t i = 1; i <= count; ++i) {
    const std::string symbol = absl::StrCat("UNIT-", i);
    settlement::v1::DefineAssetRequest asset;
    asset.mutable_asset()->set_symbol(symbol);
    asset.mutable_asset()->set_kind(settlement::v1::ASSET_KIND_CARBON);
    asset.mutable_asset()->set_display_name(symbol);
    asset.mutable_asset()->set_unit("t");
    Do(1, settlement::v1::COMMAND_TYPE_DEFINE_ASSET, asset);
    market::v1::DefineInstrumentRequest define;
    market::v1::Instrument& instrument = *define.mutable_instrument();
    instrument.set_symbol(symbol);
    instrument.set_display_name(symbol);
    instrument.set_asset(absl::StrCat("assets/", symbol));
    instrument.set_lot_units(1);
    instrument.set_lot_name("t");
    *instrument.mutable_rules() = AllDayRules();
    Do(1, market::v1::COMMAND_TYPE_DEFINE_INSTRUMENT, define);
  }
  // Every day trades, weekends too, whenever the benchmark runs.
  market::v1::SetCalendarDaysRequest calendar;
  const Date today = DateOf(sequencer_.node_time());
  for (int64_t day = today.value(); day < today.value() + 3; ++day) {
    if (WeekdayOf(Date(day)) >= 6) {
      calendar.add_working_days(FormatDate(Date(day)));
    }
  }
  calendar.set_basis("benchmark");
  if (calendar.working_days_size() == 0) return;
  const core::Outcome proposed =
      Do(1, market::v1::COMMAND_TYPE_SET_CALENDAR_DAYS, calendar);
  core::v1::PendingApproval pending;
  pending.ParseFromString(proposed.answer);
  core::v1::ApproveProposalRequest approval;
  approval.set_name(pending.proposal());
  approval.set_digest(pending.digest());
  Do(2, core::v1::COMMAND_TYPE_APPROVE_PROPOSAL, approval);
}

void BenchExchange::Fund(int64_t holder_count, int64_t instrument_count) {
  std::vector<std::unique_ptr<google::protobuf::Message>> bodies;
  CommandPump pump(sequencer_, 200, 16);
  const auto send = [&](int type,
                        std::unique_ptr<google::protobuf::Message> body) {
    core::Command command;
    command.type = type;
    command.user = UserId(1);
    command.body = body.get();
    bodies.push_back(std::move(body));
    pump.Send(command);
  };
  for (int64_t i = 1; i <= holder_count; ++i) {
    const std::string name =
        absl::StrCat("holders/", holders_[static_cast<size_t>(i - 1)]);
    auto deposit = std::make_unique<settlement::v1::DepositRequest>();
    deposit->set_holder(name);
    deposit->set_amount_minor(kPlenty);
    deposit->set_bank_reference(absl::StrCat("bench-", i));
    send(settlement::v1::COMMAND_TYPE_DEPOSIT, std::move(deposit));
    for (int64_t j = 1; j <= instrument_count; ++j) {
      auto issue = std::make_unique<settlement::v1::IssueUnitsRequest>();
      issue->set_holder(name);
      issue->set_asset(absl::StrCat("assets/UNIT-", j));
      issue->set_amount(kPlenty / 1000);
      issue->set_basis("benchmark");
      send(settlement::v1::COMMAND_TYPE_ISSUE_UNITS, std::move(issue));
    }
  }
  pump.Flush();
  LUHENG_CHECK(pump.refused_count() == 0)
      << core::v1::Reason_Name(pump.first_reason());
}

void BenchExchange::OpenSessions(int64_t count) {
  for (int64_t i = 1; i <= count; ++i) {
    core::v1::OpenSession body;
    body.set_key(NumberedId(i).str());
    core::Command command;
    command.type = core::v1::COMMAND_TYPE_OPEN_SESSION;
    command.user = user_of(i);
    command.body = &body;
    const core::Outcome outcome = sequencer_.SubmitSync(command);
    LUHENG_CHECK(outcome.accepted());
    sessions_.emplace_back(outcome.subject);
  }
}

void PumpTo(int64_t entries, core::Sequencer& sequencer,
            const BenchExchange& exchange,
            const std::vector<StreamCommand>& commands,
            std::vector<int64_t>& sequences, size_t& next) {
  CommandPump pump(sequencer, 500, 16);
  while (true) {
    const int64_t missing = entries - sequencer.durable().entry.value();
    if (missing <= 0) return;
    for (int64_t i = 0; i < missing; ++i) {
      LUHENG_CHECK(next < commands.size()) << "the stream is too short";
      const StreamCommand& from = commands[next++];
      pump.Send(ToCommand(from, exchange.user_of(from.trader),
                          exchange.session_of(from.trader),
                          ++sequences[static_cast<size_t>(from.trader)]));
    }
    pump.Flush();
  }
}

}  // namespace luheng::bench
