#include "tests/testing/api_market.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "ledger/base/check.h"
#include "ledger/base/clock.h"
#include "luheng/core/v1/core.grpc.pb.h"
#include "luheng/registry/v1/registry.grpc.pb.h"
#include "luheng/settlement/v1/settlement.grpc.pb.h"
#include "services/server/certificates.h"
#include "tests/testing/market_world.h"
#include "tests/testing/test_world.h"

namespace luheng::testing {
namespace {

using core::v1::ApprovalService;
using market::v1::InstrumentService;
using registry::v1::RegistryService;
using settlement::v1::SettlementService;

constexpr int kDeadlineSeconds = 20;

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string GenesisText() {
  const core::GenesisConfig genesis = TestGenesis();
  std::string text = absl::StrCat("operator: {name: ", genesis.operator_name,
                                  ", name_en: ", genesis.operator_name_en,
                                  ", code: ", genesis.operator_code,
                                  ", county: ", genesis.operator_county,
                                  "}\nadministrators:\n");
  for (const core::GenesisUser& user : genesis.administrators) {
    std::vector<std::string> roles;
    for (const int role : user.roles) {
      roles.emplace_back(absl::StripPrefix(
          registry::v1::Role_Name(static_cast<registry::v1::Role>(role)),
          "ROLE_"));
    }
    absl::StrAppend(&text, "  - {user: ", user.name, ", roles: [",
                    absl::StrJoin(roles, ", "), "]}\n");
  }
  return text;
}

}  // namespace

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status full;
  full.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  for (const auto& detail : full.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

ApiMarket::ApiMarket() {
  server::DevCaOptions ca;
  ca.directory = Path("pki");
  for (const core::GenesisUser& user : TestGenesis().administrators) {
    ca.users.push_back(user.name);
  }
  ca.users.insert(ca.users.end(), {"t1", "t2", "stranger"});
  ca.expired_users = {"expired"};
  ca.now = SystemClock().Now();
  LUHENG_CHECK_OK(server::MakeDevCa(ca));
  std::ofstream(Path("genesis.yaml")) << GenesisText();
  flags = {{"data_dir", Path("data")},
           {"listen", "127.0.0.1:0"},
           {"admin_listen", ""},
           {"tls.ca", Path("pki/ca.pem")},
           {"tls.cert", Path("pki/server.pem")},
           {"tls.key", Path("pki/server.key")},
           {"genesis.file", Path("genesis.yaml")},
           {"vault.key", Path("vault.key")},
           {"journal.disk_reserve_bytes", "0"},
           {"clock.mode", "rehearsal"},
           {"clock.start", "2026-03-02T10:00:00+08:00"},
           {"log.format", "json"}};
}

std::string ApiMarket::Path(const std::string& file) const {
  return absl::StrCat(directory_.path(), "/", file);
}

std::vector<std::string> ApiMarket::Arguments() const {
  std::vector<std::string> arguments = {"run"};
  for (const auto& [path, value] : flags) {
    arguments.push_back(absl::StrCat("--", path, "=", value));
  }
  return arguments;
}

void ApiMarket::SetPort(int port) {
  address_ = absl::StrCat("127.0.0.1:", port);
  channels_.clear();
}

std::shared_ptr<grpc::Channel> ApiMarket::As(const std::string& user) {
  std::shared_ptr<grpc::Channel>& channel = channels_[user];
  if (channel == nullptr) channel = ChannelTo(address_, user);
  return channel;
}

std::shared_ptr<grpc::Channel> ApiMarket::ChannelTo(
    const std::string& address, const std::string& user) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadText(Path("pki/ca.pem"));
  options.pem_cert_chain = ReadText(Path(absl::StrCat("pki/", user, ".pem")));
  options.pem_private_key = ReadText(Path(absl::StrCat("pki/", user, ".key")));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A refused call must be seen, not repeated.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options),
                                   arguments);
}

void ApiMarket::Prepare(grpc::ClientContext& context) {
  context.set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_seconds(kDeadlineSeconds, GPR_TIMESPAN)));
  context.AddMetadata("accept-language", "en");
}

