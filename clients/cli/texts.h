// Every table header and message of the command line, in both languages. What
// commands and options say of themselves is in help_texts.h.
#ifndef LUHENG_CLIENTS_CLI_TEXTS_H_
#define LUHENG_CLIENTS_CLI_TEXTS_H_

#include "clients/cli/text.h"

namespace luheng::cli::text {

// Headers.
inline constexpr Text kAccepting{"受理", "Accepting"};
inline constexpr Text kAccounts{"账户数", "Accounts"};
inline constexpr Text kApprovals{"审批", "Approvals"};
inline constexpr Text kApprovers{"审批人", "Approvers"};
inline constexpr Text kAsk{"卖一", "Ask"};
inline constexpr Text kAsset{"资产", "Asset"};
inline constexpr Text kBalance{"余额", "Balance"};
inline constexpr Text kBand{"涨跌幅", "Band"};
inline constexpr Text kBankAccount{"银行账号", "Bank account"};
inline constexpr Text kBasis{"依据", "Basis"};
inline constexpr Text kBeneficialOwner{"实际控制人", "Beneficial owner"};
inline constexpr Text kBid{"买一", "Bid"};
inline constexpr Text kBlock{"区块", "Block"};
inline constexpr Text kBuyerFee{"买方费率", "Buyer's fee"};
inline constexpr Text kChange{"变动", "Change"};
inline constexpr Text kCheckers{"复核人", "Checkers"};
inline constexpr Text kChecks{"复核", "Checks"};
inline constexpr Text kClientOrderId{"客户委托号", "Client order id"};
inline constexpr Text kClosePrice{"收盘", "Close"};
inline constexpr Text kClosedBecause{"结束原因", "Closed by"};
inline constexpr Text kCode{"代码", "Code"};
inline constexpr Text kCommand{"命令", "Command"};
inline constexpr Text kCounty{"县", "County"};
inline constexpr Text kCredit{"贷方", "Credit"};
inline constexpr Text kDate{"日期", "Date"};
inline constexpr Text kDebit{"借方", "Debit"};
inline constexpr Text kDigest{"摘要", "Digest"};
inline constexpr Text kEffective{"生效", "Effective"};
inline constexpr Text kEntry{"条目", "Entry"};
inline constexpr Text kExecutedEntry{"执行条目", "Executed in"};
inline constexpr Text kExpires{"到期", "Expires"};
inline constexpr Text kExpiry{"时限", "Expiry"};
inline constexpr Text kFee{"手续费", "Fee"};
inline constexpr Text kFeeMax{"手续费上限", "Fee at most"};
inline constexpr Text kFilled{"已成交", "Filled"};
inline constexpr Text kFloor{"最低限价", "Floor"};
inline constexpr Text kHeld{"冻结", "Held"};
inline constexpr Text kHighPrice{"最高", "High"};
inline constexpr Text kHighestPrice{"涨停价", "Highest price"};
inline constexpr Text kHolder{"持有人", "Holder"};
inline constexpr Text kIdentityNumber{"身份证号", "Identity number"};
inline constexpr Text kJournalId{"账本号", "Journal"};
inline constexpr Text kKind{"种类", "Kind"};
inline constexpr Text kLastBlock{"最后区块", "Last block"};
inline constexpr Text kLastEntry{"最后条目", "Last entry"};
inline constexpr Text kLastPrice{"最新", "Last"};
inline constexpr Text kLot{"每手", "Lot"};
inline constexpr Text kLowPrice{"最低", "Low"};
inline constexpr Text kLowestPrice{"跌停价", "Lowest price"};
inline constexpr Text kModes{"交易方式", "Modes"};
inline constexpr Text kName{"名称", "Name"};
inline constexpr Text kNextSession{"下次开休市", "Next session change"};
inline constexpr Text kNo{"否", "no"};
inline constexpr Text kNodeTime{"节点时间", "Node time"};
inline constexpr Text kNote{"备注", "Note"};
inline constexpr Text kNumber{"编号", "Number"};
inline constexpr Text kOpenOrdersMax{"挂单上限", "Open orders at most"};
inline constexpr Text kOpenPrice{"开盘", "Open"};
inline constexpr Text kOrder{"委托", "Order"};
inline constexpr Text kOrderUnit{"委托单位", "Order unit"};
inline constexpr Text kOrders{"笔数", "Orders"};
inline constexpr Text kPart{"部分", "Part"};
inline constexpr Text kParts{"可见部分", "Parts seen"};
inline constexpr Text kPayload{"内容", "Payload"};
inline constexpr Text kPrice{"价格(元)", "Price (CNY)"};
inline constexpr Text kProposal{"审批单", "Proposal"};
inline constexpr Text kProposer{"经办人", "Proposer"};
inline constexpr Text kPublicPart{"公开", "public"};
inline constexpr Text kPurpose{"用途", "Purpose"};
inline constexpr Text kQuantity{"数量", "Quantity"};
inline constexpr Text kQuantityMax{"单笔上限", "Order at most"};
inline constexpr Text kRecord{"档案号", "Record"};
inline constexpr Text kReferencePrice{"基准价", "Reference"};
inline constexpr Text kRefusal{"拒绝原因", "Refused"};
inline constexpr Text kRehearsal{"演练时钟", "Rehearsal clock"};
inline constexpr Text kRemaining{"剩余", "Remaining"};
inline constexpr Text kRoles{"角色", "Roles"};
inline constexpr Text kRoot{"默克尔根", "Merkle root"};
inline constexpr Text kSelfTrade{"防自成交", "Self-trade"};
inline constexpr Text kSellerFee{"卖方费率", "Seller's fee"};
inline constexpr Text kSession{"状态", "Session"};
inline constexpr Text kSide{"方向", "Side"};
inline constexpr Text kSnapshotEntry{"快照条目", "Snapshot entry"};
inline constexpr Text kState{"状态", "State"};
inline constexpr Text kSymbol{"品种", "Symbol"};
inline constexpr Text kTakerSide{"主动方", "Taker"};
inline constexpr Text kTick{"最小变动", "Tick"};
inline constexpr Text kTiers{"分级(上限:复核:审批)",
                             "Tiers (up to:checks:approvals)"};
inline constexpr Text kTime{"时间", "Time"};
inline constexpr Text kTimeInForce{"有效期", "Time in force"};
inline constexpr Text kTrade{"成交号", "Trade"};
inline constexpr Text kTrades{"成交笔数", "Trades"};
inline constexpr Text kTurnover{"成交额(元)", "Turnover (CNY)"};
inline constexpr Text kUnit{"单位", "Unit"};
inline constexpr Text kUser{"用户", "User"};
inline constexpr Text kVersion{"版本", "Version"};
inline constexpr Text kViewsEntry{"视图条目", "Views entry"};
inline constexpr Text kVolume{"成交量", "Volume"};
inline constexpr Text kWindows{"交易时段", "Windows"};
inline constexpr Text kYes{"是", "yes"};

// Errors.
inline constexpr Text kError{"错误", "error"};
inline constexpr Text kUsageError{"用法错误", "usage error"};
inline constexpr Text kReasonLabel{"原因", "reason"};
inline constexpr Text kFieldLabel{"字段", "field"};
inline constexpr Text kValueLabel{"详情", "detail"};
inline constexpr Text kRetryLabel{"重试间隔", "retry after"};
inline constexpr Text kHintLabel{"建议", "hint"};
inline constexpr Text kUnreachable{"连不上 $0: $1", "cannot reach $0: $1"};
inline constexpr Text kTimedOut{"$0 内没有答复", "no answer within $0"};
inline constexpr Text kNotOffered{"$0 的服务器不提供该功能",
                                  "the server at $0 does not offer this"};
inline constexpr Text kUnknownCommand{"没有命令 \"$0\"", "no command \"$0\""};
inline constexpr Text kUnknownOption{"没有选项 \"$0\"", "no option \"$0\""};
inline constexpr Text kDidYouMean{"是不是 \"$0\"?", "did you mean \"$0\"?"};
inline constexpr Text kSeeHelp{"用 --help 查看用法", "see --help"};
inline constexpr Text kWhoIsCalling{
    "不知道以谁的身份调用: 用 --as 用户 (证书在 $0), 或 --cert 与 --key",
    "who is calling? Use --as USER (certificates in $0), or --cert and --key"};
inline constexpr Text kBadTimeout{"\"$0\" 不是时长, 例如 10s 或 1m30s",
                                  "\"$0\" is no duration such as 10s or 1m30s"};
inline constexpr Text kBadChoice{"\"$0\" 不可选; 可选: $1",
                                 "\"$0\" is not one of: $1"};
inline constexpr Text kBadMoney{
    "\"$0\" 不是金额: 写元, 最多两位小数, 例如 58.50",
    "\"$0\" is no sum of money: yuan with at most two decimals, such as "
    "58.50"};
inline constexpr Text kBadLots{"\"$0\" 不是数量: 写整手数, 例如 1000",
                               "\"$0\" is no quantity: whole lots, such as "
                               "1000"};
inline constexpr Text kBadQuantity{"\"$0\" 不是数量: 写整数, 单位为 $1",
                                   "\"$0\" is no quantity: a whole number, in "
                                   "$1"};
inline constexpr Text kBadTime{
    "\"$0\" 不是时间, 例如 2022-10-21 09:30 (北京时间)",
    "\"$0\" is no time such as 2022-10-21 09:30 (Asia/Shanghai)"};
inline constexpr Text kBadDigest{"\"$0\" 不是 64 位十六进制的 SHA-256",
                                 "\"$0\" is no SHA-256 of 64 hex digits"};
inline constexpr Text kBadDocument{
    "\"$0\" 不是文件: 写 标题=文件 或 标题=sha256:摘要",
    "\"$0\" is no document: TITLE=FILE or TITLE=sha256:HEX"};
inline constexpr Text kBadTier{
    "\"$0\" 不是分级: 写 上限:复核数:审批数, 例如 1000000:1:1 或 *:1:2",
    "\"$0\" is no tier: UP_TO:CHECKS:APPROVALS, such as 1000000:1:1 or *:1:2"};
inline constexpr Text kBadJson{"$0 不是所要的 JSON: $1",
                               "$0 is not the JSON that is wanted: $1"};
inline constexpr Text kNoFile{"读不到文件 $0", "cannot read the file $0"};
inline constexpr Text kNoAsset{"没有资产 $0", "no asset $0"};
inline constexpr Text kNotServing{"服务器暂不提供服务",
                                  "the server does not serve now"};
inline constexpr Text kNotBalanced{"$0 的借贷不平", "$0 does not balance"};

// Questions.
inline constexpr Text kYesNo{"[y/N]", "[y/N]"};
inline constexpr Text kNeedsYes{"需要确认: $0 请加 --yes",
                                "this has to be confirmed: $0 Add --yes"};
inline constexpr Text kNotConfirmed{"未确认, 什么也没做",
                                    "not confirmed, nothing was done"};
inline constexpr Text kAskCancelAll{"撤销全部委托?", "Cancel every order?"};
inline constexpr Text kAskCancelSymbol{"撤销 $0 的全部委托?",
                                       "Cancel every order in $0?"};
inline constexpr Text kAskClose{"注销 $0?", "Close $0 for good?"};
inline constexpr Text kAskErase{"永久删除档案 $0?",
                                "Erase the record $0 for good?"};
inline constexpr Text kAskRetire{"永久注销 $0 个最小单位的 $1?",
                                 "Retire $0 units of $1 for good?"};
inline constexpr Text kAskWithdraw{"从 $1 付出 $0 元?",
                                   "Pay out $0 yuan from $1?"};
inline constexpr Text kAskAgree{"同意 $0 的上述内容?",
                                "Agree to the payload of $0 above?"};
inline constexpr Text kAskAdvance{"把演练时钟拨到 $0?",
                                  "Move the rehearsal clock to $0?"};

// Notes.
inline constexpr Text kMoreRows{"只显示 $0 行; 用 --all 显示全部",
                                "only $0 rows are shown; --all shows the rest"};
inline constexpr Text kExporting{"已写 $0 行 …", "$0 rows written ..."};
inline constexpr Text kExported{"$0 行已写入 $1", "$0 rows written to $1"};
inline constexpr Text kExportKind{
    "导出文件 $0 应以 .csv 或 .xlsx 结尾",
    "the file $0 to export to should end with .csv or .xlsx"};
inline constexpr Text kSheetRows{"明细", "rows"};
inline constexpr Text kSheetEvidence{"校验", "evidence"};
inline constexpr Text kSheetFull{
    "一张工作表至多 $0 行; 请用 .csv 或缩小范围",
    "a sheet has at most $0 rows; take .csv or a narrower range"};
inline constexpr Text kExportRows{"行数", "rows"};
inline constexpr Text kExportRequest{"查询条件", "request"};
inline constexpr Text kExportAsOf{"截至条目", "true for entry"};
inline constexpr Text kExportOrigin{"账本", "ledger"};
inline constexpr Text kExportSize{"检查点条目数", "entries of the checkpoint"};
inline constexpr Text kExportRoot{"检查点根哈希", "root of the checkpoint"};
inline constexpr Text kRecordedIn{"已记入条目 $0", "recorded in entry $0"};
inline constexpr Text kPendingCheck{
    "等待他人复核。下一步: luheng approval check $0 --digest $1 --as 复核人",
    "Waits to be checked by another person. Next: luheng approval check $0 "
    "--digest $1 --as CHECKER"};
inline constexpr Text kPendingApprove{
    "等待他人审批。下一步: luheng approval approve $0 --digest $1 --as 审批人",
    "Waits to be approved by another person. Next: luheng approval approve $0 "
    "--digest $1 --as APPROVER"};
inline constexpr Text kCheckedNext{
    "已复核。下一步: luheng approval approve $0 --digest $1 --as 审批人",
    "Checked. Next: luheng approval approve $0 --digest $1 --as APPROVER"};
inline constexpr Text kRequestIdWas{"该请求的编号: --request-id $0",
                                    "this request was --request-id $0"};
inline constexpr Text kClientOrderIdWas{"该委托的编号: --client-order-id $0",
                                        "this order was --client-order-id $0"};
inline constexpr Text kDuplicateOrder{
    "该委托号已用过: 这是原委托",
    "the client order id was used before: this is the original order"};
inline constexpr Text kKeptPlace{"保留了排队位置", "it kept its place"};
inline constexpr Text kLostPlace{"失去了排队位置", "it lost its place"};
inline constexpr Text kReconnecting{"连接中断, 正在续接",
                                    "the connection broke, resuming"};
inline constexpr Text kCtrlC{"按 Ctrl-C 退出", "Ctrl-C ends"};
inline constexpr Text kCannotWrite{"写不了文件 $0", "cannot write the file $0"};
inline constexpr Text kWritten{"已写入 $0", "written to $0"};
inline constexpr Text kReceiptHolds{"收据成立", "The receipt holds"};
inline constexpr Text kReceiptEntry{
    "账本 $1 的第 $0 条，记账时间 $2，内容自此不能改动而不被发现",
    "entry $0 of the ledger $1, stamped $2: it cannot be changed unnoticed"};
inline constexpr Text kReceiptCheckpoint{
    "在 $0 条的检查点之内，由 $1 签名",
    "it stands under a checkpoint of $0 entries, signed by $1"};
inline constexpr Text kReceiptWitnesses{"见证人: $0", "witnesses: $0"};
inline constexpr Text kNoWitness{"无", "none"};
inline constexpr Text kReceiptParts{
    "收据给出 $1 个部分中的 $0 个，逐一与账本的承诺相符",
    "it shows $0 of $1 parts, each as the ledger committed to it"};
inline constexpr Text kReceiptBad{"收据 $0 不成立: $1",
                                  "the receipt $0 does not hold: $1"};
inline constexpr Text kPolicyBad{"策略文件 $0 有误: $1",
                                 "the policy file $0 is wrong: $1"};
inline constexpr Text kPolicyCompare{
    "使用前请另行核对公钥 (例如向运营方书面索取): $0",
    "compare the key with one you got another way, before relying on it: $0"};
inline constexpr Text kWitnessNeedsKey{
    "缺少 --key FILE: 见证人的私钥文件",
    "--key FILE is missing: the file of the witness's private key"};
inline constexpr Text kWitnessKeyThere{
    "$0 已存在; 密钥不会被覆盖",
    "$0 is there already; a key is never overwritten"};
inline constexpr Text kWitnessKeyBad{"$0: $1", "$0: $1"};
inline constexpr Text kWitnessLogBad{"--log $0: $1", "--log $0: $1"};
inline constexpr Text kWitnessStopped{"见证人已停止",
                                      "the witness has stopped"};
inline constexpr Text kBalanced{"借贷相等 (截至条目 $0)",
                                "every asset balances (as of entry $0)"};

// Help pages.
inline constexpr Text kHelpUsage{"用法", "Usage"};
inline constexpr Text kHelpExamples{"示例", "Examples"};
inline constexpr Text kHelpArguments{"参数", "Arguments"};
inline constexpr Text kHelpOptionsTitle{"选项", "Options"};
inline constexpr Text kHelpCommandsTitle{"命令", "Commands"};
inline constexpr Text kHelpOptions{"[选项]", "[options]"};
inline constexpr Text kHelpSubcommand{"<命令>", "<command>"};
inline constexpr Text kHelpGlobal{
    "连接、身份与输出的选项见 luheng --help",
    "Options for connection, identity and output: luheng --help"};
inline constexpr Text kHelpLimit{"最多显示的行数, 默认 50",
                                 "rows to show at most, 50 by default"};
inline constexpr Text kHelpAll{"显示全部", "show every row"};
inline constexpr Text kHelpExport{"全部写入该 .csv 或 .xlsx 文件",
                                  "write every row to this .csv or .xlsx file"};

// audit
inline constexpr Text kFileUnreadable{"文件 $0 无法读取: $1",
                                      "$0 cannot be read: $1"};
inline constexpr Text kCheckpointBad{"检查点 $0 不可信: $1",
                                     "the checkpoint $0 does not count: $1"};
inline constexpr Text kAuditNeedsPolicy{
    "核对检查点须用 --policy 指定信任策略文件",
    "a checkpoint needs --policy, the file with the keys that count"};
inline constexpr Text kAuditProgress{"已审计 $0 / $1 条分录，每秒 $2 条",
                                     "audited $0 of $1 entries, $2 a second"};
inline constexpr Text kAuditBlocks{"区块数", "Blocks"};
inline constexpr Text kAuditEntries{"分录数", "Entries"};
inline constexpr Text kAuditBytes{"字节数", "Bytes"};
inline constexpr Text kAuditAccounts{"有余额账户数", "Accounts with a balance"};
inline constexpr Text kAuditHeld{"已核对检查点", "Checkpoints compared"};
inline constexpr Text kAuditFindings{"问题数", "Findings"};
inline constexpr Text kAuditSpeed{"每秒分录数", "Entries a second"};
inline constexpr Text kAuditFinding{"✗ $0", "✗ $0"};
inline constexpr Text kAuditClean{
    "审计通过：校验和、区块链、编号、时间、承诺、默克尔树、过账、余额、委托、"
    "成交、手续费、冻结与审批均一致",
    "clean: checksums, chain, numbers, times, commitments, tree, postings, "
    "balances, orders, fills, fees, holds and approvals all agree"};
inline constexpr Text kAuditFailed{"审计发现 $0 个问题",
                                   "the audit has $0 findings"};

}  // namespace luheng::cli::text

#endif  // LUHENG_CLIENTS_CLI_TEXTS_H_
