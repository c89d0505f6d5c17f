// Goal: a witness never cosigns two histories of one log, whatever it is sent,
// in whatever order, across restarts, and says why it refuses by the codes of
// the specification. Method: real keys and trees over a folder of the test.
#include "clients/witness/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/base/file.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/proof.h"
#include "ledger/merkle/tlog_proof.h"
#include "tests/testing/temp_directory.h"

namespace luheng::witness {
namespace {

using ::testing::HasSubstr;

constexpr char kOrigin[] = "log.example/a";
constexpr int64_t kNow = 1'700'000'000;

// A log whose leaves are its name and their number: two names, two histories.
class TestLog {
 public:
  TestLog(const std::string& origin, const std::string& leaves,
          PrivateKeyKind kind = PrivateKeyKind::kEd25519)
      : signer_(
            *SignerFromPem(origin, SignerRole::kLog, NewPrivateKeyPem(kind))),
        leaves_(leaves) {}
  const NoteKey& key() const { return signer_->key(); }
  const HashSuite& suite() const { return SuiteOf(key()); }
  // The same log's other history.
  TestLog Forked() const { return TestLog(signer_, "forked"); }

  TreeHead HeadAt(int64_t size) const {
    CompactRange range(suite());
    for (int64_t i = 0; i < size; ++i) range.Append(Leaf(i));
    return {size, range.Root()};
  }
  AddCheckpoint Request(int64_t old_size, int64_t size) const {
    AddCheckpoint request;
    request.old_size = old_size;
    request.checkpoint =
        *SignCheckpoint({key().name(), HeadAt(size), {}}, *signer_);
    if (old_size > 0 && old_size <= size) {
      request.proof = Proof(old_size, size);
    }
    return request;
  }

 private:
  struct Tiles final : TileReader {
    std::map<TileId, std::string> map;
    absl::StatusOr<std::string> ReadTile(TileId id,
                                         int64_t width) const override {
      return map.at(id).substr(0, static_cast<size_t>(width) * Digest::kSize);
    }
  };
  TestLog(std::shared_ptr<Signer> signer, const std::string& leaves)
      : signer_(std::move(signer)), leaves_(leaves) {}
  Digest Leaf(int64_t i) const {
    return suite().LeafHash(absl::StrCat(leaves_, i));
  }
  std::vector<Digest> Proof(int64_t old_size, int64_t size) const {
    TreeBuilder builder(suite());
    for (int64_t i = 0; i < size; ++i) builder.Append(Leaf(i));
    Tiles tiles;
    for (Tile& tile : builder.TakeTiles()) {
      tiles.map[tile.id] = std::move(tile.hashes);
    }
    return *ConsistencyProof(suite(), old_size, size, tiles);
  }

  std::shared_ptr<Signer> signer_;
  std::string leaves_;
};

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest() { Open(); }
  std::unique_ptr<Signer> NewSigner() const {
    return *SignerFromPem("witness.example/w", SignerRole::kCosigner, pem_);
  }
  absl::StatusOr<std::unique_ptr<Witness>> TryOpen() {
    WitnessOptions options;
    options.directory = directory_.path() + "/state";
    options.logs = logs_;
    options.now = [] { return kNow; };
    options.log = [this](const std::string& line) {
      absl::MutexLock lock(&mutex_);
      lines_.push_back(line);
    };
    return Witness::Open(options, NewSigner());
  }
  void Open() {
    witness_.reset();
    auto opened = TryOpen();
    ASSERT_TRUE(opened.ok()) << opened.status();
    witness_ = *std::move(opened);
  }
  HttpAnswer Post(const std::string& body) {
    return witness_->Answer({"POST", "/add-checkpoint", body, "test"});
  }
  HttpAnswer Add(const AddCheckpoint& request) {
    return Post(FormatAddCheckpoint(request));
  }
  void ExpectCosigned(const HttpAnswer& answer, const AddCheckpoint& request) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    ASSERT_FALSE(answer.body.empty());
    EXPECT_EQ(answer.body.back(), '\n');
    const auto line = ParseSignature(
        absl::string_view(answer.body).substr(0, answer.body.size() - 1));
    ASSERT_TRUE(line.ok()) << line.status();
    const auto time =
        VerifyCosignature(request.checkpoint.text, *line, NewSigner()->key());
    ASSERT_TRUE(time.ok()) << time.status();
    EXPECT_EQ(*time, kNow);
  }
  void ExpectConflict(const HttpAnswer& answer, int64_t size) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    EXPECT_EQ(answer.body, absl::StrCat(size, "\n"));
  }
  HttpAnswer Kept() {
    return witness_->Answer(
        {"GET", absl::StrCat("/", Witness::HexOf(kOrigin), "/checkpoint"), "",
         "test"});
  }
  std::string StateFile() const {
    return absl::StrCat(directory_.path(), "/state/", Witness::HexOf(kOrigin),
                        ".checkpoint");
  }

  const testing::TempDirectory directory_;
  const std::string pem_ = NewPrivateKeyPem(PrivateKeyKind::kEd25519);
  TestLog log_{kOrigin, "leaf"};
  std::vector<NoteKey> logs_ = {log_.key()};
  absl::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsAGrowingLogAcrossRestarts) {
  int64_t old_size = 0;
  for (const int64_t size : {1, 2, 7, 7, 256, 300, 1000}) {
    const AddCheckpoint request = log_.Request(old_size, size);
    ExpectCosigned(Add(request), request);
    old_size = size;
    Open();
  }
  const auto kept = ParseNote(Kept().body);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(OpenCheckpoint(*kept, log_.key())->head, log_.HeadAt(1000));
  EXPECT_EQ(kept->signatures.size(), 2u);
}

