#include "clients/cli/day_request_id.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "ledger/base/digest.h"
#include "ledger/merkle/hash_suite.h"

namespace luheng::cli {
namespace {

constexpr char kNamespace[] = "luheng.day.v1";

}  // namespace

std::string DayRequestId(absl::string_view step, absl::string_view body) {
  // The step's length keeps (ab, c) and (a, bc) apart.
  const Digest digest = Sha256Suite().Hash(
      absl::StrCat(kNamespace, "\n", step.size(), "\n", step, "\n", body));
  Id16 id;
  std::memcpy(id.data.data(), digest.data.data(), Id16::kSize);
  id.data[6] = static_cast<uint8_t>((id.data[6] & 0x0fu) | 0x80u);
  id.data[8] = static_cast<uint8_t>((id.data[8] & 0x3fu) | 0x80u);
  return FormatUuid(id);
}

}  // namespace luheng::cli
