// Strict parsing: a reader of the ledger stops at bytes that it does not fully
// understand, so that a follower never skips what a newer release wrote.
#ifndef LUHENG_LEDGER_ENTRY_STRICT_H_
#define LUHENG_LEDGER_ENTRY_STRICT_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace luheng {

// Whether `message`, or any message inside it, has fields that its type does
// not know.
bool HasUnknownFields(const google::protobuf::Message& message);

// Whether `message` itself, without what is inside it, has unknown fields.
inline bool HasOwnUnknownFields(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

// Parses `bytes` into `message`, reusing its memory. False if the bytes are
// malformed or hold a field that the type does not know, at any depth.
bool ParseStrict(absl::string_view bytes, google::protobuf::Message& message);

// The same for a type without nested messages, without walking it: for the hot
// path.
template <typename T>
bool ParseFlat(absl::string_view bytes, T& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
         !HasOwnUnknownFields(message);
}

}  // namespace luheng

#endif  // LUHENG_LEDGER_ENTRY_STRICT_H_
