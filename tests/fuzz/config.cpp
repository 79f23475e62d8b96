// TOML text to a checked configuration, and back.
#include <hetsyn/exceptions.hpp>
#include <string>

#include "config/config.hpp"
#include "fuzz/input.hpp"

using namespace hetsyn;
using fuzz::require;

namespace {

/// One key of each type, as a task declares them.
std::vector<KeySpec> task_keys() {
  return {{"path", KeyType::path, "", "\"\"", 0, 0, {}, ""},
          {"binning", KeyType::text, "", "\"floor\"", 0, 0, {"floor", "paper"}, ""},
          {"bin_ms", KeyType::real, "ms", "4.0", 0.01, 1000.0, {}, ""},
          {"skip_steps", KeyType::integer, "", "11", 0, 65534, {}, ""},
          {"standin", KeyType::boolean, "", "true", 0, 0, {}, ""}};
}

std::string checked(const std::string& text) {
  return write_config(read_config(parse_toml(text, "fuzz.toml"), "fuzz", task_keys()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string written;
  try {
    written = checked(std::string(fuzz::Input(data, size).rest()));
  } catch (const ConfigError& error) {
    require(std::string_view(error.what()).find("fuzz.toml") != std::string_view::npos, "an error names the file");
    return 0;
  }
  require(checked(written) == written, "a written configuration reads back as the same");
  return 0;
}
