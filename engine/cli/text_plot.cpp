#include "cli/text_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace hetsyn::cli {
namespace {

std::span<const std::string_view> ramp(Glyphs glyphs, bool utf8) {
  static constexpr std::array<std::string_view, 9> kBars{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array<std::string_view, 5> kShades{" ", "░", "▒", "▓", "█"};
  static constexpr std::array<std::string_view, 9> kAscii{" ", ".", ":", "-", "=", "+", "*", "#", "@"};
  if (!utf8) return kAscii;
  if (glyphs == Glyphs::bars) return kBars;
  return kShades;
}

}  // namespace

std::string text_of(std::span<const double> values, double low, double high, Glyphs glyphs, bool utf8) {
  const std::span<const std::string_view> steps = ramp(glyphs, utf8);
  std::string out;
  for (const double value : values) {
    const double part = high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0) : 0.0;
    out += steps[static_cast<std::size_t>(std::lround(part * static_cast<double>(steps.size() - 1)))];
  }
  return out;
}

std::vector<double> resampled(std::span<const double> values, std::size_t count) {
  std::vector<double> out(count, 0.0);
  for (std::size_t i = 0; i < count && !values.empty(); ++i) {
    const std::size_t begin = i * values.size() / count, end = std::max(begin + 1, (i + 1) * values.size() / count);
    for (std::size_t at = begin; at < end; ++at) out[i] += values[at] / static_cast<double>(end - begin);
  }
  return out;
}

}  // namespace hetsyn::cli
