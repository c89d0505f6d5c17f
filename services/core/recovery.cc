#include "services/core/recovery.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/base/status_macros.h"
#include "ledger/entry/entry.h"
#include "ledger/entry/strict.h"
#include "luheng/core/v1/events.pb.h"

namespace luheng::core {
namespace {

// Folds the entries of `block` that are behind the world.
absl::StatusOr<int64_t> ReplayBlock(const BlockView& block, Entry& entry,
                                    World& world) {
  int64_t count = 0;
  for (int64_t i = 0; i < block.entry_count(); ++i) {
    const int64_t number = block.header().first_entry.value() + i;
    if (number <= world.last_entry().value()) continue;
    RETURN_IF_ERROR(entry.Parse(block.entry(i)));
    if (entry.number().value() != number ||
        number != world.last_entry().value() + 1 ||
        entry.stamp() < world.last_stamp()) {
      return absl::DataLossError(
          absl::StrCat("block ", block.header().number.value(), ": entry ",
                       entry.number().value(), " stands where ", number,
                       " is expected, or its stamp goes back"));
    }
    world.Apply(entry.view());
    ++count;
  }
  return count;
}

// Whether `block` holds the digest of the state after `entry`, and which; sets
// `past` once a later state's digest was met. Digests come in order.
absl::StatusOr<std::optional<Digest>> FindDigestIn(const BlockView& block,
                                                   EntryNumber entry,
                                                   Entry& parsed, bool& past) {
  for (int64_t i = 0; i < block.entry_count() && !past; ++i) {
    RETURN_IF_ERROR(parsed.Parse(block.entry(i)));
    for (const auto& part : parsed.view().parts) {
      for (const entry::v1::Event& event : part->events()) {
        v1::StateDigested digested;
        if (event.type() != v1::EVENT_TYPE_STATE_DIGESTED ||
            !ParseStrict(event.body(), digested)) {
          continue;
        }
        if (digested.entry() == entry.value()) {
          return Digest::From(digested.digest());
        }
        past = digested.entry() > entry.value();
      }
    }
  }
  return std::nullopt;
}

// The digest of the state after `entry` that stands in the journal, or nothing.
absl::StatusOr<std::optional<Digest>> FindJournalledDigest(
    const Journal& journal, EntryNumber entry) {
  if (entry >= journal.tail().last_entry) return std::nullopt;
  ASSIGN_OR_RETURN(const BlockNumber from,
                   journal.FindBlockOf(EntryNumber(entry.value() + 1)));
  const auto cursor = journal.ReadFrom(from);
  Entry parsed;
  for (bool past = false; !past;) {
    ASSIGN_OR_RETURN(const auto block, cursor->Next());
    if (!block) break;
    ASSIGN_OR_RETURN(const auto digest,
                     FindDigestIn(*block, entry, parsed, past));
    if (digest) return digest;
  }
  return std::nullopt;
}

// The world of a snapshot and its tail, or nothing if it cannot be trusted.
// The journal is asked first: bytes that it does not vouch for are not even
// loaded, let alone entries applied to what they say.
absl::StatusOr<std::optional<Recovered>> FromSnapshot(
    const Journal& journal, const WorldFactory& make_world,
    const SnapshotStore& snapshots, EntryNumber entry,
    const ReplayProgress& progress) {
  auto snapshot = snapshots.Read(entry);
  if (!snapshot.ok()) return std::nullopt;
  ASSIGN_OR_RETURN(const auto digest, FindJournalledDigest(journal, entry));
  if (digest != snapshot->digest) return std::nullopt;
  Recovered recovered;
  recovered.world = make_world();
  if (!recovered.world->Load(snapshot->bytes).ok() ||
      recovered.world->last_entry() != entry) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(recovered.replayed,
                   ReplayTail(journal, *recovered.world, progress));
  recovered.snapshot = entry;
  return recovered;
}

}  // namespace

absl::StatusOr<int64_t> ReplayTail(const Journal& journal, World& world,
                                   const ReplayProgress& progress) {
  const EntryNumber last = journal.tail().last_entry;
  if (world.last_entry() >= last) return 0;
  ASSIGN_OR_RETURN(
      const BlockNumber from,
      journal.FindBlockOf(EntryNumber(world.last_entry().value() + 1)));
  const auto cursor = journal.ReadFrom(from);
  Entry entry;
  int64_t count = 0;
  while (true) {
    ASSIGN_OR_RETURN(const auto block, cursor->Next());
    if (!block) break;
    ASSIGN_OR_RETURN(const int64_t replayed, ReplayBlock(*block, entry, world));
    count += replayed;
    if (progress) progress(world.last_entry().value(), last.value());
  }
  return count;
}

absl::StatusOr<Recovered> Recover(const Journal& journal,
                                  const WorldFactory& make_world,
                                  const SnapshotStore* snapshots,
                                  const ReplayProgress& progress) {
  if (snapshots != nullptr) {
    for (EntryNumber entry : snapshots->List()) {
      ASSIGN_OR_RETURN(
          auto recovered,
          FromSnapshot(journal, make_world, *snapshots, entry, progress));
      if (recovered) return *std::move(recovered);
    }
  }
  Recovered recovered;
  recovered.world = make_world();
  ASSIGN_OR_RETURN(recovered.replayed,
                   ReplayTail(journal, *recovered.world, progress));
  return recovered;
}

}  // namespace luheng::core
