#include "tests/testing/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"

namespace luheng::testing {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool WriteAll(int to, const char* data, int64_t size) {
  while (size > 0) {
    const ssize_t sent =
        send(to, data, static_cast<size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(const std::string& target) {
  int target_port = 0;
  LUHENG_CHECK(
      absl::SimpleAtoi(target.substr(target.rfind(':') + 1), &target_port))
      << target;
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in bound = Loopback(0);
  socklen_t size = sizeof(bound);
  LUHENG_CHECK(
      listener_ >= 0 &&
      bind(listener_, reinterpret_cast<sockaddr*>(&bound), size) == 0 &&
      listen(listener_, 1) == 0 &&
      getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
  address_ = absl::StrCat("127.0.0.1:", ntohs(bound.sin_port));
  thread_ = std::thread([this, target_port] { Serve(target_port); });
}

CuttingProxy::~CuttingProxy() {
  shutdown(listener_, SHUT_RDWR);
  Cut();
  thread_.join();
  close(listener_);
}

void CuttingProxy::Serve(int target_port) {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in target = Loopback(target_port);
  LUHENG_CHECK(connect(server, reinterpret_cast<const sockaddr*>(&target),
                       sizeof(target)) == 0);
  {
    absl::MutexLock lock(&mutex_);
    client_ = client;
    server_ = server;
  }
  std::thread back([&] { Copy(server, client, false); });
  Copy(client, server, true);
  back.join();
  absl::MutexLock lock(&mutex_);
  client_ = server_ = -1;
  close(client);
  close(server);
}

void CuttingProxy::Copy(int from, int to, bool of_client) {
  char chunk[16'384];
  for (ssize_t size = 0; (size = read(from, chunk, sizeof(chunk))) > 0;) {
    const int64_t passed = Permit(size, of_client);
    if (!WriteAll(to, chunk, passed) || (of_client && passed < size)) break;
  }
  Cut();
}

int64_t CuttingProxy::Permit(int64_t size, bool of_client) {
  absl::MutexLock lock(&mutex_);
  if (!of_client) return muted_ ? 0 : size;
  const int64_t passed = std::min(size, client_bytes_left_);
  client_bytes_left_ -= passed;
  return passed;
}

void CuttingProxy::Cut() {
  absl::MutexLock lock(&mutex_);
  if (client_ >= 0) shutdown(client_, SHUT_RDWR);
  if (server_ >= 0) shutdown(server_, SHUT_RDWR);
}

void CuttingProxy::CutAfter(int64_t bytes) {
  {
    absl::MutexLock lock(&mutex_);
    client_bytes_left_ = bytes;
  }
  if (bytes == 0) Cut();
}

void CuttingProxy::MuteServer() {
  absl::MutexLock lock(&mutex_);
  muted_ = true;
}

}  // namespace luheng::testing
