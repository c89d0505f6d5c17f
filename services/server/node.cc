#include "services/server/node.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "ledger/base/status_macros.h"
#include "ledger/base/version.h"
#include "ledger/journal/rocksdb_journal.h"
#include "services/core/core_area.h"
#include "services/core/follower.h"
#include "services/core/recovery.h"
#include "services/registry/registry_area.h"
#include "services/registry/vault_key.h"
#include "services/registry/vault_sweep.h"
#include "services/rpc/page_token.h"
#include "services/server/certificates.h"
#include "services/server/checkpoint_key.h"
#include "services/server/genesis_file.h"
#include "services/server/service_set.h"
#include "services/settlement/settlement_area.h"

namespace luheng::server {
namespace {

using rpc::LogLevel;

// A state digest each so many entries keeps even idle markets provable; without
// snapshots nobody reads it.
constexpr int64_t kNever = int64_t{1} << 62;

// Writes `port` for whoever waits for the file to appear.
absl::Status WritePort(const std::string& file, int port) {
  if (file.empty()) return absl::OkStatus();
  const std::string made = absl::StrCat(file, ".new");
  {
    std::ofstream stream(made);
    stream << port << "\n";
    if (!stream.flush()) {
      return absl::UnavailableError(absl::StrCat(made, " cannot be written"));
    }
  }
  std::error_code error;
  std::filesystem::rename(made, file, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(file, ": ", error.message()));
}

rpc::EdgeOptions EdgeOptionsOf(const Config& config) {
  rpc::EdgeOptions options;
  options.deadline_ms_max = config.limits_deadline_ms_max;
  options.deadline_ms_default = config.limits_deadline_ms_default;
  options.message_bytes_max = config.limits_message_bytes_max;
  const auto set = [&options](rpc::RateClass rate_class, int64_t per_second,
                              int64_t burst) {
    options.rates[static_cast<size_t>(rate_class)] = {per_second, burst};
  };
  set(rpc::RateClass::kReads, config.limits_reads_per_second,
      config.limits_reads_burst);
  set(rpc::RateClass::kOrders, config.limits_orders_per_second,
      config.limits_orders_burst);
  set(rpc::RateClass::kCancels, config.limits_cancels_per_second,
      config.limits_cancels_burst);
  set(rpc::RateClass::kCommands, config.limits_commands_per_second,
      config.limits_commands_burst);
  return options;
}

}  // namespace

Node::Node(const Config& config, const NodeEnvironment& environment)
    : config_(config),
      environment_{
          environment.log, environment.machine_clock,
          [this, on_fatal = environment.on_fatal](const absl::Status& status) {
            failed_.store(true, std::memory_order_relaxed);
            on_fatal(status);
          }} {}

absl::StatusOr<std::unique_ptr<Node>> Node::Start(
    const Config& config, const NodeEnvironment& environment) {
  std::unique_ptr<Node> node(new Node(config, environment));
  RETURN_IF_ERROR(CheckCertificates(config.tls_ca, config.tls_cert,
                                    config.tls_key,
                                    environment.machine_clock.Now()));
  RETURN_IF_ERROR(node->OpenJournal());
  RETURN_IF_ERROR(node->StartFollowing());
  RETURN_IF_ERROR(node->StartWorld());
  RETURN_IF_ERROR(node->StartViews());
  RETURN_IF_ERROR(node->StartCheckpoints());
  RETURN_IF_ERROR(node->StartDoors());
  return node;
}

Node::~Node() { Drain(); }

absl::Status Node::OpenJournal() {
  std::error_code error;
  std::filesystem::create_directories(config_.data_dir, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("data_dir ", config_.data_dir, ": ", error.message()));
  }
  RocksDbJournalOptions options;
  options.directory = absl::StrCat(config_.data_dir, "/journal");
  options.on_fatal = environment_.on_fatal;
  options.memtable_bytes = static_cast<size_t>(config_.journal_memtable_bytes);
  options.adopt_missing_high_water = config_.journal_adopt_missing_high_water;
  ASSIGN_OR_RETURN(journal_, OpenRocksDbJournal(options));
  reserve_ = std::make_unique<DiskReserve>(config_.data_dir,
                                           config_.journal_disk_reserve_bytes);
  ASSIGN_OR_RETURN(
      core::SnapshotStore store,
      core::SnapshotStore::Open(absl::StrCat(config_.data_dir, "/snapshots")));
  snapshots_ = std::make_unique<core::SnapshotStore>(std::move(store));
  return absl::OkStatus();
}

