#include "services/core/state_io.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace luheng::core {
namespace {

constexpr size_t kFlushBytes = 64 * 1024;

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^
         static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace

StateWriter::StateWriter(Sink sink) : sink_(std::move(sink)) {
  buffer_.reserve(kFlushBytes + 1024);
}

StateWriter::~StateWriter() { Flush(); }

void StateWriter::Int(int64_t value) {
  uint64_t rest = ZigZag(value);
  while (rest >= 0x80) {
    buffer_.push_back(static_cast<char>(rest | 0x80));
    rest >>= 7;
  }
  buffer_.push_back(static_cast<char>(rest));
  if (buffer_.size() >= kFlushBytes) Flush();
}

void StateWriter::Text(absl::string_view value) {
  Int(static_cast<int64_t>(value.size()));
  buffer_.append(value.data(), value.size());
  if (buffer_.size() >= kFlushBytes) Flush();
}

void StateWriter::Message(const google::protobuf::MessageLite& message) {
  Text(message.SerializeAsString());
}

void StateWriter::Flush() {
  if (buffer_.empty()) return;
  sink_(buffer_);
  buffer_.clear();
}

void StateReader::Fail(absl::string_view what) {
  if (status_.ok()) {
    status_ = absl::DataLossError(
        absl::StrCat("state bytes: ", what, " expected at offset ",
                     all_.size() - rest_.size(), " of ", all_.size()));
  }
  rest_ = absl::string_view();
}

int64_t StateReader::Int() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    // Another form of the same number, or one beyond 64 bits: equal states have
    // equal bytes.
    if ((byte == 0 && shift > 0) || (shift == 63 && byte > 1)) break;
    return UnZigZag(value);
  }
  Fail("integer");
  return 0;
}

int64_t StateReader::Count(int64_t max) {
  const int64_t count = Int();
  if (count >= 0 && count <= max) return count;
  Fail("count");
  return 0;
}

absl::string_view StateReader::Text() {
  const auto size = static_cast<size_t>(Count());
  if (size > rest_.size()) {
    Fail("text");
    return absl::string_view();
  }
  const absl::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

bool StateReader::Message(google::protobuf::MessageLite& message) {
  const absl::string_view bytes = Text();
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return status_.ok();
  }
  Fail("message");
  return false;
}

}  // namespace luheng::core
