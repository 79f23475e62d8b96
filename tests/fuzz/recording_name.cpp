// Names of recordings, one in each line of the input, as engine encode reads class and speaker off them; and lists of
// names.
#include <hetsyn/exceptions.hpp>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "cli/label_pattern.hpp"
#include "cli/recording_list.hpp"
#include "fuzz/input.hpp"

using namespace hetsyn;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongestName = 255;  // of a file
  static const std::vector<cli::LabelPattern> patterns{cli::LabelPattern("fsdd"), cli::LabelPattern("shd"),
                                                       cli::LabelPattern("speech_commands"), cli::LabelPattern("ti46"),
                                                       cli::LabelPattern("tidigits")};
  const std::string text(fuzz::Input(data, size).rest());
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    for (const cli::LabelPattern& pattern : patterns) {
      const auto name = pattern.match(line.substr(0, kLongestName));
      if (name) require(!name->label.empty() && !name->speaker.empty(), "what is recognised has a class and a speaker");
    }
  }
  try {
    for (const std::string& name : cli::split_names("--classes", text)) require(!name.empty(), "no name is empty");
  } catch (const UsageError& error) {
    require(std::string_view(error.what()).find("--classes") != std::string_view::npos, "an error names the option");
  }
  return 0;
}
