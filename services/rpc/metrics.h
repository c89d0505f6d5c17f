// What Prometheus scrapes: the calls under the names of go-grpc-prometheus, so
// that stock dashboards work; the process under the usual names; and our own,
// luheng_<subsystem>_<what>_<unit>. Labels are bounded: a method that is not
// ours counts as "unknown". Seconds and bytes are doubles, as Prometheus has
// it.
#ifndef LUHENG_SERVICES_RPC_METRICS_H_
#define LUHENG_SERVICES_RPC_METRICS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/status_code_enum.h"

namespace prometheus {
class Collectable;
class Registry;
}  // namespace prometheus

namespace luheng::rpc {

// The series of one method. Thread-safe.
class MethodMetrics {
 public:
  virtual ~MethodMetrics() = default;
  virtual void Started() = 0;
  virtual void Handled(grpc::StatusCode code, int64_t nanos) = 0;
};

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The series of `method` ("/package.Service/Verb") of `type` ("unary",
  // "server_stream" ...). Lives as long as this.
  MethodMetrics& ForMethod(absl::string_view method, absl::string_view type);

  // luheng_build_info{version,commit,build} 1.
  void SetBuildInfo(const std::string& version, const std::string& commit,
                    const std::string& build);
  // luheng_tls_cert_expiry_timestamp_seconds{role}: when the certificate ends;
  // `expiry` is asked at each scrape, in seconds since 1970, 0 if it cannot be
  // read.
  void AddCertificate(const std::string& role, std::function<int64_t()> expiry);
  // A gauge, or a counter if `name` ends in `_total`, that asks `value` at each
  // scrape. `value` is thread-safe and outlives this.
  void AddSampled(const std::string& name, const std::string& help,
                  std::function<int64_t()> value);

  // Everything in Prometheus' text format.
  std::string Expose() const;

 private:
  struct Families;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Families> families_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<MethodMetrics>> methods_
      ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<prometheus::Collectable>> collectables_
      ABSL_GUARDED_BY(mutex_);
};

// process_cpu_seconds_total, process_resident_memory_bytes and so on, read from
// /proc at each scrape.
std::unique_ptr<prometheus::Collectable> MakeProcessMetrics();

}  // namespace luheng::rpc

#endif  // LUHENG_SERVICES_RPC_METRICS_H_
