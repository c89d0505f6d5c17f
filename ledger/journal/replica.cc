#include "ledger/journal/replica.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/base/status_macros.h"
#include "ledger/entry/commitment.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng {
namespace {

absl::Status Diverges(BlockNumber number, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("block ", number.value(),
                                          " diverges from this copy: ", why));
}

}  // namespace

absl::StatusOr<JournalReplica> JournalReplica::Resume(Journal& journal) {
  JournalReplica replica(journal);
  const JournalTail tail = journal.tail();
  if (tail.empty()) return replica;
  ASSIGN_OR_RETURN(replica.tree_, TreeBuilder::Restore(SuiteOf(tail.suite),
                                                       tail.tree, journal));
  return replica;
}

absl::Status JournalReplica::Accept(absl::string_view bytes,
                                    const BlockSecret& secret) {
  RETURN_IF_ERROR(broken_);
  const auto accept = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const BlockView block, BlockView::Parse(bytes));
    RETURN_IF_ERROR(CheckFollows(block.header()));
    RETURN_IF_ERROR(GrowTree(block, secret));
    SealedBlock sealed;
    sealed.header = block.header();
    sealed.bytes = std::string(bytes);
    sealed.digest = block.ComputeDigest();
    sealed.secret = secret;
    sealed.tiles = tree_->TakeTiles();
    return Store(std::move(sealed));
  };
  broken_ = accept();
  return broken_;
}

absl::Status JournalReplica::CheckFollows(const BlockHeader& header) const {
  const JournalTail tail = journal_->tail();
  if (header.number.value() != tail.number.value() + 1) {
    return Diverges(header.number,
                    absl::StrCat("it ends at block ", tail.number.value()));
  }
  if (tail.empty()) return absl::OkStatus();
  if (header.journal_id != tail.journal_id || header.suite != tail.suite) {
    return absl::InvalidArgumentError(absl::StrCat(
        "block ", header.number.value(), " is of journal ",
        ToHex(header.journal_id.view()), ", this copy is of journal ",
        ToHex(tail.journal_id.view())));
  }
  if (header.prev_digest != tail.digest) {
    return Diverges(header.number,
                    absl::StrCat("it follows a block with digest ",
                                 ToHex(header.prev_digest.view()),
                                 ", the block before it here has ",
                                 ToHex(tail.digest.view())));
  }
  if (header.first_entry.value() == tail.last_entry.value() + 1 &&
      header.last_stamp >= tail.last_stamp) {
    return absl::OkStatus();
  }
  return Diverges(header.number, "entries or stamps do not follow");
}

absl::Status JournalReplica::GrowTree(const BlockView& block,
                                      const BlockSecret& secret) {
  const BlockHeader& header = block.header();
  const HashSuite& suite = SuiteOf(header.suite);
  if (!tree_) tree_.emplace(suite);
  for (int64_t i = 0; i < block.entry_count(); ++i) {
    RETURN_IF_ERROR(
        CommitmentRecord(suite, secret.view(), block.entry(i), record_));
    tree_->Append(suite.LeafHash(record_));
  }
  const TreeHead head = tree_->Head();
  if (head == header.tree) return absl::OkStatus();
  return Diverges(header.number,
                  absl::StrCat("its root is ", ToHex(header.tree.root.view()),
                               ", its entries give ", ToHex(head.root.view())));
}

absl::Status JournalReplica::Store(SealedBlock block) {
  const BlockHeader& header = block.header;
  // The copy is fenced as the original was.
  if (header.epoch > journal_->current_epoch()) {
    RETURN_IF_ERROR(journal_->Fence(header.epoch));
  }
  ASSIGN_OR_RETURN(
      const AppendResult result,
      journal_->Append(header.epoch, header.number, header.prev_digest, block));
  if (result == AppendResult::kCommitted) return absl::OkStatus();
  return Diverges(header.number,
                  absl::StrCat("epoch ", header.epoch.value(),
                               " is older than this copy's, ",
                               journal_->current_epoch().value()));
}

}  // namespace luheng
