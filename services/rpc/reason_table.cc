#include "services/rpc/reason_table.h"

#include "luheng/core/v1/reason.pb.h"

namespace luheng::rpc {
namespace {

using grpc::StatusCode;

// Behind the texts of rules about one field of the request.
#define FIELD_EN "[ You gave {field} {value}; it must be {rule}.]"
#define FIELD_ZH "[您填写的{field}为 {value}，{rule}。]"

constexpr ReasonRow kRows[] = {
    // The edge and the node.
    {Reason::REASON_UNKNOWN_USER, StatusCode::UNAUTHENTICATED, 0,
     "Your certificate names no user of the registry[: {user}].",
     "您的证书所载用户[（{user}）]未在本系统登记。"},
    {Reason::REASON_USER_SUSPENDED, StatusCode::PERMISSION_DENIED, 0,
     "The user[ {user}] is suspended.", "用户[ {user} ]已被停用。"},
    {Reason::REASON_REQUEST_ID_REUSED, StatusCode::ALREADY_EXISTS, 0,
     "The request id[ {request_id}] was used before for another request.",
     "请求编号[ {request_id} ]已用于另一项内容不同的请求。"},
    {Reason::REASON_PERMISSION_DENIED, StatusCode::PERMISSION_DENIED, 0,
     "None of your roles permits this[: {command}].",
     "您的岗位权限不包含此项操作[（{command}）]。"},
    {Reason::REASON_RATE_LIMITED, StatusCode::RESOURCE_EXHAUSTED, 1'000,
     "Too many requests in a short time[; your limit for {class} is "
     "{per_second_count} a second]. Please wait and try again.",
     "请求过于频繁[，{class}的上限为每秒 {per_second_count} "
     "次]，请稍候再试。"},
    {Reason::REASON_QUEUE_FULL, StatusCode::RESOURCE_EXHAUSTED, 100,
     "The system is busy: the queue of commands is full. Please try again.",
     "系统繁忙，待处理指令已满，请稍候再试。"},
    {Reason::REASON_CLOCK_JUMPED, StatusCode::UNAVAILABLE, 5'000,
     "The node's clock jumped. No command is accepted until an operator "
     "confirms the time.",
     "系统时钟发生跳变，须由系统管理员确认后方可继续受理。"},
    {Reason::REASON_DISK_RESERVE, StatusCode::UNAVAILABLE, 30'000,
     "The node is short of disk space and accepts no commands.",
     "系统存储空间不足，暂停受理。"},
    {Reason::REASON_DRAINING, StatusCode::UNAVAILABLE, 1'000,
     "The node is stopping. Please connect again and repeat the request with "
     "the same request id.",
     "系统正在停机，请重新连接后以同一请求编号重试。"},
    {Reason::REASON_INVALID_FIELD, StatusCode::INVALID_ARGUMENT, 0,
     "The request has fields that are missing or wrong." FIELD_EN
     "[ {violations}]",
     "请求中有必填项缺失或填写有误。" FIELD_ZH "[{violations}]"},
    {Reason::REASON_MESSAGE_TOO_LARGE, StatusCode::RESOURCE_EXHAUSTED, 0,
     "The message is larger than the limit[ of {limit_bytes} bytes].",
     "消息超过大小上限[（{limit_bytes} 字节）]。"},
    {Reason::REASON_UNKNOWN_COMMAND, StatusCode::INVALID_ARGUMENT, 0,
     "There is no command of this type[: {command}].",
     "没有此类指令[：{command}]。"},
    {Reason::REASON_PAGE_TOKEN_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The page token does not belong to this list and filter. Please start "
     "from the first page.",
     "翻页标记与本列表或查询条件不符，请从第一页重新查询。"},
    {Reason::REASON_BEYOND_END, StatusCode::OUT_OF_RANGE, 0,
     "This lies beyond the end of the journal[; the last entry is "
     "{last_entry}].",
     "所查位置超出账簿末尾[，最后一条分录为第 {last_entry} 号]。"},
    {Reason::REASON_SEQUENCE_TOO_OLD, StatusCode::OUT_OF_RANGE, 0,
     "This sequence is no longer held[; the oldest is {oldest}]. Please start "
     "from a snapshot.",
     "该序号已不再保留[，最早可用序号为 {oldest}]，请从快照重新开始。"},
    {Reason::REASON_SLOW_CONSUMER, StatusCode::RESOURCE_EXHAUSTED, 1'000,
     "This reader fell too far behind and has to start from a snapshot.",
     "接收过慢，数据流已中断，请从快照重新同步。"},
    {Reason::REASON_JOURNAL_FAILED, StatusCode::UNAVAILABLE, 5'000,
     "The journal could not be written and the node stops. Please repeat the "
     "request with the same request id.",
     "账簿写入失败，系统即将停机；恢复后请以同一请求编号重试。"},
    {Reason::REASON_SEQUENCE_GAP, StatusCode::FAILED_PRECONDITION, 0,
     "The stream's sequence skips a number or repeats one with another "
     "body[; expected {expected}, got {actual}].",
     "指令流序号不连续或重复且内容不同[，应为 {expected}，实为 {actual}]。"},
    {Reason::REASON_UNKNOWN_SESSION, StatusCode::NOT_FOUND, 0,
     "The node does not know this session. Please open a new one.",
     "系统没有该会话，请重新建立会话。"},
    {Reason::REASON_CLOCK_NOT_REHEARSAL, StatusCode::FAILED_PRECONDITION, 0,
     "This node's clock is the machine's and cannot be advanced; only a "
     "rehearsal's can.",
     "本节点使用机器时钟，不可调整；仅演练环境可调整时钟。"},
    {Reason::REASON_CLOCK_BACKWARD, StatusCode::FAILED_PRECONDITION, 0,
     "Time cannot go back[; the node's time is {now_ns}].",
     "时间不可回拨[，系统当前时间为 {now_ns}]。"},
    {Reason::REASON_METHOD_UNKNOWN, StatusCode::UNIMPLEMENTED, 0,
     "This node does not serve this method[: {method}].",
     "本节点不提供此项服务[：{method}]。"},
    {Reason::REASON_DEADLINE_EXCEEDED, StatusCode::DEADLINE_EXCEEDED, 0,
     "No answer was certain in time. Please repeat the request with the same "
     "request id.",
     "未能在时限内得到确定结果，请以同一请求编号重试。"},
    {Reason::REASON_INTERNAL, StatusCode::INTERNAL, 0,
     "An internal error; please report it with the request id.",
     "系统内部错误，请将请求编号报告给运维人员。"},
    {Reason::REASON_APPEND_NODE_UNREACHABLE, StatusCode::UNAVAILABLE, 1'000,
     "The node that decides cannot be reached from here. Please repeat the "
     "request with the same request id.",
     "本节点暂时无法连接受理节点，请以同一请求编号重试。"},

    // Approvals.
    {Reason::REASON_PROPOSAL_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no proposal[ {proposal}].", "没有[ {proposal} 号]待审事项。"},
    {Reason::REASON_PROPOSAL_CLOSED, StatusCode::FAILED_PRECONDITION, 0,
     "The proposal[ {proposal}] is already decided, withdrawn or expired.",
     "该待审事项[（{proposal}）]已办结、撤回或过期。"},
    {Reason::REASON_PROPOSAL_DIGEST_MISMATCH, StatusCode::INVALID_ARGUMENT, 0,
     "The digest is not that of the proposal's content. Please read the "
     "proposal again before you sign it.",
     "摘要与待审内容不符，请重新查看该事项后再办理。"},
    {Reason::REASON_APPROVAL_BY_PROPOSER, StatusCode::PERMISSION_DENIED, 0,
     "Who proposed something may neither check nor approve it.",
     "经办人不得复核或审批本人提交的事项。"},
    {Reason::REASON_APPROVAL_BY_SAME_PERSON, StatusCode::PERMISSION_DENIED, 0,
     "You have taken another step of this proposal already; a different "
     "person has to take this one.",
     "您已办理过该事项的其他环节，本环节须由他人办理。"},
    {Reason::REASON_PROPOSAL_NOT_CHECKED, StatusCode::FAILED_PRECONDITION, 0,
     "The proposal has to be checked before it is approved[; checks so far: "
     "{checks_count} of {checks_required_count}].",
     "该事项须先复核后审批[，已复核 {checks_count} 次，需 "
     "{checks_required_count} 次]。"},
    {Reason::REASON_PROPOSAL_ALREADY_CHECKED, StatusCode::FAILED_PRECONDITION,
     0, "The proposal is checked already and waits for approval.",
     "该事项已复核，等待审批。"},
    {Reason::REASON_APPROVAL_TIER_EXCEEDED, StatusCode::PERMISSION_DENIED, 0,
     "The amount[ {amount}] is above what you may approve[ ({amount_max})].",
     "金额[（{amount}）]超出您的审批权限[（上限 {amount_max}）]。"},
    {Reason::REASON_APPROVAL_RULE_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The approval rule is not well formed." FIELD_EN,
     "审批规则设置有误。" FIELD_ZH},
    {Reason::REASON_PROPOSAL_DUPLICATE, StatusCode::ALREADY_EXISTS, 0,
     "You have proposed exactly this already, and it is still open[: "
     "proposal {proposal}].",
     "您已提交相同事项且尚未办结[：{proposal} 号]。"},

    // Registry.
    {Reason::REASON_HOLDER_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no such holder[: {holder}].", "没有该持有人[：{holder}]。"},
    {Reason::REASON_HOLDER_NOT_ACTIVE, StatusCode::FAILED_PRECONDITION, 0,
     "The holder[ {holder}] is suspended or closed.",
     "持有人[（{holder}）]已暂停或已注销。"},
    {Reason::REASON_HOLDER_EXISTS, StatusCode::ALREADY_EXISTS, 0,
     "A holder with this code exists already[: {code}].",
     "该代码的持有人已登记[：{code}]。"},
    {Reason::REASON_CREDIT_CODE_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The unified social credit code[ {value}] is not valid: it has 18 "
     "characters, the last of which is a check digit.",
     "统一社会信用代码[ {value} "
     "]无效：应为 18 位，末位为校验码，请核对证照。"},
    {Reason::REASON_COUNTY_CODE_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The county code[ {value}] is not one of GB/T 2260.",
     "行政区划代码[ {value} ]不在 GB/T 2260 之列。"},
    // The number is personal data: it is never repeated in an answer.
    {Reason::REASON_IDENTITY_NUMBER_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The identity number is not valid: it has 18 characters, the last of "
     "which is a check digit.",
     "公民身份号码无效：应为 18 位，末位为校验码。"},
    {Reason::REASON_HOLDER_KIND_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "A holder of this kind has another sort of code." FIELD_EN,
     "持有人类别与所填代码不符。" FIELD_ZH},
    {Reason::REASON_DOCUMENT_REQUIRED, StatusCode::INVALID_ARGUMENT, 0,
     "At least one document with its digest is required." FIELD_EN,
     "至少须附一份材料及其摘要。" FIELD_ZH},
    {Reason::REASON_HOLDER_STATE_INVALID, StatusCode::FAILED_PRECONDITION, 0,
     "The holder's present state does not permit this change[: from {from} to "
     "{to}].",
     "持有人当前状态不允许此项变更[：由 {from} 变为 {to}]。"},
    {Reason::REASON_HOLDER_NOT_EMPTY, StatusCode::FAILED_PRECONDITION, 0,
     "The holder[ {holder}] still has balances, open orders or obligations.",
     "持有人[（{holder}）]尚有余额、未了结委托或债务，不能注销。"},
    {Reason::REASON_USER_EXISTS, StatusCode::ALREADY_EXISTS, 0,
     "A user with this name exists already[: {user}].",
     "该用户名已登记[：{user}]。"},
    {Reason::REASON_USER_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no such user[: {user}].", "没有该用户[：{user}]。"},
    {Reason::REASON_ROLE_STATE_INVALID, StatusCode::FAILED_PRECONDITION, 0,
     "The role[ {role}] is granted already, or is not granted.",
     "该岗位[（{role}）]已授予或尚未授予，无需变更。"},
    {Reason::REASON_CONTROL_GROUP_OVERLAP, StatusCode::FAILED_PRECONDITION, 0,
     "The dates overlap another control group of the holder[: from "
     "{from_date} to {to_date}].",
     "控制关系的起止日期与已有记录重叠[：{from_date} 至 {to_date}]。"},
    {Reason::REASON_EFFECTIVE_DATE_INVALID, StatusCode::FAILED_PRECONDITION, 0,
     "The effective date lies before what it changes." FIELD_EN,
     "生效日期早于所变更事项。" FIELD_ZH},
    {Reason::REASON_VAULT_RECORD_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no such personal record, or it was erased.",
     "没有该个人信息记录，或已删除。"},
    {Reason::REASON_LAST_ADMINISTRATOR, StatusCode::FAILED_PRECONDITION, 0,
     "The last administrator cannot lose the role[ {role}].",
     "不得撤销最后一名管理员的岗位[（{role}）]。"},
    {Reason::REASON_ROLE_NOT_OPEN, StatusCode::FAILED_PRECONDITION, 0,
     "The role[ {value}] is not open to users of this kind of holder.",
     "该类主体的用户不得担任此岗位[（{value}）]。"},
    {Reason::REASON_CONTROL_GROUP_CIRCLE, StatusCode::FAILED_PRECONDITION, 0,
     "The holder would come to control itself.", "该设置将使主体控制其自身。"},
    {Reason::REASON_USER_STATE_INVALID, StatusCode::FAILED_PRECONDITION, 0,
     "The user cannot be brought to this state[: {value}].",
     "用户不能变更为该状态[：{value}]。"},

    // Market.
    {Reason::REASON_INSTRUMENT_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no such instrument[: {instrument}].",
     "没有该交易品种[：{instrument}]。"},
    {Reason::REASON_MODE_NOT_PERMITTED, StatusCode::FAILED_PRECONDITION, 0,
     "The instrument[ {instrument}] may not be traded in this way[: {mode}].",
     "该品种[（{instrument}）]不允许采用此交易方式[：{mode}]。"},
    {Reason::REASON_SESSION_CLOSED, StatusCode::FAILED_PRECONDITION, 0,
     "The market is not open for this instrument now[; it opens at "
     "{opens_ns}].",
     "该品种当前不在交易时段[，下一开市时间为 {opens_ns}]。"},
    {Reason::REASON_INSTRUMENT_HALTED, StatusCode::FAILED_PRECONDITION, 0,
     "Trading of the instrument[ {instrument}] is halted.",
     "该品种[（{instrument}）]已暂停交易。"},
    {Reason::REASON_QUANTITY_OUT_OF_RANGE, StatusCode::INVALID_ARGUMENT, 0,
     "The quantity is not within the limits of one order." FIELD_EN,
     "委托数量超出单笔范围。" FIELD_ZH},
    {Reason::REASON_QUANTITY_NOT_MULTIPLE, StatusCode::INVALID_ARGUMENT, 0,
     "The quantity is not a whole multiple of the order unit." FIELD_EN,
     "委托数量不是交易单位的整数倍。" FIELD_ZH},
    {Reason::REASON_PRICE_OUT_OF_RANGE, StatusCode::INVALID_ARGUMENT, 0,
     "The price is not within the limits." FIELD_EN,
     "委托价格超出允许范围。" FIELD_ZH},
    {Reason::REASON_PRICE_NOT_ON_TICK, StatusCode::INVALID_ARGUMENT, 0,
     "The price is not a whole multiple of the tick." FIELD_EN,
     "委托价格不是最小变动价位的整数倍。" FIELD_ZH},
    {Reason::REASON_PRICE_OUTSIDE_BAND, StatusCode::FAILED_PRECONDITION, 0,
     "The price lies outside of today's band." FIELD_EN,
     "委托价格超出当日涨跌幅限制。" FIELD_ZH},
    {Reason::REASON_PRICE_UNDER_FLOOR, StatusCode::FAILED_PRECONDITION, 0,
     "The price lies under the floor." FIELD_EN,
     "委托价格低于政府指导底价。" FIELD_ZH},
    {Reason::REASON_NOTIONAL_OVERFLOW, StatusCode::INVALID_ARGUMENT, 0,
     "Price times quantity is too large.", "价格与数量之积过大。"},
    {Reason::REASON_EXPIRY_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The expiry is missing, past, or does not go with this sort of "
     "order." FIELD_EN,
     "委托有效期缺失、已过，或与委托类型不符。" FIELD_ZH},
    {Reason::REASON_ORDER_TERMS_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The terms of the order contradict each other." FIELD_EN,
     "委托条件相互矛盾。" FIELD_ZH},
    {Reason::REASON_CLIENT_ORDER_ID_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "The client order id is not well formed." FIELD_EN,
     "自定义委托号格式有误。" FIELD_ZH},
    {Reason::REASON_TOO_MANY_ORDERS, StatusCode::RESOURCE_EXHAUSTED, 1'000,
     "The holder has too many open orders[; at most {max_count}].",
     "未了结委托过多[，上限为 {max_count} 笔]。"},
    {Reason::REASON_POST_ONLY_WOULD_TRADE, StatusCode::FAILED_PRECONDITION, 0,
     "The order is post-only and would trade at once.",
     "该委托为只挂单，但会立即成交，已拒绝。"},
    {Reason::REASON_FOK_NOT_FILLABLE, StatusCode::FAILED_PRECONDITION, 0,
     "The order cannot be filled whole at once[; only {fillable_lots} of "
     "{quantity_lots} lots can].",
     "该委托无法立即全部成交[，可成交 {fillable_lots} 手，委托 "
     "{quantity_lots} 手]。"},
    {Reason::REASON_INSUFFICIENT_CASH, StatusCode::FAILED_PRECONDITION, 0,
     "Not enough available cash[: needed {needed_minor} yuan, available "
     "{available_minor} yuan].",
     "可用资金不足[：需要 {needed_minor} 元，可用 {available_minor} 元]。"},
    {Reason::REASON_INSUFFICIENT_UNITS, StatusCode::FAILED_PRECONDITION, 0,
     "Not enough available units[: needed {needed}, available {available}].",
     "可用持有量不足[：需要 {needed}，可用 {available}]。"},
    {Reason::REASON_ORDER_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no such order[: {order}].", "没有该委托[：{order}]。"},
    {Reason::REASON_ORDER_CLOSED, StatusCode::FAILED_PRECONDITION, 0,
     "The order[ {order}] is filled, cancelled or expired already.",
     "该委托[（{order}）]已成交、撤销或过期。"},
    {Reason::REASON_AMEND_INVALID, StatusCode::FAILED_PRECONDITION, 0,
     "The amendment changes nothing, or leaves less than what is filled "
     "already." FIELD_EN,
     "改单未作任何变更，或数量少于已成交数量。" FIELD_ZH},
    {Reason::REASON_SYMBOL_EXISTS, StatusCode::ALREADY_EXISTS, 0,
     "An instrument or asset with this symbol exists already[: {symbol}].",
     "该代码的品种或资产已存在[：{symbol}]。"},
    {Reason::REASON_INSTRUMENT_RULE_INVALID, StatusCode::INVALID_ARGUMENT, 0,
     "A rule of the instrument is not well formed." FIELD_EN,
     "交易品种规则设置有误。" FIELD_ZH},
    {Reason::REASON_ASSET_UNKNOWN, StatusCode::NOT_FOUND, 0,
     "There is no such asset[: {asset}].", "没有该资产[：{asset}]。"},
    {Reason::REASON_BOOK_NOT_EMPTY, StatusCode::FAILED_PRECONDITION, 0,
     "This change needs an empty book[; open orders: {orders_count}].",
     "须先清空委托簿方可变更[，尚有 {orders_count} 笔委托]。"},

    // Settlement.
    {Reason::REASON_AMOUNT_OUT_OF_RANGE, StatusCode::INVALID_ARGUMENT, 0,
     "The amount is zero, negative or too large." FIELD_EN,
     "金额或数量为零、为负或过大。" FIELD_ZH},
    {Reason::REASON_ASSET_OPERATION_INVALID, StatusCode::FAILED_PRECONDITION, 0,
     "The asset[ {asset}] does not allow this operation.",
     "该资产[（{asset}）]不允许此项操作。"},
    {Reason::REASON_INSUFFICIENT_BALANCE, StatusCode::FAILED_PRECONDITION, 0,
     "Not enough available balance[: needed {needed}, available "
     "{available}][: needed {needed_minor} yuan, available {available_minor} "
     "yuan].",
     "可用余额不足[：需要 {needed}，可用 {available}][：需要 {needed_minor} "
     "元，可用 {available_minor} 元]。"},
    {Reason::REASON_BANK_REFERENCE_REUSED, StatusCode::ALREADY_EXISTS, 0,
     "The bank reference[ {bank_reference}] was used before.",
     "银行流水号[ {bank_reference} ]已使用过。"},
    {Reason::REASON_BALANCE_OVERFLOW, StatusCode::FAILED_PRECONDITION, 0,
     "The sum would not fit the account.", "合计数超出账户可记载的上限。"},
};

#undef FIELD_EN
#undef FIELD_ZH

}  // namespace

absl::Span<const ReasonRow> ReasonRows() { return kRows; }

const ReasonRow& RowOf(Reason reason) {
  const ReasonRow* internal = nullptr;
  for (const ReasonRow& row : kRows) {
    if (row.reason == reason) return row;
    if (row.reason == Reason::REASON_INTERNAL) internal = &row;
  }
  return *internal;
}

std::string ReasonName(Reason reason) {
  constexpr absl::string_view kPrefix = "REASON_";
  const std::string& name = core::v1::Reason_Name(reason);
  return name.empty() ? "INTERNAL" : name.substr(kPrefix.size());
}

}  // namespace luheng::rpc