absl::Status Node::StartFollowing() {
  if (!follows()) return absl::OkStatus();
  ASSIGN_OR_RETURN(following_,
                   Following::Start(config_, *journal_, environment_.log,
                                    environment_.on_fatal));
  return absl::OkStatus();
}

absl::StatusOr<Clock*> Node::StartClock() {
  if (config_.clock_mode == "machine") return &environment_.machine_clock;
  // A rehearsal goes on where its journal ends, or where it was moved to last.
  Stamp start =
      std::max(journal_->tail().last_stamp, world_->core().clock_floor());
  if (journal_->tail().empty()) {
    // LoadConfig has looked at it; a rehearsal must not begin at 1970.
    absl::Time asked;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, config_.clock_start, &asked,
                         &error)) {
      return absl::InvalidArgumentError(
          absl::StrCat("clock.start \"", config_.clock_start, "\": ", error));
    }
    start = Stamp(absl::ToUnixNanos(asked));
  }
  rehearsal_clock_ =
      std::make_unique<core::RehearsalClock>(start, environment_.machine_clock);
  return rehearsal_clock_.get();
}

absl::Status Node::StartWorld() {
  core::GenesisConfig genesis;
  const bool first = journal_->tail().empty();
  if (first) {
    ASSIGN_OR_RETURN(genesis, ReadGenesisFile(config_.genesis_file));
  }
  const core::WorldFactory make_world = [this] {
    return composition_.MakeWorld();
  };
  ASSIGN_OR_RETURN(core::Recovered recovered,
                   core::Recover(*journal_, make_world, snapshots_.get(),
                                 [this](int64_t done, int64_t total) {
                                   environment_.log.Write(
                                       LogLevel::kInfo, "replaying",
                                       {{"done", done}, {"total", total}});
                                 }));
  environment_.log.Write(LogLevel::kInfo, "world recovered",
                         {{"snapshot", recovered.snapshot.value()},
                          {"replayed", recovered.replayed}});
  world_ = std::move(recovered.world);
  areas_ = composition_.AreasOf(*world_);

  market_data_ = std::make_unique<market::MarketData>(*areas_.market,
                                                      world_->last_entry());
  if (!follows()) return StartSequencer(first ? &genesis : nullptr);
  StartFollower();
  return absl::OkStatus();
}

void Node::StartFollower() {
  core::FollowerOptions options;
  options.queue_reads_max = config_.limits_queue_commands_max;
  options.rehearsal = config_.clock_mode == "rehearsal";
  options.on_fatal = environment_.on_fatal;
  auto follower = std::make_unique<core::Follower>(
      options, *journal_, *world_, environment_.machine_clock,
      following_->forwarder(),
      std::vector<core::BlockPublisher*>{market_data_.get()});
  following_->OnBlocks([waken = follower.get()] { waken->Wake(); });
  sequencer_ = std::move(follower);
}

