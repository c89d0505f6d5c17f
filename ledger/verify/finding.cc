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
    {FindingCode::kOrderNumber, "ORDER_NUMBER",
     "the order's number is not the next one", "委托编号不连续"},
    {FindingCode::kOrderState, "ORDER_STATE",
     "the event does not fit the order's state", "事件与委托状态不符"},
    {FindingCode::kFillSides, "FILL_SIDES",
     "the fill's orders are not opposite sides of its instrument",
     "成交双方方向或品种不符"},
    {FindingCode::kFillPrice, "FILL_PRICE",
     "the fill's price is outside a limit or not the maker's",
     "成交价超出委托限价或不是挂单价"},
    {FindingCode::kFillQuantity, "FILL_QUANTITY",
     "the fill is more than an order has left", "成交数量超过委托剩余数量"},
    {FindingCode::kHold, "HOLD", "what is held is not what open orders hold",
     "冻结金额或数量与未成交委托不符"},
    {FindingCode::kFee, "FEE", "the fee is not the one of the recorded rule",
     "手续费与登记费率不符"},
    {FindingCode::kPostingsUnexplained, "POSTINGS_UNEXPLAINED",
     "the postings are not what the entry's events say", "过账与分录事件不符"},
    {FindingCode::kIssued, "ISSUED",
     "what was issued is not what is held and retired",
     "发行量不等于持有量加注销量"},
    {FindingCode::kProposal, "PROPOSAL",
     "the proposal is not open or is not what was executed",
     "待审批事项未打开或与执行内容不符"},
    {FindingCode::kApprovalPerson, "APPROVAL_PERSON",
     "the same person, or not the sender, stands behind two steps",
     "制单、复核、审批人员重复或与发送人不符"},
    {FindingCode::kApprovalShort, "APPROVAL_SHORT",
     "fewer persons agreed than the rule asks for",
     "复核或审批人数少于规则要求"},
    {FindingCode::kApprovalMissing, "APPROVAL_MISSING",
     "it was done without the approval that it needs", "未经所需审批即执行"},
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
