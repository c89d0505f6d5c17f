#include "ledger/merkle/tlog_proof.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/base64.h"
#include "ledger/merkle/decimal.h"
#include "ledger/merkle/proof.h"

namespace luheng {
namespace {

constexpr absl::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
// A path in a tree of 2^63 leaves.
constexpr size_t kHashesMax = 63;

absl::Status NotAProof(absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("no proof: ", rule));
}

// Takes the next line, without its newline, off `bytes`; nothing if there is
// no whole line left.
std::optional<absl::string_view> TakeLine(absl::string_view& bytes) {
  const size_t end = bytes.find('\n');
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string FormatTlogProof(const TlogProof& proof) {
  std::string bytes = absl::StrCat(kFirstLine, "\n");
  if (!proof.extra.empty()) {
    absl::StrAppend(&bytes, "extra ", absl::Base64Escape(proof.extra), "\n");
  }
  absl::StrAppend(&bytes, "index ", proof.index, "\n");
  for (const Digest& hash : proof.hashes) {
    absl::StrAppend(&bytes, absl::Base64Escape(hash.view()), "\n");
  }
  absl::StrAppend(&bytes, "\n", FormatNote(proof.checkpoint));
  return bytes;
}

absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view bytes) {
  if (bytes.size() > kTlogProofBytesMax) return NotAProof("it is too large");
  if (TakeLine(bytes) != kFirstLine) {
    return NotAProof(absl::StrCat("its first line is not ", kFirstLine));
  }
  TlogProof proof;
  auto line = TakeLine(bytes);
  if (line && absl::ConsumePrefix(&*line, "extra ")) {
    const auto extra = FromBase64(*line);
    if (!extra || extra->empty()) return NotAProof("extra is base64");
    proof.extra = *extra;
    line = TakeLine(bytes);
  }
  if (!line || !absl::ConsumePrefix(&*line, "index ")) {
    return NotAProof("no line with the index");
  }
  const auto index = ParseDecimal(*line);
  if (!index) return NotAProof("the index is a number from 0");
  proof.index = *index;
  for (line = TakeLine(bytes); line && !line->empty(); line = TakeLine(bytes)) {
    const auto raw = FromBase64(*line);
    const auto hash = raw ? Digest::From(*raw) : std::nullopt;
    if (!hash || proof.hashes.size() == kHashesMax) {
      return NotAProof("a path has up to 63 hashes, base64 of 32 bytes");
    }
    proof.hashes.push_back(*hash);
  }
  if (!line) return NotAProof("no checkpoint follows the path");
  ASSIGN_OR_RETURN(proof.checkpoint, ParseNote(bytes));
  return proof;
}

const HashSuite& SuiteOf(const NoteKey& key) {
  return key.algorithm() == NoteAlgorithm::kSm2 ? Sm3Suite() : Sha256Suite();
}

absl::StatusOr<TrustedCheckpoint> VerifyTlogProof(const TlogProof& proof,
                                                  absl::string_view leaf,
                                                  const TrustPolicy& policy) {
  ASSIGN_OR_RETURN(TrustedCheckpoint trusted, policy.Open(proof.checkpoint));
  const HashSuite& suite = SuiteOf(trusted.log);
  RETURN_IF_ERROR(VerifyInclusion(suite, suite.LeafHash(leaf), proof.index,
                                  trusted.checkpoint.head, proof.hashes));
  return trusted;
}

}  // namespace luheng
