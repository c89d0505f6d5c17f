// The whole command line against a real server in the test's process: what
// goes to stdout, what to stderr, and the exit code.
#include "clients/cli/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_split.h"
#include "clients/cli/completion.h"
#include "clients/cli/output.h"
#include "clients/cli/protos.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "tests/unit/clients/lib/loopback.h"

namespace luheng::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class FakeInstruments : public mv1::InstrumentService::Service {
 public:
  static void Fill(mv1::Instrument& instrument) {
    instrument.set_name("instruments/CEA");
    instrument.set_symbol("CEA");
    instrument.set_display_name("碳排放配额");
    instrument.set_display_name_en("Allowance");
    instrument.set_lot_name("t");
    instrument.set_lot_units(1);
    instrument.set_session_state(mv1::SESSION_STATE_OPEN);
    instrument.set_reference_price_minor_per_lot(5800);
  }
  grpc::Status ListInstruments(
      grpc::ServerContext*, const mv1::ListInstrumentsRequest*,
      mv1::ListInstrumentsResponse* response) override {
    Fill(*response->add_instruments());
    return grpc::Status::OK;
  }
  grpc::Status GetInstrument(grpc::ServerContext*,
                             const mv1::GetInstrumentRequest* request,
                             mv1::GetInstrumentResponse* response) override {
    if (request->name() != "instruments/CEA") {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such instrument");
    }
    Fill(*response->mutable_instrument());
    return grpc::Status::OK;
  }
};

class FakeOrders : public mv1::OrderService::Service {
 public:
  grpc::Status PlaceOrder(grpc::ServerContext*,
                          const mv1::PlaceOrderRequest* request,
                          mv1::PlaceOrderResponse* response) override {
    placed = request->order();
    if (!refusal.ok()) return refusal;
    *response->mutable_order() = request->order();
    response->mutable_order()->set_name("holders/5/orders/17");
    response->mutable_order()->set_state(mv1::ORDER_STATE_OPEN);
    return grpc::Status::OK;
  }
  grpc::Status CancelAllOrders(
      grpc::ServerContext*, const mv1::CancelAllOrdersRequest*,
      mv1::CancelAllOrdersResponse* response) override {
    ++cancel_all_count;
    response->set_order_count(3);
    return grpc::Status::OK;
  }

  mv1::Order placed;
  grpc::Status refusal;
  int cancel_all_count = 0;
};

class FakeRegistry : public rv1::RegistryService::Service {
 public:
  grpc::Status GetHolder(grpc::ServerContext*,
                         const rv1::GetHolderRequest* request,
                         rv1::GetHolderResponse* response) override {
    if (request->code() != "140927") {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such holder");
    }
    response->mutable_holder()->set_name("holders/9");
    return grpc::Status::OK;
  }
};

class FakeSettlement : public sv1::SettlementService::Service {
 public:
  grpc::Status Deposit(grpc::ServerContext*, const sv1::DepositRequest* request,
                       sv1::DepositResponse* response) override {
    deposited = *request;
    response->mutable_pending()->set_proposal("proposals/7");
    response->mutable_pending()->set_digest(std::string(32, '\xab'));
    return grpc::Status::OK;
  }

  sv1::DepositRequest deposited;
};

grpc::Status Refusal() {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  info.set_reason("PRICE_NOT_ON_TICK");
  details.add_details()->PackFrom(info);
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("order.price_minor_per_lot");
  violation->set_description("not on tick");
  details.add_details()->PackFrom(bad_request);
  google::rpc::LocalizedMessage message;
  message.set_message("价格不合最小变动价位");
  details.add_details()->PackFrom(message);
  return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "off tick",
                      details.SerializeAsString());
}

class AppTest : public testing::Test {
 protected:
  int Run(const std::string& line) {
    std::istringstream in(typed_);
    std::ostringstream out;
    std::ostringstream err;
    Environment environment{
        .in = in,
        .out = out,
        .err = err,
        .in_is_terminal = !typed_.empty(),
        .variable = [](const std::string&) { return std::string(); },
        .connect =
            [this](const client::ChannelOptions&,
                   const client::CallOptions& options) {
              return server_.NewClient(options);
            }};
    std::vector<std::string> arguments = absl::StrSplit(line, ' ');
    if (line.empty()) arguments.clear();
    const int code = RunCli(arguments, environment);
    out_ = out.str();
    err_ = err.str();
    return code;
  }

