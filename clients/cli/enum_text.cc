#include "clients/cli/enum_text.h"

#include <cstddef>

namespace luheng::cli {
namespace {

constexpr Text kUnknown{"?", "?"};

// Names by number; the first is that of the unspecified value.
template <typename Enum, size_t kCount>
const Text& Pick(const Text (&names)[kCount], Enum value) {
  const int number = static_cast<int>(value);
  if (number < 0 || static_cast<size_t>(number) >= kCount) return kUnknown;
  return names[number];
}

constexpr Text kSides[] = {{"", ""}, {"买", "buy"}, {"卖", "sell"}};
static_assert(std::size(kSides) == mv1::Side_ARRAYSIZE);

constexpr Text kOrderStates[] = {{"", ""},
                                 {"未成交", "open"},
                                 {"部分成交", "partly filled"},
                                 {"全部成交", "filled"},
                                 {"已撤销", "cancelled"},
                                 {"已过期", "expired"}};
static_assert(std::size(kOrderStates) == mv1::OrderState_ARRAYSIZE);

constexpr Text kCloseReasons[] = {{"", ""},
                                  {"全部成交", "filled"},
                                  {"用户撤单", "by its user"},
                                  {"即时成交剩余撤销", "rest of an IOC"},
                                  {"收市", "end of day"},
                                  {"到期", "expired"},
                                  {"防止自成交", "self-trade"},
                                  {"跳过过多", "too many skips"},
                                  {"改单", "amended"},
                                  {"运营者撤单", "by the operator"},
                                  {"持有人暂停", "holder suspended"}};
static_assert(std::size(kCloseReasons) == mv1::CloseReason_ARRAYSIZE);

constexpr Text kTimesInForce[] = {{"", ""},
                                  {"撤销前有效", "GTC"},
                                  {"当日有效", "DAY"},
                                  {"指定时间前有效", "GTD"},
                                  {"即时成交剩余撤销", "IOC"},
                                  {"全部成交或撤销", "FOK"}};
static_assert(std::size(kTimesInForce) == mv1::TimeInForce_ARRAYSIZE);

constexpr Text kPreventions[] = {{"", ""},
                                 {"撤新单", "cancel newest"},
                                 {"撤旧单", "cancel oldest"},
                                 {"双撤", "cancel both"},
                                 {"同减", "decrement"}};
static_assert(std::size(kPreventions) == mv1::SelfTradePrevention_ARRAYSIZE);

constexpr Text kSessionStates[] = {{"", ""},
                                   {"休市", "closed"},
                                   {"交易中", "open"},
                                   {"午间休市", "break"},
                                   {"停牌", "halted"}};
static_assert(std::size(kSessionStates) == mv1::SessionState_ARRAYSIZE);

constexpr Text kTradingModes[] = {{"", ""},
                                  {"挂牌协议", "continuous"},
                                  {"公开交易", "public notice"},
                                  {"单向竞价", "auction"},
                                  {"协议转让", "agreement"},
                                  {"大宗协议", "block"}};
static_assert(std::size(kTradingModes) == mv1::TradingMode_ARRAYSIZE);

constexpr Text kHolderKinds[] = {{"", ""},
                                 {"企业", "enterprise"},
                                 {"县级政府", "county"},
                                 {"自然人", "person"},
                                 {"农村集体", "collective"},
                                 {"协会", "association"},
                                 {"银行", "bank"},
                                 {"核查机构", "verifier"},
                                 {"行政机关", "agency"},
                                 {"本系统", "system"}};
static_assert(std::size(kHolderKinds) == rv1::HolderKind_ARRAYSIZE);

constexpr Text kHolderStates[] = {
    {"", ""}, {"正常", "active"}, {"暂停", "suspended"}, {"注销", "closed"}};
static_assert(std::size(kHolderStates) == rv1::HolderState_ARRAYSIZE);

constexpr Text kUserStates[] = {
    {"", ""}, {"正常", "active"}, {"暂停", "suspended"}};
static_assert(std::size(kUserStates) == rv1::UserState_ARRAYSIZE);

constexpr Text kRoles[] = {{"", ""},
                           {"系统管理员", "system-admin"},
                           {"安全管理员", "security-admin"},
                           {"审计管理员", "audit-admin"},
                           {"登记员", "registrar"},
                           {"登记复核员", "registrar-approver"},
                           {"市场运营员", "market-operator"},
                           {"交易员", "trader"},
                           {"资金经办", "cashier"},
                           {"资金复核", "cash-checker"},
                           {"资金审批", "cash-approver"},
                           {"监管员", "supervisor"},
                           {"查询员", "viewer"}};
static_assert(std::size(kRoles) == rv1::Role_ARRAYSIZE);

constexpr Text kAssetKinds[] = {{"", ""},
                                {"货币", "currency"},
                                {"水权", "water"},
                                {"排污权", "emission"},
                                {"碳", "carbon"}};
static_assert(std::size(kAssetKinds) == sv1::AssetKind_ARRAYSIZE);

constexpr Text kPurposes[] = {{"", ""},
                              {"可用", "available"},
                              {"委托冻结", "held"},
                              {"质押或司法冻结", "blocked"},
                              {"待交收", "escrow"},
                              {"缓冲", "buffer"},
                              {"发行", "issuance"},
                              {"注销", "retired"},
                              {"存管银行", "bank"},
                              {"手续费", "fees"},
                              {"国库", "treasury"},
                              {"清算", "clearing"}};
static_assert(std::size(kPurposes) == sv1::Purpose_ARRAYSIZE);

constexpr Text kProposalStates[] = {{"", ""},
                                    {"待复核", "proposed"},
                                    {"待审批", "checked"},
                                    {"已执行", "executed"},
                                    {"已驳回", "rejected"},
                                    {"已过期", "expired"},
                                    {"执行失败", "failed"}};
static_assert(std::size(kProposalStates) == cv1::ProposalState_ARRAYSIZE);

}  // namespace

const Text& NameOf(mv1::Side value) { return Pick(kSides, value); }
const Text& NameOf(mv1::OrderState value) { return Pick(kOrderStates, value); }
const Text& NameOf(mv1::CloseReason value) {
  return Pick(kCloseReasons, value);
}
const Text& NameOf(mv1::TimeInForce value) {
  return Pick(kTimesInForce, value);
}
const Text& NameOf(mv1::SelfTradePrevention value) {
  return Pick(kPreventions, value);
}
const Text& NameOf(mv1::SessionState value) {
  return Pick(kSessionStates, value);
}
const Text& NameOf(mv1::TradingMode value) {
  return Pick(kTradingModes, value);
}
const Text& NameOf(rv1::HolderKind value) { return Pick(kHolderKinds, value); }
const Text& NameOf(rv1::HolderState value) {
  return Pick(kHolderStates, value);
}
const Text& NameOf(rv1::UserState value) { return Pick(kUserStates, value); }
const Text& NameOf(rv1::Role value) { return Pick(kRoles, value); }
const Text& NameOf(sv1::AssetKind value) { return Pick(kAssetKinds, value); }
const Text& NameOf(sv1::Purpose value) { return Pick(kPurposes, value); }
const Text& NameOf(cv1::ProposalState value) {
  return Pick(kProposalStates, value);
}

}  // namespace luheng::cli