absl::Status Node::StartSequencer(const core::GenesisConfig* genesis) {
  core::ShadowFoldOptions shadow;
  shadow.snapshot_interval_entries = config_.snapshot_interval_entries == 0
                                         ? kNever
                                         : config_.snapshot_interval_entries;
  shadow.on_fatal = environment_.on_fatal;
  shadow_ = std::make_unique<core::ShadowFold>(
      shadow, *journal_, [this] { return composition_.MakeWorld(); },
      *snapshots_);
  core::SequencerOptions options;
  options.queue_commands_max = config_.limits_queue_commands_max;
  options.block_bytes = static_cast<size_t>(config_.journal_block_bytes);
  options.rehearsal = config_.clock_mode == "rehearsal";
  options.on_fatal = environment_.on_fatal;
  ASSIGN_OR_RETURN(Clock* const clock, StartClock());
  ASSIGN_OR_RETURN(sequencer_,
                   core::Sequencer::Start(options, *journal_, *world_, *clock,
                                          reserve_.get(), genesis,
                                          {shadow_.get(), market_data_.get()}));
  shadow_->Start(*sequencer_);
  return absl::OkStatus();
}

absl::Status Node::StartViews() {
  ViewsOptions options;
  options.directory = absl::StrCat(config_.data_dir, "/views");
  // The key lies outside the vault, so that a copy of the vault is worthless.
  ASSIGN_OR_RETURN(const registry::VaultKey key,
                   registry::LoadOrMakeVaultKey(
                       config_.vault_key.empty()
                           ? absl::StrCat(config_.data_dir, "/vault.key")
                           : config_.vault_key));
  ASSIGN_OR_RETURN(vault_, registry::Vault::Open(
                               absl::StrCat(config_.data_dir, "/vault"), key));
  RETURN_IF_ERROR(SweepVault());
  vault_erasure_ = std::make_unique<registry::VaultErasure>(*vault_);
  vault_worker_ = std::make_unique<registry::VaultWorker>();
  entry_index_ = std::make_unique<supervision::EntryIndex>(*world_);
  ASSIGN_OR_RETURN(views_, Views::Open(options, *journal_,
                                       {&statement_, entry_index_.get(),
                                        vault_erasure_.get()}));
  views_->Start();
  return absl::OkStatus();
}

absl::Status Node::SweepVault() {
  absl::StatusOr<int64_t> swept = 0;
  RETURN_IF_ERROR(sequencer_->ReadSync([&](const core::World& world) {
    swept = registry::SweepVault(*vault_, journal_->tail().journal_id, world,
                                 *areas_.registry);
  }));
  RETURN_IF_ERROR(swept.status());
  if (*swept > 0) {
    environment_.log.Write(LogLevel::kWarning,
                           "vault records that were never registered erased",
                           {{"count", *swept}});
  }
  return absl::OkStatus();
}

core::CheckpointSource& Node::checkpoints() {
  if (follows()) return following_->checkpoints();
  if (cosigned_ != nullptr) return *cosigned_;
  return *checkpointer_;
}

absl::Status Node::StartCheckpoints() {
  if (follows()) return absl::OkStatus();
  const std::string path =
      config_.checkpoint_key.empty()
          ? absl::StrCat(config_.data_dir, "/checkpoint.key")
          : config_.checkpoint_key;
  ASSIGN_OR_RETURN(std::unique_ptr<Signer> signer,
                   LoadOrMakeCheckpointKey(path, config_.checkpoint_origin,
                                           journal_->tail().suite));
  environment_.log.Write(LogLevel::kInfo, "checkpoints are signed",
                         {{"verifier_key", signer->key().vkey()}});
  supervision::CheckpointerOptions options;
  options.path = absl::StrCat(config_.data_dir, "/checkpoint");
  options.interval = absl::Seconds(config_.checkpoint_interval_seconds);
  options.on_fatal = environment_.on_fatal;
  options.on_signed = [this](const Note& note, const TreeHead& head) {
    if (cosigned_ != nullptr) cosigned_->Signed(note, head);
  };
  ASSIGN_OR_RETURN(checkpointer_, supervision::Checkpointer::Open(
                                      options, *journal_, std::move(signer)));
  ASSIGN_OR_RETURN(cosigned_, StartWitnesses(config_, *journal_, *checkpointer_,
                                             environment_.log));
  if (cosigned_ != nullptr) AddWitnessMetrics(*cosigned_, metrics_);
  checkpointer_->Start();
  return absl::OkStatus();
}

