// Goal: notes and keys are read and written as C2SP signed-note says, and
// nothing else is. Method: the published examples, and one broken note for each
// rule.
#include "ledger/merkle/note.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "ledger/merkle/note_key.h"
#include "ledger/merkle/signer.h"
#include "tests/unit/ledger/merkle/note_keys.h"

namespace luheng {
namespace {

// Of the specification.
constexpr char kVkey[] =
    "example.com/foo+530d903a+"
    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr char kText[] = "This is an example message.\n";
constexpr char kSignatureLine[] =
    "\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmR"
    "KuwHjG1Yu72IneyaQM=";

std::string Example() {
  return absl::StrCat(kText, "\n", kSignatureLine, "\n");
}

TEST(NoteKeyTest, VerifiesThePublishedExample) {
  const auto key = NoteKey::Parse(kVkey);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->vkey(), kVkey);
  EXPECT_EQ(key->id(), 0x530d903au);
  const auto note = ParseNote(Example());
  ASSERT_TRUE(note.ok()) << note.status();
  ASSERT_EQ(note->signatures.size(), 1u);
  EXPECT_TRUE(note->signatures[0].IsOf(*key));
  EXPECT_TRUE(key->Verify(note->text, note->signatures[0].bytes));
  EXPECT_FALSE(key->Verify("This is another.\n", note->signatures[0].bytes));
}

TEST(NoteTest, IsWrittenAsItWasRead) {
  for (const std::string& text : {Example(),
                                  // Blank lines belong to the text.
                                  absl::StrCat("a\n\n\nb\n\n", kSignatureLine,
                                               "\n", kSignatureLine, "\n")}) {
    const auto note = ParseNote(text);
    ASSERT_TRUE(note.ok()) << note.status();
    EXPECT_EQ(FormatNote(*note), text);
  }
}

TEST(NoteTest, RefusesEveryBrokenOne) {
  const std::string line = kSignatureLine;
  const std::vector<std::string> broken = {
      "",
      kText,
      absl::StrCat(kText, "\n"),
      absl::StrCat(kText, line, "\n"),  // No blank line.
      absl::StrCat(kText, "\n", line),  // The last line does not end.
      absl::StrCat(kText, "\n", line, " \n"),
      absl::StrCat(kText, "\n- example.com/foo Uw2QOkn8\n"),  // No em dash.
      absl::StrCat(kText, "\n\u2014 example.com/foo\n"),
      absl::StrCat(kText,
                   "\n\u2014 example.com/foo Uw2QOg==\n"),  // Key id only.
      absl::StrCat(kText, "\n\u2014 example.com/foo Uw2QOkn8sr\n"),  // Padding.
      absl::StrCat("a\tb\n\n", line, "\n"),
      absl::StrCat("a\r\n\n", line, "\n"),
      absl::StrCat("a\xff\n\n", line, "\n"),
      absl::StrCat(std::string(kNoteBytesMax, 'a'), "\n\n", line, "\n"),
  };
  for (const std::string& text : broken) {
    EXPECT_FALSE(ParseNote(text).ok()) << absl::CEscape(text.substr(0, 100));
  }
  std::string many = absl::StrCat(kText, "\n");
  for (size_t i = 0; i < kNoteSignaturesMax; ++i) {
    absl::StrAppend(&many, line, "\n");
  }
  EXPECT_TRUE(ParseNote(many).ok());
  EXPECT_FALSE(ParseNote(many + line + "\n").ok());
}

TEST(NoteKeyTest, RefusesEveryBrokenOne) {
  for (const char* vkey :
       {"", "example.com/foo", "example.com/foo+530d903a",
        // Another key id, upper case, another key, no base64.
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        // A type that nobody knows, a short key, a name with a space.
        "example.com/foo+530d903a+CekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+Aeky",
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}) {
    EXPECT_FALSE(NoteKey::Parse(vkey).ok()) << vkey;
  }
  const std::string key(32, 'k');
  EXPECT_FALSE(NoteKey::Make(NoteAlgorithm::kEd25519, "a\u3000b", key).ok());
  EXPECT_FALSE(NoteKey::Make(NoteAlgorithm::kSm2, "a", key).ok());
  // No point of the curve.
  EXPECT_FALSE(
      NoteKey::Make(NoteAlgorithm::kSm2, "a", "\x04" + std::string(64, 'x'))
          .ok());
}

struct KindCase {
  const char* name;
  PrivateKeyKind kind;
  SignerRole role;
  NoteAlgorithm algorithm;
};
void PrintTo(const KindCase& row, std::ostream* out) { *out << row.name; }

class SignerTest : public ::testing::TestWithParam<KindCase> {};

TEST_P(SignerTest, SignsWhatItsKeyVerifies) {
  const auto signer = testing::MakeSigner("test.example/log", GetParam().role,
                                          NewPrivateKeyPem(GetParam().kind));
  EXPECT_EQ(signer->key().algorithm(), GetParam().algorithm);
  // The key goes round as text.
  const auto key = NoteKey::Parse(signer->key().vkey());
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, signer->key());
  const auto signature = signer->Sign("message");
  ASSERT_TRUE(signature.ok()) << signature.status();
  EXPECT_EQ(signature->size(), 64u);
  EXPECT_TRUE(key->Verify("message", *signature));
  EXPECT_FALSE(key->Verify("massage", *signature));
  EXPECT_FALSE(key->Verify("message", signature->substr(1)));
  for (size_t bit = 0; bit < signature->size() * 8; bit += 37) {
    std::string flipped = *signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(key->Verify("message", flipped)) << "bit " << bit;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, SignerTest,
    ::testing::Values(KindCase{"Ed25519", PrivateKeyKind::kEd25519,
                               SignerRole::kLog, NoteAlgorithm::kEd25519},
                      KindCase{"Ed25519Cosigner", PrivateKeyKind::kEd25519,
                               SignerRole::kCosigner,
                               NoteAlgorithm::kEd25519Cosignature},
                      KindCase{"Sm2", PrivateKeyKind::kSm2, SignerRole::kLog,
                               NoteAlgorithm::kSm2},
                      KindCase{"Sm2Cosigner", PrivateKeyKind::kSm2,
                               SignerRole::kCosigner,
                               NoteAlgorithm::kSm2Cosignature}),
    [](const auto& row) { return row.param.name; });

TEST(SignerFromPemTest, RefusesWhatIsNoKey) {
  for (const std::string& pem :
       {std::string(), std::string("-----BEGIN PRIVATE KEY-----\n"),
        testing::Rfc8032Pem().substr(0, 60)}) {
    EXPECT_FALSE(SignerFromPem("a", SignerRole::kLog, pem).ok());
  }
  EXPECT_FALSE(
      SignerFromPem("a b", SignerRole::kLog, testing::Rfc8032Pem()).ok());
}

}  // namespace
}  // namespace luheng