void ApiMarket::Require(const grpc::Status& status) {
  LUHENG_CHECK(status.ok())
      << ReasonOf(status) << " " << status.error_message();
}

std::string ApiMarket::Decide(const core::v1::PendingApproval& pending,
                              const Users& deciders) {
  for (size_t i = 0; i + 1 < deciders.size(); ++i) {
    core::v1::CheckProposalRequest check;
    check.set_name(pending.proposal());
    check.set_digest(pending.digest());
    Require(Call(deciders[i], &ApprovalService::Stub::CheckProposal, check));
  }
  core::v1::ApproveProposalRequest approve;
  approve.set_name(pending.proposal());
  approve.set_digest(pending.digest());
  core::v1::ApproveProposalResponse approved;
  Require(Call(deciders.back(), &ApprovalService::Stub::ApproveProposal,
               approve, &approved));
  LUHENG_CHECK(approved.proposal().state() == core::v1::PROPOSAL_STATE_EXECUTED)
      << approved.proposal().ShortDebugString();
  return approved.answer();
}

void ApiMarket::Open(const Users& traders) {
  settlement::v1::DefineAssetRequest asset;
  asset.mutable_asset()->set_symbol("CEA");
  asset.mutable_asset()->set_kind(settlement::v1::ASSET_KIND_CARBON);
  asset.mutable_asset()->set_display_name("碳排放配额");
  asset.mutable_asset()->set_unit("t");
  Approved("registrar", &SettlementService::Stub::DefineAsset, asset,
           {"reviewer"});
  auto define = MarketWorld::Definition("CEA", 2);
  define.mutable_instrument()->set_asset("assets/CEA");
  Approved("registrar", &InstrumentService::Stub::DefineInstrument, define,
           {"reviewer"});
  int64_t number = 0;
  for (const std::string& trader : traders) {
    const std::string holder =
        Approved("registrar", &RegistryService::Stub::OpenHolder,
                 EnterpriseRequest(++number), {"reviewer"})
            .holder()
            .name();
    auto user = TraderRequest(trader, HolderId(number + 2));
    user.set_holder(holder);
    Approved("admin", &RegistryService::Stub::CreateUser, user, {"admin2"});
    settlement::v1::DepositRequest deposit;
    deposit.set_holder(holder);
    deposit.set_amount_minor(1'000'000'000);
    deposit.set_bank_reference(absl::StrCat("ref-", number));
    Approved("cashier", &SettlementService::Stub::Deposit, deposit,
             {"checker", "approver"});
    settlement::v1::IssueUnitsRequest issue;
    issue.set_holder(holder);
    issue.set_asset("assets/CEA");
    issue.set_amount(1'000'000);
    issue.set_basis("test");
    Approved("registrar", &SettlementService::Stub::IssueUnits, issue,
             {"reviewer", "reviewer2"});
  }
}

market::v1::PlaceOrderRequest ApiMarket::Order(market::v1::Side side,
                                               int64_t price, int64_t lots,
                                               const std::string& client_id) {
  market::v1::PlaceOrderRequest request;
  market::v1::Order& order = *request.mutable_order();
  order.set_instrument("instruments/CEA");
  order.set_side(side);
  order.set_price_minor_per_lot(price);
  order.set_quantity_lots(lots);
  order.set_time_in_force(market::v1::TIME_IN_FORCE_GTC);
  order.set_client_order_id(client_id);
  return request;
}

market::v1::StreamOrdersRequest ApiMarket::Batch(int64_t sequence, int count) {
  market::v1::StreamOrdersRequest batch;
  batch.set_session_key("0123456789abcdef");
  batch.set_first_sequence(sequence);
  for (int i = 0; i < count; ++i) {
    market::v1::PlaceOrderCommand& place =
        *batch.add_commands()->mutable_place();
    place.set_instrument(1);
    place.set_side(market::v1::SIDE_SELL);
    place.set_price_minor_per_lot(1000);
    place.set_quantity_lots(1);
    place.set_time_in_force(market::v1::TIME_IN_FORCE_GTC);
    place.set_client_order_id(absl::StrCat("s-", sequence + i));
  }
  return batch;
}

}  // namespace luheng::testing
