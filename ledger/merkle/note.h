// Signed notes (C2SP signed-note): a text, a blank line, and one line for each
// signature. What a text says counts only once a signature of a known key was
// verified.
#ifndef LUHENG_LEDGER_MERKLE_NOTE_H_
#define LUHENG_LEDGER_MERKLE_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/merkle/note_key.h"

namespace luheng {

// Readers take no larger note, and no more signatures.
inline constexpr size_t kNoteBytesMax = 1 << 20;
inline constexpr size_t kNoteSignaturesMax = 100;

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string bytes;  // What follows the key id.

  // Whether `key` is said to have made it.
  bool IsOf(const NoteKey& key) const {
    return name == key.name() && key_id == key.id();
  }
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // With its last newline.
  std::vector<NoteSignature> signatures;
  friend bool operator==(const Note&, const Note&) = default;
};

// Errors: INVALID_ARGUMENT, with the rule that is broken.
absl::StatusOr<Note> ParseNote(absl::string_view bytes);
// What ParseNote reads back as an equal note.
std::string FormatNote(const Note& note);
// One signature's line, with its newline.
std::string FormatSignature(const NoteSignature& signature);
// Reads what FormatSignature wrote, without the newline. Errors:
// INVALID_ARGUMENT.
absl::StatusOr<NoteSignature> ParseSignature(absl::string_view line);

}  // namespace luheng

#endif  // LUHENG_LEDGER_MERKLE_NOTE_H_
