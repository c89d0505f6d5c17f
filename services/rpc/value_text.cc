#include "services/rpc/value_text.h"

#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "ledger/base/stamp.h"

namespace luheng::rpc {
namespace {

struct Word {
  absl::string_view english;
  absl::string_view chinese;
};

// What clerks call the fields of requests.
constexpr Word kFields[] = {
    {"amount", "金额"},
    {"amount_max", "金额上限"},
    {"amount_minor", "金额"},
    {"approvals_required", "审批人数"},
    {"asset", "资产"},
    {"bank_account", "银行账号"},
    {"bank_reference", "银行流水号"},
    {"beneficial_owner", "实际控制人"},
    {"checks_required", "复核人数"},
    {"client_order_id", "自定义委托号"},
    {"code", "代码"},
    {"command", "指令类型"},
    {"county_code", "行政区划代码"},
    {"depth", "档位数"},
    {"digest", "摘要"},
    {"display_name", "名称"},
    {"display_name_en", "英文名称"},
    {"documents", "材料"},
    {"effective_time", "生效时间"},
    {"expire_time", "有效期"},
    {"expiry", "办理时限"},
    {"from_date", "起始日期"},
    {"grpc-timeout", "调用时限"},
    {"holder", "持有人"},
    {"identity_number", "公民身份号码"},
    {"instrument", "交易品种"},
    {"kind", "类别"},
    {"min_entry", "最低分录号"},
    {"mode", "交易方式"},
    {"name", "名称"},
    {"note", "备注"},
    {"order", "委托"},
    {"page_size", "每页条数"},
    {"page_token", "翻页标记"},
    {"parent", "持有人"},
    {"person_name", "姓名"},
    {"price_minor_per_lot", "价格"},
    {"quantity_lots", "数量"},
    {"reason", "原因"},
    {"record", "记录编号"},
    {"request_id", "请求编号"},
    {"role", "岗位"},
    {"sha256", "文件摘要"},
    {"side", "买卖方向"},
    {"state", "状态"},
    {"step", "环节"},
    {"symbol", "代码"},
    {"time_in_force", "委托有效方式"},
    {"title", "标题"},
    {"to_date", "截止日期"},
    {"to_time", "目标时间"},
    {"user", "用户"},
};

constexpr Word kWords[] = {
    {"reads", "查询"},
    {"orders", "委托"},
    {"cancels", "撤单"},
    {"commands", "业务办理"},
};

absl::string_view LastPart(absl::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

// "1234567" -> "1,234,567". Requires decimal digits.
std::string Grouped(absl::string_view digits) {
  std::string result;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) result += ',';
    result += digits[i];
  }
  return result;
}

// Fen as yuan with two digits.
std::string Yuan(uint64_t fen) {
  const std::string rest = absl::StrCat(100 + fen % 100);
  return absl::StrCat(Grouped(absl::StrCat(fen / 100)), ".", rest.substr(1));
}

// Numbers that name something are not counted in thousands.
bool IsNaming(absl::string_view key) {
  for (absl::string_view part :
       {"entry", "order", "holder", "proposal", "user", "code", "sequence",
        "oldest", "expected", "actual", "id", "session", "record", "name",
        "bank_reference"}) {
    if (key == part || absl::EndsWith(key, absl::StrCat("_", part))) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string ValueText(absl::string_view key, absl::string_view value,
                      Locale locale) {
  key = LastPart(key);
  int64_t number = 0;
  if (!absl::SimpleAtoi(value, &number) || IsNaming(key)) {
    return std::string(value);
  }
  if (absl::EndsWith(key, "_ns") && number >= 0) {
    // "2022-10-21T09:30:00...": date and time to the second are enough.
    const std::string stamp = FormatStamp(Stamp(number));
    const char* zone = locale == Locale::kChinese ? "" : " (UTC+8)";
    return absl::StrCat(stamp.substr(0, 10), " ", stamp.substr(11, 8), zone);
  }
  // The greatest magnitude of int64_t fits uint64_t only.
  const uint64_t magnitude = number < 0 ? 0 - static_cast<uint64_t>(number)
                                        : static_cast<uint64_t>(number);
  const bool money = absl::StrContains(key, "_minor");
  return absl::StrCat(
      number < 0 ? "-" : "",
      money ? Yuan(magnitude) : Grouped(absl::StrCat(magnitude)));
}

std::string WordText(absl::string_view word, Locale locale) {
  if (locale == Locale::kEnglish) return std::string(word);
  for (const Word& row : kWords) {
    if (row.english == word) return std::string(row.chinese);
  }
  return std::string(word);
}

std::string FieldLabel(absl::string_view field, Locale locale) {
  const absl::string_view last = LastPart(field);
  if (locale == Locale::kChinese) {
    for (const Word& row : kFields) {
      if (row.english == last) return std::string(row.chinese);
    }
    return std::string(field);
  }
  absl::string_view words = last;
  for (absl::string_view unit : {"_minor_per_lot", "_minor", "_lots"}) {
    if (absl::ConsumeSuffix(&words, unit)) break;
  }
  return absl::StrReplaceAll(words, {{"_", " "}});
}

}  // namespace luheng::rpc
