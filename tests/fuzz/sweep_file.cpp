// A sweep file: read, written and read again, and the points that it asks for.
#include "sweep/file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <vector>

#include "fuzz/input.hpp"
#include "sweep/points.hpp"

using namespace hetsyn;
using fuzz::require;
namespace fs = std::filesystem;

namespace {

const fs::path& file() {
  static const fs::path path = fs::temp_directory_path() / ("hetsyn_fuzz_sweep_" + std::to_string(::getpid()));
  return path;
}

SweepFile read(std::string_view content) {
  std::ofstream(file(), std::ios::binary | std::ios::trunc) << content;
  return read_sweep_file(file().string());
}

void check(std::string_view content) {
  SweepFile sweep = read(content);
  const std::string written = write_sweep_file(sweep);
  require(write_sweep_file(read(written)) == written, "a written sweep reads back as the same");
  const std::vector<KeySpec> keys{{"delay_ms", KeyType::real, "ms", "4.0", 0.01, 1000.0, {}, ""}};
  const std::vector<SweepModel> models = expand_sweep(sweep, keys);
  for (const SweepModel& model : models) require(!model.points.empty(), "a model has a point");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    check(fuzz::Input(data, size).rest());
  } catch (const Error& error) {  // of usage, or of a file that the text names
    require(error.what()[0] != '\0', "an error says something");
  }
  return 0;
}
