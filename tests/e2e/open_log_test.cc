// Goal: who has nothing but HTTP can check the whole log of a running node; its
// witnesses cosign what the node signs, and one that is down, lies or is slow
// costs nobody anything but its cosignature; a witness refuses a second history
// signed by the true key. Method: real processes of node and witnesses; liars
// and sleepers are small servers of the test.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "clients/lib/receipt.h"
#include "ledger/base/check.h"
#include "ledger/base/file.h"
#include "ledger/http/client.h"
#include "ledger/http/server.h"
#include "ledger/merkle/add_checkpoint.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/signer.h"
#include "ledger/merkle/tree.h"
#include "ledger/merkle/trust_policy.h"
#include "luheng/ledger/v1/ledger.grpc.pb.h"
#include "luheng/market/v1/market.grpc.pb.h"
#include "services/gateway/tile_path.h"
#include "tests/testing/api_market.h"
#include "tests/testing/node_process.h"

namespace luheng::testing {
namespace {

using gateway::FormatTilePath;
using gateway::TilePath;
using ledger::v1::LedgerService;
using market::v1::OrderService;
namespace mv1 = market::v1;

constexpr char kOrigin[] = "luheng.example/ledger";

// A witness: its key, and the process or the server that stands for it.
struct TestWitness {
  TestWitness(const ApiMarket& market, const std::string& called)
      : name(called), key_file(market.Path(called + ".key")) {
    const std::string pem = NewPrivateKeyPem(PrivateKeyKind::kEd25519);
    LUHENG_CHECK_OK(WriteFileDurably(key_file, pem, 0600));
    signer = *SignerFromPem(called + ".example", SignerRole::kCosigner, pem);
  }
  std::string Line() const {
    return absl::StrCat("witness ", name, " ", signer->key().vkey(), " ", url,
                        "\n");
  }
  std::string name;
  std::string key_file;
  std::unique_ptr<Signer> signer;
  std::string url;
  std::unique_ptr<NodeProcess> process;
  std::unique_ptr<HttpServer> server;
};

class OpenLogTest : public ::testing::Test {
 protected:
  OpenLogTest() {
    const std::string pem = NewPrivateKeyPem(PrivateKeyKind::kEd25519);
    const std::string file = market_.Path("log.key");
    LUHENG_CHECK_OK(WriteFileDurably(file, pem, 0600));
    log_ = *SignerFromPem(kOrigin, SignerRole::kLog, pem);
    market_.flags["checkpoint.key"] = file;
    market_.flags["checkpoint.origin"] = kOrigin;
    market_.flags["public_http.listen"] = "127.0.0.1:0";
    market_.flags["public_http.port_file"] = market_.Path("public-port");
  }
  void Start() {
    node_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments());
    const int port = node_->AwaitPort();
    ASSERT_NE(port, 0) << node_->output();
    market_.SetPort(port);
    market_.Open({"t1", "t2"});
    int public_port = 0;
    std::ifstream(market_.Path("public-port")) >> public_port;
    http_ =
        *HttpClient::Make(absl::StrCat("http://127.0.0.1:", public_port), {});
  }
  // A real witness.
  std::unique_ptr<TestWitness> RunWitness(const std::string& name) {
    auto witness = std::make_unique<TestWitness>(market_, name);
    witness->process = std::make_unique<NodeProcess>(
        LUHENG, std::vector<std::string>{
                    "witness", "run", "--key", witness->key_file, "--name",
                    name + ".example", "--log", log_->key().vkey(), "--state",
                    market_.Path(name), "--listen", "127.0.0.1:0"});
    LUHENG_CHECK(witness->process->AwaitOutput("state="));
    const std::string said = witness->process->output();
    const std::string port = said.substr(said.find("port=") + 5);
    witness->url =
        absl::StrCat("http://127.0.0.1:", port.substr(0, port.find(' ')));
    return witness;
  }
  std::unique_ptr<TestWitness> ServeWitness(const std::string& name,
                                            HttpServer::Handler handler) {
    auto witness = std::make_unique<TestWitness>(market_, name);
    HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    options.body_bytes_max = 64 << 10;
    witness->server = *HttpServer::Start(options, std::move(handler));
    witness->url = absl::StrCat("http://127.0.0.1:", witness->server->port());
    return witness;
  }
  void SetPolicy(const std::string& text) {
    const std::string file = market_.Path("witnesses.policy");
    LUHENG_CHECK_OK(WriteFileDurably(file, text));
    market_.flags["checkpoint.witness_policy"] = file;
  }
  // The entry of a new order.
  int64_t Order() {
    mv1::PlaceOrderResponse response;
    const grpc::Status status = market_.Call(
        "t1", &OrderService::Stub::PlaceOrder,
        ApiMarket::Order(mv1::SIDE_SELL, 1000, 1, absl::StrCat("o", ++orders_)),
        &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.order().entry();
  }
  ledger::v1::GetCheckpointResponse Checkpoint(int64_t min_entry) {
    ledger::v1::GetCheckpointRequest request;
    request.set_min_entry(min_entry);
    ledger::v1::GetCheckpointResponse response;
    const grpc::Status status = market_.Call(
        "t1", &LedgerService::Stub::GetCheckpoint, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  std::string Receipt(int64_t entry) {
    ledger::v1::GetReceiptRequest request;
    request.set_name(absl::StrCat("entries/", entry));
    ledger::v1::GetReceiptResponse response;
    const grpc::Status status = market_.Call(
        "t1", &LedgerService::Stub::GetReceipt, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.receipt();
  }
  // How many witnesses stand for `receipt`, or -1 if it does not hold.
  int Witnesses(const std::string& receipt, const std::string& policy) {
    const auto verified =
        client::VerifyReceipt(receipt, *TrustPolicy::Parse(policy));
    return verified.ok() ? static_cast<int>(verified->trusted.witnesses.size())
                         : -1;
  }
  std::string LogLine() const {
    return absl::StrCat("log ", log_->key().vkey(), "\n");
  }
  std::string Get(const std::string& path) {
    const auto answer = http_->Get(path);
    EXPECT_TRUE(answer.ok()) << path << ": " << answer.status();
    EXPECT_EQ(answer->status, kHttpOk) << path;
    return answer->body;
  }

  ApiMarket market_;
  std::unique_ptr<Signer> log_;
  std::unique_ptr<NodeProcess> node_;
  std::unique_ptr<HttpClient> http_;
  int orders_ = 0;
};

TEST_F(OpenLogTest, IsRecomputedFromNothingButHttp) {
  Start();
  int64_t last = 0;
  while (last < 530) last = Order();
  Checkpoint(last);
  const auto note = ParseNote(Get("/checkpoint"));
  ASSERT_TRUE(note.ok()) << note.status();
  const auto checkpoint = OpenCheckpoint(*note, log_->key());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const int64_t size = checkpoint->head.size;
  ASSERT_GE(size, last);

  TreeBuilder tree(Sha256Suite());
  for (int64_t index = 0; index * kTileWidth < size; ++index) {
    const std::string bundle =
        Get(FormatTilePath({{0, index}, true, TileWidthAt({0, index}, size)}));
    for (size_t at = 0; at < bundle.size();) {
      const auto length =
          static_cast<size_t>(static_cast<uint8_t>(bundle[at]) << 8 |
                              static_cast<uint8_t>(bundle[at + 1]));
      tree.Append(Sha256Suite().LeafHash(
          absl::string_view(bundle).substr(at + 2, length)));
      at += 2 + length;
    }
  }
  EXPECT_EQ(tree.Head(), checkpoint->head);
  int tiles = 0;
  for (const Tile& tile : tree.TakeTiles()) {
    const int64_t width = TileWidthAt(tile.id, size);
    EXPECT_EQ(Get(FormatTilePath({tile.id, false, width})), tile.hashes);
    ++tiles;
  }
  EXPECT_EQ(tiles, 4) << "three of leaves and one above";
  const int64_t rest = size % kTileWidth;
  EXPECT_EQ(
      http_->Get(FormatTilePath({{0, size / kTileWidth}, false, rest + 1}))
          ->status,
      kHttpNotFound);
  EXPECT_EQ(http_->Get("/tile/0/0")->status, kHttpBadRequest);
  node_->Send(SIGTERM);
  EXPECT_EQ(node_->AwaitEnd(), 0) << node_->output();
}

TEST_F(OpenLogTest, TwoWitnessesMakeAQuorumAndOneAloneGoesOn) {
  const auto a = RunWitness("a");
  const auto b = RunWitness("b");
  const std::string lines = a->Line() + b->Line();
  SetPolicy(lines + "group both all a b\nquorum both\n");
  market_.flags["checkpoint.witness_wait_ms"] = "20000";
  Start();
  const int64_t first = Order();
  const std::string receipt = Receipt(first);
  const std::string policy = Checkpoint(first).policy();
  EXPECT_EQ(Witnesses(receipt, policy), 2) << policy << receipt;
  EXPECT_EQ(TrustPolicy::Parse(policy)->witnesses().size(), 2u);
  // Cosigned, the checkpoint is what the public reads.
  EXPECT_TRUE(
      TrustPolicy::Parse(policy)->Open(*ParseNote(Get("/checkpoint"))).ok());

  // Without the one, the other still cosigns. The node is started anew with a
  // policy that lets either do.
  b->process->Send(SIGKILL);
  b->process->AwaitEnd();
  node_->Send(SIGTERM);
  EXPECT_EQ(node_->AwaitEnd(), 0) << node_->output();
  SetPolicy(lines + "group one any a b\nquorum one\n");
  node_ = std::make_unique<NodeProcess>(LUHENGD, market_.Arguments());
  market_.SetPort(node_->AwaitPort());
  EXPECT_EQ(Witnesses(Receipt(Order()), LogLine() + a->Line() + "quorum a\n"),
            1);
  EXPECT_EQ(Witnesses(Receipt(Order()), policy), -1);
  EXPECT_TRUE(node_->AwaitOutput("witness does not cosign"));
  a->process->Send(SIGTERM);
  EXPECT_EQ(a->process->AwaitEnd(), 0) << a->process->output();
}

TEST_F(OpenLogTest, LiarsAreNamedAndSleepersHoldUpNobody) {
  absl::Notification end;
  const auto good = RunWitness("good");
  // Signs with a key that is not its own.
  const TestWitness other(market_, "other");
  const auto liar = ServeWitness("liar", [&](const HttpRequest& request) {
    const auto asked = ParseAddCheckpoint(request.body);
    NoteSignature line = *Cosign(asked->checkpoint.text, 1, *other.signer);
    line.name = "liar.example";
    return HttpAnswer{kHttpOk, kPlainText, FormatSignature(line), ""};
  });
  const auto sleeper = ServeWitness("sleeper", [&](const HttpRequest&) {
    end.WaitForNotification();
    return HttpAnswer{kHttpUnavailable, kPlainText, "", ""};
  });
  SetPolicy(good->Line() + liar->Line() + sleeper->Line() + "quorum good\n");
  market_.flags["checkpoint.witness_wait_ms"] = "60000";
  Start();
  // Were they waited for, the call would run into its deadline of 20 seconds.
  for (int i = 0; i < 3; ++i) {
    const int64_t entry = Order();
    EXPECT_EQ(Witnesses(Receipt(entry), Checkpoint(entry).policy()), 1);
  }
  EXPECT_TRUE(node_->AwaitOutput("no cosignature of liar.example"))
      << node_->output();
  end.Notify();
}

TEST_F(OpenLogTest, AWitnessRefusesASecondHistory) {
  const auto witness = RunWitness("w");
  SetPolicy(witness->Line() + "quorum w\n");
  Start();
  const int64_t size = Checkpoint(Order()).size();
  const auto submit = [&](int64_t old_size, int64_t new_size) {
    CompactRange forked(Sha256Suite());
    while (forked.size() < new_size) {
      forked.Append(Sha256Suite().LeafHash(absl::StrCat(forked.size())));
    }
    AddCheckpoint request;
    request.old_size = old_size;
    // With the true key of the log.
    request.checkpoint =
        *SignCheckpoint({kOrigin, {new_size, forked.Root()}, {}}, *log_);
    return *(*HttpClient::Make(witness->url, {}))
                ->Post(kAddCheckpointPath, FormatAddCheckpoint(request));
  };
  const HttpAnswer same = submit(size, size);
  EXPECT_EQ(same.status, kHttpConflict);
  EXPECT_EQ(same.body, absl::StrCat(size, "\n"));
  EXPECT_EQ(submit(size, size + 5).status, kHttpUnprocessable);
  EXPECT_EQ(submit(0, size + 5).status, kHttpConflict);
  EXPECT_TRUE(witness->process->AwaitOutput("refused status=422"));
}

}  // namespace
}  // namespace luheng::testing
