#include "ledger/merkle/trust_policy.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ledger/base/status_macros.h"
#include "ledger/merkle/decimal.h"

namespace luheng {
namespace {

constexpr absl::string_view kNone = "none";
constexpr size_t kLinesMax = 10'000;

using Words = std::vector<absl::string_view>;

bool IsPolicyByte(char c) {
  return c == '\t' || (static_cast<uint8_t>(c) >= 0x20 && c != '\x7f');
}

}  // namespace

// Reads line by line; each adds to the policy or says what is wrong with it.
class TrustPolicy::Parser {
 public:
  absl::Status Read(absl::string_view line) {
    for (const char c : line) {
      if (!IsPolicyByte(c)) {
        return absl::InvalidArgumentError("a control character");
      }
    }
    const Words words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.empty() || absl::StartsWith(words[0], "#")) {
      return absl::OkStatus();
    }
    if (words[0] == "log") return ReadLog(words);
    if (words[0] == "witness") return ReadWitness(words);
    if (words[0] == "group") return ReadGroup(words);
    if (words[0] == "quorum") return ReadQuorum(words);
    return absl::InvalidArgumentError(
        absl::StrCat("\"", absl::CEscape(words[0]),
                     "\" is none of log, witness, group and quorum"));
  }

  absl::StatusOr<TrustPolicy> Take() {
    if (!has_quorum_) return absl::InvalidArgumentError("no quorum line");
    return std::move(policy_);
  }

 private:
  absl::Status ReadLog(const Words& words) {
    if (words.size() != 2 && words.size() != 3) {
      return absl::InvalidArgumentError("expected: log <vkey> [url]");
    }
    ASSIGN_OR_RETURN(NoteKey key, NoteKey::Parse(words[1]));
    if (key.is_cosigner()) {
      return absl::InvalidArgumentError("the key of a log is no cosigner's");
    }
    for (const Log& log : policy_.logs_) {
      if (log.key.public_key() == key.public_key()) {
        return absl::InvalidArgumentError("the log's key stands above already");
      }
    }
    policy_.logs_.push_back({std::move(key), Url(words, 2)});
    return absl::OkStatus();
  }

  absl::Status ReadWitness(const Words& words) {
    if (words.size() != 3 && words.size() != 4) {
      return absl::InvalidArgumentError(
          "expected: witness <name> <vkey> [url]");
    }
    ASSIGN_OR_RETURN(NoteKey key, NoteKey::Parse(words[2]));
    if (!key.is_cosigner()) {
      return absl::InvalidArgumentError("the key of a witness is a cosigner's");
    }
    for (const Witness& witness : policy_.witnesses_) {
      if (witness.key.public_key() == key.public_key()) {
        return absl::InvalidArgumentError(
            "the witness's key stands above already");
      }
    }
    Member member;
    member.witness = policy_.witnesses_.size();
    RETURN_IF_ERROR(Add(words[1], std::move(member)));
    policy_.witnesses_.push_back(
        {std::string(words[1]), std::move(key), Url(words, 3)});
    return absl::OkStatus();
  }

  absl::Status ReadGroup(const Words& words) {
    if (words.size() < 4) {
      return absl::InvalidArgumentError(
          "expected: group <name> any|all|<k> <member>...");
    }
    const size_t count = words.size() - 3;
    Member group;
    if (words[2] == "any") {
      group.needed = 1;
    } else if (words[2] == "all") {
      group.needed = count;
    } else {
      const auto needed = ParseDecimal(words[2]);
      if (!needed || *needed < 1 || static_cast<size_t>(*needed) > count) {
        return absl::InvalidArgumentError(
            absl::StrCat("\"", absl::CEscape(words[2]),
                         "\" is none of any, all and 1 to ", count));
      }
      group.needed = static_cast<size_t>(*needed);
    }
    for (size_t i = 3; i < words.size(); ++i) {
      ASSIGN_OR_RETURN(const size_t member, Find(words[i]));
      if (policy_.members_[member].taken) {
        return absl::InvalidArgumentError(absl::StrCat(
            "\"", absl::CEscape(words[i]), "\" is in a group already"));
      }
      policy_.members_[member].taken = true;
      group.members.push_back(member);
    }
    return Add(words[1], std::move(group));
  }

  absl::Status ReadQuorum(const Words& words) {
    if (words.size() != 2) {
      return absl::InvalidArgumentError("expected: quorum <name>|none");
    }
    if (has_quorum_) {
      return absl::InvalidArgumentError("a quorum stands above already");
    }
    has_quorum_ = true;
    if (words[1] == kNone) {
      policy_.quorum_ = kNoQuorum;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(policy_.quorum_, Find(words[1]));
    return absl::OkStatus();
  }

  absl::Status Add(absl::string_view name, Member member) {
    if (name == kNone || Find(name).ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the name \"", absl::CEscape(name), "\" is taken"));
    }
    member.name = std::string(name);
    policy_.members_.push_back(std::move(member));
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Find(absl::string_view name) const {
    for (size_t i = 0; i < policy_.members_.size(); ++i) {
      if (policy_.members_[i].name == name) return i;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("\"", absl::CEscape(name), "\" is not defined above"));
  }

  static std::string Url(const Words& words, size_t at) {
    return at < words.size() ? std::string(words[at]) : "";
  }

  TrustPolicy policy_;
  bool has_quorum_ = false;
};

absl::StatusOr<TrustPolicy> TrustPolicy::Parse(absl::string_view text) {
  Parser parser;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (++number > kLinesMax) {
      return absl::InvalidArgumentError("the policy has too many lines");
    }
    const absl::Status status = parser.Read(line);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("policy line ", number, ": ", status.message()));
    }
  }
  return parser.Take();
}

bool TrustPolicy::Holds(size_t at, const std::vector<bool>& cosigned) const {
  const Member& member = members_[at];
  if (member.members.empty()) return cosigned[member.witness];
  size_t count = 0;
  for (const size_t other : member.members) {
    if (Holds(other, cosigned)) ++count;
  }
  return count >= member.needed;
}

absl::StatusOr<TrustedCheckpoint> TrustPolicy::Open(const Note& note) const {
  absl::Status refused = absl::InvalidArgumentError("the policy names no log");
  for (const Log& log : logs_) {
    auto checkpoint = OpenCheckpoint(note, log.key);
    if (!checkpoint.ok()) {
      refused = checkpoint.status();
      continue;
    }
    TrustedCheckpoint trusted{*std::move(checkpoint), log.key, {}};
    std::vector<bool> cosigned(witnesses_.size());
    for (const NoteSignature& signature : note.signatures) {
      for (size_t i = 0; i < witnesses_.size(); ++i) {
        if (!signature.IsOf(witnesses_[i].key)) continue;
        ASSIGN_OR_RETURN(
            const int64_t time,
            VerifyCosignature(note.text, signature, witnesses_[i].key));
        if (!cosigned[i])
          trusted.witnesses.push_back({witnesses_[i].name, time});
        cosigned[i] = true;
      }
    }
    if (quorum_ != kNoQuorum && !Holds(quorum_, cosigned)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the quorum \"", members_[quorum_].name,
                       "\" is not reached: ", trusted.witnesses.size(), " of ",
                       witnesses_.size(), " witnesses cosigned"));
    }
    return trusted;
  }
  return refused;
}

}  // namespace luheng
