// Goal: what BlockView takes for a block is one, to the last byte; everything
// else is an error that names a byte.
//
// Method: an accepted block is built again from its header and entries and must
// come out the same, since the format has one encoding for each block. An
// input is tried as it is, and once more with its magic, level, length and
// checksum mended, which no mutation would get past.
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/journal/block.h"
#include "ledger/journal/checksum.h"
#include "tests/testing/fuzz_input.h"

namespace luheng {
namespace {

constexpr size_t kLengthAt = 12;

void StoreBigEndian32(size_t value, char* to) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(value >> (24 - 8 * i));
}

std::string Mended(absl::string_view input) {
  std::string block(input);
  if (block.size() < kBlockHeaderBytes + kBlockChecksumBytes) {
    block.resize(kBlockHeaderBytes + kBlockChecksumBytes);
  }
  block.replace(0, 10, std::string("LHBLOCK\n\0\1", 10));
  StoreBigEndian32(block.size(), &block[kLengthAt]);
  const size_t end = block.size() - kBlockChecksumBytes;
  StoreBigEndian32(Crc32c(absl::string_view(block).substr(0, end)),
                   &block[end]);
  return block;
}

void Check(absl::string_view bytes) {
  const auto view = BlockView::Parse(bytes);
  if (!view.ok()) {
    LUHENG_CHECK(absl::IsDataLoss(view.status()) ||
                 absl::IsFailedPrecondition(view.status()))
        << view.status();
    return;
  }
  BlockBuilder builder;
  size_t total = kBlockHeaderBytes + kBlockChecksumBytes;
  for (int64_t i = 0; i < view->entry_count(); ++i) {
    const absl::string_view entry = view->entry(i);
    LUHENG_CHECK(builder.Fits(entry.size())) << entry.size();
    builder.Add(entry, view->header().last_stamp);
    total += entry.size() + 1;
  }
  LUHENG_CHECK(total <= bytes.size()) << "entries reach beyond the block";
  BlockHeader header = view->header();
  LUHENG_CHECK(builder.Finish(header) == bytes) << "another encoding";
  LUHENG_CHECK(header == view->header()) << "another header";
}

}  // namespace
}  // namespace luheng

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input = luheng::testing::FuzzText(data, size);
  luheng::Check(input);
  luheng::Check(luheng::Mended(input));
  return 0;
}
