// Tokens that carry a reader from one page of a list to the next: where the
// last page ended, which entry it was true for, and a digest of the list and
// its filter, under an HMAC. A token grants nothing; it only cannot be made up
// or carried to another list or filter. Thread-safe.
#ifndef LUHENG_SERVICES_RPC_PAGE_TOKEN_H_
#define LUHENG_SERVICES_RPC_PAGE_TOKEN_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"

namespace luheng::rpc {

// Where a page ended.
struct PageCursor {
  // The list's own key of its last row; empty before the first page.
  std::string last_key;
  // The entry that the first page was true for; zero before the first page.
  EntryNumber as_of;

  friend bool operator==(const PageCursor&, const PageCursor&) = default;
};

class PageTokens {
 public:
  // Tokens under `key`; those of another key are refused.
  explicit PageTokens(const Digest& key) : key_(key) {}
  // A key that no other process has: tokens end with this one.
  static PageTokens Random();
  // The key in `path`, made on first use with mode 0600, so that tokens outlive
  // the process. Errors: UNAVAILABLE if it cannot be read or written;
  // FAILED_PRECONDITION if it is not a key.
  static absl::StatusOr<PageTokens> AtPath(const std::string& path);

  // The token behind `cursor` of the list that `request` asks for.
  std::string Make(const google::protobuf::Message& request,
                   const PageCursor& cursor) const;
  // The cursor of `request`'s own page_token; the start if it is empty; nothing
  // if it was tampered with or is of another list or filter
  // (PAGE_TOKEN_INVALID).
  std::optional<PageCursor> Open(
      const google::protobuf::Message& request) const;

 private:
  Digest key_;
};

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_PAGE_TOKEN_H_
