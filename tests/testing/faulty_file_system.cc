#include "tests/testing/faulty_file_system.h"

#include <unistd.h>

#include <utility>

namespace luheng::testing {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Keeps what is appended in memory until it is synced.
class FaultyWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file,
                     FaultyFileSystem& files)
      : FSWritableFileOwnerWrapper(std::move(file)), files_(files) {}

  IOStatus Append(const Slice& data, const IOOptions&,
                  IODebugContext*) override {
    const size_t before = pending_.size();
    pending_.append(data.data(), data.size());
    const IOStatus status = files_.Change(target(), &pending_);
    if (!status.ok()) pending_.resize(before + data.size() / 2);
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = files_.Change(target(), &pending_);
    if (status.ok()) status = WriteThrough(options, debug);
    return status.ok() ? target()->Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&,
                     IODebugContext*) override {
    return IOStatus::OK();
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    const IOStatus status = WriteThrough(options, debug);
    return status.ok() ? target()->Truncate(size, options, debug) : status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = WriteThrough(options, debug);
    return status.ok() ? target()->Close(options, debug) : status;
  }
  uint64_t GetFileSize(const IOOptions& options,
                       IODebugContext* debug) override {
    return target()->GetFileSize(options, debug) + pending_.size();
  }

 private:
  IOStatus WriteThrough(const IOOptions& options, IODebugContext* debug) {
    if (pending_.empty()) return IOStatus::OK();
    return target()->Append(std::exchange(pending_, {}), options, debug);
  }

  FaultyFileSystem& files_;
  std::string pending_;
};

// The same for the high-water file, which has at most one write pending.
class FaultyRandomRWFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyRandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile> file,
                     FaultyFileSystem& files)
      : FSRandomRWFileOwnerWrapper(
            std::unique_ptr<rocksdb::FSRandomRWFile>(file.get())),
        file_(file.release()),
        files_(files) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions&,
                 IODebugContext*) override {
    const IOStatus status = files_.Change();
    if (!status.ok()) return status;
    offset_ = offset;
    pending_ = data.ToString();
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = files_.Change();
    if (status.ok() && !pending_.empty()) {
      status = file_->Write(offset_, pending_, options, debug);
    }
    return status.ok() ? file_->Sync(options, debug) : status;
  }

 private:
  rocksdb::FSRandomRWFile* const file_;  // owned by the base
  FaultyFileSystem& files_;
  uint64_t offset_ = 0;
  std::string pending_;
};

}  // namespace

FaultyFileSystem::FaultyFileSystem(FaultKind kind)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), kind_(kind) {}

IOStatus FaultyFileSystem::Change(rocksdb::FSWritableFile* file,
                                  const std::string* pending) {
  const int64_t ordinal = ++changes_;
  const int64_t fail_at = fail_at_;
  if (fail_at == 0 || ordinal < fail_at) return IOStatus::OK();
  if (kind_ == FaultKind::kDiskFull) {
    IOStatus full = IOStatus::NoSpace("injected", "No space left on device");
    return full;
  }
  if (kind_ == FaultKind::kDieTorn && pending != nullptr) {
    file->Append(Slice(pending->data(), pending->size() / 2), IOOptions(),
                 nullptr)
        .PermitUncheckedError();
  }
  _exit(kDiedExitCode);
}

IOStatus FaultyFileSystem::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  IOStatus status = Change();
  if (!status.ok()) return status;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  status = target()->NewWritableFile(name, options, &file, debug);
  if (status.ok()) {
    *result = std::make_unique<FaultyWritableFile>(std::move(file), *this);
  }
  return status;
}

IOStatus FaultyFileSystem::NewRandomRWFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomRWFile>* result, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const IOStatus status =
      target()->NewRandomRWFile(name, options, &file, debug);
  if (status.ok()) {
    *result = std::make_unique<FaultyRandomRWFile>(std::move(file), *this);
  }
  return status;
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from,
                                      const std::string& to,
                                      const IOOptions& options,
                                      IODebugContext* debug) {
  const IOStatus status = Change();
  return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& name,
                                      const IOOptions& options,
                                      IODebugContext* debug) {
  const IOStatus status = Change();
  return status.ok() ? target()->DeleteFile(name, options, debug) : status;
}

}  // namespace luheng::testing