TEST_F(WitnessTest, NamesTheSizeThatItKnows) {
  ExpectConflict(Add(log_.Request(3, 5)), 0);
  ExpectCosigned(Add(log_.Request(0, 5)), log_.Request(0, 5));
  ExpectConflict(Add(log_.Request(0, 5)), 5);
  ExpectConflict(Add(log_.Request(3, 5)), 5);
  ExpectConflict(Add(log_.Request(6, 9)), 5);
}

TEST_F(WitnessTest, RefusesAnotherHistory) {
  const TestLog forked = log_.Forked();
  ExpectCosigned(Add(log_.Request(0, 5)), log_.Request(0, 5));
  const std::string before = Kept().body;
  // The same size with another root, and a larger one.
  ExpectConflict(Add(forked.Request(5, 5)), 5);
  EXPECT_EQ(Add(forked.Request(5, 9)).status, 422);
  ExpectConflict(Add(forked.Request(0, 9)), 5);
  // Of the true history with another proof.
  AddCheckpoint request = log_.Request(5, 9);
  request.proof.pop_back();
  EXPECT_EQ(Add(request).status, 422);
  request.proof.clear();
  EXPECT_EQ(Add(request).status, 422);
  // A smaller size is no extension.
  EXPECT_EQ(Add(log_.Request(5, 4)).status, 400);
  EXPECT_EQ(Kept().body, before);
  ExpectCosigned(Add(log_.Request(5, 9)), log_.Request(5, 9));
}

TEST_F(WitnessTest, NothingNeedsNoProof) {
  AddCheckpoint request = log_.Request(0, 5);
  request.proof = log_.Request(2, 5).proof;
  EXPECT_EQ(Add(request).status, 422);
  AddCheckpoint empty = log_.Request(0, 0);
  ExpectCosigned(Add(empty), empty);
  ExpectCosigned(Add(log_.Request(0, 5)), log_.Request(0, 5));
}

TEST_F(WitnessTest, KnowsOnlyItsLogsAndTheirKeys) {
  const TestLog unknown("log.example/b", "leaf");
  EXPECT_EQ(Add(unknown.Request(0, 5)).status, 404);
  const TestLog impostor(kOrigin, "leaf");
  EXPECT_EQ(Add(impostor.Request(0, 5)).status, 403);
  // A signature that is not over this text.
  AddCheckpoint moved = log_.Request(0, 5);
  moved.checkpoint.text = log_.Request(0, 6).checkpoint.text;
  EXPECT_EQ(Add(moved).status, 403);
  // Signatures of others do not matter.
  AddCheckpoint both = log_.Request(0, 5);
  both.checkpoint.signatures.insert(
      both.checkpoint.signatures.begin(),
      impostor.Request(0, 5).checkpoint.signatures[0]);
  ExpectCosigned(Add(both), both);
  EXPECT_EQ(ParseNote(Kept().body)->signatures.size(), 2u)
      << "what was not checked is not kept";
}

