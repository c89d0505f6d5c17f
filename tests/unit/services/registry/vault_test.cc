// The vault: what is stored comes back, a repeated request stores once, what
// is erased is gone from the files, and every proof over the ledger holds
// afterwards.
#include "services/registry/vault.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "ledger/entry/wire.h"
#include "ledger/merkle/proof.h"
#include "ledger/views/views.h"
#include "services/registry/vault_erasure.h"
#include "services/registry/vault_worker.h"
#include "tests/testing/entry_journal.h"
#include "tests/testing/temp_directory.h"
#include "tests/unit/services/registry/registry_fixture.h"

namespace luheng::registry {
namespace {

using luheng::testing::EntryJournal;
using luheng::testing::TempDirectory;

const VaultKey kKey = *VaultKey::From(std::string(32, 'k'));
const Id16 kRequest = *Id16::From(std::string(16, 'q'));

v1::PersonRecord Person(const std::string& name = "张三") {
  v1::PersonRecord person;
  person.set_person_name(name);
  person.set_identity_number("11010519491231002X");
  person.set_bank_account("6222020200112233445");
  return person;
}

std::unique_ptr<Vault> OpenVault(const TempDirectory& directory,
                                 const VaultKey& key = kKey) {
  auto vault = Vault::Open(directory.path() + "/vault", key);
  LUHENG_CHECK_OK(vault.status());
  return *std::move(vault);
}

// The file below `directory` that holds `bytes`, from them on; empty if none
// does.
std::string FindInFiles(const TempDirectory& directory,
                        const std::string& bytes) {
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory.path())) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    const size_t at = all.find(bytes);
    if (at != std::string::npos) return all.substr(at);
  }
  return "";
}

TEST(VaultTest, GivesBackWhatWasStoredAlsoAfterReopening) {
  TempDirectory directory;
  Id16 record;
  {
    const auto vault = OpenVault(directory);
    const auto stored = vault->Put(UserId(1), kRequest, Person());
    ASSERT_TRUE(stored.ok());
    record = stored->record;
  }
  const auto vault = OpenVault(directory);
  const auto person = vault->Get(record);
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->SerializeAsString(), Person().SerializeAsString());
  EXPECT_EQ(vault->Get(kRequest).status().code(), absl::StatusCode::kNotFound);
}

TEST(VaultTest, NothingReadableStandsInTheFiles) {
  TempDirectory directory;
  OpenVault(directory)->Put(UserId(1), kRequest, Person()).IgnoreError();
  EXPECT_EQ(FindInFiles(directory, "11010519491231002X"), "");
  EXPECT_EQ(FindInFiles(directory, "张三"), "");
}

