#include "ledger/verify/audit.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/hash_suite.h"
#include "ledger/verify/approvals.h"
#include "ledger/verify/block_bytes.h"
#include "ledger/verify/books.h"
#include "ledger/verify/facts.h"
#include "ledger/verify/orders.h"
#include "luheng/entry/v1/entry.pb.h"

namespace luheng::verify {
namespace {

// Blocks that are in work together: what bounds the audit's memory.
constexpr int64_t kBatchBytes = 4 << 20;

struct JudgedEntry {
  int64_t number = 0;
  int64_t stamp = 0;
  Digest leaf;
  // Where what it says is, in its block's lists.
  size_t facts_begin = 0;
  size_t facts_end = 0;
  size_t postings_begin = 0;
  size_t postings_end = 0;
  // Why it cannot be read; empty if it can.
  std::string unreadable;
};

// What can be said of a block without the others.
struct JudgedBlock {
  StoredBlock stored;
  absl::Status parsed;
  BlockBytes block;
  Digest digest;
  std::vector<JudgedEntry> entries;
  std::vector<Fact> facts;
  std::vector<Change> postings;
};

// What a thread judges with, its memory used again.
struct Bench {
  EntryBytes entry;
  std::string record;
  std::string place;
  entry::v1::Part part;
};

// The commitment's record, made anew as ledger/entry/commitment.h tells it.
void MakeRecord(const HashSuite& suite, absl::string_view secret,
                Bench& bench) {
  const EntryBytes& entry = bench.entry;
  std::string& record = bench.record;
  record.assign(1, '\1');
  AppendBigEndian64(static_cast<uint64_t>(entry.number), record);
  AppendBigEndian64(static_cast<uint64_t>(entry.stamp), record);
  record.push_back(static_cast<char>(entry.parts.size() >> 8));
  record.push_back(static_cast<char>(entry.parts.size() & 0xff));
  for (size_t i = 0; i < entry.parts.size(); ++i) {
    bench.place.clear();
    AppendBigEndian64(static_cast<uint64_t>(entry.number), bench.place);
    AppendBigEndian64(i, bench.place);
    const Digest salt = suite.Hash(secret, bench.place);
    const Digest part = suite.Hash(salt.view().substr(0, 16), entry.parts[i]);
    record.append(part.view().data(), Digest::kSize);
  }
}

void JudgeEntry(const HashSuite& suite, absl::string_view bytes, Bench& bench,
                JudgedBlock& block) {
  JudgedEntry& judged = block.entries.emplace_back();
  judged.facts_begin = judged.facts_end = block.facts.size();
  judged.postings_begin = judged.postings_end = block.postings.size();
  if (!ParseEntryBytes(bytes, bench.entry)) {
    judged.unreadable = "not an entry's bytes";
    return;
  }
  judged.number = bench.entry.number;
  judged.stamp = bench.entry.stamp;
  MakeRecord(suite, block.stored.secret, bench);
  judged.leaf = suite.LeafHash(bench.record);
  for (size_t i = 0; i < bench.entry.parts.size(); ++i) {
    const absl::string_view part = bench.entry.parts[i];
    if (!bench.part.ParseFromArray(part.data(),
                                   static_cast<int>(part.size()))) {
      judged.unreadable = absl::StrCat("part ", i, " is malformed");
      continue;
    }
    const std::string why = ReadPart(bench.part, block.facts, block.postings);
    if (!why.empty()) {
      judged.unreadable = absl::StrCat("part ", i, " has ", why);
    }
  }
  judged.facts_end = block.facts.size();
  judged.postings_end = block.postings.size();
}

void Judge(Bench& bench, JudgedBlock& judged) {
  auto block = ParseBlockBytes(judged.stored.bytes);
  judged.parsed = block.status();
  if (!block.ok()) return;
  judged.block = *std::move(block);
  if (judged.block.suite != static_cast<int>(HashSuiteId::kSha256) &&
      judged.block.suite != static_cast<int>(HashSuiteId::kSm3)) {
    judged.parsed = absl::DataLossError(
        absl::StrCat("its hash suite ", judged.block.suite, " is unknown"));
    return;
  }
  const HashSuite& suite =
      SuiteOf(static_cast<HashSuiteId>(judged.block.suite));
  judged.digest = suite.Hash(judged.stored.bytes);
  judged.entries.reserve(judged.block.entries.size());
  for (const absl::string_view entry : judged.block.entries) {
    JudgeEntry(suite, entry, bench, judged);
  }
}

void JudgeAll(std::vector<JudgedBlock>& blocks, int threads) {
  std::atomic<size_t> next{0};
  const auto work = [&] {
    Bench bench;
    for (size_t i = next++; i < blocks.size(); i = next++) {
      Judge(bench, blocks[i]);
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

// The part that needs order: chain, tree, books.
class Folder {
 public:
  Folder(const AuditSource& source, const AuditOptions& options)
      : source_(source), options_(options) {
    report_.journal_id.clear();
  }

  void Fold(const JudgedBlock& judged);
  AuditReport Finish();
  int64_t entries() const { return report_.entries; }

 private:
  void Found(FindingCode code, int64_t block, int64_t entry,
             std::string detail) {
    ++report_.finding_count;
    if (report_.findings.size() >= options_.findings_max) return;
    report_.findings.push_back({code, block, entry, std::move(detail)});
  }
  void CheckHeader(const JudgedBlock& judged);
  void FoldEntry(const JudgedEntry& entry, const JudgedBlock& judged);
  void FoldFacts(const JudgedEntry& entry, const JudgedBlock& judged,
                 int64_t number);
  void CheckTree(const JudgedBlock& judged);
  // Names the entries whose leaves are not those of the stored tree.
  void NameChangedLeaves(const JudgedBlock& judged);
  // Full tiles as they are finished, unfinished ones at the end.
  void CheckTiles();
  void CheckTile(const Tile& tile);
  void CheckHeld(bool at_end);

  const AuditSource& source_;
  const AuditOptions& options_;
  AuditReport report_;
  Books books_;
  Orders orders_;
  Approvals approvals_;
  std::vector<Change> expected_;  // of one entry, reused
  std::optional<TreeBuilder> tree_;
  // At most one of each level, and those that a broken tree left.
  std::map<TileId, Tile> unfinished_;
  int64_t epoch_ = 0;
  int64_t last_block_ = 0;
  // After a block that could not be read, or a gap, nothing behind it can be
  // held against what is before it.
  bool tree_broken_ = false;
  bool chain_broken_ = false;
  // After an entry that is not known, nobody can say what orders, proposals and
  // balances there are.
  bool facts_broken_ = false;
};

void Folder::CheckHeader(const JudgedBlock& judged) {
  const BlockBytes& block = judged.block;
  if (report_.blocks == 0) report_.journal_id = std::string(block.journal_id);
  if (block.number != judged.stored.number) {
    Found(FindingCode::kBlockChain, judged.stored.number, 0,
          absl::StrCat("it says that it is block ", block.number));
  }
  if (block.journal_id != report_.journal_id) {
    Found(FindingCode::kJournalId, judged.stored.number, 0, "");
  }
  if (block.epoch < epoch_) {
    Found(FindingCode::kEpochBack, judged.stored.number, 0,
          absl::StrCat(block.epoch, " after ", epoch_));
  }
  if (!chain_broken_ && block.previous != report_.digest) {
    Found(FindingCode::kBlockChain, judged.stored.number, 0,
          absl::StrCat("it names ", ToHex(block.previous.view()), ", block ",
                       last_block_, " has ", ToHex(report_.digest.view())));
  }
  if (!chain_broken_ && block.first_entry != report_.entries + 1) {
    Found(FindingCode::kEntryNumber, judged.stored.number, block.first_entry,
          absl::StrCat("expected ", report_.entries + 1));
    facts_broken_ = true;
  }
  epoch_ = std::max(epoch_, block.epoch);
  chain_broken_ = false;
}

void Folder::Fold(const JudgedBlock& judged) {
  const int64_t number = judged.stored.number;
  if (number != last_block_ + 1) {
    Found(FindingCode::kBlockMissing, last_block_ + 1, 0,
          absl::StrCat("the next one stored is ", number));
    chain_broken_ = tree_broken_ = facts_broken_ = true;
  }
  last_block_ = number;
  report_.bytes += static_cast<int64_t>(judged.stored.bytes.size());
  if (!judged.parsed.ok()) {
    Found(FindingCode::kBlockUnreadable, number, report_.entries + 1,
          std::string(judged.parsed.message()));
    ++report_.blocks;
    chain_broken_ = tree_broken_ = facts_broken_ = true;
    return;
  }
  if (judged.stored.secret.empty()) {
    Found(FindingCode::kSecretMissing, number, 0, "");
  }
  // What was lost before it is known now: numbers go on from here.
  if (chain_broken_) report_.entries = judged.block.first_entry - 1;
  CheckHeader(judged);
  ++report_.blocks;
  for (const JudgedEntry& entry : judged.entries) FoldEntry(entry, judged);
  if (judged.block.last_stamp != report_.last_stamp) {
    Found(FindingCode::kStampBack, number, 0,
          "the header's time is not the last entry's");
  }
  report_.digest = judged.digest;
  CheckTree(judged);
}

void Folder::FoldEntry(const JudgedEntry& entry, const JudgedBlock& judged) {
  const int64_t block = judged.stored.number;
  const int64_t expected = ++report_.entries;
  if (!entry.unreadable.empty()) {
    Found(FindingCode::kEntryUnreadable, block, expected, entry.unreadable);
    facts_broken_ = true;
  }
  if (entry.number != expected) {
    Found(FindingCode::kEntryNumber, block, expected,
          absl::StrCat("it says ", entry.number));
  }
  if (entry.stamp < report_.last_stamp) {
    Found(FindingCode::kStampBack, block, expected,
          absl::StrCat(entry.stamp, " after ", report_.last_stamp));
  }
  report_.last_stamp = std::max(report_.last_stamp, entry.stamp);
  if (!facts_broken_) FoldFacts(entry, judged, expected);
}

void Folder::FoldFacts(const JudgedEntry& entry, const JudgedBlock& judged,
                       int64_t number) {
  const FoundFn found = [&](FindingCode code, std::string detail) {
    Found(code, judged.stored.number, number, std::move(detail));
  };
  const auto facts =
      absl::MakeConstSpan(judged.facts)
          .subspan(entry.facts_begin, entry.facts_end - entry.facts_begin);
  const auto postings = absl::MakeConstSpan(judged.postings)
                            .subspan(entry.postings_begin,
                                     entry.postings_end - entry.postings_begin);
  expected_.clear();
  approvals_.Fold(number, entry.stamp, facts, found);
  orders_.Fold(entry.stamp, facts, expected_, found);
  books_.Fold(postings, facts, expected_, found);
}

void Folder::CheckTree(const JudgedBlock& judged) {
  if (tree_broken_) return;
  const HashSuite& suite =
      SuiteOf(static_cast<HashSuiteId>(judged.block.suite));
  if (!tree_) tree_.emplace(suite);
  for (const JudgedEntry& entry : judged.entries) {
    tree_->Append(entry.leaf);
    CheckHeld(false);
  }
  report_.head = tree_->Head();
  const TreeHead told{judged.block.tree_size, judged.block.root};
  if (report_.head == told) return CheckTiles();
  Found(FindingCode::kRoot, judged.stored.number, judged.block.first_entry,
        absl::StrCat("it names ", told.size, " entries with root ",
                     ToHex(told.root.view()), ", they are ", report_.head.size,
                     " with root ", ToHex(report_.head.root.view())));
  NameChangedLeaves(judged);
  tree_broken_ = true;
}

void Folder::NameChangedLeaves(const JudgedBlock& judged) {
  for (size_t i = 0; i < judged.entries.size(); ++i) {
    const int64_t leaf = judged.block.first_entry - 1 + static_cast<int64_t>(i);
    const int64_t width = leaf % kTileWidth + 1;
    const auto tile = source_.ReadTile({0, leaf / kTileWidth}, width);
    if (!tile.ok()) continue;
    const absl::string_view stored =
        absl::string_view(*tile).substr(tile->size() - Digest::kSize);
    if (stored == judged.entries[i].leaf.view()) continue;
    Found(FindingCode::kLeaf, judged.stored.number, leaf + 1, "");
  }
}

void Folder::CheckTiles() {
  constexpr size_t kFullBytes = kTileWidth * Digest::kSize;
  for (Tile& tile : tree_->TakeTiles()) {
    if (tile.hashes.size() == kFullBytes) {
      CheckTile(tile);
      unfinished_.erase(tile.id);
    } else {
      unfinished_[tile.id] = std::move(tile);
    }
  }
}

void Folder::CheckTile(const Tile& tile) {
  const auto width = static_cast<int64_t>(tile.hashes.size() / Digest::kSize);
  const auto stored = source_.ReadTile(tile.id, width);
  if (stored.ok() && *stored == tile.hashes) return;
  Found(FindingCode::kTile, last_block_, 0,
        absl::StrCat("level ", tile.id.level, ", number ", tile.id.index));
}

void Folder::CheckHeld(bool at_end) {
  const int64_t size = tree_ ? tree_->size() : 0;
  for (const TreeHead& held : options_.held) {
    if (at_end && held.size > size) {
      Found(FindingCode::kCheckpointShort, 0, size + 1,
            absl::StrCat("the checkpoint has ", held.size,
                         " entries, the journal ", size));
    }
    if (at_end || held.size != size) continue;
    ++report_.held_checked;
    const Digest root = tree_->Root();
    if (root == held.root) continue;
    Found(FindingCode::kCheckpointRoot, last_block_, size,
          absl::StrCat("the checkpoint has ", ToHex(held.root.view()),
                       ", the journal ", ToHex(root.view())));
  }
}

AuditReport Folder::Finish() {
  for (const auto& [id, tile] : unfinished_) {
    if (!tree_broken_) CheckTile(tile);
  }
  // A broken tree says nothing of what comes behind the break.
  if (!tree_broken_) CheckHeld(true);
  const auto tail = source_.Tail();
  if (tail && (tail->first != last_block_ || tail->second != report_.digest)) {
    Found(FindingCode::kTail, tail->first, 0,
          absl::StrCat("the last block is ", last_block_));
  }
  report_.assets =
      books_.Finish(orders_.Holds(), [&](FindingCode code, std::string detail) {
        if (!facts_broken_) Found(code, 0, 0, std::move(detail));
      });
  report_.open_orders = orders_.open_count();
  report_.approved = approvals_.executed_count();
  for (const auto& [account, balance] : books_.balances()) {
    report_.accounts += balance != 0 ? 1 : 0;
  }
  return std::move(report_);
}

absl::Status ReadBatch(AuditSource& source, std::vector<JudgedBlock>& batch,
                       bool& more) {
  for (int64_t bytes = 0; bytes < kBatchBytes;) {
    ASSIGN_OR_RETURN(auto stored, source.Next());
    more = stored.has_value();
    if (!more) break;
    bytes += static_cast<int64_t>(stored->bytes.size());
    batch.emplace_back().stored = *std::move(stored);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AuditReport> RunAudit(AuditSource& source,
                                     const AuditOptions& options) {
  const int threads =
      options.threads > 0
          ? options.threads
          : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  Folder folder(source, options);
  // Three at a time: one batch is read while the next is judged and the one
  // before is folded.
  using Batch = std::vector<JudgedBlock>;
  bool more = true;
  Batch read;
  Batch judged;
  while (more || !read.empty() || !judged.empty()) {
    Batch next;
    absl::Status status;
    std::thread reader([&] {
      if (more) status = ReadBatch(source, next, more);
    });
    std::thread fold([&] {
      for (const JudgedBlock& block : judged) folder.Fold(block);
    });
    JudgeAll(read, threads);
    reader.join();
    fold.join();
    RETURN_IF_ERROR(status);
    judged = std::move(read);
    read = std::move(next);
    if (options.progress) options.progress(folder.entries());
  }
  return folder.Finish();
}

}  // namespace luheng::verify
