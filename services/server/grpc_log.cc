#include "services/server/grpc_log.h"

#include <grpc/support/log.h>

#include "absl/base/attributes.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "ledger/base/check.h"

namespace luheng::server {
namespace {

ABSL_CONST_INIT absl::Mutex g_mutex(absl::kConstInit);
ABSL_CONST_INIT rpc::Log* g_log ABSL_GUARDED_BY(g_mutex) = nullptr;

// An error to gRPC is often a stranger's: a client without a certificate must
// not look like a failing node.
rpc::LogLevel LevelOf(gpr_log_severity severity) {
  switch (severity) {
    case GPR_LOG_SEVERITY_ERROR:
      return rpc::LogLevel::kWarning;
    case GPR_LOG_SEVERITY_INFO:
      return rpc::LogLevel::kInfo;
    case GPR_LOG_SEVERITY_DEBUG:
      break;
  }
  return rpc::LogLevel::kDebug;
}

void Write(gpr_log_func_args* args) {
  absl::string_view file(args->file);
  file = file.substr(file.rfind('/') + 1);
  absl::MutexLock lock(&g_mutex);
  if (g_log == nullptr) return;
  g_log->Write(
      LevelOf(args->severity), "grpc",
      {{"text", args->message}, {"at", absl::StrCat(file, ":", args->line)}});
}

}  // namespace

GrpcLog::GrpcLog(rpc::Log& log) {
  {
    absl::MutexLock lock(&g_mutex);
    LUHENG_CHECK(g_log == nullptr) << "gRPC has one log";
    g_log = &log;
  }
  gpr_set_log_function(Write);
}

GrpcLog::~GrpcLog() {
  absl::MutexLock lock(&g_mutex);
  g_log = nullptr;
}

}  // namespace luheng::server
