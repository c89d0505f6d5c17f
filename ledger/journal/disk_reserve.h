// Whether the disk still has room. Below the reserve the core refuses commands,
// so that the journal never meets a full disk while it works; the reserve is
// what compaction and an orderly shutdown need.
#ifndef LUHENG_LEDGER_JOURNAL_DISK_RESERVE_H_
#define LUHENG_LEDGER_JOURNAL_DISK_RESERVE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace luheng {

inline constexpr int64_t kDiskReserveBytesDefault = 256 << 20;

// Bytes that an unprivileged process may still write below `directory`.
// Errors: UNAVAILABLE with the system's message.
absl::StatusOr<int64_t> FreeDiskBytes(const std::string& directory);

// Thread-safe if its source is; FreeDiskBytes is.
class DiskReserve {
 public:
  using FreeBytes = std::function<absl::StatusOr<int64_t>()>;

  // Watches the file system of `directory`.
  DiskReserve(std::string directory, int64_t reserve_bytes);
  // Asks `free_bytes` instead, for tests and quotas.
  DiskReserve(FreeBytes free_bytes, int64_t reserve_bytes);

  // Whether fewer bytes than the reserve are free, or that could not be
  // learned. One statvfs, about a microsecond: once per block.
  bool Low() const;
  int64_t reserve_bytes() const { return reserve_bytes_; }

 private:
  FreeBytes free_bytes_;
  int64_t reserve_bytes_;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_DISK_RESERVE_H_
