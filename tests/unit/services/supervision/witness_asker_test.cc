// Goal: of what a witness answers only a valid cosignature counts, each way to
// fail has its own error, and the checkpoints go on being published whatever
// witnesses do. Method: witnesses that are functions of the test, over a
// journal in memory.
#include "services/supervision/witness_asker.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "ledger/base/check.h"
#include "ledger/journal/memory_journal.h"
#include "ledger/merkle/add_checkpoint.h"
#include "ledger/merkle/proof.h"
#include "services/supervision/checkpointer.h"
#include "services/supervision/cosigned_checkpoints.h"
#include "tests/testing/journal_blocks.h"
#include "tests/testing/temp_directory.h"

namespace luheng::supervision {
namespace {

constexpr char kOrigin[] = "test.example/ledger";

std::unique_ptr<Signer> NewSigner(const std::string& name, SignerRole role) {
  return *SignerFromPem(name, role, NewPrivateKeyPem(PrivateKeyKind::kEd25519));
}

HttpAnswer Size(int64_t size) {
  return {kHttpConflict, kTlogSizeType, absl::StrCat(size, "\n"), ""};
}

HttpAnswer Code(int status) { return {status, kPlainText, "", ""}; }

class WitnessAskerTest : public ::testing::Test {
 protected:
  WitnessAskerTest() : sealer_(testing::TestSealer(*journal_)) {
    LUHENG_CHECK_OK(journal_->Fence(Epoch(1)));
  }
  void Grow(int64_t entries) {
    ASSERT_TRUE(testing::AppendBlock(*journal_, testing::SealTestBlock(
                                                    sealer_, Epoch(1), entries))
                    .ok());
  }
  Note Sign() const {
    return *SignCheckpoint({kOrigin, journal_->tail().tree, {}}, *log_);
  }
  HttpAnswer Cosigned(const Note& note) const {
    return {kHttpOk, kPlainText,
            FormatSignature(*Cosign(note.text, 7, *witness_)), ""};
  }
  // Asks a witness that gives `answers` one after the other.
  absl::StatusOr<NoteSignature> Ask(std::vector<HttpAnswer> answers) {
    requests_.clear();
    WitnessAsker asker(witness_->key(),
                       {[&](const std::string& body) {
                          requests_.push_back(*ParseAddCheckpoint(body));
                          LUHENG_CHECK(requests_.size() <= answers.size());
                          return answers[requests_.size() - 1];
                        },
                        [] {}},
                       *journal_);
    return asker.Ask(Sign(), journal_->tail().tree);
  }

