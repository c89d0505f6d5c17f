// A file system over the real one that counts what changes it (writes, syncs,
// renames, new files, deletions) and lets the chosen one go wrong. What was
// written but not synced stays in memory until it is synced or its file is
// closed, so that dying loses it, as a power cut would.
#ifndef LUHENG_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_
#define LUHENG_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace luheng::testing {

enum class FaultKind {
  kDiskFull,  // this change and all after it fail: no space left
  kDie,       // the process ends without the change
  kDieTorn,   // the process ends; half of what the file had pending is there
};

// Thread-safe.
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  static constexpr int kDiedExitCode = 77;

  explicit FaultyFileSystem(FaultKind kind);

  // The change with this ordinal (from 1) goes wrong; 0 for none.
  void FailAt(int64_t ordinal) { fail_at_ = ordinal; }
  // How many changes there were so far.
  int64_t changes() const { return changes_; }

  // Counts a change. Returns the error it meets, or ends the process after
  // having written half of `pending` through `write`, if given.
  rocksdb::IOStatus Change(rocksdb::FSWritableFile* file = nullptr,
                           const std::string* pending = nullptr);

  const char* Name() const override { return "FaultyFileSystem"; }
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomRWFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  const FaultKind kind_;
  // Counters only; no other memory is published through them.
  std::atomic<int64_t> changes_{0};
  std::atomic<int64_t> fail_at_{0};
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_
