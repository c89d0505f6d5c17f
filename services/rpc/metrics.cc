#include "services/rpc/metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <atomic>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/rpc/methods.h"

namespace luheng::rpc {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

constexpr int kCodeCount = 17;
const char* const kCodeNames[kCodeCount] = {
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
};

// From a tenth of a millisecond, where an answer from memory lies, to the
// longest deadline.
const Histogram::BucketBoundaries& Buckets() {
  static const auto* const kBuckets = new Histogram::BucketBoundaries{
      0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
      0.1,    0.25,   0.5,   1,     2.5,   5,    10,   30};
  return *kBuckets;
}

class Series : public MethodMetrics {
 public:
  Series(const prometheus::Labels& labels, Family<Counter>& started,
         Family<Counter>& handled, Family<Histogram>& seconds)
      : labels_(labels),
        started_(started.Add(labels)),
        handled_family_(handled),
        seconds_(seconds.Add(labels, Buckets())) {}

  void Started() override { started_.Increment(); }
  void Handled(grpc::StatusCode code, int64_t nanos) override {
    HandledCounter(code).Increment();
    seconds_.Observe(static_cast<double>(nanos) / 1e9);
  }

 private:
  // Codes that never happened have no series.
  Counter& HandledCounter(grpc::StatusCode code) {
    const size_t index =
        code >= 0 && code < kCodeCount ? static_cast<size_t>(code) : 2;
    // Whoever is first asks the family, which gives all the same counter.
    Counter* counter = handled_[index].load(std::memory_order_acquire);
    if (counter == nullptr) {
      prometheus::Labels labels = labels_;
      labels["grpc_code"] = kCodeNames[index];
      counter = &handled_family_.Add(labels);
      handled_[index].store(counter, std::memory_order_release);
    }
    return *counter;
  }

  const prometheus::Labels labels_;
  Counter& started_;
  Family<Counter>& handled_family_;
  std::array<std::atomic<Counter*>, kCodeCount> handled_{};
  Histogram& seconds_;
};

// One series that asks for its value.
class Sampled : public prometheus::Collectable {
 public:
  Sampled(std::string name, std::string help,
          std::optional<prometheus::ClientMetric::Label> label,
          std::function<int64_t()> value)
      : name_(std::move(name)),
        help_(std::move(help)),
        label_(std::move(label)),
        value_(std::move(value)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const auto value = static_cast<double>(value_());
    prometheus::MetricFamily family;
    family.name = name_;
    family.help = help_;
    prometheus::ClientMetric metric;
    if (label_) metric.label.push_back(*label_);
    if (absl::EndsWith(name_, "_total")) {
      family.type = prometheus::MetricType::Counter;
      metric.counter.value = value;
    } else {
      family.type = prometheus::MetricType::Gauge;
      metric.gauge.value = value;
    }
    family.metric.push_back(metric);
    return {family};
  }

 private:
  const std::string name_;
  const std::string help_;
  const std::optional<prometheus::ClientMetric::Label> label_;
  const std::function<int64_t()> value_;
};

// A name stands once, with all of its series.
void Merge(prometheus::MetricFamily family,
           std::vector<prometheus::MetricFamily>& families) {
  for (prometheus::MetricFamily& other : families) {
    if (other.name != family.name) continue;
    other.metric.insert(other.metric.end(), family.metric.begin(),
                        family.metric.end());
    return;
  }
  families.push_back(std::move(family));
}

prometheus::Labels LabelsOf(absl::string_view method, absl::string_view type) {
  if (FindMethod(method) == nullptr && !absl::StartsWith(method, "/grpc.")) {
    method = "/unknown/unknown";
  }
  absl::ConsumePrefix(&method, "/");
  const size_t slash = method.find('/');
  return {{"grpc_service", std::string(method.substr(0, slash))},
          {"grpc_method", std::string(method.substr(slash + 1))},
          {"grpc_type", std::string(type)}};
}

}  // namespace

struct Metrics::Families {
  Family<Counter>& started;
  Family<Counter>& handled;
  Family<Histogram>& seconds;
  Family<prometheus::Gauge>& build;
};

Metrics::Metrics() : registry_(std::make_unique<prometheus::Registry>()) {
  families_.reset(new Families{
      prometheus::BuildCounter()
          .Name("grpc_server_started_total")
          .Help("RPCs started on the server.")
          .Register(*registry_),
      prometheus::BuildCounter()
          .Name("grpc_server_handled_total")
          .Help("RPCs completed on the server, by code.")
          .Register(*registry_),
      prometheus::BuildHistogram()
          .Name("grpc_server_handling_seconds")
          .Help("Time from the start of an RPC to its status.")
          .Register(*registry_),
      prometheus::BuildGauge()
          .Name("luheng_build_info")
          .Help("1, with the build in its labels.")
          .Register(*registry_),
  });
  absl::MutexLock lock(&mutex_);
  collectables_.push_back(MakeProcessMetrics());
}

Metrics::~Metrics() = default;

MethodMetrics& Metrics::ForMethod(absl::string_view method,
                                  absl::string_view type) {
  const prometheus::Labels labels = LabelsOf(method, type);
  const std::string key =
      absl::StrCat(labels.at("grpc_service"), "/", labels.at("grpc_method"));
  absl::MutexLock lock(&mutex_);
  auto& series = methods_[key];
  if (series == nullptr) {
    series = std::make_unique<Series>(labels, families_->started,
                                      families_->handled, families_->seconds);
  }
  return *series;
}

void Metrics::SetBuildInfo(const std::string& version,
                           const std::string& commit,
                           const std::string& build) {
  families_->build
      .Add({{"version", version}, {"commit", commit}, {"build", build}})
      .Set(1);
}

void Metrics::AddCertificate(const std::string& role,
                             std::function<int64_t()> expiry) {
  absl::MutexLock lock(&mutex_);
  collectables_.push_back(std::make_unique<Sampled>(
      "luheng_tls_cert_expiry_timestamp_seconds",
      "When the certificate ends, in seconds since 1970.",
      prometheus::ClientMetric::Label{"role", role}, std::move(expiry)));
}

void Metrics::AddSampled(const std::string& name, const std::string& help,
                         std::function<int64_t()> value) {
  absl::MutexLock lock(&mutex_);
  collectables_.push_back(
      std::make_unique<Sampled>(name, help, std::nullopt, std::move(value)));
}

std::string Metrics::Expose() const {
  std::vector<prometheus::MetricFamily> families = registry_->Collect();
  absl::MutexLock lock(&mutex_);
  for (const auto& collectable : collectables_) {
    for (auto& family : collectable->Collect()) {
      Merge(std::move(family), families);
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace luheng::rpc
