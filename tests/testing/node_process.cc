#include "tests/testing/node_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "ledger/base/check.h"

extern char** environ;

namespace luheng::testing {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Only what may be called between fork and exec.
[[noreturn]] void Become(char* const* arguments, char* const* environment,
                         int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

NodeProcess::NodeProcess(const std::string& program,
                         const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment) {
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    // A checkout's own settings must not reach the node.
    if (!absl::StartsWith(*variable, "LUHENG_")) {
      variables.emplace_back(*variable);
    }
  }
  const std::vector<char*> argv = Pointers(words);
  const std::vector<char*> envp = Pointers(variables);
  int output[2];
  LUHENG_CHECK(pipe2(output, O_CLOEXEC) == 0);
  pid_ = fork();
  LUHENG_CHECK(pid_ >= 0);
  if (pid_ == 0) Become(argv.data(), envp.data(), output[1]);
  close(output[1]);
  reader_ = std::thread([this, file = output[0]] { ReadOutput(file); });
}

NodeProcess::~NodeProcess() {
  if (!ended_) {
    Send(SIGKILL);
    AwaitEnd();
  }
  reader_.join();
}

void NodeProcess::ReadOutput(int file) {
  char chunk[4096];
  for (ssize_t size = 0; (size = read(file, chunk, sizeof(chunk))) > 0;) {
    absl::MutexLock lock(&mutex_);
    output_.append(chunk, static_cast<size_t>(size));
  }
  close(file);
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

bool NodeProcess::AwaitOutput(absl::string_view text) {
  absl::MutexLock lock(&mutex_);
  const auto known = [this, text]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || absl::StrContains(output_, text);
  };
  mutex_.Await(absl::Condition(&known));
  return absl::StrContains(output_, text);
}

int NodeProcess::AwaitPort() {
  constexpr absl::string_view kPort = "\"port\":";
  // Only the line that says ready has both ports, this one last.
  if (!AwaitOutput("\"admin_port\":")) return 0;
  const std::string text = output();
  const size_t from = text.find(std::string(kPort)) + kPort.size();
  int port = 0;
  LUHENG_CHECK(absl::SimpleAtoi(
      absl::string_view(text).substr(
          from, text.find_first_not_of("0123456789", from) - from),
      &port))
      << text;
  return port;
}

void NodeProcess::Send(int signal) {
  LUHENG_CHECK(!ended_ && kill(pid_, signal) == 0) << pid_;
}

int NodeProcess::AwaitEnd() {
  if (ended_) return result_;
  int status = 0;
  LUHENG_CHECK(waitpid(pid_, &status, 0) == pid_);
  ended_ = true;
  result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result_;
}

std::string NodeProcess::output() const {
  absl::MutexLock lock(&mutex_);
  return output_;
}

}  // namespace luheng::testing
