#pragma once
#include <span>
#include <string>

#include "common/words/layout.hpp"

namespace hetsyn::tasks {

/// Which talkers of TIDIGITS are used.
enum class Talkers : std::uint8_t { adults, children, all };

/// …/{train,test}/{man,woman,boy,girl}/SPEAKER/STRING{a,b}.wav, where STRING is of 1–9, z (zero) and o (oh). Strings of
/// several digits, and other talkers' recordings, are ignored.
PathReading read_tidigits_path(std::span<const std::string> path, Talkers talkers);

/// Eleven classes: zero, one … nine, oh.
Layout tidigits_layout(Talkers talkers);

}  // namespace hetsyn::tasks
