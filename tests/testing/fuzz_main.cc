// Runs a fuzz target without libFuzzer, so that every build tries the parsers:
// the files of the corpus folder given as argument, then a fixed number of
// mutations of them (or of nothing) from a seed that it prints.
//   <target> [corpus folder] [--seed N] [--runs N]
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kRunsDefault = 20000;
constexpr size_t kInputBytesMax = 4096;

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()),
                         input.size());
}

// The corpus in order of file names, so that a seed means the same everywhere.
std::vector<std::string> Corpus(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.is_regular_file()) paths.push_back(file.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  return inputs;
}

// One small change: a byte set, a bit flipped, a piece cut, doubled or added.
void Mutate(std::mt19937_64& random, std::string& input) {
  const size_t at = input.empty() ? 0 : random() % input.size();
  const size_t count =
      input.empty() ? 0 : random() % std::min<size_t>(input.size() - at, 16);
  switch (input.empty() ? 4 : random() % 5) {
    case 0:
      input[at] = static_cast<char>(random());
      break;
    case 1:
      input[at] = static_cast<char>(input[at] ^ (1 << random() % 8));
      break;
    case 2:
      input.erase(at, count + 1);
      break;
    case 3:
      input.insert(at, input.substr(at, count + 1));
      break;
    default:
      input.insert(at, 1 + random() % 8, static_cast<char>(random()));
  }
  if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder;
  uint64_t seed = 1;
  int runs = kRunsDefault;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--runs" && i + 1 < argc) {
      runs = std::atoi(argv[++i]);
    } else {
      folder = argument;
    }
  }
  std::vector<std::string> corpus = Corpus(folder);
  std::cout << corpus.size() << " inputs, " << runs << " mutations, --seed "
            << seed << std::endl;
  for (const std::string& input : corpus) Run(input);
  Run("");
  if (corpus.empty()) corpus.emplace_back();
  std::mt19937_64 random(seed);
  for (int i = 0; i < runs; ++i) {
    std::string input = corpus[random() % corpus.size()];
    for (uint64_t n = 1 + random() % 8; n > 0; --n) Mutate(random, input);
    Run(input);
  }
  return 0;
}
