// Goal: the two readers of an entry's bytes, the one that commits to them and
// the one that applies them, see the same entry or both refuse it.
//
// Method: an entry that parses has the number, stamp and parts that EntryReader
// shows, is balanced, can be committed to, and is a fixed point of writing and
// reading. An entry that does not parse changes nothing of the next one.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/stubs/logging.h"
#include "ledger/base/check.h"
#include "ledger/entry/commitment.h"
#include "ledger/entry/entry.h"
#include "ledger/entry/wire.h"
#include "ledger/merkle/hash_suite.h"
#include "tests/testing/fuzz_input.h"

namespace luheng {
namespace {

// The parts that EntryReader shows; `whole` says whether it came to the end.
std::vector<absl::string_view> PartsOf(EntryReader& reader, bool& whole) {
  std::vector<absl::string_view> parts;
  absl::string_view part;
  while (reader.NextPart(part)) parts.push_back(part);
  whole = reader.ok();
  return parts;
}

void CheckParsed(absl::string_view bytes, Entry& entry) {
  EntryReader reader(bytes);
  bool whole = false;
  const std::vector<absl::string_view> parts = PartsOf(reader, whole);
  LUHENG_CHECK(whole) << "only one of the readers understands it";
  LUHENG_CHECK(reader.number() == entry.number()) << "numbers differ";
  LUHENG_CHECK(reader.stamp() == entry.stamp()) << "stamps differ";
  LUHENG_CHECK(parts.size() == entry.view().parts.size()) << "parts differ";
  for (size_t i = 0; i < parts.size(); ++i) {
    entry::v1::Part part;
    LUHENG_CHECK(part.ParseFromArray(parts[i].data(),
                                     static_cast<int>(parts[i].size())));
    LUHENG_CHECK(part.SerializeAsString() ==
                 entry.view().parts[i]->SerializeAsString())
        << "part " << i << " differs";
  }
  LUHENG_CHECK(IsBalanced(entry.view())) << "not balanced";
}

// Writing and reading again leaves what was written.
void CheckRewritten(Entry& entry) {
  std::string once;
  entry.Serialize(once);
  Entry again;
  LUHENG_CHECK_OK(again.Parse(once));
  std::string twice;
  again.Serialize(twice);
  LUHENG_CHECK(once == twice) << "writing is no fixed point";
}

}  // namespace
}  // namespace luheng

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Texts that are no UTF-8 would be logged each time.
  static auto* const kSilenced = google::protobuf::SetLogHandler(nullptr);
  (void)kSilenced;
  using luheng::Entry;
  const absl::string_view bytes = luheng::testing::FuzzText(data, size);
  static auto* const kEntry = new Entry;  // Reused, as replay does.
  std::string record;
  const bool committed =
      luheng::CommitmentRecord(luheng::Sha256Suite(), std::string(32, 's'),
                               bytes, record)
          .ok();
  if (kEntry->Parse(bytes).ok()) {
    LUHENG_CHECK(committed) << "cannot be committed to";
    luheng::CheckParsed(bytes, *kEntry);
    luheng::CheckRewritten(*kEntry);
  }
  return 0;
}
