#include "services/core/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng::core {
namespace {

namespace fs = std::filesystem;

// The file: magic, entry (8 bytes big-endian), digest (32), then the state.
constexpr absl::string_view kMagic = "LHSNAP1\n";
constexpr size_t kHeadBytes = 8 + 8 + Digest::kSize;
constexpr absl::string_view kPrefix = "snapshot-";

absl::Status SystemError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

absl::Status WriteAll(int file, absl::string_view bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return SystemError("write", path);
    if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& directory) {
  const int file = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError("open", directory);
  const int result = fsync(file);
  close(file);
  return result == 0 ? absl::OkStatus() : SystemError("sync", directory);
}

absl::Status WriteSynced(const std::string& path, absl::string_view head,
                         absl::string_view bytes) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return SystemError("create", path);
  absl::Status status = WriteAll(file, head, path);
  if (status.ok()) status = WriteAll(file, bytes, path);
  if (status.ok() && fsync(file) != 0) status = SystemError("sync", path);
  close(file);
  return status;
}

}  // namespace

absl::StatusOr<SnapshotStore> SnapshotStore::Open(
    const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("create ", directory, ": ", error.message()));
  }
  return SnapshotStore(directory);
}

std::string SnapshotStore::PathOf(EntryNumber entry) const {
  return absl::StrFormat("%s/%s%020d", directory_, kPrefix, entry.value());
}

absl::Status SnapshotStore::Write(EntryNumber entry, const Digest& digest,
                                  absl::string_view bytes, int kept) const {
  std::string head(kMagic);
  AppendBigEndian64(static_cast<uint64_t>(entry.value()), head);
  head += digest.str();
  const std::string path = PathOf(entry);
  const std::string draft = path + ".part";
  RETURN_IF_ERROR(WriteSynced(draft, head, bytes));
  if (rename(draft.c_str(), path.c_str()) != 0) {
    return SystemError("rename", draft);
  }
  RETURN_IF_ERROR(SyncDirectory(directory_));
  const std::vector<EntryNumber> all = List();
  for (size_t i = static_cast<size_t>(kept); i < all.size(); ++i) {
    std::error_code ignored;
    fs::remove(PathOf(all[i]), ignored);
  }
  return absl::OkStatus();
}

std::vector<EntryNumber> SnapshotStore::List() const {
  std::vector<EntryNumber> entries;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory_, error)) {
    const std::string name = file.path().filename().string();
    absl::string_view rest = name;
    int64_t number = 0;
    if (absl::ConsumePrefix(&rest, kPrefix) &&
        absl::SimpleAtoi(rest, &number)) {
      entries.emplace_back(number);
    }
  }
  std::sort(entries.rbegin(), entries.rend());
  return entries;
}

absl::StatusOr<Snapshot> SnapshotStore::Read(EntryNumber entry) const {
  const std::string path = PathOf(entry);
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("no snapshot ", path));
  std::string head(kHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  Snapshot snapshot;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!file || error ||
      head.compare(0, kMagic.size(), kMagic.data(), kMagic.size()) != 0) {
    return absl::DataLossError(absl::StrCat(path, " is not a snapshot"));
  }
  snapshot.bytes.resize(size - kHeadBytes);
  file.read(snapshot.bytes.data(),
            static_cast<std::streamsize>(snapshot.bytes.size()));
  snapshot.entry =
      EntryNumber(static_cast<int64_t>(LoadBigEndian64(head.data() + 8)));
  snapshot.digest =
      *Digest::From(absl::string_view(head).substr(16, Digest::kSize));
  if (!file || snapshot.entry != entry ||
      Sha256Suite().Hash(snapshot.bytes) != snapshot.digest) {
    return absl::DataLossError(
        absl::StrCat(path, " does not have the digest that it names"));
  }
  return snapshot;
}

}  // namespace luheng::core
