#include "services/supervision/cosigned_checkpoints.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/thread.h"
#include "ledger/merkle/checkpoint.h"

namespace luheng::supervision {

absl::StatusOr<std::unique_ptr<CosignedCheckpoints>> CosignedCheckpoints::Start(
    const CosignedOptions& options, TrustPolicy policy, const Journal& journal,
    core::CheckpointSource& signing) {
  std::unique_ptr<CosignedCheckpoints> made(
      new CosignedCheckpoints(options, std::move(policy), signing));
  for (const TrustPolicy::Witness& witness : made->policy_.witnesses()) {
    absl::StatusOr<WitnessDoor> door = options.open(witness);
    if (!door.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "witness ", witness.name, ": ", door.status().message()));
    }
    made->asked_.push_back(std::make_unique<Asked>(
        Asked{witness,
              WitnessAsker(witness.key, *std::move(door), journal),
              absl::UnknownError("not asked yet"),
              {}}));
  }
  // What was signed before a restart is cosigned again. Until then it stands as
  // it is.
  if (absl::StatusOr<Note> last = signing.Newest(); last.ok()) {
    ASSIGN_OR_RETURN(const Checkpoint checkpoint, ParseCheckpoint(last->text));
    made->Signed(*last, checkpoint.head);
    absl::MutexLock lock(&made->mutex_);
    made->published_ = made->newest_;
  }
  CosignedCheckpoints* const self = made.get();
  for (const std::unique_ptr<Asked>& asked : made->asked_) {
    asked->thread =
        std::thread([self, one = asked.get()] { self->RunWitness(*one); });
  }
  made->rounds_ = std::thread([self] { self->RunRounds(); });
  return made;
}

CosignedCheckpoints::~CosignedCheckpoints() { Stop(); }

void CosignedCheckpoints::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (const std::unique_ptr<Asked>& asked : asked_) {
    asked->asker.Cancel();
    if (asked->thread.joinable()) asked->thread.join();
  }
  if (rounds_.joinable()) rounds_.join();
  Answers answers;
  {
    absl::MutexLock lock(&mutex_);
    for (Waiter& waiter : waiters_) {
      answers.emplace_back(std::move(waiter), newest_.note);
    }
    waiters_.clear();
  }
  Call(std::move(answers));
}

void CosignedCheckpoints::Signed(const Note& note, const TreeHead& head) {
  absl::MutexLock lock(&mutex_);
  newest_ = {note, head, absl::Now()};
  Advance();
}

void CosignedCheckpoints::Advance() {
  if (newest_.head.size <= round_.head.size) return;
  const bool over = round_.head.size <= settled_ ||
                    absl::Now() >= round_.begin + options_.wait;
  if (!over) return;
  if (round_.head.size > settled_) Publish();
  round_ = newest_;
  round_.begin = absl::Now();
}

void CosignedCheckpoints::Publish() {
  published_ = round_;
  settled_ = round_.head.size;
}

bool CosignedCheckpoints::HasQuorum() const {
  return policy_.Open(round_.note).ok();
}

void CosignedCheckpoints::Take(const Round& round, NoteSignature signature) {
  Answers answers;
  {
    absl::MutexLock lock(&mutex_);
    // Of a round that is over: too late.
    if (round_.note.text != round.note.text) return;
    round_.note.signatures.push_back(std::move(signature));
    if (HasQuorum()) {
      cosigned_ = round_.head.size;
      Publish();
    } else if (settled_ == round_.head.size) {
      published_ = round_;
    }
    Advance();
    answers = TakeAnswers();
  }
  Call(std::move(answers));
}

void CosignedCheckpoints::RunRounds() {
  NameThread("cosigned");
  YieldToTheMarket();
  for (;;) {
    Answers answers;
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
      // Woken by a round to time, or by its end.
      const auto timed = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || round_.head.size > settled_;
      };
      mutex_.Await(absl::Condition(&timed));
      const int64_t size = round_.head.size;
      const auto over = [this, size]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || settled_ >= size;
      };
      const bool in_time = mutex_.AwaitWithDeadline(
          absl::Condition(&over), round_.begin + options_.wait);
      if (!in_time && round_.head.size == size) Publish();
      Advance();
      answers = TakeAnswers();
    }
    Call(std::move(answers));
  }
}

