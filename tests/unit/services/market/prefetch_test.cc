// Goal: a hint changes nothing and may be about anything. Method: every field
// of a command takes numbers that no order has, in an empty and in a used
// market; the sanitizers look on.
#include <cstdint>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "tests/testing/market_world.h"

namespace luheng::testing {
namespace {

namespace v1 = market::v1;

constexpr int64_t kOddNumbers[] = {std::numeric_limits<int64_t>::min(),
                                   -1,
                                   0,
                                   1,
                                   2,
                                   1'000'000,
                                   int64_t{1} << 31,
                                   std::numeric_limits<int64_t>::max()};

class PrefetchTest : public ::testing::Test {
 protected:
  void Announce(core::CommandType type, int64_t number,
                const google::protobuf::Message& body) {
    core::Command command;
    command.user = UserId(number);
    command.session = SessionId(number);
    command.sequence = number;
    command.type = type;
    command.body = &body;
    for (const auto distance : {core::Distance::kFar, core::Distance::kMiddle,
                                core::Distance::kNear}) {
      world_.world().Prefetch(command, distance);
    }
  }
  void AnnounceAll(int64_t user, int64_t number) {
    v1::PlaceOrderCommand place = Buy(1, 5'800, 10);
    place.set_price_minor_per_lot(number);
    Announce(v1::COMMAND_TYPE_PLACE_ORDER, user, place);
    place.set_instrument(number);
    Announce(v1::COMMAND_TYPE_PLACE_ORDER, user, place);
    place.set_holder(number);
    place.set_client_order_id("not one !");
    Announce(v1::COMMAND_TYPE_PLACE_ORDER, user, place);
    v1::CancelOrderCommand cancel;
    cancel.set_order(number);
    Announce(v1::COMMAND_TYPE_CANCEL_ORDER, user, cancel);
    v1::AmendOrderCommand amend;
    amend.set_order(number);
    Announce(v1::COMMAND_TYPE_AMEND_ORDER, user, amend);
    Announce(static_cast<core::CommandType>(number), user, amend);
  }

  MarketWorld world_;
};

TEST_F(PrefetchTest, OfAnythingChangesNothing) {
  for (const bool used : {false, true}) {
    if (used) {
      world_.Define(MarketWorld::Definition("CEA", 2));
      world_.Fund(10, core::AssetDirectory::kCurrency, 100'000'000);
      ASSERT_TRUE(world_.Place(10, Buy(1, 5'800, 10)).accepted());
    }
    const std::string before = world_.SavedState();
    for (const int64_t user : kOddNumbers) {
      for (const int64_t number : kOddNumbers) AnnounceAll(user, number);
    }
    EXPECT_EQ(world_.SavedState(), before);
  }
}

}  // namespace
}  // namespace luheng::testing
