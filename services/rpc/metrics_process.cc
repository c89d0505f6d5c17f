#include <dirent.h>
#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/rpc/metrics.h"

namespace luheng::rpc {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Fields of /proc/self/stat behind the command's name, which may hold spaces;
// field 3 of proc(5) is number 0.
std::vector<std::string> StatFields() {
  const std::string stat = ReadFile("/proc/self/stat");
  const size_t behind = stat.rfind(')');
  if (behind == std::string::npos) return {};
  return absl::StrSplit(stat.substr(behind + 1), ' ', absl::SkipEmpty());
}

double Number(const std::vector<std::string>& fields, size_t index) {
  double value = 0;
  if (index < fields.size() && !absl::SimpleAtod(fields[index], &value)) {
    value = 0;
  }
  return value;
}

double BootTime() {
  for (absl::string_view line : absl::StrSplit(ReadFile("/proc/stat"), '\n')) {
    double value = 0;
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words.size() == 2 && words[0] == "btime" &&
        absl::SimpleAtod(words[1], &value)) {
      return value;
    }
  }
  return 0;
}

double OpenFiles() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  // Without ".", ".." and the directory itself.
  int count = -3;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

double FilesMax() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<double>(limit.rlim_cur);
}

prometheus::MetricFamily One(const char* name, const char* help,
                             prometheus::MetricType type, double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(metric);
  return family;
}

class ProcessMetrics : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override {
    using prometheus::MetricType;
    const std::vector<std::string> stat = StatFields();
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    return {
        One("process_cpu_seconds_total", "CPU time of user and system.",
            MetricType::Counter, (Number(stat, 11) + Number(stat, 12)) / ticks),
        One("process_start_time_seconds", "Start, in seconds since 1970.",
            MetricType::Gauge, BootTime() + Number(stat, 19) / ticks),
        One("process_virtual_memory_bytes", "Virtual memory.",
            MetricType::Gauge, Number(stat, 20)),
        One("process_resident_memory_bytes", "Resident memory.",
            MetricType::Gauge, Number(stat, 21) * page),
        One("process_threads", "Threads.", MetricType::Gauge, Number(stat, 17)),
        One("process_open_fds", "Open file descriptors.", MetricType::Gauge,
            OpenFiles()),
        One("process_max_fds", "Limit of open file descriptors.",
            MetricType::Gauge, FilesMax()),
    };
  }
};

}  // namespace

std::unique_ptr<prometheus::Collectable> MakeProcessMetrics() {
  return std::make_unique<ProcessMetrics>();
}

}  // namespace luheng::rpc