CosignedCheckpoints::Answers CosignedCheckpoints::TakeAnswers() {
  const auto rest = std::partition(waiters_.begin(), waiters_.end(),
                                   [this](const Waiter& waiter)
                                       ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
                                         return waiter.entries > settled_;
                                       });
  Answers answers;
  for (auto it = rest; it != waiters_.end(); ++it) {
    answers.emplace_back(std::move(*it), published_.note);
  }
  waiters_.erase(rest, waiters_.end());
  return answers;
}

void CosignedCheckpoints::Call(Answers answers) {
  for (auto& [waiter, note] : answers) waiter.done(std::move(note));
}

bool CosignedCheckpoints::AwaitRound(int64_t done, absl::Time not_before,
                                     Round& round) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(&stopping_), not_before);
  const auto ready = [this, done]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || round_.head.size > done;
  };
  mutex_.Await(absl::Condition(&ready));
  round = round_;
  return !stopping_;
}

void CosignedCheckpoints::RunWitness(Asked& asked) {
  NameThread("witness");
  YieldToTheMarket();
  int64_t done = 0;
  absl::Duration pause = options_.retry_min;
  absl::Time not_before = absl::InfinitePast();
  for (Round round; AwaitRound(done, not_before, round);) {
    // What others cosigned is not its business.
    round.note.signatures.resize(1);
    auto signature = asked.asker.Ask(round.note, round.head);
    Report(asked, signature.status());
    if (signature.ok()) {
      done = round.head.size;
      pause = options_.retry_min;
      not_before = absl::InfinitePast();
      Take(round, *std::move(signature));
    } else {
      not_before = absl::Now() + pause;
      pause = std::min(2 * pause, options_.retry_max);
    }
  }
}

void CosignedCheckpoints::Report(Asked& asked, const absl::Status& status) {
  const bool changed = asked.last.code() != status.code();
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    up_ += (status.ok() ? 1 : 0) - (asked.last.ok() ? 1 : 0);
  }
  asked.last = status;
  if (changed && options_.on_change) options_.on_change(asked.witness, status);
}

absl::StatusOr<Note> CosignedCheckpoints::Covering(int64_t entries) {
  {
    absl::MutexLock lock(&mutex_);
    const int64_t size = published_.head.size;
    if (size > 0 && size >= entries) return published_.note;
  }
  return signing_.Covering(entries);
}

void CosignedCheckpoints::WhenCovering(
    int64_t entries, std::function<void(absl::StatusOr<Note>)> done) {
  absl::StatusOr<Note> now = absl::UnavailableError("not there yet");
  const auto settled = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (settled_ == 0 || settled_ < entries) return false;
    now = published_.note;
    return true;
  };
  bool wait = false;
  {
    absl::MutexLock lock(&mutex_);
    wait = !settled();
  }
  if (wait) {
    // Signs it if need be, which begins a round.
    now = signing_.Covering(entries);
    wait = now.ok();
  }
  if (wait) {
    absl::MutexLock lock(&mutex_);
    if (!stopping_ && !settled()) {
      waiters_.push_back({std::max<int64_t>(entries, 1), std::move(done)});
      return;
    }
  }
  done(std::move(now));
}

absl::StatusOr<Note> CosignedCheckpoints::Newest() const {
  absl::MutexLock lock(&mutex_);
  if (published_.head.size == 0) {
    return absl::NotFoundError("nothing is published yet");
  }
  return published_.note;
}

int64_t CosignedCheckpoints::cosigned_entries() const {
  absl::MutexLock lock(&mutex_);
  return cosigned_;
}

int64_t CosignedCheckpoints::witnesses_up() const {
  absl::MutexLock lock(&mutex_);
  return up_;
}

}  // namespace luheng::supervision
