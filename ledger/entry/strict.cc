#include "ledger/entry/strict.h"

#include <vector>

#include "google/protobuf/descriptor.h"

namespace luheng {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool FieldHasUnknown(const Message& message, const Reflection& reflection,
                     const FieldDescriptor* field) {
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  if (!field->is_repeated()) {
    return HasUnknownFields(reflection.GetMessage(message, field));
  }
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    if (HasUnknownFields(reflection.GetRepeatedMessage(message, field, i))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool HasUnknownFields(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (FieldHasUnknown(message, reflection, field)) return true;
  }
  return false;
}

bool ParseStrict(absl::string_view bytes, Message& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
         !HasUnknownFields(message);
}

}  // namespace luheng
