#include "ledger/verify/finding.h"

#include "absl/strings/str_cat.h"

namespace luheng::verify {
namespace {

struct Row {
  FindingCode code;
  const char* name;
  const char* english;
  const char* chinese;
};

constexpr Row kRows[] = {
    {FindingCode::kBlockUnreadable, "BLOCK_UNREADABLE",
     "the block's bytes are damaged", "区块数据损坏"},
    {FindingCode::kBlockMissing, "BLOCK_MISSING", "a block is missing",
     "缺少区块"},
    {FindingCode::kBlockChain, "BLOCK_CHAIN",
     "the block does not follow the one before it", "区块与前一区块不衔接"},
    {FindingCode::kJournalId, "JOURNAL_ID", "the block is of another journal",
     "区块属于另一账簿"},
    {FindingCode::kEpochBack, "EPOCH_BACK", "the epoch goes back",
     "任期号倒退"},
    {FindingCode::kEntryNumber, "ENTRY_NUMBER",
     "the entry's number is not the next one", "分录编号不连续"},
    {FindingCode::kStampBack, "STAMP_BACK", "the entry's time goes back",
     "分录时间倒退"},
    {FindingCode::kEntryUnreadable, "ENTRY_UNREADABLE",
     "the entry is malformed or has what this release does not know",
     "分录格式错误或含本版本不识别的内容"},
    {FindingCode::kSecretMissing, "SECRET_MISSING",
     "the block's secret is missing", "缺少区块密钥"},
    {FindingCode::kLeaf, "LEAF",
     "the entry's commitment is not the one that the tree has",
     "分录承诺与默克尔树不符"},
    {FindingCode::kRoot, "ROOT", "the entries do not give the block's root",
     "分录算出的根与区块所载不符"},
    {FindingCode::kTile, "TILE", "a stored tile is not what the entries give",
     "存储的树块与分录算出的不符"},
    {FindingCode::kTail, "TAIL", "the stored end is not the last block",
     "存储的末尾与最后区块不符"},
    {FindingCode::kPostingsUnbalanced, "POSTINGS_UNBALANCED",
     "the postings do not sum to zero", "过账合计不为零"},
    {FindingCode::kBalanceNegative, "BALANCE_NEGATIVE",
     "a holder's balance goes below zero", "主体余额为负"},
    {FindingCode::kAmountOverflow, "AMOUNT_OVERFLOW",
     "a balance leaves the range of amounts", "余额超出可表示范围"},
    {FindingCode::kCheckpointShort, "CHECKPOINT_SHORT",
     "the journal ends before the checkpoint", "账簿短于检查点"},
    {FindingCode::kCheckpointRoot, "CHECKPOINT_ROOT",
     "the journal has another root than the checkpoint",
     "账簿的根与检查点不符"},
};

const Row& RowOf(FindingCode code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row;
  }
  return kRows[0];
}

}  // namespace

absl::string_view CodeName(FindingCode code) { return RowOf(code).name; }

std::string FindingText(const Finding& finding, bool chinese) {
  const Row& row = RowOf(finding.code);
  std::string text(row.name);
  if (finding.block > 0) {
    absl::StrAppend(&text, chinese ? " 区块 " : " block ", finding.block);
  }
  if (finding.entry > 0) {
    absl::StrAppend(&text, chinese ? " 分录 " : " entry ", finding.entry);
  }
  absl::StrAppend(&text, chinese ? "：" : ": ",
                  chinese ? row.chinese : row.english);
  if (!finding.detail.empty()) {
    absl::StrAppend(&text, chinese ? "（" : " (", finding.detail,
                    chinese ? "）" : ")");
  }
  return text;
}

}  // namespace luheng::verify
