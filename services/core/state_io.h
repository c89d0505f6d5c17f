// Canonical bytes of state: what snapshots hold and what state digests hash.
// Integers are zig-zag varints; strings are length and bytes. There is nothing
// else, so that equal states have equal bytes.
#ifndef LUHENG_SERVICES_CORE_STATE_IO_H_
#define LUHENG_SERVICES_CORE_STATE_IO_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "ledger/base/digest.h"
#include "ledger/base/ids.h"

namespace luheng::core {

// Hands its bytes to a sink in pieces of about 64 KiB. Thread-compatible.
class StateWriter {
 public:
  using Sink = std::function<void(absl::string_view)>;
  explicit StateWriter(Sink sink);
  ~StateWriter();
  StateWriter(const StateWriter&) = delete;
  StateWriter& operator=(const StateWriter&) = delete;

  void Int(int64_t value);
  void Text(absl::string_view value);
  // A message without map fields.
  void Message(const google::protobuf::MessageLite& message);
  template <typename Tag, typename Rep>
  void IdOf(Id<Tag, Rep> id) {
    Int(static_cast<int64_t>(id.value()));
  }
  // Hands over what is buffered.
  void Flush();

 private:
  Sink sink_;
  std::string buffer_;
};

// Reads what a StateWriter wrote. After the first error everything reads as
// zero or empty and status() says what and where. Thread-compatible.
class StateReader {
 public:
  explicit StateReader(absl::string_view bytes) : rest_(bytes), all_(bytes) {}

  int64_t Int();
  // A count or size that must lie in 0..max; an error otherwise.
  int64_t Count(int64_t max = int64_t{1} << 40);
  absl::string_view Text();
  bool Message(google::protobuf::MessageLite& message);
  template <typename IdType>
  IdType IdOf() {
    return IdType(static_cast<typename IdType::rep>(Int()));
  }
  template <typename BytesType>
  BytesType Fixed() {
    const auto value = BytesType::From(Text());
    if (!value) Fail("fixed-size bytes");
    return value.value_or(BytesType());
  }

  bool at_end() const { return rest_.empty(); }
  void Fail(absl::string_view what);
  const absl::Status& status() const { return status_; }

 private:
  absl::string_view rest_;
  absl::string_view all_;
  absl::Status status_;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_STATE_IO_H_
