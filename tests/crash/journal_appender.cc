// Appends test blocks to a journal and reports each one once it is
// acknowledged, as a line "block entry" on standard output. Started by
// journal_crash_test, which kills it or lets it die at a chosen change.
//
//   journal_appender DIRECTORY BLOCKS [FAULT ORDINAL]
//   journal_appender DIRECTORY BLOCKS file-size BYTES
//
// FAULT is full, die or torn, met at the change with that ordinal; with
// file-size the kernel refuses to let any file grow beyond BYTES. Ends with 0
// when all blocks are there, 77 when it died as asked, 3 with the error on
// standard error when the journal cannot be opened, 4 when it failed later.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/journal/rocksdb_journal.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/journal_blocks.h"

namespace luheng::testing {
namespace {

constexpr int kCannotOpen = 3;
constexpr int kFailed = 4;
// Enough entries that a block crosses a tile's edge now and then.
constexpr int64_t kEntriesPerBlock = 60;

int Fail(const absl::Status& status, int code) {
  std::cerr << status << std::endl;
  return code;
}

// One write, so that a line arrives whole or not at all.
void Acknowledge(const JournalTail& tail) {
  const std::string line =
      absl::StrFormat("%d %d\n", tail.number.value(), tail.last_entry.value());
  LUHENG_CHECK(write(STDOUT_FILENO, line.data(), line.size()) ==
               static_cast<ssize_t>(line.size()));
}

int AppendBlocks(Journal& journal, int64_t blocks) {
  const Epoch epoch(journal.current_epoch().value() + 1);
  if (absl::Status fenced = journal.Fence(epoch); !fenced.ok()) {
    return Fail(fenced, kFailed);
  }
  BlockSealer sealer = TestSealer(journal);
  for (int64_t i = 0; i < blocks; ++i) {
    const SealedBlock block = SealTestBlock(sealer, epoch, kEntriesPerBlock);
    const auto result = AppendBlock(journal, block);
    if (!result.ok()) {
      // What failed once must not work again before it is opened anew.
      const auto again = AppendBlock(journal, block);
      LUHENG_CHECK(absl::IsFailedPrecondition(again.status()))
          << again.status();
      return Fail(result.status(), kFailed);
    }
    LUHENG_CHECK(*result == AppendResult::kCommitted);
    Acknowledge(journal.tail());
  }
  return 0;
}

void LimitFileSize(int64_t bytes) {
  // The write then fails instead of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  const auto limit = static_cast<rlim_t>(bytes);
  const rlimit limits{limit, limit};
  LUHENG_CHECK(setrlimit(RLIMIT_FSIZE, &limits) == 0);
}

int Run(int argc, char** argv) {
  LUHENG_CHECK(argc == 3 || argc == 5) << argc << " arguments";
  RocksDbJournalOptions options;
  options.directory = argv[1];
  int64_t blocks = 0;
  LUHENG_CHECK(absl::SimpleAtoi(argv[2], &blocks));
  std::unique_ptr<rocksdb::Env> env;
  if (argc == 5) {
    const std::string fault = argv[3];
    int64_t value = 0;
    LUHENG_CHECK(absl::SimpleAtoi(argv[4], &value));
    if (fault == "file-size") {
      LimitFileSize(value);
    } else {
      const auto kind = fault == "full"  ? FaultKind::kDiskFull
                        : fault == "die" ? FaultKind::kDie
                                         : FaultKind::kDieTorn;
      auto files = std::make_shared<FaultyFileSystem>(kind);
      files->FailAt(value);
      env = rocksdb::NewCompositeEnv(files);
      options.env = env.get();
    }
  }
  auto journal = OpenRocksDbJournal(options);
  if (!journal.ok()) return Fail(journal.status(), kCannotOpen);
  const int code = AppendBlocks(**journal, blocks);
  journal->reset();
  return code;
}

}  // namespace
}  // namespace luheng::testing

int main(int argc, char** argv) { return luheng::testing::Run(argc, argv); }
