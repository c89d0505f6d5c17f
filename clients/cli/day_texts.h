// What `luheng day` says.
#ifndef LUHENG_CLIENTS_CLI_DAY_TEXTS_H_
#define LUHENG_CLIENTS_CLI_DAY_TEXTS_H_

#include "clients/cli/text.h"

namespace luheng::cli::day {

// ---- Help ------------------------------------------------------------------

inline constexpr Text kDayNoun = {"开市、回放交易日、核对",
                                  "open the market, replay days, reconcile"};
inline constexpr Text kOpenVerb = {
    "按数据开设主体、品种、额度与资金，已有的不重复",
    "open holders, instruments, units and cash from data; nothing twice"};
inline constexpr Text kReplayVerb = {"回放一个交易日的委托",
                                     "replay the orders of one trading day"};
inline constexpr Text kReportVerb = {
    "读回成交、日线、账户与账本，逐项核对",
    "read trades, bars, accounts and ledger back and reconcile them"};
inline constexpr Text kDataHelp = {"省份数据目录",
                                   "folder of the province's data"};
inline constexpr Text kDayHelp = {"日期，或 days.csv 中的委托文件",
                                  "date, or the file of orders in days.csv"};

// ---- Files -----------------------------------------------------------------

inline constexpr Text kCannotRead = {"无法读取 $0", "cannot read $0"};
inline constexpr Text kCsvHeader = {"首行应为 $0", "the first line must be $0"};
inline constexpr Text kCsvFieldCount = {"有 $0 列，应为 $1 列",
                                        "$0 fields, expected $1"};
inline constexpr Text kCsvAfterQuote = {
    "引号之后应为逗号或行尾",
    "a comma or the end of the line must follow the "
    "closing quote"};
inline constexpr Text kCsvQuoteInside = {
    "引号只能括住整列，列内引号写两次",
    "a quote must open the field; inside one it is doubled"};
inline constexpr Text kCsvOpenQuote = {"引号未结束", "the quote is not closed"};
inline constexpr Text kCsvControl = {"含有控制字符", "a control character"};
inline constexpr Text kCsvEmpty = {"不能为空", "must not be empty"};
inline constexpr Text kCsvNotWhole = {"应为非负整数",
                                      "must be a whole number, 0 or more"};
inline constexpr Text kCsvNotYuan = {
    "应为金额（元），最多两位小数",
    "must be an amount in yuan with at most two decimals"};
inline constexpr Text kCsvChoice = {"应为以下之一: $0", "must be one of $0"};
inline constexpr Text kCsvUnknownKey = {"$0 中没有", "is not in $0"};
inline constexpr Text kCsvTwice = {"重复", "is there twice"};
inline constexpr Text kCsvNotDate = {"应为日期，例如 2022-10-21",
                                     "must be a date like 2022-10-21"};
inline constexpr Text kCsvNotTime = {"应为时间，例如 2022-10-21 09:30:00",
                                     "must be a time like 2022-10-21 09:30:00"};
inline constexpr Text kCsvNotWindow = {"应为时段，例如 09:30-11:30",
                                       "must be a window like 09:30-11:30"};
inline constexpr Text kCsvNotFigure = {"不是这一项的数值",
                                       "is no value of this figure"};
inline constexpr Text kCsvBackward = {"早于上一行", "is before the line above"};
inline constexpr Text kNoSuchDay = {"days.csv 中没有 $0",
                                    "days.csv has no day with $0"};

// ---- Figures ---------------------------------------------------------------

inline constexpr Text kReference = {"参考价（元）", "reference (yuan)"};
inline constexpr Text kVolume = {"成交量", "volume (lots)"};
inline constexpr Text kTurnover = {"成交额（元）", "turnover (yuan)"};
inline constexpr Text kHigh = {"最高价（元）", "high (yuan)"};
inline constexpr Text kLow = {"最低价（元）", "low (yuan)"};
inline constexpr Text kMean = {"均价（元）", "mean (yuan)"};
inline constexpr Text kClose = {"收盘价（元）", "close (yuan)"};
inline constexpr Text kChange = {"涨跌幅（%）", "change (%)"};

// ---- Opening ---------------------------------------------------------------

inline constexpr Text kNobodyHas = {"users.csv 中没有（另一位）$0",
                                    "users.csv has no (other) user with $0"};
inline constexpr Text kStepFailed = {"未能办理: $0", "could not do: $0"};
inline constexpr Text kProposalEnded = {"审批单 $0 未通过: $1 $2",
                                        "proposal $0 did not pass: $1 $2"};
inline constexpr Text kDiffers = {"$0 已存在，但与数据不同: $1",
                                  "$0 exists but differs from the data: $1"};
inline constexpr Text kPhase = {"$0: 新办 $1，已有 $2",
                                "$0: $1 done now, $2 were there"};
inline constexpr Text kStaff = {"运营人员", "operator's staff"};
inline constexpr Text kHolders = {"主体（含18县）",
                                  "holders (the 18 counties among them)"};
inline constexpr Text kUsers = {"用户", "users"};
inline constexpr Text kAssets = {"资产", "assets"};
inline constexpr Text kInstruments = {"交易品种", "instruments"};
inline constexpr Text kCalendar = {"休市日历", "calendar"};
inline constexpr Text kIssues = {"发行登记", "issues of units"};
inline constexpr Text kDeposits = {"入金", "deposits"};
inline constexpr Text kOpened = {"市场已就绪，账本共 $0 条",
                                 "the market is set up; the ledger has $0 "
                                 "entries"};

// ---- Replaying -------------------------------------------------------------

inline constexpr Text kDayDone = {"$0 已回放过，不再重复",
                                  "$0 was replayed before; nothing is done "
                                  "twice"};
inline constexpr Text kDayPast = {
    "$0 已成过去（节点时间 $1），剩余委托不再补报",
    "$0 is past (node's time $1); what is left "
    "of it is not sent"};
inline constexpr Text kClockAt = {"$0  时钟 $1", "$0  clock at $1"};
inline constexpr Text kDaySummary = {
    "$0: 委托受理 $1，按预期拒绝 $2，已有 $3",
    "$0: $1 orders accepted, $2 refused as expected, $3 were there"};
inline constexpr Text kOrderUnexpected = {"$0 委托 $1: 预期 $2，实得 $3",
                                          "$0 order $1: expected $2, got $3"};
inline constexpr Text kAccepted = {"受理", "accepted"};
inline constexpr Text kRefused = {"拒绝", "refused"};
inline constexpr Text kUnexpectedCount = {"$0 有 $1 笔委托与预期不符",
                                          "$0: $1 orders were not answered as "
                                          "expected"};
inline constexpr Text kNoRehearsal = {
    "此节点不是演练节点，不能回放历史交易日",
    "this node's clock is no rehearsal's; a past day cannot be replayed on it"};
inline constexpr Text kNotClosed = {"$0 收市后未见收盘日线: $1",
                                    "$0: no closed bar after the close: $1"};
inline constexpr Text kUnknownInstrument = {"服务器没有品种 $0",
                                            "the server has no instrument $0"};

// ---- Reporting -------------------------------------------------------------

inline constexpr Text kMatchColumn = {"核对", "match"};
inline constexpr Text kItemColumn = {"项目", "item"};
inline constexpr Text kSectionColumn = {"部分", "section"};
inline constexpr Text kTradesColumn = {"逐笔成交（开/高/低/收/量/额/笔）",
                                       "trades (open/high/low/close/lots/"
                                       "turnover/count)"};
inline constexpr Text kPublishedColumn = {"公布", "published"};
inline constexpr Text kExpectedColumn = {"应为", "expected"};
inline constexpr Text kOursColumn = {"本系统", "ours"};
inline constexpr Text kFigures = {"与公布数字核对",
                                  "against published figures"};
inline constexpr Text kBars = {"日线与逐笔成交核对",
                               "daily bars against trades"};
inline constexpr Text kFunding = {"发行与入金核对", "issues and deposits"};
inline constexpr Text kAccounts = {"账户与独立重算核对",
                                   "accounts against a recount"};
inline constexpr Text kZeroSum = {"账本零和", "zero-sum of the ledger"};
inline constexpr Text kRefusals = {"拒绝委托核对", "refused orders"};
inline constexpr Text kFeesOfFills = {"手续费 = 各笔成交之和（逐笔重算）",
                                      "fees = sum over fills, each recomputed"};
inline constexpr Text kSumOf = {"$0 借贷相抵",
                                "$0 debit and credit cancel out"};
inline constexpr Text kEntriesDense = {"条目编号连续", "entries without gaps"};
inline constexpr Text kFoldEqual = {
    "余额 = 分录之和（全部账户）", "balances = sums of postings, all accounts"};
inline constexpr Text kAllMatch = {"全部 $0 项核对一致。",
                                   "all $0 lines match."};
inline constexpr Text kSomeDiffer = {"$1 项中有 $0 项不一致",
                                     "$0 of $1 lines do not match"};
inline constexpr Text kTotals = {
    "成交 $0 笔；账本 $1 条；账户余额 $2 个；手续费 $3 元",
    "$0 trades; $1 entries; $2 balances; fees $3 yuan"};
inline constexpr Text kNotReplayed = {
    "说明: 2021年10月下旬通报另有大宗协议 300,000 吨（合计 310,635 吨），"
    "此处只回放挂牌部分。",
    "note: the bulletin of late October 2021 also has a block deal of 300,000 "
    "t "
    "(310,635 t in all); only the listed part is replayed here."};

}  // namespace luheng::cli::day

#endif  // LUHENG_CLIENTS_CLI_DAY_TEXTS_H_