absl::Status Node::StartDoors() {
  ASSIGN_OR_RETURN(rpc::PageTokens tokens,
                   rpc::PageTokens::AtPath(
                       absl::StrCat(config_.data_dir, "/page_token.key")));
  users_ = std::make_unique<WorldUsers>(*sequencer_);
  edge_ = std::make_unique<rpc::Edge>(EdgeOptionsOf(config_), *users_,
                                      environment_.machine_clock,
                                      std::move(tokens));
  backend_ = std::make_unique<operations::Backend>(
      operations::Backend{*edge_, *sequencer_, world_->access()});
  const ServiceParts parts{
      *backend_,
      areas_,
      *world_,
      {*backend_, *areas_.market, *areas_.settlement, *market_data_},
      *vault_,
      *vault_worker_,
      *journal_,
      checkpoints(),
      *views_,
      Facts(),
      ReplicationParts()};
  GrpcHostOptions options;
  options.listen = config_.listen;
  options.message_bytes_max = config_.limits_message_bytes_max;
  options.connection_age_seconds_max =
      config_.limits_connection_age_seconds_max;
  options.connection_age_grace_seconds =
      config_.limits_connection_age_grace_seconds;
  options.reflection = config_.reflection;
  ASSIGN_OR_RETURN(
      host_,
      GrpcHost::Start(
          options, MakeServices(config_.services, parts),
          MakeServerCredentials(config_.tls_ca, config_.tls_cert,
                                config_.tls_key, config_.tls_reload_seconds),
          environment_.log, metrics_, environment_.machine_clock));
  AddMetrics();
  if (!config_.admin_listen.empty()) {
    ASSIGN_OR_RETURN(admin_,
                     AdminHttp::Start(config_.admin_listen,
                                      {[this] { return NotReady(); },
                                       [this] { return metrics_.Expose(); }}));
    RETURN_IF_ERROR(WritePort(config_.admin_port_file, admin_->port()));
  }
  if (!config_.public_http_listen.empty()) {
    ASSIGN_OR_RETURN(public_http_,
                     PublicHttp::Start(config_, *journal_, checkpoints()));
    RETURN_IF_ERROR(
        WritePort(config_.public_http_port_file, public_http_->port()));
  }
  host_->SetServing(true);
  return WritePort(config_.port_file, host_->port());
}

operations::NodeFacts Node::Facts() {
  operations::NodeFacts facts;
  facts.version = VersionLine();
  facts.rehearsal = config_.clock_mode == "rehearsal";
  facts.snapshot_entry = [this] {
    return shadow_ == nullptr ? 0 : shadow_->snapshot_entry();
  };
  facts.views_entry = [this] { return views_->applied().value(); };
  facts.follows = config_.replication_follow;
  facts.leader_entry = [this] {
    return following_ == nullptr ? 0 : following_->state().leader_entry;
  };
  return facts;
}

replication::JournalServiceParts Node::ReplicationParts() {
  const auto listed = [this](const rpc::Identity& identity) {
    const std::vector<std::string>& names = config_.replication_forwarders;
    return std::find(names.begin(), names.end(), identity.user_name) !=
           names.end();
  };
  return {*journal_,
          *sequencer_,
          checkpoints(),
          *world_,
          [this, listed](const rpc::Identity& identity) {
            return listed(identity) || MayReadAll(identity);
          },
          listed,
          [this] { return draining_.load(std::memory_order_relaxed); }};
}

bool Node::MayReadAll(const rpc::Identity& identity) {
  bool may = false;
  const absl::Status status =
      sequencer_->ReadSync([&](const core::World& world) {
        const UserId user = world.access().FindUser(identity.user_name);
        may = user.value() != 0 && world.access().IsActive(user) &&
              world.access().MayReadAll(user);
      });
  return status.ok() && may;
}

