// Goal: names, codes with check digits and page tokens cannot be taken for
// something else.
//
// Method: a name that is read gives itself when written. A code that is valid
// becomes invalid with any one character replaced: that is what its check
// character is for. A page token opens only to the cursor that it was made
// for, whatever was changed in it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/utf8.h"
#include "luheng/core/v1/core.pb.h"
#include "services/core/names.h"
#include "services/registry/county_code.h"
#include "services/registry/credit_code.h"
#include "services/registry/identity_number.h"
#include "services/rpc/page_token.h"
#include "tests/testing/fuzz_input.h"

namespace luheng {
namespace {

using testing::FuzzInput;

void CheckNames(absl::string_view text) {
  if (const HolderId holder = core::ParseHolderName(text)) {
    LUHENG_CHECK(core::HolderName(holder) == text) << text;
  }
  if (const ProposalId proposal = core::ParseProposalName(text)) {
    LUHENG_CHECK(core::ProposalName(proposal) == text) << text;
  }
  if (const OrderId order = core::ParseOrderName(text)) {
    const size_t at = text.find("/orders/");
    const HolderId holder = core::ParseHolderName(text.substr(0, at));
    LUHENG_CHECK(core::OrderName(holder, order) == text) << text;
  }
  const absl::string_view symbol = core::ParseTextName("assets", text);
  if (!symbol.empty()) {
    LUHENG_CHECK(core::TextName("assets", symbol) == text) << text;
  }
  if (const int64_t county = registry::ParseCountyCode(text)) {
    LUHENG_CHECK(registry::IsCountyCode(county)) << text;
    LUHENG_CHECK(registry::FormatCountyCode(county) == text) << text;
    LUHENG_CHECK(registry::CountyCovers(county, county) &&
                 registry::CountyCovers(county / 10'000 * 10'000, county));
  }
}

// `is_code` rejects every replacement of the character `at` by `with`.
template <typename IsCode>
void CheckCode(IsCode is_code, std::string code, size_t at, char with) {
  if (!is_code(code) || code[at % code.size()] == with) return;
  const std::string whole = code;
  code[at % code.size()] = with;
  LUHENG_CHECK(!is_code(code)) << code << " beside " << whole;
}

void CheckCodes(FuzzInput& input) {
  const uint8_t at = input.Byte();
  const char with = static_cast<char>(input.Byte());
  const std::string first(input.Take(17));
  if (const auto check = registry::CreditCodeCheck(first)) {
    CheckCode(registry::IsCreditCode,
              absl::StrCat(first, std::string(1, *check)), at, with);
  }
  if (const auto check = registry::IdentityNumberCheck(first)) {
    CheckCode(registry::IsIdentityNumber,
              absl::StrCat(first, std::string(1, *check)), at, with);
  }
}

void CheckTokens(FuzzInput& input) {
  const rpc::PageTokens tokens(*Digest::From(std::string(32, 'k')));
  core::v1::ListProposalsRequest request;
  const rpc::PageCursor cursor{std::string(input.Take(input.Byte() % 32)),
                               EntryNumber(input.Below(1000))};
  std::string token = tokens.Make(request, cursor);
  request.set_page_token(token);
  LUHENG_CHECK(tokens.Open(request) == cursor) << "does not open";
  while (!input.empty()) {
    token[input.Byte() % token.size()] = static_cast<char>(input.Byte());
  }
  request.set_page_token(token);
  const auto opened = tokens.Open(request);
  LUHENG_CHECK(!opened || *opened == cursor) << "a token was made up";
  const rpc::PageTokens others(*Digest::From(std::string(32, 'o')));
  LUHENG_CHECK(!others.Open(request)) << "opens under another key";
}

void CheckUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    LUHENG_CHECK(length <= text.size() && length <= 4) << length;
    if (length == 0) return;
    // A valid character is valid alone, and none of its beginnings is.
    LUHENG_CHECK(Utf8Length(text.substr(0, length)) == length);
    for (size_t cut = 1; cut < length; ++cut) {
      LUHENG_CHECK(Utf8Length(text.substr(0, cut)) == 0);
    }
    text.remove_prefix(length);
  }
}

}  // namespace
}  // namespace luheng

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = luheng::testing::FuzzText(data, size);
  luheng::CheckNames(text);
  luheng::CheckUtf8(text);
  luheng::testing::FuzzInput codes(data, size);
  luheng::CheckCodes(codes);
  luheng::testing::FuzzInput tokens(data, size);
  luheng::CheckTokens(tokens);
  return 0;
}
