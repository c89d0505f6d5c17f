// The process's log: one line per event, JSON or text, with the same fields in
// the same order. Nothing secret is written: no certificates, no request
// bodies, no personal data. What the law wants to be kept is the journal; the
// log is for operators.
#ifndef LUHENG_SERVICES_RPC_LOG_H_
#define LUHENG_SERVICES_RPC_LOG_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "ledger/base/clock.h"

namespace luheng::rpc {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kJson, kText };

// "debug", "info", "warning", "error"; nothing for other words.
std::optional<LogLevel> ParseLogLevel(absl::string_view word);

// One field of a line: a text, or a number that stands without quotes.
struct LogField {
  LogField(absl::string_view name, absl::string_view text)
      : key(name), value(text) {}
  LogField(absl::string_view name, int64_t integer)
      : key(name), value(std::to_string(integer)), number(true) {}
  // Microseconds as milliseconds with three digits.
  static LogField Milliseconds(absl::string_view name, int64_t microseconds);

  std::string key;
  std::string value;
  bool number = false;
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kJson;
  // Fields `service` and `version` of every line.
  std::string service;
  std::string version;
  // File descriptor; borrowed.
  int file = 1;
};

// Thread-safe. A thread of its own writes the lines, so that no call waits for
// the terminal or the disk; if it falls behind by kPendingBytesMax, lines are
// dropped and counted.
class Log {
 public:
  static constexpr size_t kPendingBytesMax = 8 << 20;

  // Borrows `clock`.
  Log(const LogOptions& options, Clock& clock);
  // Writes what is pending.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled(LogLevel level) const { return level >= options_.level; }
  void Write(LogLevel level, absl::string_view message,
             absl::Span<const LogField> fields = {});
  void Write(LogLevel level, absl::string_view message,
             std::initializer_list<LogField> fields) {
    Write(level, message, absl::MakeConstSpan(fields.begin(), fields.size()));
  }
  // Waits until what was logged so far is written. For the end of a process.
  void Flush();

 private:
  void Run();
  void Append(std::string line);

  const LogOptions options_;
  Clock& clock_;
  absl::Mutex mutex_;
  std::string pending_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread writer_;
};

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become
// U+FFFD.
std::string JsonString(absl::string_view text);

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_LOG_H_