TEST(VaultTest, RepeatedRequestStoresOnce) {
  TempDirectory directory;
  const auto vault = OpenVault(directory);
  const auto first = vault->Put(UserId(1), kRequest, Person());
  const auto again = vault->Put(UserId(1), kRequest, Person());
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(first->record, again->record);
  EXPECT_EQ(first->salted_digest, again->salted_digest);
  EXPECT_EQ(vault->Put(UserId(1), kRequest, Person("李四")).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST(VaultTest, SameRecordsHaveDifferentIdsAndDigests) {
  TempDirectory directory;
  const auto vault = OpenVault(directory);
  const auto one = vault->Put(UserId(1), kRequest, Person());
  const auto other = vault->Put(UserId(2), kRequest, Person());
  ASSERT_TRUE(one.ok());
  ASSERT_TRUE(other.ok());
  EXPECT_NE(one->record, other->record);
  EXPECT_NE(one->salted_digest, other->salted_digest);
}

TEST(VaultTest, AnotherKeyOpensNothing) {
  TempDirectory directory;
  const Id16 record =
      OpenVault(directory)->Put(UserId(1), kRequest, Person())->record;
  const auto other =
      OpenVault(directory, *VaultKey::From(std::string(32, 'o')));
  EXPECT_EQ(other->Get(record).status().code(), absl::StatusCode::kDataLoss);
}

TEST(VaultTest, SealedBytesOpenOnlyUnchangedAndInTheirPlace) {
  const std::string sealed = SealForVault(kKey, "place", "secret");
  EXPECT_EQ(*OpenFromVault(kKey, "place", sealed), "secret");
  EXPECT_FALSE(OpenFromVault(kKey, "other", sealed).ok());
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(OpenFromVault(kKey, "place", changed).ok()) << i;
  }
  EXPECT_FALSE(OpenFromVault(kKey, "place", "short").ok());
}

// The record's key may stay in RocksDB's list of files; the ciphertext may not
// stay anywhere.
TEST(VaultTest, ErasedRecordIsGoneFromTheFiles) {
  TempDirectory directory;
  v1::PersonRecord person = Person();
  person.set_note(std::string(400, 'n'));
  const v1::PersonRecord other = Person("李四");
  std::string ciphertext;
  {
    const auto vault = OpenVault(directory);
    const Id16 record = vault->Put(UserId(1), kRequest, person)->record;
    ASSERT_TRUE(vault->Put(UserId(2), kRequest, other).ok());
    // In the log the value stands behind its key and a length of two bytes.
    const std::string key = "r" + record.str();
    const std::string found = FindInFiles(directory, key);
    ASSERT_GT(found.size(), key.size() + 200);
    ciphertext = found.substr(key.size() + 2, 100);
    ASSERT_NE(FindInFiles(directory, ciphertext), "");

    ASSERT_TRUE(vault->Erase(record).ok());
    EXPECT_EQ(vault->Get(record).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(vault->Put(UserId(1), kRequest, person).status().code(),
              absl::StatusCode::kNotFound);
    EXPECT_TRUE(vault->Erase(record).ok());
  }
  EXPECT_EQ(FindInFiles(directory, ciphertext), "");
  EXPECT_TRUE(OpenVault(directory)->Put(UserId(2), kRequest, other).ok());
}

TEST(VaultTest, AccessesAreKeptInOrder) {
  TempDirectory directory;
  const auto vault = OpenVault(directory);
  for (int64_t i = 1; i <= 300; ++i) {
    ASSERT_TRUE(
        vault->NoteAccess(kRequest, {Stamp(i), UserId(7), i % 2 == 0}).ok());
  }
  const auto accesses = vault->Accesses(kRequest);
  ASSERT_TRUE(accesses.ok());
  ASSERT_EQ(accesses->size(), 300u);
  EXPECT_EQ((*accesses)[299].when, Stamp(300));
  EXPECT_TRUE((*accesses)[299].masked);
  EXPECT_EQ((*accesses)[0].user, UserId(7));
}

TEST(VaultKeyTest, IsMadeOnceAndReadAgain) {
  TempDirectory directory;
  const std::string path = directory.path() + "/vault.key";
  const auto made = LoadOrMakeVaultKey(path);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*LoadOrMakeVaultKey(path), *made);
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(LoadOrMakeVaultKey(path).status().code(),
            absl::StatusCode::kFailedPrecondition);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(path, std::ios::app) << "x";
  EXPECT_EQ(LoadOrMakeVaultKey(path).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(VaultWorkerTest, DoesWhatIsQueuedAndThenNoMore) {
  VaultWorker worker;
  std::string done;
  for (char c : {'a', 'b', 'c'}) {
    ASSERT_TRUE(worker.Post([&done, c] { done.push_back(c); }));
  }
  worker.Stop();
  EXPECT_EQ(done, "abc");
  EXPECT_FALSE(worker.Post([] {}));
}

// Goal: erasing leaves every proof valid. Method: the ledger records a person's
// record and its erasure; the views carry the erasure into the vault; then the
// journal is read again from block 1, every block and commitment is checked,
// and every entry is proved to be in the tree.
TEST(VaultTest, ErasureLeavesEveryProofValid) {
  TempDirectory directory;
  const auto vault = OpenVault(directory);
  const VaultEntry stored = *vault->Put(UserId(1), kRequest, Person());

  EntryJournal ledger;
  const auto add = [&ledger](int type,
                             const google::protobuf::MessageLite& body) {
    Entry entry;
    entry.Reset(ledger.next(), Stamp(ledger.next().value()));
    entry.AddEvent(kOperatorHolder, type, body);
    ledger.Add(entry);
    ledger.Commit();
  };
  v1::RecordStored recorded;
  recorded.set_record(stored.record.str());
  recorded.set_salted_digest(stored.salted_digest.str());
  add(v1::EVENT_TYPE_RECORD_STORED, recorded);
  v1::RecordErased erased;
  erased.set_record(stored.record.str());
  add(v1::EVENT_TYPE_RECORD_ERASED, erased);

  VaultErasure erasure(*vault);
  ViewsOptions options;
  options.directory = directory.path() + "/views";
  auto views = Views::Open(options, ledger.journal(), {&erasure});
  ASSERT_TRUE(views.ok());
  ASSERT_TRUE(vault->Get(stored.record).ok());
  (*views)->Start();
  ASSERT_TRUE((*views)->Await(EntryNumber(2)).ok());
  EXPECT_EQ(vault->Get(stored.record).status().code(),
            absl::StatusCode::kNotFound);

  const Journal& journal = ledger.journal();
  const TreeHead head = journal.tail().tree;
  const auto cursor = journal.ReadFrom(BlockNumber(1));
  int64_t proved = 0;
  for (auto block = cursor->Next(); block.ok() && block->has_value();
       block = cursor->Next()) {
    const auto secret = journal.ReadSecret((*block)->header().number);
    ASSERT_TRUE(secret.ok());
    std::string record;
    ASSERT_TRUE(CommitmentRecord(Sha256Suite(), secret->view(),
                                 (*block)->entry(0), record)
                    .ok());
    const auto proof =
        InclusionProof(Sha256Suite(), proved, head.size, journal);
    ASSERT_TRUE(proof.ok());
    EXPECT_TRUE(VerifyInclusion(Sha256Suite(), Sha256Suite().LeafHash(record),
                                proved, head, *proof)
                    .ok());
    ++proved;
  }
  EXPECT_EQ(proved, head.size);
  EXPECT_EQ(proved, 2);
}

}  // namespace
}  // namespace luheng::registry
