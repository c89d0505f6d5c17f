// Goal: signed notes, checkpoints, keys, proofs to hand on and policies have
// one form each. What is read is written again as the same bytes, and nothing
// that a policy reads makes it trust a note without signatures.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/merkle/checkpoint.h"
#include "ledger/merkle/note.h"
#include "ledger/merkle/note_key.h"
#include "ledger/merkle/tlog_proof.h"
#include "ledger/merkle/trust_policy.h"
#include "tests/testing/fuzz_input.h"

namespace luheng {
namespace {

void CheckNote(absl::string_view bytes) {
  const auto note = ParseNote(bytes);
  if (!note.ok()) return;
  LUHENG_CHECK(FormatNote(*note) == bytes);
  const auto checkpoint = ParseCheckpoint(note->text);
  if (checkpoint.ok())
    LUHENG_CHECK(FormatCheckpoint(*checkpoint) == note->text);
}

void CheckProof(absl::string_view bytes) {
  const auto proof = ParseTlogProof(bytes);
  if (proof.ok()) LUHENG_CHECK(FormatTlogProof(*proof) == bytes);
}

void CheckKey(absl::string_view bytes) {
  const auto key = NoteKey::Parse(bytes);
  if (!key.ok()) return;
  LUHENG_CHECK(key->vkey() == bytes);
  LUHENG_CHECK(!key->Verify("message", std::string(64, '\0')));
}

void CheckPolicy(absl::string_view bytes) {
  const auto policy = TrustPolicy::Parse(bytes);
  if (!policy.ok()) return;
  for (const TrustPolicy::Log& log : policy->logs()) {
    Checkpoint checkpoint;
    checkpoint.origin = log.key.name();
    Note note;
    note.text = FormatCheckpoint(checkpoint);
    LUHENG_CHECK(!policy->Open(note).ok());
    note.signatures.push_back(
        {log.key.name(), log.key.id(), std::string(64, '\0')});
    LUHENG_CHECK(!policy->Open(note).ok());
  }
}

}  // namespace
}  // namespace luheng

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = luheng::testing::FuzzText(data, size);
  luheng::CheckNote(bytes);
  luheng::CheckProof(bytes);
  luheng::CheckKey(bytes);
  luheng::CheckPolicy(bytes);
  return 0;
}
