#include "clients/lib/receipt.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/lib/status_macros.h"
#include "ledger/base/digest.h"
#include "ledger/base/endian.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/merkle/tlog_proof.h"
#include "luheng/ledger/v1/ledger.pb.h"

namespace luheng::client {
namespace {

// The commitment record of ledger format 1: version, number, stamp, part count,
// then a digest for each part.
constexpr char kVersion = 1;
constexpr size_t kHeaderSize = 1 + 8 + 8 + 2;
constexpr size_t kSaltSize = 16;

absl::Status NotAReceipt(absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("no receipt: ", rule));
}

// The record's numbers, and where its digests begin.
absl::Status ReadRecord(absl::string_view leaf, Receipt& receipt) {
  if (leaf.size() < kHeaderSize || leaf[0] != kVersion) {
    return NotAReceipt("its record is not of a format that is known here");
  }
  receipt.entry = static_cast<int64_t>(LoadBigEndian64(leaf.data() + 1));
  receipt.time = absl::FromUnixNanos(
      static_cast<int64_t>(LoadBigEndian64(leaf.data() + 9)));
  receipt.part_count =
      static_cast<uint8_t>(leaf[17]) << 8 | static_cast<uint8_t>(leaf[18]);
  if (leaf.size() !=
      kHeaderSize + static_cast<size_t>(receipt.part_count) * Digest::kSize) {
    return NotAReceipt("its record does not have a digest for each part");
  }
  return absl::OkStatus();
}

absl::Status AddPart(const HashSuite& suite, absl::string_view leaf,
                     const ledger::v1::ReceiptPart& part, Receipt& receipt) {
  if (part.index() < 0 || part.index() >= receipt.part_count ||
      part.salt().size() != kSaltSize) {
    return NotAReceipt("a part is none of the entry");
  }
  const size_t at =
      kHeaderSize + static_cast<size_t>(part.index()) * Digest::kSize;
  if (suite.Hash(part.salt(), part.bytes()).view() !=
      leaf.substr(at, Digest::kSize)) {
    return NotAReceipt(absl::StrCat("part ", part.index(),
                                    " is not what the ledger committed to"));
  }
  Receipt::Part& read = receipt.parts.emplace_back();
  read.index = part.index();
  if (!read.content.ParseFromString(part.bytes())) {
    return NotAReceipt(
        absl::StrCat("part ", part.index(), " is not understood"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Receipt> VerifyReceipt(absl::string_view bytes,
                                      const TrustPolicy& policy) {
  CLIENT_ASSIGN_OR_RETURN(const TlogProof proof, ParseTlogProof(bytes));
  ledger::v1::ReceiptContent content;
  if (!content.ParseFromString(proof.extra)) {
    return NotAReceipt("its extra data are not those of a receipt");
  }
  CLIENT_ASSIGN_OR_RETURN(TrustedCheckpoint trusted,
                          VerifyTlogProof(proof, content.leaf(), policy));
  const HashSuite& suite = SuiteOf(trusted.log);
  Receipt receipt{std::move(trusted), 0, absl::Time(), 0, {}};
  CLIENT_RETURN_IF_ERROR(ReadRecord(content.leaf(), receipt));
  if (receipt.entry != proof.index + 1) {
    return NotAReceipt("its record is of another entry");
  }
  for (const ledger::v1::ReceiptPart& part : content.parts()) {
    CLIENT_RETURN_IF_ERROR(AddPart(suite, content.leaf(), part, receipt));
  }
  return receipt;
}

}  // namespace luheng::client
