#include "services/rpc/status.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/value_text.h"

namespace luheng::rpc {
namespace {

// One vocabulary of codes: a cast is a translation.
#define SAME_CODE(absl_name, grpc_name)                          \
  static_assert(static_cast<int>(absl::StatusCode::absl_name) == \
                static_cast<int>(grpc::StatusCode::grpc_name))
SAME_CODE(kOk, OK);
SAME_CODE(kCancelled, CANCELLED);
SAME_CODE(kUnknown, UNKNOWN);
SAME_CODE(kInvalidArgument, INVALID_ARGUMENT);
SAME_CODE(kDeadlineExceeded, DEADLINE_EXCEEDED);
SAME_CODE(kNotFound, NOT_FOUND);
SAME_CODE(kAlreadyExists, ALREADY_EXISTS);
SAME_CODE(kPermissionDenied, PERMISSION_DENIED);
SAME_CODE(kResourceExhausted, RESOURCE_EXHAUSTED);
SAME_CODE(kFailedPrecondition, FAILED_PRECONDITION);
SAME_CODE(kAborted, ABORTED);
SAME_CODE(kOutOfRange, OUT_OF_RANGE);
SAME_CODE(kUnimplemented, UNIMPLEMENTED);
SAME_CODE(kInternal, INTERNAL);
SAME_CODE(kUnavailable, UNAVAILABLE);
SAME_CODE(kDataLoss, DATA_LOSS);
SAME_CODE(kUnauthenticated, UNAUTHENTICATED);
#undef SAME_CODE

const std::string* FindDetail(const Details& details, absl::string_view key) {
  for (const auto& [name, value] : details) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string DetailOr(const Details& details, absl::string_view key,
                     absl::string_view otherwise) {
  const std::string* value = FindDetail(details, key);
  return value == nullptr ? std::string(otherwise) : *value;
}

// An answer being made: the status, its row and what it says.
struct Draft {
  const ReasonRow& row;
  grpc::StatusCode code;
  const Details& details;
  const ErrorContext& context;
  google::rpc::Status status;

  template <typename Detail>
  void Add(const Detail& detail) {
    status.add_details()->PackFrom(detail);
  }
};

void AddErrorInfo(Draft& draft) {
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonName(draft.row.reason));
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : draft.details) {
    (*info.mutable_metadata())[key] = value;
  }
  draft.Add(info);
}

void AddLocalizedMessage(Draft& draft) {
  google::rpc::LocalizedMessage localized;
  const bool chinese = draft.context.locale == Locale::kChinese;
  localized.set_locale(chinese ? "zh-CN" : "en");
  localized.set_message(
      RenderText(chinese ? draft.row.chinese : draft.row.english, draft.details,
                 ValueStyle::kPeople, draft.context.locale));
  draft.Add(localized);
}

void AddRetryInfo(Draft& draft) {
  if (draft.code != grpc::StatusCode::RESOURCE_EXHAUSTED &&
      draft.code != grpc::StatusCode::UNAVAILABLE) {
    return;
  }
  int64_t delay_ms = draft.row.retry_ms;
  const std::string* asked = FindDetail(draft.details, "retry_after_ms");
  if (asked != nullptr && !absl::SimpleAtoi(*asked, &delay_ms)) {
    delay_ms = draft.row.retry_ms;
  }
  // What is too large stays so: no retry helps.
  if (delay_ms <= 0) return;
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(delay_ms / 1000);
  retry.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(delay_ms % 1000 * 1'000'000));
  draft.Add(retry);
}

void AddQuotaFailure(Draft& draft) {
  if (draft.code != grpc::StatusCode::RESOURCE_EXHAUSTED) return;
  google::rpc::QuotaFailure quota;
  auto* violation = quota.add_violations();
  violation->set_subject(DetailOr(draft.details, "user", "node"));
  violation->set_description(draft.status.message());
  draft.Add(quota);
}

void AddPreconditionFailure(Draft& draft) {
  if (draft.code != grpc::StatusCode::FAILED_PRECONDITION) return;
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(ReasonName(draft.row.reason));
  violation->set_subject(DetailOr(draft.details, "field", "request"));
  violation->set_description(draft.status.message());
  draft.Add(failure);
}

void AddBadRequest(Draft& draft,
                   const std::vector<FieldViolation>& violations) {
  if (violations.empty()) return;
  google::rpc::BadRequest bad;
  for (const FieldViolation& violation : violations) {
    auto* added = bad.add_field_violations();
    added->set_field(violation.field);
    added->set_description(absl::StrCat(
        "must be ", violation.rule,
        violation.value.empty() ? ""
                                : absl::StrCat(", not ", violation.value)));
  }
  draft.Add(bad);
}

void AddRequestInfo(Draft& draft) {
  if (draft.context.request_id.empty()) return;
  google::rpc::RequestInfo info;
  info.set_request_id(draft.context.request_id);
  draft.Add(info);
}

// The one field that a rule's refusal is about, if it says so.
std::vector<FieldViolation> ViolationsOf(const Draft& draft) {
  const std::string* field = FindDetail(draft.details, "field");
  if (field == nullptr || draft.code != grpc::StatusCode::INVALID_ARGUMENT) {
    return {};
  }
  return {{*field, DetailOr(draft.details, "value", ""),
           DetailOr(draft.details, "rule", "valid")}};
}

