// A TCP proxy between one client and a node, which cuts the connection after a
// given number of the client's bytes, or swallows what the node says. It sees
// only TLS.
#ifndef LUHENG_TESTS_TESTING_CUTTING_PROXY_H_
#define LUHENG_TESTS_TESTING_CUTTING_PROXY_H_

#include <cstdint>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace luheng::testing {

// Thread-safe. Serves one connection.
class CuttingProxy {
 public:
  // Listens on a free port of loopback; connects to `target`, 127.0.0.1:port.
  explicit CuttingProxy(const std::string& target);
  // Cuts what is open.
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  const std::string& address() const { return address_; }
  // Passes `bytes` more of the client's, then closes both sides. 0 closes now.
  void CutAfter(int64_t bytes);
  // Passes nothing of the server's any more.
  void MuteServer();

 private:
  void Serve(int target_port);
  // Copies from one socket to the other until either ends; Cut then.
  void Copy(int from, int to, bool of_client);
  void Cut();
  // How much of `size` bytes may pass.
  int64_t Permit(int64_t size, bool of_client);

  std::string address_;
  int listener_ = -1;
  absl::Mutex mutex_;
  int client_ ABSL_GUARDED_BY(mutex_) = -1;
  int server_ ABSL_GUARDED_BY(mutex_) = -1;
  int64_t client_bytes_left_ ABSL_GUARDED_BY(mutex_) = INT64_MAX;
  bool muted_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace luheng::testing

#endif  // LUHENG_TESTS_TESTING_CUTTING_PROXY_H_
