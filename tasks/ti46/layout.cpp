#include "ti46/layout.hpp"

#include <algorithm>
#include <string_view>

#include "common/standin/ti46.hpp"

namespace hetsyn::tasks {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_one_to_eight(char c) { return c >= '1' && c <= '8'; }

bool is_speaker(std::string_view name) {
  return name.size() == 2 && (name[0] == 'f' || name[0] == 'm') && is_one_to_eight(name[1]);
}

bool is_session(std::string_view session, Part part) {
  return session[0] == 's' && (part == Part::train ? session[1] == 'e' : is_one_to_eight(session[1]));
}

/// Prompt, speaker, session and token in two characters each.
bool is_utterance(std::string_view name, std::string_view speaker, Part part) {
  return name.size() == 8 &&
         std::ranges::all_of(name.substr(0, 2), [](char c) { return is_digit(c) || is_letter(c); }) &&
         name.substr(2, 2) == speaker && is_session(name.substr(4, 2), part) && name[6] == 't' && is_digit(name[7]);
}

bool is_letter_prompt(std::string_view prompt) { return prompt[0] == '0' && is_letter(prompt[1]); }

}  // namespace

PathReading read_ti46_path(std::span<const std::string> path, Vocabulary vocabulary) {
  PathReading reading;
  if (path.size() < 3) return reading;
  const auto last = path.last<3>();
  const std::string& speaker = last[1];
  const std::string& name = last[2];
  if (!read_part(last[0], reading.part) || !is_speaker(speaker)) return reading;
  if (!is_utterance(name, speaker, reading.part)) {
    reading.kind = PathReading::Kind::odd_name;
    return reading;
  }
  const std::string prompt = name.substr(0, 2);
  if (is_letter_prompt(prompt) != (vocabulary == Vocabulary::alpha)) return reading;
  reading.kind = PathReading::Kind::word;
  reading.root = path.size() - 3;
  reading.speaker = speaker;
  reading.word = vocabulary == Vocabulary::alpha ? prompt.substr(1) : prompt;
  return reading;
}

Layout ti46_layout(Vocabulary vocabulary) {
  const bool alpha = vocabulary == Vocabulary::alpha;
  Layout layout;
  layout.name = "ti46";
  layout.corpus = "TI46";
  layout.title = alpha ? "TI46-Alpha" : "TI46-TI20";
  if (alpha) {
    for (char letter = 'a'; letter <= 'z'; ++letter) layout.classes.emplace_back(1, letter);
  }
  // 16 speakers, 10 tokens for training and 16 for testing; the published counts of some letters are slightly smaller.
  const std::size_t each = 16 * (alpha ? 26 : 20);
  layout.nominal = {{each * 10, each * 16}};
  if (alpha) layout.nominal.push_back({4142, 6628});
  layout.read_path = [vocabulary](std::span<const std::string> path) { return read_ti46_path(path, vocabulary); };
  layout.tree = alpha ? "{train,test}/{f1…m8}/0a…0z….wav" : "{train,test}/{f1…m8}/….wav of TI20";
  layout.remedy =
      "Set task.path or HETSYN_DATA to the folder that holds it. TI46 is licensed by the Linguistic Data Consortium "
      "(LDC93S9, https://catalog.ldc.upenn.edu/LDC93S9)";
  if (alpha) layout.standin = ti46_standin;
  return layout;
}

}  // namespace hetsyn::tasks
