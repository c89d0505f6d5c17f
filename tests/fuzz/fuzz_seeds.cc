// Cuts the golden journal into seeds: its blocks for block_fuzz, and one entry
// of each block for entry_fuzz.
//   fuzz_seeds <tests/golden/format_1.journal> <tests/fuzz/corpus>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/journal/block.h"

namespace luheng {
namespace {

constexpr size_t kLengthAt = 12;

void Write(const std::string& folder, int64_t number, absl::string_view bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream(absl::StrCat(folder, "/golden-", number), std::ios::binary)
      << bytes;
}

void Cut(absl::string_view journal, const std::string& corpus) {
  while (!journal.empty()) {
    LUHENG_CHECK(journal.size() > kBlockHeaderBytes) << "half a block";
    char raw[8] = {};
    std::memcpy(raw + 4, journal.data() + kLengthAt, 4);
    const auto bytes = static_cast<size_t>(LoadBigEndian64(raw));
    const auto block = BlockView::Parse(journal.substr(0, bytes));
    LUHENG_CHECK_OK(block.status());
    const int64_t number = block->header().number.value();
    Write(corpus + "/block_fuzz", number, block->bytes());
    Write(corpus + "/entry_fuzz", number, block->entry(0));
    journal.remove_prefix(bytes);
  }
}

}  // namespace
}  // namespace luheng

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: fuzz_seeds <journal> <corpus>\n";
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string journal((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
  luheng::Cut(journal, argv[2]);
  return 0;
}
