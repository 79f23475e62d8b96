// Replaces libFuzzer in ordinary builds: runs a target over saved inputs, their beginnings and damaged copies.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kBeginnings = 64;
constexpr int kDamagedCopies = 256;

using Bytes = std::vector<std::uint8_t>;

Bytes read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Bytes> saved_inputs(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // the same order everywhere
  std::vector<Bytes> inputs;
  std::transform(files.begin(), files.end(), std::back_inserter(inputs), read);
  return inputs;
}

/// The input itself, some of its beginnings, and copies with up to eight bytes changed.
std::size_t run_around(const Bytes& input, std::mt19937& random) {
  LLVMFuzzerTestOneInput(input.data(), input.size());
  const std::size_t beginnings = std::min(kBeginnings, input.size());
  for (std::size_t i = 0; i < beginnings; ++i) LLVMFuzzerTestOneInput(input.data(), input.size() * i / beginnings);
  const int copies = input.empty() ? 0 : kDamagedCopies;
  for (int i = 0; i < copies; ++i) {
    Bytes damaged = input;
    for (std::uint32_t changes = 1 + random() % 8; changes > 0; --changes) {
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    }
    LLVMFuzzerTestOneInput(damaged.data(), damaged.size());
  }
  return 1 + beginnings + static_cast<std::size_t>(copies);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s DIRECTORY_WITH_INPUTS\n", argv[0]);
    return 2;
  }
  std::mt19937 random(1);
  std::size_t runs = 0;
  const std::vector<Bytes> inputs = saved_inputs(argv[1]);
  for (const Bytes& input : inputs) runs += run_around(input, random);
  std::printf("%zu inputs, %zu runs\n", inputs.size(), runs);
  return inputs.empty() ? 1 : 0;
}
