// Goal: an entry is read back as it was written, or not at all. Method: round
// trips, and bytes that are cut, changed or of a later release.
#include "ledger/entry/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/entry/strict.h"
#include "ledger/entry/wire.h"
#include "luheng/core/v1/events.pb.h"
#include "luheng/market/v1/events.pb.h"

namespace luheng {
namespace {

constexpr AssetId kCash = AssetId(1);
constexpr AssetId kUnits = AssetId(2);

// Something in every field.
void DraftFull(Entry& entry) {
  entry.Reset(EntryNumber(12), Stamp(1'700'000'000'000'000'000));
  core::v1::SessionOpened opened;
  opened.set_session(3);
  opened.set_key("0123456789abcdef");
  entry.AddEvent(HolderId(7), 108, opened);
  entry.AddEvent(kPublic, 108, opened);
  entry.Move(kCash, 500, HolderId(7), Purpose::kAvailable, HolderId(9),
             Purpose::kAvailable);
  entry::v1::Part& part = entry.PartFor(HolderId(7));
  part.mutable_origin()->set_user(4);
  part.mutable_origin()->set_command(109);
  part.mutable_origin()->set_request_id("0123456789abcdef");
  part.mutable_refusal()->set_reason(200);
  part.mutable_refusal()->add_details()->set_key("holder");
  part.set_answer("answer");
  part.add_numbers(-5);
}

std::string Bytes(Entry& entry) {
  std::string bytes;
  entry.Serialize(bytes);
  return bytes;
}

TEST(EntryTest, IsReadBackAsItWasWritten) {
  Entry entry;
  DraftFull(entry);
  const std::string bytes = Bytes(entry);
  EXPECT_EQ(bytes.size(), entry.ByteSize());
  Entry read;
  ASSERT_TRUE(read.Parse(bytes).ok());
  EXPECT_EQ(read.number(), entry.number());
  EXPECT_EQ(read.stamp(), entry.stamp());
  ASSERT_EQ(read.view().parts.size(), 3u);
  EXPECT_EQ(read.view().parts[0]->audience(), 7);
  EXPECT_EQ(read.view().parts[0]->numbers(0), -5);
  EXPECT_EQ(read.view().parts[1]->audience(), kPublic.value());
  EXPECT_EQ(Bytes(read), bytes);
  // The same object reads the next entry, and keeps nothing of this one.
  Entry small;
  small.Reset(EntryNumber(13), Stamp(1));
  small.AddEvent(kPublic, 108, core::v1::SessionOpened());
  ASSERT_TRUE(read.Parse(Bytes(small)).ok());
  EXPECT_EQ(Bytes(read), Bytes(small));
}

TEST(EntryTest, PartsWithoutContentAreLeftOut) {
  Entry entry;
  entry.Reset(EntryNumber(1), Stamp(2));
  entry.PartFor(HolderId(5));
  entry.AddPosting(HolderId(6), kCash, Purpose::kAvailable, 0);
  EXPECT_EQ(entry.ByteSize(), 18u);
  Entry read;
  ASSERT_TRUE(read.Parse(Bytes(entry)).ok());
  EXPECT_TRUE(read.empty());
}

TEST(EntryTest, PostingsToOneAccountAreMerged) {
  Entry entry;
  entry.Reset(EntryNumber(1), Stamp(2));
  for (int i = 0; i < 3; ++i) {
    entry.Move(kCash, 10, HolderId(7), Purpose::kHeld, HolderId(8),
               Purpose::kAvailable);
  }
  ASSERT_EQ(entry.view().parts.size(), 2u);
  EXPECT_EQ(entry.view().parts[0]->postings_size(), 1);
  EXPECT_EQ(entry.view().parts[0]->postings(0).amount(), -30);
}

TEST(EntryTest, WhatDoesNotBalanceIsRefused) {
  struct Row {
    const char* name;
    std::function<void(Entry&)> draft;
  };
  const Row rows[] = {
      {"OneSided",
       [](Entry& e) {
         e.AddPosting(HolderId(7), kCash, Purpose::kAvailable, 1);
       }},
      {"OneFenShort",
       [](Entry& e) {
         e.Move(kCash, 9, HolderId(7), Purpose::kHeld, HolderId(8),
                Purpose::kHeld);
         e.AddPosting(HolderId(8), kCash, Purpose::kHeld, 1);
       }},
      {"AcrossAssets",
       [](Entry& e) {
         e.AddPosting(HolderId(7), kCash, Purpose::kHeld, -5);
         e.AddPosting(HolderId(7), kUnits, Purpose::kHeld, 5);
       }},
      // 2^63 twice is zero in 64 bits.
      {"WrapsToZero",
       [](Entry& e) {
         e.AddPosting(HolderId(7), kCash, Purpose::kBank, INT64_MIN);
         e.AddPosting(HolderId(8), kCash, Purpose::kBank, INT64_MIN);
       }},
  };
  for (const Row& row : rows) {
    Entry entry;
    entry.Reset(EntryNumber(41), Stamp(2));
    row.draft(entry);
    Entry read;
    const absl::Status status = read.Parse(Bytes(entry));
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << row.name;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("entry 41"))
        << row.name;
  }
}

// A field that a later release added, at every place where one can stand.
TEST(EntryTest, UnknownFieldsAreRefusedAtEveryDepth) {
  // Field 100, varint 1.
  const std::string unknown = "\xa0\x06\x01";
  using Part = entry::v1::Part;
  struct Row {
    const char* name;
    std::function<google::protobuf::Message*(Part&)> where;
  };
  const Row rows[] = {
      {"Part", [](Part& p) { return &p; }},
      {"Origin", [](Part& p) { return p.mutable_origin(); }},
      {"Event", [](Part& p) { return p.mutable_events(0); }},
      {"Posting", [](Part& p) { return p.mutable_postings(0); }},
      {"Refusal", [](Part& p) { return p.mutable_refusal(); }},
      {"Detail",
       [](Part& p) { return p.mutable_refusal()->mutable_details(0); }},
  };
  for (const Row& row : rows) {
    Entry entry;
    DraftFull(entry);
    google::protobuf::Message* const message =
        row.where(entry.PartFor(HolderId(7)));
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(100, 1);
    Entry read;
    EXPECT_EQ(read.Parse(Bytes(entry)).code(), absl::StatusCode::kDataLoss)
        << row.name;
  }
  Entry entry;
  DraftFull(entry);
  Entry read;
  EXPECT_TRUE(read.Parse(Bytes(entry)).ok());
  EXPECT_FALSE(read.Parse(Bytes(entry) + unknown).ok());
}

TEST(StrictTest, RefusesUnknownFieldsInsideRepeatedMessages) {
  core::v1::ApprovalRuleSet rule;
  rule.add_tiers()->set_checks(1);
  rule.add_tiers()->set_checks(2);
  core::v1::ApprovalRuleSet read;
  EXPECT_TRUE(ParseStrict(rule.SerializeAsString(), read));
  core::v1::TierRecord& tier = *rule.mutable_tiers(1);
  tier.GetReflection()->MutableUnknownFields(&tier)->AddVarint(9, 1);
  EXPECT_FALSE(ParseStrict(rule.SerializeAsString(), read));
  EXPECT_FALSE(ParseStrict("\x0a\xff", read));
}

// ---- EntryReader ----------------------------------------------------------

TEST(EntryReaderTest, GivesThePartsAsTheyWereWritten) {
  Entry entry;
  DraftFull(entry);
  const std::string bytes = Bytes(entry);
  EntryReader reader(bytes);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.number(), entry.number());
  EXPECT_EQ(reader.stamp(), entry.stamp());
  absl::string_view part;
  for (const auto& expected : entry.view().parts) {
    ASSERT_TRUE(reader.NextPart(part));
    EXPECT_EQ(std::string(part), expected->SerializeAsString());
  }
  EXPECT_FALSE(reader.NextPart(part));
  EXPECT_TRUE(reader.ok());
}

