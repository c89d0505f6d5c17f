// What nouns, verbs, arguments and options say of themselves, in both
// languages.
#ifndef LUHENG_CLIENTS_CLI_HELP_TEXTS_H_
#define LUHENG_CLIENTS_CLI_HELP_TEXTS_H_

#include "clients/cli/text.h"

namespace luheng::cli::help {

inline constexpr Text kLuheng{
    "绿衡: 环境权益的交易与账本",
    "Luheng: the exchange and the books of environmental rights"};

// Nouns and verbs.
inline constexpr Text kMarket{"交易品种与规则", "instruments and their rules"};
inline constexpr Text kMarketList{"列出品种", "list instruments"};
inline constexpr Text kMarketShow{"查看一个品种", "show one instrument"};
inline constexpr Text kMarketRules{"查看或设置品种的规则",
                                   "show or set the rules of an instrument"};
inline constexpr Text kMarketHalt{"停牌", "halt trading"};
inline constexpr Text kMarketResume{"复牌", "resume trading"};
inline constexpr Text kMarketDefine{"定义品种", "define an instrument"};
inline constexpr Text kMarketReference{"设置基准价",
                                       "set the price that bands start from"};
inline constexpr Text kMarketCalendar{"设置休市日与调休交易日",
                                      "set holidays and working weekend days"};
inline constexpr Text kBook{"盘口", "the order book"};
inline constexpr Text kBookShow{"查看盘口, 可实时刷新",
                                "show the best levels, once or live"};
inline constexpr Text kOrder{"委托", "orders"};
inline constexpr Text kOrderPlace{"下单", "place an order"};
inline constexpr Text kOrderAmend{"改单: 减量保留排队位置",
                                  "change an order; a smaller quantity keeps "
                                  "its place"};
inline constexpr Text kOrderCancel{"撤单", "cancel orders"};
inline constexpr Text kOrderCancelAll{"撤销全部委托", "cancel every order"};
inline constexpr Text kOrderList{"列出委托", "list orders"};
inline constexpr Text kOrderShow{"查看一笔委托", "show one order"};
inline constexpr Text kOrderFills{"列出成交", "list fills"};
inline constexpr Text kOrderWatch{"实时查看委托与成交",
                                  "follow orders and fills as they change"};
inline constexpr Text kTrade{"成交", "trades"};
inline constexpr Text kTradeList{"列出成交", "list trades"};
inline constexpr Text kTradeWatch{"实时查看成交",
                                  "follow trades as they happen"};
inline constexpr Text kBar{"日行情", "daily figures"};
inline constexpr Text kBarList{"列出日行情", "list daily figures"};
inline constexpr Text kTicker{"当日行情", "the figures of the day"};
inline constexpr Text kAccount{"账户", "accounts"};
inline constexpr Text kAccountList{"列出余额", "list balances"};
inline constexpr Text kAccountTrial{"试算平衡", "sum every asset to zero"};
inline constexpr Text kStatement{"对账单", "what moved the balances"};
inline constexpr Text kHolder{"持有人", "holders"};
inline constexpr Text kHolderList{"列出持有人", "list holders"};
inline constexpr Text kHolderShow{"查看一个持有人", "show one holder"};
inline constexpr Text kHolderOpen{"开户", "open a holder"};
inline constexpr Text kHolderSuspend{"暂停交易", "suspend a holder"};
inline constexpr Text kHolderResume{"恢复交易", "resume a holder"};
inline constexpr Text kHolderClose{"销户", "close a holder"};
inline constexpr Text kHolderControl{"登记实际控制人",
                                     "record who controls a holder"};
inline constexpr Text kUser{"用户与角色", "users and roles"};
inline constexpr Text kUserList{"列出用户", "list users"};
inline constexpr Text kUserShow{"查看一个用户", "show one user"};
inline constexpr Text kUserCreate{"登记用户", "register a user"};
inline constexpr Text kUserSuspend{"暂停用户", "suspend a user"};
inline constexpr Text kUserResume{"恢复用户", "resume a user"};
inline constexpr Text kUserGrant{"授予角色", "grant roles"};
inline constexpr Text kUserRevoke{"收回角色", "take roles back"};
inline constexpr Text kAsset{"资产", "assets"};
inline constexpr Text kAssetList{"列出资产", "list assets"};
inline constexpr Text kAssetDefine{"定义资产", "define an asset"};
inline constexpr Text kIssue{"发放权益", "issue units to a holder"};
inline constexpr Text kRetire{"注销权益", "retire units for good"};
inline constexpr Text kDeposit{"入金", "credit cash that the bank received"};
inline constexpr Text kWithdraw{"出金", "pay cash out through the bank"};
inline constexpr Text kApproval{"复核与审批", "checks and approvals"};
inline constexpr Text kApprovalList{"列出审批单", "list proposals"};
inline constexpr Text kApprovalShow{"查看审批单", "show one proposal"};
inline constexpr Text kApprovalCheck{"复核", "check a proposal"};
inline constexpr Text kApprovalApprove{"审批", "approve a proposal"};
inline constexpr Text kApprovalReject{"驳回或撤回",
                                      "reject or withdraw a proposal"};
inline constexpr Text kApprovalRules{"列出审批规则", "list approval rules"};
inline constexpr Text kApprovalSetRule{"设置审批规则",
                                       "set the approval rule of a command"};
inline constexpr Text kEntry{"账本条目", "entries of the ledger"};
inline constexpr Text kEntryShow{"查看一个条目", "show one entry"};
inline constexpr Text kEntryList{"列出条目", "list entries"};
inline constexpr Text kReceipt{"收据: 可离线核对的证明",
                               "receipts: proofs to check offline"};
inline constexpr Text kReceiptGet{"取一个条目的收据",
                                  "get the receipt of an entry"};
inline constexpr Text kReceiptVerify{"离线核对收据",
                                     "check a receipt without the server"};
inline constexpr Text kCheckpoint{"账本的签名检查点",
                                  "signed checkpoints of the ledger"};
inline constexpr Text kCheckpointShow{"查看最新检查点",
                                      "show the newest checkpoint"};
inline constexpr Text kCheckpointPolicy{
    "写出只信任本账本公钥的策略文件",
    "write a policy that trusts this ledger's key"};
inline constexpr Text kWitness{"见证人: 为账本联署检查点",
                               "a witness that cosigns ledgers' checkpoints"};
inline constexpr Text kWitnessRun{"运行见证人, 直到收到 SIGTERM",
                                  "be a witness until SIGTERM"};
inline constexpr Text kWitnessKeygen{"生成见证人密钥, 打印公钥",
                                     "make a witness's key, print its vkey"};
inline constexpr Text kNode{"节点", "the server's node"};
inline constexpr Text kNodeStatus{"节点状态", "show how the node is"};
inline constexpr Text kNodeAdvance{"拨快演练时钟",
                                   "move a rehearsal clock forward"};
inline constexpr Text kNodeAcknowledge{"确认时钟跳变",
                                       "accept a clock that jumped"};
inline constexpr Text kHealth{"服务器是否可用", "whether the server serves"};
inline constexpr Text kWhoAmI{"我是谁", "the caller's user and roles"};
inline constexpr Text kVault{"个人信息档案", "personal data, erasable"};
inline constexpr Text kVaultPut{"存入", "store a record"};
inline constexpr Text kVaultGet{"查看", "show a record"};
inline constexpr Text kVaultErase{"永久删除", "erase a record for good"};
inline constexpr Text kCompletion{"命令补全脚本", "completion scripts"};
inline constexpr Text kCompletionBash{"bash 的补全脚本", "script for bash"};
inline constexpr Text kCompletionZsh{"zsh 的补全脚本", "script for zsh"};
inline constexpr Text kCompletionFish{"fish 的补全脚本", "script for fish"};

// Options that every command takes.
inline constexpr Text kHelp{"显示帮助", "show this help"};
inline constexpr Text kVersion{"显示版本", "show the version"};
inline constexpr Text kServer{
    "服务器 host:port ($$LUHENG_SERVER)；分进程部署时如 "
    "host:7443,market=host:7444",
    "server as host:port ($$LUHENG_SERVER); where services have processes of "
    "their own: host:7443,market=host:7444"};
inline constexpr Text kAs{"以此用户的证书调用 ($$LUHENG_AS)",
                          "call with this user's certificate ($$LUHENG_AS)"};
inline constexpr Text kCredentials{
    "证书目录: ca.pem, 用户.pem, 用户.key ($$LUHENG_CREDENTIALS)",
    "folder of ca.pem, USER.pem and USER.key ($$LUHENG_CREDENTIALS)"};
inline constexpr Text kCa{"签发服务器证书的 CA ($$LUHENG_CA)",
                          "authorities that sign servers ($$LUHENG_CA)"};
inline constexpr Text kCert{"自己的证书 ($$LUHENG_CERT)",
                            "the caller's certificate ($$LUHENG_CERT)"};
inline constexpr Text kKey{"自己的私钥 ($$LUHENG_KEY)",
                           "the caller's private key ($$LUHENG_KEY)"};
inline constexpr Text kAuthority{
    "服务器证书中的名称, 与地址不同时使用 ($$LUHENG_AUTHORITY)",
    "name in the server's certificate, if not its host ($$LUHENG_AUTHORITY)"};
inline constexpr Text kTimeout{"等待答复的时长", "how long to wait"};
inline constexpr Text kRequestId{"重复一次没有答复的请求",
                                 "repeat a request that got no answer"};
inline constexpr Text kOutput{"输出格式: table, json, csv",
                              "output: table, json or csv"};
inline constexpr Text kColor{"颜色: auto, always, never",
                             "colors: auto, always or never"};
inline constexpr Text kLang{"语言: zh, en ($$LUHENG_LANG, $$LANG)",
                            "language: zh or en ($$LUHENG_LANG, $$LANG)"};
inline constexpr Text kYes{"不再询问", "answer questions with yes"};
inline constexpr Text kNoInput{"从不询问", "never ask"};

// Arguments and options of verbs.
inline constexpr Text kSymbol{"品种代码, 例如 CEA", "symbol, such as CEA"};
inline constexpr Text kOnlySymbol{"只看该品种", "only this symbol"};
inline constexpr Text kOnlyAsset{"只看该资产", "only this asset"};
inline constexpr Text kSide{"buy 或 sell", "buy or sell"};
inline constexpr Text kQuantity{"手数, 可带单位, 例如 1,000t",
                                "lots, perhaps with their unit: 1,000t"};
inline constexpr Text kNewQuantity{"新的总手数, 含已成交",
                                   "new whole quantity in lots, filled ones "
                                   "included"};
inline constexpr Text kPrice{"价格, 元, 例如 58.50", "price in yuan: 58.50"};
inline constexpr Text kTimeInForce{"有效期: gtc, day, gtd, ioc, fok",
                                   "gtc, day, gtd, ioc or fok"};
inline constexpr Text kUntil{"gtd 的截止时间, 北京时间",
                             "until when, for gtd, Asia/Shanghai"};
inline constexpr Text kSelfTrade{
    "防自成交: cancel-newest, cancel-oldest, cancel-both, decrement",
    "cancel-newest, cancel-oldest, cancel-both or decrement"};
inline constexpr Text kClientOrderId{"自定委托号, 重复提交不会重复下单",
                                     "your id of the order; it is placed once"};
inline constexpr Text kForHolder{"持有人: 编号、holders/N 或代码",
                                 "holder: number, holders/N or code"};
inline constexpr Text kOwnOrHolder{"持有人, 默认是自己",
                                   "holder, the caller's own by default"};
inline constexpr Text kHolderKey{
    "编号、holders/N、统一社会信用代码或六位县代码",
    "number, holders/N, credit code or six-digit county code"};
inline constexpr Text kPostOnly{"会立即成交则拒绝",
                                "refuse it rather than trade at once"};
inline constexpr Text kPreview{"只查看将冻结的数额与手续费",
                               "show what it would hold, without placing it"};
inline constexpr Text kOrderKey{"自己的委托编号、全名或自定委托号",
                                "number of an own order, its name, or its "
                                "client order id"};
inline constexpr Text kIncludeClosed{"包括已结束的", "closed orders too"};
inline constexpr Text kAfter{"从该条目之后开始", "begin after this entry"};
inline constexpr Text kWatchLimit{"显示这么多行后结束",
                                  "end after this many rows"};
inline constexpr Text kDepth{"每边档数", "levels of each side"};
inline constexpr Text kWatch{"实时刷新", "follow it live"};
inline constexpr Text kDate{"只看该日, 例如 2022-10-21",
                            "only this day, such as 2022-10-21"};
inline constexpr Text kReason{"理由", "why"};
inline constexpr Text kBasis{"依据", "legal basis or source"};
inline constexpr Text kRulesFile{"新规则的 JSON 文件",
                                 "JSON file with the new rules"};
inline constexpr Text kInstrumentFile{"品种的 JSON 文件",
                                      "JSON file with the instrument"};
inline constexpr Text kHolidays{"休市的工作日", "weekday without trading"};
inline constexpr Text kWorkingDays{"交易的周末日", "weekend day with trading"};
inline constexpr Text kFirstEntry{"从该条目开始", "begin with this entry"};
inline constexpr Text kLastEntry{"到该条目为止", "end with this entry"};
inline constexpr Text kSinceTime{"从该时间起 (含)", "from this time on"};
inline constexpr Text kBeforeTime{"到该时间止 (不含)", "before this time"};
inline constexpr Text kAtTime{"当时的余额: 时间", "as it was at this time"};
inline constexpr Text kAtEntry{"该条目之后的余额",
                               "as it was behind this entry"};
inline constexpr Text kOnlyInstrument{"只看该品种", "only this instrument"};
inline constexpr Text kOnlyUser{"只看该用户提交的",
                                "only what this user asked"};
inline constexpr Text kOnlyOrder{"只看该委托: 编号或全名",
                                 "only this order: number or full name"};
inline constexpr Text kOnlyProposal{"只看该待审批事项", "only this proposal"};
inline constexpr Text kOnlyRequest{"只看该请求号", "only this request id"};
inline constexpr Text kOnlyCommand{"只看该指令，例如 PlaceOrder",
                                   "only this command, for example PlaceOrder"};
inline constexpr Text kOnlyRefused{"只看被拒绝的", "only refused ones"};
inline constexpr Text kOnlyReason{
    "只看因此被拒绝的，例如 INSUFFICIENT_CASH",
    "only those refused for this, for example INSUFFICIENT_CASH"};
inline constexpr Text kEntryNumber{"条目编号", "number of the entry"};
inline constexpr Text kOutFile{"写入的文件，默认标准输出",
                               "file to write; standard output if none"};
inline constexpr Text kReceiptFile{"收据文件", "the receipt's file"};
inline constexpr Text kPolicyFile{"信任策略文件: 账本与见证人的公钥、法定数",
                                  "policy file: keys of the ledger and of "
                                  "witnesses, and the quorum"};
inline constexpr Text kWitnessName{
    "见证人名称: 域名加路径, 例如 county.example/witness",
    "the witness's name, a domain and a path: county.example/witness"};
inline constexpr Text kWitnessLogs{"见证的账本公钥 (vkey), 可重复",
                                   "vkey of a ledger to witness; repeatable"};
inline constexpr Text kWitnessState{"记忆目录: 丢失即忘记见证过什么",
                                    "folder of its memory; to lose it is to "
                                    "forget what was cosigned"};
inline constexpr Text kWitnessListen{
    "监听地址 主机:端口; 端口 0 任选",
    "address to listen on, host:port; port 0 takes a free one"};
inline constexpr Text kWitnessSm2{"生成 SM2 密钥 (默认 Ed25519)",
                                  "make an SM2 key instead of Ed25519"};
inline constexpr Text kHolderKind{
    "enterprise, county, person, collective, association, bank, verifier, "
    "agency",
    "enterprise, county, person, collective, association, bank, verifier or "
    "agency"};
inline constexpr Text kHolderCode{"统一社会信用代码或县代码",
                                  "credit code or county code"};
inline constexpr Text kHolderName{"名称", "public name"};
inline constexpr Text kHolderNameEn{"英文名称", "name in English"};
inline constexpr Text kCounty{"县代码, 140000 为全省",
                              "county code; 140000 is the province"};
inline constexpr Text kVaultRecord{"自然人的档案号",
                                   "vault record of a natural person"};
inline constexpr Text kDocument{"开户材料: 标题=文件 或 标题=sha256:摘要",
                                "document: TITLE=FILE or TITLE=sha256:HEX"};
inline constexpr Text kOwner{"实际控制人", "who controls it"};
inline constexpr Text kFromDate{"首日", "first day"};
inline constexpr Text kToDate{"末日, 默认不限", "last day, open by default"};
inline constexpr Text kUserKey{"用户名, 即证书的通用名",
                               "user, the common name of its certificate"};
inline constexpr Text kRole{"角色, 可限县: trader, supervisor@140927",
                            "role: trader, or of a county: supervisor@140927"};
inline constexpr Text kAssetSymbol{"资产代码", "symbol of the asset"};
inline constexpr Text kAssetKey{"资产代码", "symbol of the asset"};
inline constexpr Text kAssetKind{"water, emission, carbon, currency",
                                 "water, emission, carbon or currency"};
inline constexpr Text kAssetName{"名称", "name in Chinese"};
inline constexpr Text kAssetNameEn{"英文名称", "name in English"};
inline constexpr Text kUnit{"最小单位, 例如 kg, m3", "smallest unit: kg, m3"};
inline constexpr Text kAmount{"数量, 最小单位, 可带单位: 1,000kg",
                              "amount in the smallest unit: 1,000kg"};
inline constexpr Text kYuan{"金额, 元", "sum in yuan"};
inline constexpr Text kBankReference{"银行流水号, 只能用一次",
                                     "the bank's reference, used once"};
inline constexpr Text kProposalState{
    "proposed, checked, executed, rejected, expired, failed",
    "proposed, checked, executed, rejected, expired or failed"};
inline constexpr Text kProposalKey{"审批单编号", "number of the proposal"};
inline constexpr Text kDigest{"所同意内容的 SHA-256; 不写则显示内容并询问",
                              "SHA-256 of what is agreed to; without it the "
                              "payload is shown first"};
inline constexpr Text kCommandType{"命令类型编号, 见 approval rules",
                                   "number of the command type, see approval "
                                   "rules"};
inline constexpr Text kTier{"分级: 上限:复核数:审批数",
                            "tier: UP_TO:CHECKS:APPROVALS"};
inline constexpr Text kExpiry{"办理时限", "time to decide"};
inline constexpr Text kEffective{"生效时间, 须晚于审批",
                                 "in force from; after its approval"};
inline constexpr Text kTime{"北京时间, 例如 \"2022-10-21 09:30\"",
                            "Asia/Shanghai: \"2022-10-21 09:30\""};
inline constexpr Text kService{"服务全名, 默认整个服务器",
                               "full name of a service, all by default"};
inline constexpr Text kPersonName{"姓名; \"-\" 从标准输入读取",
                                  "name; \"-\" reads it from stdin"};
inline constexpr Text kIdentityNumber{"身份证号; \"-\" 从标准输入读取",
                                      "identity number; \"-\" reads stdin"};
inline constexpr Text kBankAccount{"银行账号", "bank account"};
inline constexpr Text kNote{"备注", "note"};
inline constexpr Text kRecord{"档案号", "record"};

inline constexpr Text kAudit{
    "离线审计账簿文件：不经服务器，不用写账簿的程序",
    "audit a journal's files, without the server and what wrote them"};
inline constexpr Text kAuditDirectory{"节点的数据目录，其中有 journal",
                                      "data folder of a node, with journal in "
                                      "it"};
inline constexpr Text kAuditCheckpoint{
    "另存的检查点或收据文件，可多次给出：发现截尾与重写的历史",
    "checkpoint or receipt kept elsewhere, may be repeated: finds a tail that "
    "was cut off and a history written anew"};

}  // namespace luheng::cli::help

#endif  // LUHENG_CLIENTS_CLI_HELP_TEXTS_H_
