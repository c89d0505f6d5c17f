// Goal: a leaf says nothing but number, stamp and salted digests, and a part
// can be shown to stand under it without the others.
#include "ledger/entry/commitment.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "ledger/base/endian.h"
#include "ledger/entry/entry.h"
#include "ledger/entry/wire.h"
#include "luheng/core/v1/events.pb.h"

namespace luheng {
namespace {

class CommitmentTest : public ::testing::TestWithParam<HashSuiteId> {
 protected:
  CommitmentTest() {
    Entry entry;
    entry.Reset(EntryNumber(0x0102), Stamp(0x0304));
    core::v1::SessionOpened body;
    for (int64_t holder : {0, 7, 9}) {
      body.set_session(5);  // The same content for everybody.
      entry.AddEvent(HolderId(holder), 108, body);
    }
    entry.Serialize(bytes_);
    absl::string_view part;
    for (EntryReader reader(bytes_); reader.NextPart(part);) {
      parts_.emplace_back(part);
    }
    EXPECT_TRUE(CommitmentRecord(suite_, secret_, bytes_, record_).ok());
  }

  std::string DigestAt(size_t index) const {
    return record_.substr(19 + 32 * index, 32);
  }

  const HashSuite& suite_ = SuiteOf(GetParam());
  const std::string secret_ = std::string(32, 's');
  std::string bytes_;
  std::vector<std::string> parts_;
  std::string record_;
};

TEST_P(CommitmentTest, TheRecordIsLaidOutAsDocumented) {
  ASSERT_EQ(parts_.size(), 3u);
  ASSERT_EQ(record_.size(), 19u + 3 * 32);
  EXPECT_EQ(record_[0], 1);
  EXPECT_EQ(LoadBigEndian64(&record_[1]), 0x0102u);
  EXPECT_EQ(LoadBigEndian64(&record_[9]), 0x0304u);
  EXPECT_EQ(record_.substr(17, 2), std::string("\0\3", 2));
  // From the words of the header alone.
  std::string position;
  AppendBigEndian64(0x0102, position);
  AppendBigEndian64(1, position);
  const std::string salt = suite_.Hash(secret_ + position).str().substr(0, 16);
  EXPECT_EQ(DigestAt(1), suite_.Hash(salt + parts_[1]).str());
}

TEST_P(CommitmentTest, APartAndItsSaltOpenTheirDigestAndNoOther) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    for (size_t j = 0; j < parts_.size(); ++j) {
      const Id16 salt = PartSalt(suite_, secret_, EntryNumber(0x0102),
                                 static_cast<int64_t>(j));
      EXPECT_EQ(PartDigest(suite_, salt, parts_[i]).str() == DigestAt(i),
                i == j);
    }
  }
  const Id16 salt = PartSalt(suite_, secret_, EntryNumber(0x0102), 0);
  std::string changed = parts_[0];
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_NE(PartDigest(suite_, salt, changed).str(), DigestAt(0));
}

TEST_P(CommitmentTest, SaltsDifferByPlaceAndBySecret) {
  std::set<Id16> salts;
  for (int64_t entry : {1, 2, 256}) {
    for (int64_t part : {0, 1, 2}) {
      salts.insert(PartSalt(suite_, secret_, EntryNumber(entry), part));
      salts.insert(
          PartSalt(suite_, std::string(32, 't'), EntryNumber(entry), part));
    }
  }
  EXPECT_EQ(salts.size(), 18u);
}

TEST_P(CommitmentTest, BytesThatAreNoEntryHaveNoRecord) {
  std::string record;
  for (size_t size : {size_t{0}, size_t{17}, size_t{19}, bytes_.size() - 1}) {
    EXPECT_EQ(CommitmentRecord(suite_, secret_, bytes_.substr(0, size), record)
                  .code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  // More parts than the count can say.
  std::string many = bytes_.substr(0, 18);
  for (int i = 0; i < 0x10000; ++i) many += std::string("\x1a\0", 2);
  EXPECT_EQ(CommitmentRecord(suite_, secret_, many, record).code(),
            absl::StatusCode::kDataLoss);
  many.resize(many.size() - 2);
  EXPECT_TRUE(CommitmentRecord(suite_, secret_, many, record).ok());
}

INSTANTIATE_TEST_SUITE_P(Suites, CommitmentTest,
                         ::testing::Values(HashSuiteId::kSha256,
                                           HashSuiteId::kSm3),
                         [](const auto& c) {
                           return c.param == HashSuiteId::kSm3 ? "Sm3"
                                                               : "Sha256";
                         });

}  // namespace
}  // namespace luheng
