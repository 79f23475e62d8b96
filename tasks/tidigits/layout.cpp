#include "tidigits/layout.hpp"

#include <string_view>

#include "common/standin/tidigits.hpp"

namespace hetsyn::tasks {
namespace {

constexpr std::string_view kDigits = "z123456789o";

bool is_adult(const std::string& category) { return category == "man" || category == "woman"; }
bool is_child(const std::string& category) { return category == "boy" || category == "girl"; }

bool is_wanted(const std::string& category, Talkers talkers) {
  return (is_adult(category) && talkers != Talkers::children) || (is_child(category) && talkers != Talkers::adults);
}

/// A string of digits and the letter of its production, a or b.
bool is_utterance(std::string_view name) {
  if (name.size() < 2 || (name.back() != 'a' && name.back() != 'b')) return false;
  return name.substr(0, name.size() - 1).find_first_not_of(kDigits) == std::string_view::npos;
}

PartSizes nominal_size(Talkers talkers) {
  constexpr std::size_t kEach = 11 * 2;  // digits, productions
  switch (talkers) {
    case Talkers::adults: return {112 * kEach, 113 * kEach};
    case Talkers::children: return {51 * kEach, 50 * kEach};
    case Talkers::all: break;
  }
  return {163 * kEach, 163 * kEach};
}

std::string talkers_text(Talkers talkers) {
  switch (talkers) {
    case Talkers::adults: return "isolated digits of adults";
    case Talkers::children: return "isolated digits of children";
    case Talkers::all: break;
  }
  return "isolated digits";
}

}  // namespace

PathReading read_tidigits_path(std::span<const std::string> path, Talkers talkers) {
  PathReading reading;
  if (path.size() < 4) return reading;
  const auto last = path.last<4>();
  const std::string& category = last[1];
  const std::string& name = last[3];
  if (!read_part(last[0], reading.part) || !is_wanted(category, talkers)) return reading;
  reading.kind = is_utterance(name) ? PathReading::Kind::ignored : PathReading::Kind::odd_name;
  if (reading.kind == PathReading::Kind::odd_name || name.size() > 2) return reading;
  reading.kind = PathReading::Kind::word;
  reading.root = path.size() - 4;
  reading.collection = category;
  reading.speaker = category + "/" + last[2];
  reading.word = name.substr(0, 1);
  return reading;
}

Layout tidigits_layout(Talkers talkers) {
  Layout layout;
  layout.name = "tidigits";
  layout.corpus = "TIDIGITS";
  layout.title = layout.corpus + ", " + talkers_text(talkers);
  for (const char digit : kDigits) layout.classes.emplace_back(1, digit);
  layout.nominal = {nominal_size(talkers)};
  layout.read_path = [talkers](std::span<const std::string> path) { return read_tidigits_path(path, talkers); };
  layout.tree = talkers == Talkers::children ? "{train,test}/{boy,girl}/SPEAKER/DIGIT{a,b}.wav"
                                             : "{train,test}/{man,woman}/SPEAKER/DIGIT{a,b}.wav";
  layout.remedy =
      "Set task.path or HETSYN_DATA to the folder that holds it. TIDIGITS is licensed by the Linguistic Data "
      "Consortium "
      "(LDC93S10, https://catalog.ldc.upenn.edu/LDC93S10)";
  if (talkers == Talkers::adults) layout.standin = tidigits_standin;
  return layout;
}

}  // namespace hetsyn::tasks
