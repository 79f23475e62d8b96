#pragma once
#include <span>
#include <string>

#include "common/words/layout.hpp"

namespace hetsyn::tasks {

/// The two vocabularies of TI46: the letters of the alphabet; ten digits and ten command words.
enum class Vocabulary : std::uint8_t { alpha, ti20 };

/// …/{train,test}/SPEAKER/NAME.wav, where SPEAKER is f1–f8 or m1–m8 and NAME has eight characters, two each: the prompt
/// (0a–0z for letters; a digit's or a word's code), the speaker, the session (se for training, s1–s8 for testing) and
/// the token (t0–t9). Recordings of the other vocabulary are ignored.
PathReading read_ti46_path(std::span<const std::string> path, Vocabulary vocabulary);

/// alpha: classes a … z. ti20: the prompts in the training part.
Layout ti46_layout(Vocabulary vocabulary);

}  // namespace hetsyn::tasks