  const std::unique_ptr<Signer> log_ = NewSigner(kOrigin, SignerRole::kLog);
  const std::unique_ptr<Signer> witness_ =
      NewSigner("witness.example", SignerRole::kCosigner);
  std::unique_ptr<Journal> journal_ = NewMemoryJournal();
  BlockSealer sealer_;
  std::vector<AddCheckpoint> requests_;
};

TEST_F(WitnessAskerTest, SendsTheProofFromTheSizeThatItIsTold) {
  Grow(5);
  const TreeHead older = journal_->tail().tree;
  Grow(300);
  const auto signature = Ask({Size(5), Cosigned(Sign())});
  ASSERT_TRUE(signature.ok()) << signature.status();
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_EQ(requests_[0].old_size, 0);
  EXPECT_TRUE(requests_[0].proof.empty());
  EXPECT_EQ(requests_[1].old_size, 5);
  EXPECT_TRUE(VerifyConsistency(Sha256Suite(), older, journal_->tail().tree,
                                requests_[1].proof)
                  .ok());
  EXPECT_EQ(requests_[1].checkpoint, Sign());
}

TEST_F(WitnessAskerTest, HasAnErrorForEachWayToFail) {
  Grow(9);
  HttpAnswer untyped = Size(5);
  untyped.content_type = kPlainText;
  HttpAnswer other = Cosigned(Sign());
  other.body = FormatSignature(*Cosign(
      Sign().text, 7, *NewSigner("other.example", SignerRole::kCosigner)));
  HttpAnswer forged = Cosigned(Sign());
  NoteSignature line =
      *ParseSignature(forged.body.substr(0, forged.body.size() - 1));
  line.bytes.back() = static_cast<char>(line.bytes.back() ^ 1);
  forged.body = FormatSignature(line);
  HttpAnswer moved = Cosigned(
      *SignCheckpoint({kOrigin, {8, journal_->tail().tree.root}, {}}, *log_));
  const struct {
    const char* what;
    std::vector<HttpAnswer> answers;
    absl::StatusCode code;
  } kCases[] = {
      {"unknown ledger", {Code(404)}, absl::StatusCode::kFailedPrecondition},
      {"unknown key", {Code(403)}, absl::StatusCode::kFailedPrecondition},
      {"fork", {Code(422)}, absl::StatusCode::kDataLoss},
      {"other root", {Size(9), Size(9)}, absl::StatusCode::kDataLoss},
      {"ahead", {Size(10)}, absl::StatusCode::kAborted},
      {"never the same",
       {Size(1), Size(2), Size(3)},
       absl::StatusCode::kInvalidArgument},
      {"untyped size", {untyped}, absl::StatusCode::kInvalidArgument},
      {"no size",
       {{409, kTlogSizeType, "x\n", ""}},
       absl::StatusCode::kInvalidArgument},
      {"ill", {Code(500)}, absl::StatusCode::kUnavailable},
      {"bad request", {Code(400)}, absl::StatusCode::kUnavailable},
      {"empty", {Code(200)}, absl::StatusCode::kInvalidArgument},
      {"other key", {other}, absl::StatusCode::kInvalidArgument},
      {"forged", {forged}, absl::StatusCode::kInvalidArgument},
      {"other text", {moved}, absl::StatusCode::kInvalidArgument}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Ask(c.answers).status().code(), c.code) << c.what;
    EXPECT_EQ(requests_.size(), c.answers.size()) << c.what;
  }
}

TEST_F(WitnessAskerTest, FindsItsLineAmongOthers) {
  Grow(9);
  const HttpAnswer good = Cosigned(Sign());
  HttpAnswer many = good;
  many.body = absl::StrCat(
      FormatSignature(*Cosign(Sign().text, 7,
                              *NewSigner("a.example", SignerRole::kCosigner))),
      "garbage\n", good.body);
  const auto signature = Ask({many});
  ASSERT_TRUE(signature.ok()) << signature.status();
  EXPECT_EQ(FormatSignature(*signature), good.body);
}

// ---- Several witnesses ------------------------------------------------------

class CosignedTest : public WitnessAskerTest {
 protected:
  void Start(const std::string& quorum, absl::Duration wait) {
    CheckpointerOptions signing;
    signing.path = directory_.path() + "/checkpoint";
    signing.interval = absl::Hours(1);
    signing.on_signed = [this](const Note& note, const TreeHead& head) {
      if (cosigned_ != nullptr) cosigned_->Signed(note, head);
    };
    pem_ = NewPrivateKeyPem(PrivateKeyKind::kEd25519);
    checkpointer_ = *Checkpointer::Open(
        signing, *journal_, *SignerFromPem(kOrigin, SignerRole::kLog, pem_));
    CosignedOptions options;
    options.wait = wait;
    options.retry_min = absl::Milliseconds(1);
    options.retry_max = absl::Milliseconds(2);
    options.open = [this](const TrustPolicy::Witness& witness) {
      return WitnessDoor{[this, name = witness.name](const std::string& body) {
                           return Answer(name, body);
                         },
                         [this] {
                           if (!end_.HasBeenNotified()) end_.Notify();
                         }};
    };
    options.policy = absl::StrCat(
        "log ", checkpointer_->key().vkey(), "\nwitness good ",
        witness_->key().vkey(), "\nwitness bad ", bad_->key().vkey(),
        "\ngroup both all good bad\nquorum ", quorum, "\n");
    policy_ = options.policy;
    cosigned_ = *CosignedCheckpoints::Start(
        options, *TrustPolicy::Parse(policy_), *journal_, *checkpointer_);
  }
  // The good one cosigns everything; the bad one waits for the end.
  absl::StatusOr<HttpAnswer> Answer(const std::string& name,
                                    const std::string& body) {
    if (name == "good") return Cosigned(ParseAddCheckpoint(body)->checkpoint);
    end_.WaitForNotification();
    return absl::UnavailableError("it is the end");
  }
  absl::StatusOr<Note> When(int64_t entries) {
    absl::Notification done;
    absl::StatusOr<Note> note;
    cosigned_->WhenCovering(entries, [&](absl::StatusOr<Note> got) {
      note = std::move(got);
      done.Notify();
    });
    done.WaitForNotification();
    return note;
  }

  const testing::TempDirectory directory_;
  const std::unique_ptr<Signer> bad_ =
      NewSigner("bad.example", SignerRole::kCosigner);
  absl::Notification end_;
  std::string pem_;
  std::string policy_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<CosignedCheckpoints> cosigned_;
};

TEST_F(CosignedTest, TheQuorumWaitsForNobodyElse) {
  // Were the slow one waited for, this would not end.
  Start("good", absl::Hours(10));
  for (int64_t i = 0; i < 20; ++i) {
    Grow(7);
    const auto note = When(7 * (i + 1));
    ASSERT_TRUE(note.ok()) << note.status();
    const auto trusted = TrustPolicy::Parse(policy_)->Open(*note);
    ASSERT_TRUE(trusted.ok()) << trusted.status();
    EXPECT_EQ(trusted->checkpoint.head.size, 7 * (i + 1));
    EXPECT_EQ(*cosigned_->Newest(), *note);
    EXPECT_EQ(cosigned_->cosigned_entries(), 7 * (i + 1));
  }
  EXPECT_EQ(cosigned_->witnesses_up(), 1);
  EXPECT_TRUE(absl::IsOutOfRange(When(141).status()));
}

TEST_F(CosignedTest, WithoutAQuorumItGoesOnAfterTheWait) {
  Start("both", absl::Milliseconds(5));
  for (int64_t i = 0; i < 5; ++i) {
    Grow(7);
    const auto note = When(7 * (i + 1));
    ASSERT_TRUE(note.ok()) << note.status();
    EXPECT_EQ(ParseCheckpoint(note->text)->head.size, 7 * (i + 1));
    EXPECT_FALSE(TrustPolicy::Parse(policy_)->Open(*note).ok());
  }
  EXPECT_EQ(cosigned_->cosigned_entries(), 0);
}

TEST_F(CosignedTest, StoppingAnswersWhoWaits) {
  Start("both", absl::Hours(10));
  Grow(7);
  absl::Notification done;
  cosigned_->WhenCovering(7, [&](absl::StatusOr<Note> note) {
    EXPECT_TRUE(note.ok()) << note.status();
    done.Notify();
  });
  EXPECT_FALSE(done.HasBeenNotified());
  cosigned_->Stop();
  done.WaitForNotification();
}

}  // namespace
}  // namespace luheng::supervision
