#include "ledger/journal/high_water.h"

#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/journal/checksum.h"
#include "ledger/journal/rocksdb_status.h"

namespace luheng {
namespace {

constexpr absl::string_view kMagic = "LHMARK1\n";
// One slot is one page, so that writing one never touches the other.
constexpr size_t kSlotBytes = 4096;
constexpr size_t kMarkBytes = 92;
constexpr size_t kChecksumOffset = 88;

absl::string_view View(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

std::string Encode(const HighWaterMark& mark) {
  std::string raw(kMagic.data(), kMagic.size());
  AppendBigEndian64(static_cast<uint64_t>(mark.number.value()), raw);
  AppendBigEndian64(static_cast<uint64_t>(mark.last_entry.value()), raw);
  raw.append(mark.digest.str());
  raw.append(mark.root.str());
  const uint32_t checksum = __builtin_bswap32(Crc32c(raw));
  raw.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return raw;
}

// The mark in `slot`, or nothing if it is not whole.
std::optional<HighWaterMark> Decode(absl::string_view slot) {
  if (slot.size() < kMarkBytes) return std::nullopt;
  const absl::string_view raw = slot.substr(0, kMarkBytes);
  HighWaterMark mark;
  mark.number =
      BlockNumber(static_cast<int64_t>(LoadBigEndian64(raw.substr(8).data())));
  mark.last_entry =
      EntryNumber(static_cast<int64_t>(LoadBigEndian64(raw.substr(16).data())));
  mark.digest = *Digest::From(raw.substr(24, Digest::kSize));
  mark.root = *Digest::From(raw.substr(56, Digest::kSize));
  // Magic and checksum are right if the same bytes come out again.
  if (raw != Encode(mark)) return std::nullopt;
  return mark;
}

absl::Status WriteNewFile(rocksdb::FileSystem& files, const std::string& path,
                          absl::string_view bytes) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  const rocksdb::IOOptions io;
  rocksdb::IOStatus status =
      files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (status.ok()) {
    status =
        file->Append(rocksdb::Slice(bytes.data(), bytes.size()), io, nullptr);
  }
  if (status.ok()) status = file->Fsync(io, nullptr);
  if (status.ok()) status = file->Close(io, nullptr);
  return FromRocksDb(status, "writing " + path);
}

}  // namespace

HighWaterMark MarkOf(const JournalTail& tail) {
  if (tail.empty()) return HighWaterMark();
  return {tail.number, tail.last_entry, tail.digest, tail.tree.root};
}

absl::Status HighWaterFile::Create(rocksdb::FileSystem& files,
                                   const std::string& directory,
                                   const std::string& path,
                                   const HighWaterMark& mark) {
  const size_t slot = static_cast<size_t>(mark.number.value() % 2);
  std::string bytes(2 * kSlotBytes, '\0');
  bytes.replace(slot * kSlotBytes, kMarkBytes, Encode(mark));
  const std::string draft = path + ".new";
  RETURN_IF_ERROR(WriteNewFile(files, draft, bytes));
  const rocksdb::IOOptions io;
  RETURN_IF_ERROR(FromRocksDb(files.RenameFile(draft, path, io, nullptr),
                              "renaming " + draft));
  std::unique_ptr<rocksdb::FSDirectory> parent;
  RETURN_IF_ERROR(
      FromRocksDb(files.NewDirectory(directory, io, &parent, nullptr),
                  "opening " + directory));
  return FromRocksDb(parent->Fsync(io, nullptr), "syncing " + directory);
}

absl::StatusOr<HighWaterMark> HighWaterFile::Read(rocksdb::FileSystem& files,
                                                  const std::string& path) {
  const rocksdb::IOOptions io;
  RETURN_IF_ERROR(FromRocksDb(files.FileExists(path, io, nullptr), path));
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  RETURN_IF_ERROR(FromRocksDb(
      files.NewRandomAccessFile(path, rocksdb::FileOptions(), &file, nullptr),
      "opening " + path));
  std::string scratch(2 * kSlotBytes, '\0');
  rocksdb::Slice read;
  RETURN_IF_ERROR(FromRocksDb(
      file->Read(0, scratch.size(), io, &read, scratch.data(), nullptr),
      "reading " + path));
  const absl::string_view bytes = View(read);
  std::optional<HighWaterMark> newest;
  for (size_t offset = 0; offset < bytes.size(); offset += kSlotBytes) {
    const auto mark = Decode(bytes.substr(offset, kSlotBytes));
    if (mark && (!newest || mark->number > newest->number)) newest = mark;
  }
  if (newest) return *newest;
  return absl::DataLossError(absl::StrFormat(
      "%s: neither slot of %d bytes holds a whole mark", path, kSlotBytes));
}

absl::StatusOr<HighWaterFile> HighWaterFile::Open(rocksdb::FileSystem& files,
                                                  const std::string& path) {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  RETURN_IF_ERROR(FromRocksDb(
      files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr),
      "opening " + path));
  return HighWaterFile(std::move(file));
}

HighWaterFile::HighWaterFile(std::unique_ptr<rocksdb::FSRandomRWFile> file)
    : file_(std::move(file)) {}

absl::Status HighWaterFile::Write(const HighWaterMark& mark) {
  const rocksdb::IOOptions io;
  const auto slot = static_cast<uint64_t>(mark.number.value() % 2);
  rocksdb::IOStatus status =
      file_->Write(slot * kSlotBytes, Encode(mark), io, nullptr);
  // The file's size never changes after Create, so this is one fdatasync
  // without a change of metadata.
  if (status.ok()) status = file_->Sync(io, nullptr);
  if (status.ok()) return absl::OkStatus();
  return absl::UnavailableError("high-water mark: " + status.ToString());
}

}  // namespace luheng
