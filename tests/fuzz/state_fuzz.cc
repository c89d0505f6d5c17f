// Goal: state bytes have one meaning and one form: what is read is what writing
// gives, and reading never goes beyond the bytes.
//
// Method: the input's first half says what to read (the kinds of fields), the
// rest is read so. If all of it could be read, writing the same fields must
// give the same bytes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/check.h"
#include "services/core/state_io.h"
#include "tests/testing/fuzz_input.h"

namespace luheng::core {
namespace {

void Check(absl::string_view kinds, absl::string_view bytes) {
  StateReader reader(bytes);
  std::string written;
  {
    StateWriter writer([&written](absl::string_view piece) {
      written.append(piece.data(), piece.size());
    });
    for (size_t i = 0; !reader.at_end() && !kinds.empty(); ++i) {
      switch (static_cast<uint8_t>(kinds[i % kinds.size()]) % 4) {
        case 0:
          writer.Int(reader.Int());
          break;
        case 1:
          writer.Int(reader.Count(1000));
          break;
        case 2:
          writer.Text(reader.Text());
          break;
        default:
          writer.Text(reader.Fixed<Id16>().view());
      }
    }
  }
  if (!reader.status().ok()) {
    LUHENG_CHECK(absl::IsDataLoss(reader.status())) << reader.status();
    LUHENG_CHECK(reader.at_end() && reader.Int() == 0 && reader.Text().empty())
        << "reading goes on behind an error";
  } else if (!kinds.empty()) {
    LUHENG_CHECK(written == bytes) << "these bytes have another form";
  }
}

}  // namespace
}  // namespace luheng::core

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  luheng::testing::FuzzInput input(data, size);
  const absl::string_view kinds = input.Take(input.Byte() % 16);
  luheng::core::Check(kinds, input.rest());
  return 0;
}
