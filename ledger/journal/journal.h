// Every fact the market has accepted, in order, for good. Blocks are numbered
// from 1 without gaps and never change; each names the digest of the one
// before and the Merkle tree over all entries so far. The first block fixes
// the journal's id and hash suite.
#ifndef LUHENG_LEDGER_JOURNAL_JOURNAL_H_
#define LUHENG_LEDGER_JOURNAL_JOURNAL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/journal/block.h"
#include "ledger/merkle/tree.h"

namespace luheng {

// Salts of the commitments in one block derive from it. Kept beside the block,
// never in it: blocks can be shown without it.
using BlockSecret = Bytes<struct BlockSecretTag, 32>;

// A block ready to be appended, made by BlockSealer.
struct SealedBlock {
  BlockHeader header;  // parsed from `bytes`
  std::string bytes;
  Digest digest;
  BlockSecret secret;
  std::vector<Tile> tiles;  // those that this block changed
};

enum class AppendResult {
  kCommitted,  // durable, now or already
  kFenced,     // a newer epoch may append; this one never again
  kUnknown,    // could not be learned: ask again with the same bytes
};

// The end of the journal. In an empty one `number` is 0 and the id, suite,
// digest, stamp and tree have no meaning.
struct JournalTail {
  HashSuiteId suite = HashSuiteId::kSha256;
  Id16 journal_id;
  BlockNumber number;
  Digest digest;
  EntryNumber last_entry;
  Stamp last_stamp;
  TreeHead tree;  // tree.size = last_entry

  bool empty() const { return number == BlockNumber(); }
  friend bool operator==(const JournalTail&, const JournalTail&) = default;
};

// The tail that appending a block with `header` and `digest` leaves.
JournalTail TailAfter(const BlockHeader& header, const Digest& digest);

// Reads blocks in order. Thread-compatible; must not outlive its journal.
class BlockCursor {
 public:
  virtual ~BlockCursor() = default;
  // The next block, valid until the next call, or nothing behind the last one
  // that was committed when the cursor was made. Parses each block and checks
  // that it follows the one before by number, digest and tree size.
  // Errors: DATA_LOSS with the block's number; after one the cursor ends.
  virtual absl::StatusOr<std::optional<BlockView>> Next() = 0;
};

// Thread-compatible for its one appender (Append, Fence); all const functions
// may be called by any number of threads at the same time.
class Journal : public TileReader {
 public:
  // Commits `block` as number `number` after the block whose digest is
  // `prev_digest`, under `epoch`. `block` is borrowed for the call.
  //
  // Returns kCommitted once it is durable, also if the same bytes already
  // stood there, whatever the epoch; kFenced if a newer epoch took the append
  // right; kUnknown if the outcome could not be learned: ask again with the
  // same bytes, never with others.
  //
  // Errors, of which the first that applies is returned; none changes
  // anything except UNAVAILABLE, which leaves the outcome open:
  //   INVALID_ARGUMENT  over kBlockBytesMax, no entries, or the block's
  //                     header does not say what the arguments say;
  //   DATA_LOSS         under the current epoch, another block stands at
  //                     `number`: two appenders, or a journal put back;
  //   FAILED_PRECONDITION  `epoch` was never taken by Fence, or the journal
  //                     was opened for reading, or it is broken by an earlier
  //                     UNAVAILABLE and must be opened again;
  //   OUT_OF_RANGE      a block before `number` is missing;
  //   DATA_LOSS         the tail's digest is not `prev_digest`;
  //   INVALID_ARGUMENT  another journal id or hash suite, first entry not
  //                     behind the last one, or a stamp that goes back;
  //   UNAVAILABLE       the storage failed (disk full, I/O error). The block
  //                     may or may not be there when the journal is opened
  //                     again; ask again then with the same bytes.
  virtual absl::StatusOr<AppendResult> Append(Epoch epoch, BlockNumber number,
                                              const Digest& prev_digest,
                                              const SealedBlock& block) = 0;

  // Takes the append right for `epoch`, durably: appends under older epochs
  // answer kFenced from now on. Errors: ABORTED unless `epoch` is newer than
  // current_epoch(); FAILED_PRECONDITION and UNAVAILABLE as for Append.
  virtual absl::Status Fence(Epoch epoch) = 0;

  // The epoch that holds the append right; zero if none ever did.
  virtual Epoch current_epoch() const = 0;
  // The end of what is committed.
  virtual JournalTail tail() const = 0;

  // The bytes of block `number`, parsed once to check them. Errors:
  // OUT_OF_RANGE beyond the tail or below 1; DATA_LOSS.
  virtual absl::StatusOr<std::string> Read(BlockNumber number) const = 0;
  // The secret of block `number`. Errors as Read.
  virtual absl::StatusOr<BlockSecret> ReadSecret(BlockNumber number) const = 0;
  // The block that holds entry `number`. Errors as Read.
  virtual absl::StatusOr<BlockNumber> FindBlockOf(EntryNumber number) const = 0;
  // Reads from block `from` (at least 1) to what is now the tail.
  virtual std::unique_ptr<BlockCursor> ReadFrom(BlockNumber from) const = 0;

  // Waits until block `number` is committed and returns true, or false after
  // `timeout` or once StopWaiters was called.
  virtual bool AwaitBlock(BlockNumber number, absl::Duration timeout) const = 0;
  // Lets every present and future AwaitBlock return at once, for shutdown.
  virtual void StopWaiters() const = 0;
};

}  // namespace luheng

#endif  // LUHENG_LEDGER_JOURNAL_JOURNAL_H_
