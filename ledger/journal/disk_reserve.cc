#include "ledger/journal/disk_reserve.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace luheng {

absl::StatusOr<int64_t> FreeDiskBytes(const std::string& directory) {
  struct statvfs info = {};
  if (statvfs(directory.c_str(), &info) != 0) {
    return absl::UnavailableError(
        absl::StrFormat("free space of %s: %s", directory,
                        absl::ErrnoToStatus(errno, "statvfs").message()));
  }
  return static_cast<int64_t>(info.f_bavail) *
         static_cast<int64_t>(info.f_frsize);
}

DiskReserve::DiskReserve(std::string directory, int64_t reserve_bytes)
    : DiskReserve([directory = std::move(
                       directory)] { return FreeDiskBytes(directory); },
                  reserve_bytes) {}

DiskReserve::DiskReserve(FreeBytes free_bytes, int64_t reserve_bytes)
    : free_bytes_(std::move(free_bytes)), reserve_bytes_(reserve_bytes) {}

bool DiskReserve::Low() const {
  const absl::StatusOr<int64_t> free = free_bytes_();
  return !free.ok() || *free < reserve_bytes_;
}

}  // namespace luheng
