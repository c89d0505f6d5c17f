// Small files that must not be lost or half-written: keys, last positions.
#ifndef LUHENG_LEDGER_BASE_FILE_H_
#define LUHENG_LEDGER_BASE_FILE_H_

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace luheng {

// Writes beside and renames, synced with its folder: after a crash the file is
// the old one or the new one. Errors: UNAVAILABLE.
absl::Status WriteFileDurably(const std::string& path, absl::string_view bytes,
                              mode_t mode = 0644);

// The whole file. Errors: NOT_FOUND if there is none, UNAVAILABLE if it cannot
// be read, FAILED_PRECONDITION if it is larger than `bytes_max`.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          size_t bytes_max);

// The same for a file with a secret in it: FAILED_PRECONDITION, too, if anybody
// but its owner may read or write it.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path,
                                           size_t bytes_max);

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_FILE_H_