void Node::AddMetrics() {
  metrics_.SetBuildInfo(kVersion, kGitCommit, kBuildType);
  metrics_.AddSampled("luheng_journal_entry_number", "Last durable entry.",
                      [this] { return sequencer_->durable().entry.value(); });
  metrics_.AddSampled("luheng_journal_block_number", "Last durable block.",
                      [this] { return sequencer_->durable().block.value(); });
  metrics_.AddSampled("luheng_views_entry_number", "Last entry in the views.",
                      [this] { return views_->applied().value(); });
  metrics_.AddSampled("luheng_checkpoint_entry_number",
                      "Last entry under a signed checkpoint.",
                      [this] { return checkpoints().signed_entries(); });
  if (follows()) {
    AddFollowerMetrics();
  } else {
    metrics_.AddSampled("luheng_shadow_entry_number",
                        "Last entry that the shadow fold has proved.",
                        [this] { return shadow_->folded_entry(); });
    metrics_.AddSampled("luheng_snapshot_entry_number",
                        "Entry of the newest snapshot.",
                        [this] { return shadow_->snapshot_entry(); });
  }
  metrics_.AddSampled("luheng_sequencer_refusing_reason",
                      "Number of the reason why no command is accepted, or 0.",
                      [this] { return int64_t{sequencer_->refusing()}; });
  // Read at each scrape: the file may have been replaced.
  for (const auto& [role, file] :
       {std::pair{"server", config_.tls_cert}, {"ca", config_.tls_ca}}) {
    metrics_.AddCertificate(role, [file = file] {
      const auto info = ReadCertificate(file);
      return info.ok() ? info->not_after.value() / kNanosPerSecond : 0;
    });
  }
}

void Node::AddFollowerMetrics() {
  metrics_.AddSampled(
      "luheng_follower_lag_entries",
      "Entries of the followed node that are not folded here.", [this] {
        return std::max<int64_t>(0, following_->state().leader_entry -
                                        sequencer_->durable().entry.value());
      });
  metrics_.AddSampled(
      "luheng_follower_connected",
      "Whether blocks stream from the followed node, 0 or 1.",
      [this] { return int64_t{following_->state().connected ? 1 : 0}; });
}

std::string Node::NotReady() const {
  if (draining_.load(std::memory_order_relaxed)) return "draining";
  const core::Reason refusing = sequencer_->refusing();
  // A follower that is cut off still answers reads, and says for which entry.
  if (refusing == core::v1::REASON_UNSPECIFIED ||
      refusing == core::v1::REASON_APPEND_NODE_UNREACHABLE) {
    return "";
  }
  return core::v1::Reason_Name(refusing);
}

void Node::Drain() {
  if (std::exchange(drained_, true)) return;
  draining_.store(true, std::memory_order_relaxed);
  if (host_ != nullptr) host_->SetServing(false);
  if (edge_ != nullptr) edge_->Drain();
  // The shadow submits its digests to the sequencer, so it stops first.
  if (sequencer_ != nullptr) {
    if (shadow_ != nullptr) shadow_->Stop();
    sequencer_->Drain();
  }
  if (following_ != nullptr) following_->Stop();
  // What the streams had to tell is told: nobody need wait for them.
  if (edge_ != nullptr) edge_->streams().EndAll(core::v1::REASON_DRAINING);
  if (host_ != nullptr) host_->Shutdown(config_.drain_seconds);
  public_http_.reset();
  if (checkpointer_ != nullptr) checkpointer_->Stop();
  if (cosigned_ != nullptr) cosigned_->Stop();
  if (vault_worker_ != nullptr) vault_worker_->Stop();
  // The views write out what they have when they stop, which RocksDB asserts to
  // succeed: not on a disk that failed. They follow the journal, next time too.
  if (views_ != nullptr && !failed_.load(std::memory_order_relaxed)) {
    views_->Stop();
  }
}

void Node::Hasten() {
  if (host_ != nullptr) host_->Hasten();
}

}  // namespace luheng::server
