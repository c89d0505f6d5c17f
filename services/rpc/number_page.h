// One page of a list in the order of dense ids 1, 2, 3 ..., for lists that are
// read on the sequencer's thread: it looks at a bounded number of rows.
#ifndef LUHENG_SERVICES_RPC_NUMBER_PAGE_H_
#define LUHENG_SERVICES_RPC_NUMBER_PAGE_H_

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/ids.h"
#include "services/rpc/field_checks.h"
#include "services/rpc/page_token.h"

namespace luheng::rpc {

// Most rows that one page looks at; a page with a narrow filter may be short
// and still have a next one.
inline constexpr int64_t kRowsLookedAtMax = 5000;

// Calls add(id), which says whether it added a row, for ids up to `count`
// behind the cursor of `request`, and sets the answer's next_page_token. False
// if the page token is not of this list (PAGE_TOKEN_INVALID).
template <typename Request, typename Answer, typename Add>
bool FillNumberPage(const PageTokens& tokens, const Request& request,
                    EntryNumber as_of, int64_t count, Answer& answer, Add add) {
  const auto cursor = tokens.Open(request);
  int64_t last = 0;
  if (!cursor || (!cursor->last_key.empty() &&
                  (!absl::SimpleAtoi(cursor->last_key, &last) || last < 0))) {
    return false;
  }
  int64_t room = CoercePageSize(request.page_size());
  const int64_t end = std::min(count, last + kRowsLookedAtMax);
  while (room > 0 && last < end) {
    if (add(++last)) --room;
  }
  if (last < count) {
    const EntryNumber first_as_of = cursor->as_of ? cursor->as_of : as_of;
    answer.set_next_page_token(
        tokens.Make(request, {absl::StrCat(last), first_as_of}));
  }
  return true;
}

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_NUMBER_PAGE_H_
