#include "tests/bench/order_stream.h"

#include <algorithm>
#include <cmath>

#include "absl/numeric/int128.h"
#include "tests/bench/map_book.h"

namespace luheng::bench {
namespace {

using matching::Side;

// SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(
        absl::Uint128High64(absl::uint128(Next()) * bound));
  }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

// Makes the commands, and carries them out on a MapBook to know what rests.
// Every draw of the generator is in its fixed order: moving one changes all
// that follows.
class Generator {
 public:
  explicit Generator(const StreamSpec& spec);
  Stream Make();

  // The sink of the book.
  void OnOrder(const Command&) {}
  void OnFill(const Command& taker, uint64_t maker, uint32_t, uint32_t price,
              uint32_t lots);
  void OnRelease(uint64_t, uint32_t, Side, uint32_t, uint32_t, uint32_t) {}

 private:
  bool wide() const { return stream_.spec.depth == Depth::kWide; }
  // The number of live orders of an instrument that the flow keeps to.
  uint32_t live_target() const {
    return stream_.spec.instrument_count == 1 ? 10'000 : 1'000;
  }

  uint32_t DrawInstrument();
  int64_t DrawDepth();
  // A price that does not cross, at a drawn depth from the middle.
  uint32_t DrawPassivePrice(uint32_t instrument, Side side);
  Side DrawSide() { return random_.Below(2) == 0 ? Side::kBuy : Side::kSell; }
  // A live order, the recent ones more often; 0 if there is none.
  uint64_t DrawLive(uint32_t instrument);
  void MoveMiddle(uint32_t instrument);

  void AddPassive(uint32_t instrument, Side side);
  void AddCancel(uint32_t instrument);
  void AddModify(uint32_t instrument);
  void AddMarketable(uint32_t instrument);
  void Submit(const Command& command);
  void Retire(uint64_t id);

  Stream stream_;
  Random random_;
  ListMapBook book_;
  std::vector<int64_t> middle_;              // By instrument.
  std::vector<double> popularity_;           // Running sums, by instrument - 1.
  std::vector<std::vector<uint64_t>> live_;  // Ids, by instrument.
  std::vector<size_t> live_position_;        // By id.
  std::vector<Command> gone_;                // Ids and instruments, in order.
};

uint64_t CommandCount(const StreamSpec& spec) {
  const uint64_t prefill =
      spec.instrument_count == 1 ? 10'000 : 1'000u * spec.instrument_count;
  return prefill + spec.timed_count;
}

Generator::Generator(const StreamSpec& spec)
    : random_(spec.seed),
      book_(spec.instrument_count, CommandCount(spec)),
      middle_(spec.instrument_count + 1),
      live_(spec.instrument_count + 1),
      live_position_(CommandCount(spec) + 1) {
  stream_.spec = spec;
  double sum = 0;
  for (uint32_t i = 0; i < spec.instrument_count; ++i) {
    sum += 1.0 / (i + 1);
    popularity_.push_back(sum);
    middle_[i + 1] = wide() ? 500'000 : 20'000;
    if (!wide() && spec.instrument_count > 1) middle_[i + 1] += i * 137 % 1000;
  }
  stream_.commands.reserve(CommandCount(spec));
}

Stream Generator::Make() {
  const uint32_t instruments = stream_.spec.instrument_count;
  for (uint32_t k = 0; k < live_target() * instruments; ++k) {
    const Side side = DrawSide();
    AddPassive(k % instruments + 1, side);
  }
  stream_.prefill_count = stream_.commands.size();
  while (stream_.commands.size() < CommandCount(stream_.spec)) {
    const uint32_t instrument = DrawInstrument();
    MoveMiddle(instrument);
    const uint32_t kind = random_.Below(100);
    if (kind < 50) {
      AddPassive(instrument, DrawSide());
    } else if (kind < 80) {
      AddCancel(instrument);
    } else if (kind < 85) {
      AddModify(instrument);
    } else {
      AddMarketable(instrument);
    }
  }
  book_.CountResting(stream_.result);
  return std::move(stream_);
}

// Zipf over the instruments.
uint32_t Generator::DrawInstrument() {
  const double x = random_.Unit() * popularity_.back();
  const auto it = std::lower_bound(popularity_.begin(), popularity_.end(), x);
  const auto index = static_cast<uint32_t>(it - popularity_.begin());
  return std::min(index + 1, stream_.spec.instrument_count);
}

