// Paths of recordings, one in each line of the input, as the layouts of TIDIGITS and TI46 read them.
#include <algorithm>
#include <vector>

#include "fuzz/input.hpp"
#include "ti46/layout.hpp"
#include "tidigits/layout.hpp"

namespace {

using namespace hetsyn;

/// The parts between separators, empty ones too.
std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

void check(const tasks::Layout& layout, const std::vector<std::string>& path) {
  const tasks::PathReading reading = layout.read_path(path);
  if (reading.kind != tasks::PathReading::Kind::word) return;
  fuzz::require(reading.root < path.size(), "the folder of the part is in the path");
  fuzz::require(path[reading.root] == (reading.part == tasks::Part::train ? "train" : "test"), "it has that name");
  fuzz::require(!reading.speaker.empty() && !reading.word.empty(), "a word has a speaker");
  fuzz::require(layout.classes.empty() || std::ranges::find(layout.classes, reading.word) != layout.classes.end(),
                "a word is one of the classes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<tasks::Layout> layouts{
      tasks::tidigits_layout(tasks::Talkers::adults), tasks::tidigits_layout(tasks::Talkers::all),
      tasks::ti46_layout(tasks::Vocabulary::alpha), tasks::ti46_layout(tasks::Vocabulary::ti20)};
  for (const std::string& line : split(fuzz::Input(data, size).rest(), '\n')) {
    for (const tasks::Layout& layout : layouts) check(layout, split(line, '/'));
  }
  return 0;
}