  FakeInstruments instruments_;
  FakeOrders orders_;
  FakeRegistry registry_;
  FakeSettlement settlement_;
  client::LoopbackServer server_{&instruments_, &orders_, &registry_,
                                 &settlement_};
  std::string typed_;
  std::string out_;
  std::string err_;
};

TEST_F(AppTest, ListsAsATableInBothLanguages) {
  ASSERT_EQ(Run("market list --as trader --lang zh"), 0) << err_;
  EXPECT_EQ(out_,
            "品种  名称        状态    基准价  每手  交易方式\n"
            "CEA   碳排放配额  交易中   58.00   1 t\n");
  ASSERT_EQ(Run("market list --as trader --lang en"), 0);
  EXPECT_THAT(out_, StartsWith("Symbol  Name       Session  Reference"));
  EXPECT_TRUE(err_.empty());
}

TEST_F(AppTest, ListsAsCsvWithoutSeparatorsAndAsJson) {
  ASSERT_EQ(Run("market list --as trader -o csv"), 0);
  EXPECT_EQ(out_,
            "Symbol,Name,Session,Reference,Lot,Modes\r\n"
            "CEA,Allowance,open,58.00,1,\r\n");
  ASSERT_EQ(Run("market list --as trader -o json"), 0);
  EXPECT_THAT(out_, StartsWith("[\n{"));
  EXPECT_THAT(out_, HasSubstr("\"reference_price_minor_per_lot\":\"5800\""));
}

TEST_F(AppTest, PlacesAnOrderFromYuanAndLots) {
  ASSERT_EQ(Run("order place buy CEA 1,000t --price 58.50 --as trader"), 0)
      << err_;
  EXPECT_EQ(orders_.placed.instrument(), "instruments/CEA");
  EXPECT_EQ(orders_.placed.side(), mv1::SIDE_BUY);
  EXPECT_EQ(orders_.placed.price_minor_per_lot(), 5850);
  EXPECT_EQ(orders_.placed.quantity_lots(), 1000);
  EXPECT_EQ(orders_.placed.time_in_force(), mv1::TIME_IN_FORCE_DAY);
  EXPECT_EQ(orders_.placed.client_order_id().size(), 36u);
  EXPECT_THAT(out_, HasSubstr("holders/5/orders/17"));
}

TEST_F(AppTest, RefusesWhatIsTypedWrongBeforeItIsSent) {
  for (const char* line :
       {"order place buy CEA 10 --price 58.505 --as trader",
        "order place both CEA 10 --price 58.50 --as trader",
        "order place buy CEA 10kg --price 58.50 --as trader",
        "order place buy CEA 1.5 --price 58.50 --as trader",
        "order place buy CEA 10 --price 58.50 --tif never --as trader"}) {
    EXPECT_EQ(Run(line), 2) << line;
    EXPECT_TRUE(out_.empty());
  }
  EXPECT_TRUE(orders_.placed.instrument().empty());
}

TEST_F(AppTest, TellsARefusalOnStderr) {
  orders_.refusal = Refusal();
  EXPECT_EQ(Run("order place buy CEA 1 --price 58.5 --as trader --lang zh"), 5);
  EXPECT_TRUE(out_.empty());
  EXPECT_EQ(err_,
            "错误: 价格不合最小变动价位\n"
            "  原因: PRICE_NOT_ON_TICK\n"
            "  字段: order.price_minor_per_lot: not on tick\n"
            "  建议: 查看最小变动价位: luheng market rules 品种\n");
}

TEST_F(AppTest, ExitsWithThreeWhereThereIsNothing) {
  EXPECT_EQ(Run("market show NONE --as trader"), 3);
  EXPECT_EQ(Run("deposit 140999 5 --bank-reference r --as cashier"), 3);
}

