#include "clients/cli/hints.h"

namespace luheng::cli {
namespace {

struct Hint {
  const char* reason;
  Text text;
};

constexpr Hint kHints[] = {
    {"UNKNOWN_USER",
     {"请安全管理员登记该用户: luheng user create",
      "ask a security administrator to register the user: luheng user create"}},
    {"USER_SUSPENDED",
     {"请安全管理员恢复该用户: luheng user resume",
      "ask a security administrator: luheng user resume"}},
    {"REQUEST_ID_REUSED",
     {"换一个 --request-id, 或不指定它", "use another --request-id, or none"}},
    {"PERMISSION_DENIED",
     {"用 luheng whoami 查看自己的角色, 或换 --as 用户",
      "see your roles with luheng whoami, or act --as another user"}},
    {"RATE_LIMITED", {"稍候再试", "wait and try again"}},
    {"QUEUE_FULL", {"稍候再试", "wait and try again"}},
    {"CLOCK_JUMPED",
     {"请运营者核对时间后执行: luheng node acknowledge-clock",
      "an operator has to check the time, then: luheng node "
      "acknowledge-clock"}},
    {"DISK_RESERVE",
     {"请运营者释放磁盘空间", "an operator has to free disk space"}},
    {"DRAINING", {"节点正在停止, 稍候再试", "the node stops; try again soon"}},
    {"DEADLINE_EXCEEDED",
     {"结果未知; 用同一 --request-id 再执行一次",
      "the outcome is not known; repeat with the same --request-id"}},
    {"PROPOSAL_UNKNOWN",
     {"查看待办: luheng approval list", "see luheng approval list"}},
    {"PROPOSAL_DIGEST_MISMATCH",
     {"重新查看内容: luheng approval show 编号",
      "look at the payload again: luheng approval show PROPOSAL"}},
    {"APPROVAL_BY_PROPOSER",
     {"须由他人办理: 换 --as 用户", "another person has to: act --as them"}},
    {"APPROVAL_BY_SAME_PERSON",
     {"须由他人办理: 换 --as 用户", "another person has to: act --as them"}},
    {"PROPOSAL_NOT_CHECKED",
     {"先复核: luheng approval check 编号",
      "it has to be checked first: luheng approval check PROPOSAL"}},
    {"HOLDER_UNKNOWN",
     {"查看持有人: luheng holder list", "see luheng holder list"}},
    {"INSTRUMENT_UNKNOWN",
     {"查看交易品种: luheng market list", "see luheng market list"}},
    {"ASSET_UNKNOWN", {"查看资产: luheng asset list", "see luheng asset list"}},
    {"USER_UNKNOWN", {"查看用户: luheng user list", "see luheng user list"}},
    {"SESSION_CLOSED",
     {"查看开市时间: luheng market show 品种",
      "see the sessions: luheng market show SYMBOL"}},
    {"PRICE_NOT_ON_TICK",
     {"查看最小变动价位: luheng market rules 品种",
      "see the tick: luheng market rules SYMBOL"}},
    {"PRICE_OUTSIDE_BAND",
     {"查看涨跌幅: luheng market show 品种",
      "see the band: luheng market show SYMBOL"}},
    {"PRICE_UNDER_FLOOR",
     {"查看最低价: luheng market rules 品种",
      "see the floor: luheng market rules SYMBOL"}},
    {"QUANTITY_NOT_MULTIPLE",
     {"查看委托单位: luheng market rules 品种",
      "see the order unit: luheng market rules SYMBOL"}},
    {"QUANTITY_OUT_OF_RANGE",
     {"查看数量上限: luheng market rules 品种",
      "see the limits: luheng market rules SYMBOL"}},
    {"INSUFFICIENT_CASH",
     {"查看可用资金: luheng account list --asset CNY",
      "see what is available: luheng account list --asset CNY"}},
    {"INSUFFICIENT_UNITS",
     {"查看可用数量: luheng account list",
      "see what is available: luheng account list"}},
    {"ORDER_UNKNOWN",
     {"查看委托: luheng order list --closed",
      "see luheng order list --closed"}},
    {"BEYOND_END",
     {"查看最后一条: luheng node status", "see luheng node status"}},
};

constexpr Text kUnreachable{"服务器在运行吗? 地址用 --server 指定",
                            "is the server running? Set its address with "
                            "--server"};
constexpr Text kNoAnswer{
    "结果未知; 用同一 --request-id 重试, 或加大 --timeout",
    "the outcome is not known; repeat with the same --request-id, or give it "
    "more --timeout"};
constexpr Text kStale{"重新查看后再试", "read it again, then retry"};

}  // namespace

const Text* FindHint(absl::string_view reason) {
  for (const Hint& hint : kHints) {
    if (reason == hint.reason) return &hint.text;
  }
  return nullptr;
}

const Text* FindHint(absl::StatusCode code, bool is_local) {
  if (is_local && code == absl::StatusCode::kUnavailable) return &kUnreachable;
  if (code == absl::StatusCode::kDeadlineExceeded) return &kNoAnswer;
  if (code == absl::StatusCode::kAborted) return &kStale;
  return nullptr;
}

}  // namespace luheng::cli