grpc::Status Finish(Draft& draft,
                    const std::vector<FieldViolation>& violations) {
  draft.status.set_code(draft.code);
  AddErrorInfo(draft);
  AddBadRequest(draft, violations);
  AddPreconditionFailure(draft);
  AddQuotaFailure(draft);
  AddRetryInfo(draft);
  AddRequestInfo(draft);
  AddLocalizedMessage(draft);
  return grpc::Status(draft.code, draft.status.message(),
                      draft.status.SerializeAsString());
}

// One clause for people: "数量应为 1 至 1,000".
std::string ClauseOf(const FieldViolation& violation, Locale locale) {
  const std::string rule =
      RuleText(violation.rule, violation.field, ValueStyle::kPeople, locale);
  return absl::StrCat(FieldLabel(violation.field, locale),
                      locale == Locale::kChinese ? "" : " must be ", rule);
}

// Reasons of failures that carry none of their own.
Reason ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return Reason::REASON_DRAINING;
    case absl::StatusCode::kOutOfRange:
      return Reason::REASON_BEYOND_END;
    case absl::StatusCode::kDeadlineExceeded:
      return Reason::REASON_DEADLINE_EXCEEDED;
    case absl::StatusCode::kResourceExhausted:
      return Reason::REASON_QUEUE_FULL;
    default:
      return Reason::REASON_INTERNAL;
  }
}

constexpr int64_t kWeightMax = 1000;

// The weight of "q=0.8" in thousandths; 0, which wants nothing, if it is none.
int64_t WeightOf(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, "q=") || text.empty() || text.size() > 5 ||
      (text.size() > 1 && text[1] != '.')) {
    return 0;
  }
  std::string digits =
      absl::StrCat(text.substr(0, 1), text.size() > 2 ? text.substr(2) : "");
  digits.resize(4, '0');
  for (const char digit : digits) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(digit))) return 0;
  }
  int64_t weight = 0;
  return absl::SimpleAtoi(digits, &weight) && weight <= kWeightMax ? weight : 0;
}

}  // namespace

Locale LocaleOf(absl::string_view accept_language) {
  Locale best = Locale::kChinese;
  int64_t best_weight = 0;
  for (absl::string_view range : absl::StrSplit(accept_language, ',')) {
    const std::vector<std::string> words =
        absl::StrSplit(absl::AsciiStrToLower(range), ';');
    const absl::string_view tag = absl::StripAsciiWhitespace(words[0]);
    const absl::string_view language = tag.substr(0, tag.find('-'));
    const int64_t weight = words.size() < 2 ? kWeightMax : WeightOf(words[1]);
    if ((language != "zh" && language != "en") || weight <= best_weight) {
      continue;
    }
    best = language == "zh" ? Locale::kChinese : Locale::kEnglish;
    best_weight = weight;
  }
  return best;
}

grpc::Status ToStatus(Reason reason, const Details& details,
                      const ErrorContext& context) {
  const ReasonRow& row = RowOf(reason);
  Draft draft{row, row.code, details, context, {}};
  draft.status.set_message(
      RenderText(row.english, details, ValueStyle::kRaw, Locale::kEnglish));
  return Finish(draft, ViolationsOf(draft));
}

grpc::Status ToStatus(const std::vector<FieldViolation>& violations,
                      const ErrorContext& context) {
  std::vector<std::string> raw;
  std::vector<std::string> clauses;
  Details metadata;
  for (const FieldViolation& violation : violations) {
    raw.push_back(absl::StrCat(violation.field, " must be ", violation.rule,
                               violation.value.empty() ? "" : ", not ",
                               violation.value));
    clauses.push_back(ClauseOf(violation, context.locale));
    metadata.emplace_back(violation.field, violation.value);
  }
  const bool chinese = context.locale == Locale::kChinese;
  const Details shown = {
      {"violations", absl::StrCat(absl::StrJoin(clauses, chinese ? "；" : "; "),
                                  chinese ? "。" : ".")}};
  const ReasonRow& row = RowOf(Reason::REASON_INVALID_FIELD);
  Draft draft{row, row.code, shown, context, {}};
  draft.status.set_code(row.code);
  draft.status.set_message(
      RenderText(row.english,
                 {{"violations", absl::StrCat(absl::StrJoin(raw, "; "), ".")}},
                 ValueStyle::kRaw, Locale::kEnglish));
  AddLocalizedMessage(draft);
  Draft full{row, row.code, metadata, context, draft.status};
  AddErrorInfo(full);
  AddBadRequest(full, violations);
  AddRequestInfo(full);
  return grpc::Status(full.code, full.status.message(),
                      full.status.SerializeAsString());
}

grpc::Status ToStatus(const absl::Status& failure,
                      const ErrorContext& context) {
  if (failure.ok()) return grpc::Status::OK;
  const ReasonRow& row = RowOf(ReasonOfCode(failure.code()));
  const auto code = failure.code() == absl::StatusCode::kUnknown
                        ? grpc::StatusCode::INTERNAL
                        : static_cast<grpc::StatusCode>(failure.code());
  const Details none;
  Draft draft{row, code, none, context, {}};
  // What broke inside is for the log, not for the caller.
  const bool inside =
      code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::DATA_LOSS;
  draft.status.set_message(
      inside || failure.message().empty()
          ? RenderText(row.english, none, ValueStyle::kRaw, Locale::kEnglish)
          : std::string(failure.message()));
  return Finish(draft, {});
}

}  // namespace luheng::rpc