TEST_F(AppTest, PrintsAPendingApprovalWithTheNextCommand) {
  ASSERT_EQ(Run("deposit 140927 1,000.50 --bank-reference B1 --as cashier"), 0)
      << err_;
  EXPECT_EQ(settlement_.deposited.holder(), "holders/9");
  EXPECT_EQ(settlement_.deposited.amount_minor(), 100'050);
  EXPECT_EQ(settlement_.deposited.request_id().size(), 36u);
  EXPECT_THAT(out_, HasSubstr("proposals/7"));
  EXPECT_THAT(err_, HasSubstr("luheng approval check 7 --digest abababab"));
}

TEST_F(AppTest, SendsTheRequestIdThatItIsGiven) {
  const std::string id = "3f2c8f0e-7b1d-4c59-9a7e-0d1f2a3b4c5d";
  ASSERT_EQ(
      Run("deposit 9 1 --bank-reference B1 --as cashier --request-id " + id),
      0);
  EXPECT_EQ(settlement_.deposited.request_id(), id);
}

TEST_F(AppTest, AsksBeforeItCancelsEverything) {
  EXPECT_EQ(Run("order cancel-all --as trader"), 2);  // Nobody to ask.
  typed_ = "n\n";
  EXPECT_EQ(Run("order cancel-all --as trader"), 1);
  EXPECT_EQ(orders_.cancel_all_count, 0);
  typed_ = "yes\n";
  EXPECT_EQ(Run("order cancel-all --as trader --no-input"), 2);
  EXPECT_EQ(Run("order cancel-all --as trader"), 0);
  typed_ = "";
  EXPECT_EQ(Run("order cancel-all --as trader --yes"), 0);
  EXPECT_EQ(orders_.cancel_all_count, 2);
}

TEST_F(AppTest, SuggestsTheNearestWord) {
  EXPECT_EQ(Run("ordr list"), 2);
  EXPECT_THAT(err_, HasSubstr("did you mean \"order\"?"));
  EXPECT_EQ(Run("--as trader order lst"), 2);
  EXPECT_THAT(err_, HasSubstr("did you mean \"list\"?"));
  EXPECT_EQ(Run("order list --symbl CEA"), 2);
  EXPECT_THAT(err_, HasSubstr("did you mean \"--symbol\"?"));
  EXPECT_EQ(Run("zzzzzz"), 2);
  EXPECT_THAT(err_, Not(HasSubstr("did you mean")));
}

TEST_F(AppTest, UsageErrorsExitWithTwo) {
  for (const char* line : {"", "order", "order place buy", "order list -o xml",
                           "market list --limit 0", "whoami"}) {
    EXPECT_EQ(Run(line), 2) << line;
    EXPECT_TRUE(out_.empty()) << line;
  }
}

TEST_F(AppTest, HelpHasExamplesFirst) {
  EXPECT_EQ(Run("order place --help --lang zh"), 0);
  EXPECT_LT(out_.find("示例"), out_.find("用法"));
  EXPECT_THAT(out_, HasSubstr("luheng order place buy CEA 1000"));
  EXPECT_EQ(Run("--version"), 0);
  EXPECT_THAT(out_, StartsWith("luheng "));
}

TEST_F(AppTest, ColorsOnlyWhenAsked) {
  ASSERT_EQ(Run("market list --as trader"), 0);
  EXPECT_THAT(out_, Not(HasSubstr("\x1b[")));
  ASSERT_EQ(Run("market list --as trader --color always"), 0);
  EXPECT_THAT(out_, HasSubstr("\x1b["));
}

TEST_F(AppTest, CompletionKnowsTheWholeTree) {
  ASSERT_EQ(Run("completion bash"), 0);
  EXPECT_THAT(out_, HasSubstr("'order'|'order place'|"));
  EXPECT_THAT(out_, HasSubstr("'vault') choices='put get erase --help"));
  EXPECT_THAT(out_, HasSubstr("complete -o default -F _luheng luheng"));
  ASSERT_EQ(Run("completion zsh"), 0);
  EXPECT_THAT(out_, StartsWith("#compdef luheng"));
  ASSERT_EQ(Run("completion fish"), 0);
  EXPECT_THAT(out_, HasSubstr("__fish_seen_subcommand_from order' -a place"));
}

TEST(TableTest, AlignsChineseAndNumbers) {
  const std::string table =
      RenderTable({"县", "数量"},
                  {{TextCell("神池县"), NumberCell(5)},
                   {TextCell("吉县"), NumberCell(12'345)}},
                  false);
  EXPECT_EQ(table,
            "县        数量\n"
            "神池县       5\n"
            "吉县    12,345\n");
}

}  // namespace
}  // namespace luheng::cli
