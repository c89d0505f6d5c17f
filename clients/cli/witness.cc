// luheng witness: being a witness of ledgers, and making its key. Neither needs
// a server; what it logs goes to standard output, a line for each request.
#include "clients/witness/witness.h"

#include <signal.h>

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/cli/texts.h"
#include "clients/lib/status_macros.h"
#include "ledger/base/file.h"
#include "ledger/http/server.h"
#include "ledger/merkle/signer.h"

namespace luheng::cli {
namespace {

constexpr size_t kKeyBytesMax = 16 << 10;
constexpr mode_t kOwnerOnly = 0600;
// A note with its signatures and a proof is far smaller.
constexpr size_t kRequestBytesMax = 64 << 10;

struct Arguments {
  std::string name;
  std::vector<std::string> logs;
  std::string state;
  std::string listen = "127.0.0.1:7490";
  bool sm2 = false;
};

// Lines of several threads, each with its time.
class Lines {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}
  void Write(const std::string& line) {
    absl::MutexLock lock(&mutex_);
    out_ << absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(),
                             absl::UTCTimeZone())
         << " " << line << std::endl;
  }

 private:
  absl::Mutex mutex_;
  std::ostream& out_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::unique_ptr<Signer>> SignerOf(Context& context,
                                                 const std::string& pem,
                                                 const Arguments& arguments) {
  auto signer = SignerFromPem(arguments.name, SignerRole::kCosigner, pem);
  if (signer.ok()) return signer;
  return context.Wrong(text::kWitnessKeyBad, context.options.key,
                       signer.status().message());
}

absl::Status Keygen(Context& context, const Arguments& arguments) {
  const std::string& path = context.options.key;
  if (path.empty()) return context.Wrong(text::kWitnessNeedsKey);
  if (!absl::IsNotFound(ReadWholeFile(path, kKeyBytesMax).status())) {
    return context.Wrong(text::kWitnessKeyThere, path);
  }
  const std::string pem = NewPrivateKeyPem(
      arguments.sm2 ? PrivateKeyKind::kSm2 : PrivateKeyKind::kEd25519);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Signer> signer,
                          SignerOf(context, pem, arguments));
  CLIENT_RETURN_IF_ERROR(WriteFileDurably(path, pem, kOwnerOnly));
  context.Note(text::kWritten, path);
  context.out() << signer->key().vkey() << "\n";
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<witness::Witness>> OpenWitness(
    Context& context, const Arguments& arguments, Lines& lines) {
  const std::string& path = context.options.key;
  if (path.empty()) return context.Wrong(text::kWitnessNeedsKey);
  const auto pem = ReadSecretFile(path, kKeyBytesMax);
  if (!pem.ok()) {
    return context.Wrong(text::kWitnessKeyBad, path, pem.status().message());
  }
  CLIENT_ASSIGN_OR_RETURN(std::unique_ptr<Signer> signer,
                          SignerOf(context, *pem, arguments));
  witness::WitnessOptions options;
  options.directory = arguments.state;
  options.now = [] { return absl::ToUnixSeconds(absl::Now()); };
  options.log = [&lines](const std::string& line) { lines.Write(line); };
  for (const std::string& vkey : arguments.logs) {
    const auto key = NoteKey::Parse(vkey);
    if (!key.ok()) {
      return context.Wrong(text::kWitnessLogBad, vkey, key.status().message());
    }
    options.logs.push_back(*key);
  }
  lines.Write(absl::StrCat("witness vkey=", signer->key().vkey()));
  return witness::Witness::Open(options, std::move(signer));
}

absl::Status Run(Context& context, const Arguments& arguments) {
  // Before any thread begins, so that the signals come here and nowhere else.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  Lines lines(context.out());
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<witness::Witness> witness,
                          OpenWitness(context, arguments, lines));
  HttpServerOptions options;
  options.listen = arguments.listen;
  options.body_bytes_max = kRequestBytesMax;
  CLIENT_ASSIGN_OR_RETURN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Start(options, [&witness](const HttpRequest& request) {
        return witness->Answer(request);
      }));
  lines.Write(absl::StrCat("listening port=", server->port(), " logs=",
                           arguments.logs.size(), " state=", arguments.state));
  int signal = 0;
  sigwait(&ends, &signal);
  server.reset();
  context.Note(text::kWitnessStopped);
  return absl::OkStatus();
}

}  // namespace

void RegisterWitness(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "witness", help::kWitness);
  const auto keygen = MakeArguments<Arguments>();
  CLI::App& keygen_verb = AddVerb(
      noun, context, "keygen", help::kWitnessKeygen,
      "luheng witness keygen --key witness.key --name county.example/witness",
      [=, &context] { return Keygen(context, *keygen); });
  AddArgument(keygen_verb, context, "--name", keygen->name, help::kWitnessName)
      ->required();
  AddFlag(keygen_verb, context, "--sm2", keygen->sm2, help::kWitnessSm2);

  const auto run = MakeArguments<Arguments>();
  CLI::App& run_verb = AddVerb(noun, context, "run", help::kWitnessRun,
                               "luheng witness run --key witness.key --name "
                               "county.example/witness --log VKEY --state DIR",
                               [=, &context] { return Run(context, *run); });
  AddArgument(run_verb, context, "--name", run->name, help::kWitnessName)
      ->required();
  run_verb.add_option("--log", run->logs, context.Say(help::kWitnessLogs))
      ->required()
      ->allow_extra_args(false);
  AddArgument(run_verb, context, "--state", run->state, help::kWitnessState)
      ->required();
  AddArgument(run_verb, context, "--listen", run->listen, help::kWitnessListen)
      ->default_str(run->listen);
}

}  // namespace luheng::cli
