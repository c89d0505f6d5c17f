#include "services/rpc/log.h"

#include <unistd.h>

#include <cerrno>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/base/utf8.h"

namespace luheng::rpc {
namespace {

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

void AppendJson(std::string& line, absl::string_view key,
                absl::string_view value) {
  absl::StrAppend(&line, line.empty() ? "{" : ",", JsonString(key), ":", value);
}

std::string JsonLine(absl::string_view stamp, LogLevel level,
                     absl::string_view message, const LogOptions& options,
                     absl::Span<const LogField> fields) {
  std::string line;
  AppendJson(line, "ts", JsonString(stamp));
  AppendJson(line, "level", JsonString(LevelName(level)));
  AppendJson(line, "msg", JsonString(message));
  AppendJson(line, "service", JsonString(options.service));
  AppendJson(line, "version", JsonString(options.version));
  for (const LogField& field : fields) {
    AppendJson(line, field.key,
               field.number ? field.value : JsonString(field.value));
  }
  return absl::StrCat(line, "}\n");
}

// What would start a new line or drive a terminal is escaped.
std::string Printable(absl::string_view text) {
  std::string quoted = JsonString(text);
  const bool plain = quoted.size() == text.size() + 2;
  return plain ? std::string(text) : quoted;
}

std::string TextLine(absl::string_view stamp, LogLevel level,
                     absl::string_view message,
                     absl::Span<const LogField> fields) {
  std::string line = absl::StrFormat("%s %-7s %s", stamp.substr(11, 12),
                                     LevelName(level), Printable(message));
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", field.key, "=", Printable(field.value));
  }
  return absl::StrCat(line, "\n");
}

// Writes all of `text`; what cannot be written is lost, there is nowhere to
// say so.
void WriteAll(int file, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

std::optional<LogLevel> ParseLogLevel(absl::string_view word) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    if (LevelName(level) == word) return level;
  }
  return std::nullopt;
}

std::string JsonString(absl::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    const auto byte = static_cast<uint8_t>(text[0]);
    if (length == 0) {
      absl::StrAppend(&json, "\xEF\xBF\xBD");
    } else if (byte == '"' || byte == '\\') {
      absl::StrAppend(&json, "\\", text.substr(0, 1));
    } else if (byte < 0x20 || byte == 0x7F) {
      absl::StrAppendFormat(&json, "\\u%04x", byte);
    } else {
      absl::StrAppend(&json, text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return json + "\"";
}

LogField LogField::Milliseconds(absl::string_view name, int64_t microseconds) {
  LogField field(name, microseconds);
  field.value =
      absl::StrFormat("%d.%03d", microseconds / 1000, microseconds % 1000);
  return field;
}

Log::Log(const LogOptions& options, Clock& clock)
    : options_(options), clock_(clock), writer_([this] { Run(); }) {}

Log::~Log() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  writer_.join();
}

void Log::Write(LogLevel level, absl::string_view message,
                absl::Span<const LogField> fields) {
  if (!enabled(level)) return;
  const std::string stamp = FormatStamp(clock_.Now());
  Append(options_.format == LogFormat::kJson
             ? JsonLine(stamp, level, message, options_, fields)
             : TextLine(stamp, level, message, fields));
}

void Log::Append(std::string line) {
  absl::MutexLock lock(&mutex_);
  if (pending_.size() + line.size() > kPendingBytesMax) {
    ++dropped_;
    return;
  }
  pending_ += line;
}

void Log::Flush() {
  absl::MutexLock lock(&mutex_);
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return pending_.empty() && !writing_;
  };
  mutex_.Await(absl::Condition(&idle));
}

void Log::Run() {
  for (;;) {
    std::string lines;
    int64_t dropped = 0;
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !pending_.empty();
      };
      mutex_.Await(absl::Condition(&work));
      if (pending_.empty()) return;
      lines.swap(pending_);
      std::swap(dropped, dropped_);
      writing_ = true;
    }
    WriteAll(options_.file, lines);
    if (dropped > 0) {
      Write(LogLevel::kWarning, "log lines dropped", {{"count", dropped}});
    }
  }
}

}  // namespace luheng::rpc
