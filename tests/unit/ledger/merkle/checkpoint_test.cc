// Goal: checkpoints, cosignatures, policies and proofs hold for what was signed
// and for nothing else. Method: vectors made from the published key of RFC 8032
// over the published tree of eight leaves; then everything that can be wrong,
// one thing at a time.
#include "ledger/merkle/checkpoint.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "ledger/merkle/tlog_proof.h"
#include "ledger/merkle/trust_policy.h"
#include "tests/unit/ledger/merkle/note_keys.h"

namespace luheng {
namespace {

constexpr char kLogVkey[] =
    "ledger.example/settlement+03678179+"
    "AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
constexpr char kNote[] =
    "ledger.example/settlement\n"
    "8\n"
    "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    "\n"
    "\u2014 ledger.example/settlement "
    "A2eBefuacBTBMfXfnGbE8lp3pSIA1VbUY9cAd3nuxCBGqE36byumGaPgsi/Zjnt7+27b6xeep"
    "voygT9jOpEDKDf4dwY=\n"
    "\u2014 witness.example/w1 "
    "63YswgAAAABkGFDLyWow3yiZxLY18zzZyh3CwRfcDLjNmvHaQb3g4jGl3uLg6I6cOTnaTFQmxl"
    "WBQ7y8cfM1ZLKVNKZ8pyvQppf2AQ==\n";

std::unique_ptr<Signer> Log() {
  return testing::MakeSigner("ledger.example/settlement", SignerRole::kLog,
                             testing::Rfc8032Pem());
}
std::unique_ptr<Signer> Witness(absl::string_view name = "witness.example/w1") {
  return testing::MakeSigner(name, SignerRole::kCosigner,
                             testing::Rfc8032Pem());
}

Digest Hash(absl::string_view hex) {
  return *Digest::From(absl::HexStringToBytes(hex));
}

Checkpoint EightLeaves() {
  Checkpoint checkpoint;
  checkpoint.origin = "ledger.example/settlement";
  checkpoint.head = {8,
                     Hash("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe3"
                          "70eff4604328")};
  return checkpoint;
}

Note PublishedNote() { return *ParseNote(kNote); }

TEST(CheckpointTest, IsSignedAndCosignedAsPublished) {
  EXPECT_EQ(Log()->key().vkey(), kLogVkey);
  auto note = SignCheckpoint(EightLeaves(), *Log());
  ASSERT_TRUE(note.ok()) << note.status();
  const auto cosignature = Cosign(note->text, 1'679'315'147, *Witness());
  ASSERT_TRUE(cosignature.ok()) << cosignature.status();
  note->signatures.push_back(*cosignature);
  EXPECT_EQ(FormatNote(*note), kNote);
}

TEST(CheckpointTest, OpensForItsLogOnly) {
  const auto key = NoteKey::Parse(kLogVkey);
  ASSERT_TRUE(key.ok());
  const auto checkpoint = OpenCheckpoint(PublishedNote(), *key);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(*checkpoint, EightLeaves());
  const auto time = VerifyCosignature(
      PublishedNote().text, PublishedNote().signatures[1], Witness()->key());
  ASSERT_TRUE(time.ok()) << time.status();
  EXPECT_EQ(*time, 1'679'315'147);

  const auto other =
      testing::MakeSigner("ledger.example/settlement", SignerRole::kLog,
                          NewPrivateKeyPem(PrivateKeyKind::kEd25519));
  EXPECT_FALSE(OpenCheckpoint(PublishedNote(), other->key()).ok());
  EXPECT_FALSE(OpenCheckpoint(PublishedNote(), Witness()->key()).ok());
  Note unsigned_note = PublishedNote();
  unsigned_note.signatures.erase(unsigned_note.signatures.begin());
  EXPECT_FALSE(OpenCheckpoint(unsigned_note, *key).ok());
}

TEST(CheckpointTest, EveryFlippedBitOfTheTextIsFound) {
  const auto key = NoteKey::Parse(kLogVkey);
  const Note note = PublishedNote();
  for (size_t bit = 0; bit < note.text.size() * 8; ++bit) {
    Note flipped = note;
    flipped.text[bit / 8] =
        static_cast<char>(flipped.text[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(OpenCheckpoint(flipped, *key).ok()) << "bit " << bit;
    EXPECT_FALSE(
        VerifyCosignature(flipped.text, note.signatures[1], Witness()->key())
            .ok())
        << "bit " << bit;
  }
}

TEST(CheckpointTest, RefusesEveryBrokenText) {
  const std::string root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";
  EXPECT_TRUE(ParseCheckpoint("a\n8\n" + root + "\nmore\n").ok());
  EXPECT_TRUE(ParseCheckpoint("a\n0\n" + root + "\n").ok());
  for (const std::string& text :
       {std::string(), std::string("a\n8\n"), "\n8\n" + root + "\n",
        "a\n8\n" + root, "a\n08\n" + root + "\n", "a\n-8\n" + root + "\n",
        "a\n+8\n" + root + "\n", "a\n 8\n" + root + "\n",
        "a\n9223372036854775808\n" + root + "\n",
        "a\n8\n" + root.substr(4) + "\n", "a\n8\n" + root + "A\n",
        "a\n8\n" + root + "\n\n"}) {
    EXPECT_FALSE(ParseCheckpoint(text).ok()) << absl::CEscape(text);
  }
}

TEST(CheckpointTest, EachKeySignsOnlyWhatItIsFor) {
  EXPECT_FALSE(SignCheckpoint(EightLeaves(), *Witness()).ok());
  EXPECT_FALSE(Cosign("text\n", 1, *Log()).ok());
  EXPECT_FALSE(Cosign("text\n", -1, *Witness()).ok());
  Checkpoint other = EightLeaves();
  other.origin = "ledger.example/other";
  EXPECT_FALSE(SignCheckpoint(other, *Log()).ok());
}

// ---- Policies --------------------------------------------------------------

// Witnesses A to D with keys of their own.
class PolicyTest : public ::testing::Test {
 protected:
  PolicyTest() : note_(*SignCheckpoint(EightLeaves(), *Log())) {
    text_ = absl::StrCat("# whom we trust\nlog ", kLogVkey, "\n");
    for (const char* name : {"A", "B", "C", "D"}) {
      witnesses_.push_back(testing::MakeSigner(
          absl::StrCat("witness.example/", name), SignerRole::kCosigner,
          NewPrivateKeyPem(PrivateKeyKind::kEd25519)));
      absl::StrAppend(&text_, "witness ", name, " ",
                      witnesses_.back()->key().vkey(), "\n");
    }
  }
  // Whether `cosigners` are enough under `rest` of the policy.
  bool Accepts(absl::string_view rest, const std::vector<size_t>& cosigners) {
    const auto policy = TrustPolicy::Parse(absl::StrCat(text_, rest));
    EXPECT_TRUE(policy.ok()) << policy.status();
    Note note = note_;
    for (const size_t i : cosigners) {
      note.signatures.push_back(*Cosign(note.text, 5, *witnesses_[i]));
    }
    const auto trusted = policy->Open(note);
    if (trusted.ok()) {
      EXPECT_EQ(trusted->witnesses.size(), cosigners.size());
    }
    return trusted.ok();
  }
  absl::Status ParseStatus(absl::string_view rest) {
    return TrustPolicy::Parse(absl::StrCat(text_, rest)).status();
  }

  Note note_;
  std::string text_;
  std::vector<std::unique_ptr<Signer>> witnesses_;
};

TEST_F(PolicyTest, QuorumsCountTheirMembers) {
  EXPECT_TRUE(Accepts("quorum none\n", {}));
  EXPECT_FALSE(Accepts("quorum A\n", {}));
  EXPECT_TRUE(Accepts("quorum A\n", {0}));
  EXPECT_FALSE(Accepts("quorum A\n", {1, 2, 3}));
  EXPECT_FALSE(Accepts("group G 2 A B C\nquorum G\n", {1}));
  EXPECT_TRUE(Accepts("group G 2 A B C\nquorum G\n", {1, 2}));
  EXPECT_TRUE(Accepts("group G any A B\nquorum G", {1}));
  EXPECT_FALSE(Accepts("group G all A B\nquorum G", {1}));
  const char* nested =
      "group X all A B\ngroup Y any C D\ngroup Z all X Y\n"
      "\tquorum  Z \n\n";
  EXPECT_FALSE(Accepts(nested, {0, 1}));
  EXPECT_FALSE(Accepts(nested, {0, 2, 3}));
  EXPECT_TRUE(Accepts(nested, {0, 1, 3}));
}

TEST_F(PolicyTest, OneWitnessCountsOnceAndALieRejectsTheNote) {
  const auto policy =
      TrustPolicy::Parse(absl::StrCat(text_, "group G 2 A B\nquorum G\n"));
  ASSERT_TRUE(policy.ok());
  Note note = note_;
  note.signatures.push_back(*Cosign(note.text, 5, *witnesses_[0]));
  note.signatures.push_back(*Cosign(note.text, 6, *witnesses_[0]));
  EXPECT_FALSE(policy->Open(note).ok());
  note.signatures.push_back(*Cosign(note.text, 6, *witnesses_[1]));
  EXPECT_TRUE(policy->Open(note).ok());
  note.signatures.back().bytes.back() ^= 1;
  EXPECT_FALSE(policy->Open(note).ok());
}

TEST_F(PolicyTest, RefusesEveryBrokenLine) {
  const std::string spare =
      testing::MakeSigner("w", SignerRole::kCosigner,
                          NewPrivateKeyPem(PrivateKeyKind::kEd25519))
          ->key()
          .vkey();
  for (const std::string& rest :
       {std::string(),
        std::string("quorum\n"),
        std::string("quorum E\n"),
        std::string("quorum none\nquorum none\n"),
        std::string("group G any\nquorum G\n"),
        std::string("group G 0 A\nquorum G\n"),
        std::string("group G 2 A\nquorum G\n"),
        std::string("group G most A\nquorum G\n"),
        std::string("group G any A A\nquorum G\n"),
        std::string("group G any A\ngroup H any A\nquorum G\n"),
        std::string("group G any G\nquorum G\n"),
        std::string("group A any B\nquorum A\n"),
        std::string("group none any B\nquorum none\n"),
        std::string("quorum none\r\n"),
        std::string("trust me\nquorum none\n"),
        absl::StrCat("log ", kLogVkey, "\nquorum none\n"),
        absl::StrCat("log ", spare, "\nquorum none\n"),
        absl::StrCat("log\nquorum none\n"),
        absl::StrCat("witness A ", spare, "\nquorum none\n"),
        absl::StrCat("witness none ", spare, "\nquorum none\n"),
        absl::StrCat("witness E ", kLogVkey, "\nquorum none\n"),
        absl::StrCat("witness E ", witnesses_[0]->key().vkey(),
                     "\nquorum none\n")}) {
    EXPECT_FALSE(ParseStatus(rest).ok()) << rest;
  }
  EXPECT_NE(ParseStatus("quorum E\n").message().find("policy line 7"),
            absl::string_view::npos)
      << ParseStatus("quorum E\n");
}

// ---- Proofs ----------------------------------------------------------------

class TlogProofTest : public ::testing::Test {
 protected:
  TlogProofTest() {
    proof_.extra = "what the leaf commits to";
    proof_.index = 5;
    proof_.hashes = {
        Hash(
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
        Hash(
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        Hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b"
             "7")};
    proof_.checkpoint = PublishedNote();
  }
  static absl::Status Verify(const TlogProof& proof, absl::string_view leaf) {
    const auto policy =
        TrustPolicy::Parse(absl::StrCat("log ", kLogVkey, "\nquorum none\n"));
    EXPECT_TRUE(policy.ok()) << policy.status();
    return VerifyTlogProof(proof, leaf, *policy).status();
  }

  TlogProof proof_;
  const std::string leaf_ = absl::HexStringToBytes("40414243");
};

TEST_F(TlogProofTest, IsReadAsWrittenAndVerifies) {
  const std::string bytes = FormatTlogProof(proof_);
  const auto read = ParseTlogProof(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, proof_);
  EXPECT_EQ(FormatTlogProof(*read), bytes);
  EXPECT_TRUE(Verify(*read, leaf_).ok()) << Verify(*read, leaf_);
  proof_.extra.clear();
  EXPECT_EQ(*ParseTlogProof(FormatTlogProof(proof_)), proof_);
}

TEST_F(TlogProofTest, ProvesNothingElse) {
  EXPECT_FALSE(Verify(proof_, "another leaf").ok());
  TlogProof other = proof_;
  other.index = 4;
  EXPECT_FALSE(Verify(other, leaf_).ok());
  other = proof_;
  other.hashes.pop_back();
  EXPECT_FALSE(Verify(other, leaf_).ok());
  other = proof_;
  std::swap(other.hashes[0], other.hashes[1]);
  EXPECT_FALSE(Verify(other, leaf_).ok());
  other = proof_;
  other.checkpoint.signatures[0].bytes[0] ^= 1;
  EXPECT_FALSE(Verify(other, leaf_).ok());
}

TEST_F(TlogProofTest, RefusesEveryBrokenFile) {
  const std::string bytes = FormatTlogProof(proof_);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = ParseTlogProof(bytes.substr(0, size));
    // Whole signature lines may be missing at the end: another, valid note.
    if (cut.ok()) {
      EXPECT_EQ(cut->checkpoint.signatures.size(), 1u) << size;
    }
  }
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"tlog-proof@v1", "tlog-proof@v2"},
      {"extra ", "extra  "},
      {"extra ", "EXTRA "},
      {"index 5", "index 05"},
      {"index 5", "index -5"},
      {"index 5\n", ""},
      {"index 5\n", "index 5\nAAAA\n"},
  };
  for (const auto& [from, to] : changes) {
    EXPECT_FALSE(ParseTlogProof(absl::StrReplaceAll(bytes, {{from, to}})).ok())
        << to;
  }
}

}  // namespace
}  // namespace luheng
