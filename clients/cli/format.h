// Values as people read them: yuan with two decimals, thousands separators,
// times in Asia/Shanghai. Exact: no floating point.
#ifndef LUHENG_CLIENTS_CLI_FORMAT_H_
#define LUHENG_CLIENTS_CLI_FORMAT_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace luheng::cli {

// 3217000 as "3,217,000".
std::string WithSeparators(int64_t value);
// 321700000 fen as "3,217,000.00".
std::string FormatYuan(int64_t fen);
// 321700000 fen as "3217000.00", for other programs.
std::string PlainYuan(int64_t fen);
// 7500 millionths as "0.75%".
std::string FormatPpm(int64_t ppm);
// "2022-10-21 09:30:00.000" in Asia/Shanghai; empty if not set.
std::string FormatTime(const google::protobuf::Timestamp& time);
// The part of a name after its last slash: "CEA" of "instruments/CEA".
std::string LastPart(absl::string_view name);
// China has one zone and no daylight saving time.
absl::TimeZone ShanghaiZone();

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_FORMAT_H_