TEST_F(WitnessTest, TakesEitherKeyOfALogThatChangesIt) {
  const TestLog next(kOrigin, "leaf");
  logs_.push_back(next.key());
  Open();
  ExpectCosigned(Add(log_.Request(0, 5)), log_.Request(0, 5));
  ExpectCosigned(Add(next.Request(5, 9)), next.Request(5, 9));
}

TEST_F(WitnessTest, WitnessesALogOfSm3) {
  const TestLog sm("log.example/sm", "leaf", PrivateKeyKind::kSm2);
  logs_ = {sm.key()};
  Open();
  ExpectCosigned(Add(sm.Request(0, 5)), sm.Request(0, 5));
  ExpectCosigned(Add(sm.Request(5, 300)), sm.Request(5, 300));
  EXPECT_EQ(Add(sm.Forked().Request(300, 301)).status, 422);
}

TEST_F(WitnessTest, RefusesMalformedRequests) {
  const std::string good = FormatAddCheckpoint(log_.Request(0, 5));
  for (const std::string& body :
       {std::string(), std::string("old 0"), std::string("old 0\n\n"),
        "new" + good.substr(3), "old 00" + good.substr(5),
        "old -1" + good.substr(5), "old 0\nAAAA\n" + good.substr(6),
        "old 0\n" + good.substr(7), good.substr(0, good.size() - 1),
        good + "\n"}) {
    EXPECT_EQ(Post(body).status, 400) << body;
  }
  AddCheckpoint long_proof = log_.Request(0, 5);
  long_proof.proof.resize(64);
  EXPECT_EQ(Add(long_proof).status, 400);
  EXPECT_EQ(witness_->Answer({"POST", "/add", good, ""}).status, 404);
  EXPECT_EQ(Post(good).status, 200);
}

TEST_F(WitnessTest, ShowsWhatItKeepsAndNothingElse) {
  EXPECT_EQ(Kept().status, 404);
  Add(log_.Request(0, 5));
  EXPECT_EQ(Kept().status, 200);
  for (const char* path : {"/", "/checkpoint", "/x/checkpoint", "/lock"}) {
    EXPECT_EQ(witness_->Answer({"GET", path, "", ""}).status, 404) << path;
  }
}

TEST_F(WitnessTest, LogsWhatItRefusesWithTheEvidence) {
  Add(log_.Request(0, 5));
  Add(log_.Forked().Request(5, 9));
  absl::MutexLock lock(&mutex_);
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_THAT(lines_[0], HasSubstr("cosigned status=200"));
  EXPECT_THAT(lines_[1], HasSubstr("refused status=422"));
  EXPECT_THAT(lines_[1],
              HasSubstr(absl::StrCat(
                  "root=", ToHex(log_.Forked().HeadAt(9).root.view()))));
}

TEST_F(WitnessTest, DoesNotStartWithADamagedMemory) {
  Add(log_.Request(0, 5));
  const std::string good = *ReadWholeFile(StateFile(), 1 << 20);
  witness_.reset();
  std::string changed = good;
  changed[good.find("\n5\n") + 1] = '4';
  for (const std::string& bytes : {changed, std::string(), good.substr(9)}) {
    ASSERT_TRUE(WriteFileDurably(StateFile(), bytes).ok());
    EXPECT_TRUE(absl::IsDataLoss(TryOpen().status())) << bytes;
  }
  ASSERT_TRUE(WriteFileDurably(StateFile(), good).ok());
  Open();
  ExpectConflict(Add(log_.Request(0, 5)), 5);
}

TEST_F(WitnessTest, TwoDoNotShareAMemory) {
  EXPECT_TRUE(absl::IsFailedPrecondition(TryOpen().status()));
  witness_.reset();
  EXPECT_TRUE(TryOpen().ok());
}

// Both histories are offered from many threads at the same time: at every size
// only one of them is cosigned.
TEST_F(WitnessTest, IsNotTrickedByConcurrentRequests) {
  constexpr int64_t kSizes = 40;
  const TestLog forked = log_.Forked();
  std::atomic<int> cosigned_of[2] = {0, 0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const TestLog& mine = t % 2 == 0 ? log_ : forked;
      for (int64_t size = 1; size <= kSizes; ++size) {
        if (Add(mine.Request(size - 1, size)).status == 200) {
          ++cosigned_of[t % 2];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_NE(cosigned_of[0] > 0, cosigned_of[1] > 0);
}

}  // namespace
}  // namespace luheng::witness