// Both readers of an entry, the one that commits and the one that applies, must
// see the same: there is one form of the envelope.
TEST(EntryTest, OtherFormsOfTheEnvelopeAreRefused) {
  Entry entry;
  DraftFull(entry);
  const std::string good = Bytes(entry);
  const std::string number = good.substr(0, 9);
  const std::string stamp = good.substr(9, 9);
  const std::string parts = good.substr(18);
  ASSERT_LT(static_cast<uint8_t>(parts[1]), 0x80) << "a long first part";
  std::string long_length = parts;
  long_length[1] = static_cast<char>(long_length[1] | 0x80);
  long_length.insert(2, 1, '\0');
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"stamp first", stamp + number + parts},
      {"two numbers", number + stamp + parts + number},
      {"number behind the parts", stamp + parts + number},
      {"no stamp", number + parts},
      {"length in more bytes than needed", number + stamp + long_length},
  };
  EXPECT_TRUE(entry.Parse(good).ok());
  for (const auto& [name, bytes] : rows) {
    EXPECT_TRUE(absl::IsDataLoss(entry.Parse(bytes))) << name;
  }
}

TEST(EntryReaderTest, MalformedBytesAreNotOk) {
  Entry entry;
  DraftFull(entry);
  const std::string good = Bytes(entry);
  const auto is_ok = [](absl::string_view bytes) {
    EntryReader reader(bytes);
    absl::string_view part;
    int64_t left = 1000;
    while (reader.NextPart(part) && --left > 0) {
    }
    EXPECT_GT(left, 0);
    return reader.ok();
  };
  EXPECT_TRUE(is_ok(good));
  // Cut anywhere but between two parts.
  std::vector<size_t> ends = {18};
  for (EntryReader reader(good);;) {
    absl::string_view part;
    if (!reader.NextPart(part)) break;
    ends.push_back(static_cast<size_t>(part.data() - good.data()) +
                   part.size());
  }
  for (size_t size = 0; size <= good.size(); ++size) {
    const bool whole = std::find(ends.begin(), ends.end(), size) != ends.end();
    EXPECT_EQ(is_ok(absl::string_view(good).substr(0, size)), whole) << size;
  }
  for (const size_t at : {size_t{0}, size_t{9}, size_t{18}}) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    EXPECT_FALSE(is_ok(changed)) << at;
  }
  // A part's length that does not end, and one far beyond the bytes.
  const std::string head = good.substr(0, 18) + "\x1a";
  EXPECT_FALSE(is_ok(head + std::string(10, '\xff')));
  EXPECT_FALSE(is_ok(head + "\xff\xff\xff\xff\x0f" + "abc"));
}

