// Servers in processes of their own, as a client meets them: the whole node
// over a directory that was opened for trading, and an echo that answers the
// same messages of the same service over the same TLS and knows nothing.
#ifndef LUHENG_TESTS_BENCH_BENCH_SERVER_H_
#define LUHENG_TESTS_BENCH_BENCH_SERVER_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

namespace luheng::bench {

enum class ServerRole { kNode, kEcho };

// Name of the certificate and user of trader `number`, from 1.
std::string TraderName(int64_t number);

// Makes certificates in DIRECTORY/tls and a journal in DIRECTORY/journal with
// `trader_count` funded traders and `instrument_count` open instruments.
void MakeMarketDirectory(const std::string& directory, int64_t trader_count,
                         int64_t instrument_count);

// What a child process does: serves until its standard input ends. Says its
// port as a line on standard output.
int ServeUntilInputEnds(ServerRole role, const std::string& directory);

// This program started again as a server. Waits for it in all it does.
class ChildServer {
 public:
  // Ready to be called when this returns.
  ChildServer(ServerRole role, const std::string& directory);
  // Stops it in order; ends the process if it failed.
  ~ChildServer();
  ChildServer(const ChildServer&) = delete;
  ChildServer& operator=(const ChildServer&) = delete;

  std::string target() const;
  pid_t pid() const { return pid_; }
  // Processor time used so far, by all its threads.
  double CpuSeconds() const;

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int port_ = 0;
};

}  // namespace luheng::bench

#endif  // LUHENG_TESTS_BENCH_BENCH_SERVER_H_