int64_t Generator::DrawDepth() {
  if (!wide()) {
    int64_t depth = 1;
    while (random_.Unit() > 0.08 && depth < 400) ++depth;
    return depth;
  }
  const double x = std::pow(1.0 - random_.Unit(), -1.0 / 1.2);
  return static_cast<int64_t>(std::min(x * 5, 200'000.0)) + 1;
}

uint32_t Generator::DrawPassivePrice(uint32_t instrument, Side side) {
  const int64_t depth = DrawDepth();
  const bool buy = side == Side::kBuy;
  int64_t price = middle_[instrument] + (buy ? -depth : depth);
  const int64_t across = book_.Best(instrument, matching::Opposite(side));
  if (across != 0) {
    price = buy ? std::min(price, across - 1) : std::max(price, across + 1);
  }
  return static_cast<uint32_t>(std::max<int64_t>(1, price));
}

uint64_t Generator::DrawLive(uint32_t instrument) {
  const std::vector<uint64_t>& live = live_[instrument];
  if (live.empty()) return 0;
  const double q = random_.Unit();
  const auto back =
      static_cast<size_t>(q * q * static_cast<double>(live.size()));
  return live[live.size() - 1 - back];
}

void Generator::MoveMiddle(uint32_t instrument) {
  int64_t& middle = middle_[instrument];
  if (random_.Below(wide() ? 10 : 50) == 0) {
    if (wide()) {
      middle += int64_t{random_.Below(41)} - 20;
    } else {
      middle += random_.Below(2) != 0 ? 1 : -1;
    }
  }
  middle = std::max<int64_t>(middle, 1000);
}

void Generator::AddPassive(uint32_t instrument, Side side) {
  Command command;
  command.instrument = instrument;
  command.side = side;
  command.id = ++stream_.order_id_max;
  command.price = DrawPassivePrice(instrument, side);
  command.quantity = 1 + random_.Below(100);
  command.account = 1 + random_.Below(1000);
  Submit(command);
}

void Generator::AddCancel(uint32_t instrument) {
  Command command;
  if (random_.Below(50) == 0 && !gone_.empty()) {
    const auto recent =
        static_cast<uint32_t>(std::min<size_t>(gone_.size(), 1000));
    command = gone_[gone_.size() - 1 - random_.Below(recent)];
    stream_.commands.push_back(command);
    return;
  }
  const uint64_t id = DrawLive(instrument);
  if (id == 0) return;
  const MapOrder& order = *book_.Find(id);
  command.operation = Operation::kCancel;
  command.instrument = instrument;
  command.side = order.side;
  command.id = id;
  command.price = order.price;
  command.quantity = order.quantity;
  command.account = order.account;
  stream_.commands.push_back(command);
  Retire(id);
  book_.Run(command, *this);
}

void Generator::AddModify(uint32_t instrument) {
  const uint64_t id = DrawLive(instrument);
  if (id == 0) return;
  const MapOrder& order = *book_.Find(id);
  Command command;
  command.operation = Operation::kModify;
  command.instrument = instrument;
  command.side = order.side;
  command.id = id;
  command.account = order.account;
  do {
    command.price = DrawPassivePrice(instrument, order.side);
  } while (command.price == order.price && random_.Below(8) != 0);
  if (command.price == order.price) {
    if (order.side == Side::kSell) {
      ++command.price;
    } else if (command.price > 1) {
      --command.price;
    }
  }
  command.quantity = 1 + random_.Below(100);
  stream_.commands.push_back(command);
  book_.Run(command, *this);
}

void Generator::AddMarketable(uint32_t instrument) {
  Command command;
  command.instrument = instrument;
  command.side = DrawSide();
  command.id = ++stream_.order_id_max;
  command.account = 1 + random_.Below(1000);
  command.immediate = random_.Below(3) != 0;
  const bool over = live_[instrument].size() > live_target();
  command.quantity = 1 + random_.Below(over ? 260 : 120);
  const int64_t slack = random_.Below(5);
  const int64_t across =
      book_.Best(instrument, matching::Opposite(command.side));
  int64_t price = middle_[instrument];
  if (across != 0) {
    price = command.side == Side::kBuy ? across + slack
                                       : std::max<int64_t>(1, across - slack);
  }
  command.price = static_cast<uint32_t>(price);
  Submit(command);
}

void Generator::Submit(const Command& command) {
  stream_.commands.push_back(command);
  book_.Run(command, *this);
  if (book_.Find(command.id) == nullptr) return;
  std::vector<uint64_t>& live = live_[command.instrument];
  live_position_[command.id] = live.size();
  live.push_back(command.id);
}

void Generator::OnFill(const Command& taker, uint64_t maker, uint32_t,
                       uint32_t price, uint32_t lots) {
  stream_.result.AddTrade(taker.id, maker, price, lots);
  if (book_.Find(maker)->quantity == lots) Retire(maker);
}

// The order is about to leave the book.
void Generator::Retire(uint64_t id) {
  Command cancel;
  cancel.operation = Operation::kCancel;
  cancel.id = id;
  cancel.instrument = book_.Find(id)->instrument;
  gone_.push_back(cancel);
  std::vector<uint64_t>& live = live_[cancel.instrument];
  const size_t position = live_position_[id];
  live[position] = live.back();
  live_position_[live[position]] = position;
  live.pop_back();
}

}  // namespace

const std::vector<NamedStream>& NamedStreams() {
  static const auto& streams = *new std::vector<NamedStream>{
      {{"s1", 2'000'000, 1, 42, Depth::kNarrow},
       {698076, 20953415, 421158608988, 0x5c368c08e1172194, 9987, 497006}},
      {{"s100", 2'000'000, 100, 42, Depth::kNarrow},
       {672182, 22039562, 448924982565, 0x4ce6e55de2dcc272, 99784, 5017719}},
      {{"w1", 2'000'000, 1, 42, Depth::kWide},
       {700578, 21345112, 10713420414886, 0x2118af377de4403c, 10007, 502762}},
  };
  return streams;
}

Stream MakeStream(const StreamSpec& spec) { return Generator(spec).Make(); }

}  // namespace luheng::bench