// ---- Budget ---------------------------------------------------------------

// The buyer's order as the market drafts it, without what it moves. The numbers
// are those of a market in its third year.
constexpr HolderId kBuyer = HolderId(1'203);
constexpr HolderId kSeller = HolderId(877);
constexpr int64_t kCost = 17'547'000;
constexpr int64_t kFee = 131'602;

void DraftOrder(Entry& entry, bool rests) {
  entry.Reset(EntryNumber(48'000'000), Stamp(1'700'000'000'000'000'000));
  market::v1::OrderPlaced placed;
  placed.set_order(17'000'000);
  placed.set_instrument(12);
  placed.set_side(1);
  placed.set_price_minor(5'849);
  placed.set_quantity(3'000);
  placed.set_time_in_force(1);
  placed.set_client_order_id("0123456789abcdef");
  placed.set_rests(rests);
  entry.AddEvent(kBuyer, 310, placed);
  entry::v1::Part& part = entry.PartFor(kBuyer);
  part.mutable_origin()->set_user(2'400);
  part.mutable_origin()->set_command(310);
  part.mutable_origin()->set_session(310);
  part.mutable_origin()->set_sequence(70'000);
  for (int64_t number : {17'000'000, 1, 0, 3'000}) part.add_numbers(number);
}

TEST(EntryBudgetTest, AnOrderIsAboutAHundredBytesAndAFillTwoHundred) {
  Entry entry;
  DraftOrder(entry, true);
  entry.Move(kCash, kCost + kFee, kBuyer, Purpose::kAvailable, kBuyer,
             Purpose::kHeld);
  const size_t resting = entry.ByteSize();

  DraftOrder(entry, false);
  market::v1::Filled filled;
  filled.set_taker(17'000'000);
  filled.set_maker(16'900'000);
  filled.set_instrument(12);
  filled.set_price_minor(5'849);
  filled.set_quantity(3'000);
  filled.set_taker_side(1);
  entry.AddEvent(kPublic, 311, filled);
  entry.Move(kCash, kCost, kBuyer, Purpose::kAvailable, kSeller,
             Purpose::kAvailable);
  entry.Move(kUnits, 3'000, kSeller, Purpose::kHeld, kBuyer,
             Purpose::kAvailable);
  for (const HolderId payer : {kBuyer, kSeller}) {
    entry.Move(kCash, kFee, payer, Purpose::kAvailable, kSystemHolder,
               Purpose::kFees);
  }
  ASSERT_TRUE(IsBalanced(entry.view()));
  const size_t with_fill = entry.ByteSize();
  RecordProperty("resting_order_bytes", static_cast<int>(resting));
  RecordProperty("fill_bytes", static_cast<int>(with_fill));
  std::cout << "resting order " << resting << " bytes, with one fill "
            << with_fill << " bytes\n";
  EXPECT_LE(resting, 125u);
  EXPECT_LE(with_fill, 210u);
}

}  // namespace
}  // namespace luheng
