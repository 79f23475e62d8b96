#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "hetsyn/config.hpp"
#include "hetsyn/detail/text.hpp"
#include "hetsyn/error.hpp"
#include "hetsyn/random.hpp"

/// Poisson spike trains in discrete time.
namespace hetsyn::sdk {

/// A rate of at most one spike per step. A step has a spike with probability rate · duration.
class PoissonRate {
 public:
  /// The value of the key `hz_key`, for steps with the value of the key `step_ms_key`. Throws ConfigError, which names
  /// both keys, for more than one spike per step.
  PoissonRate(const OpenArgs& args, const std::string& hz_key, const std::string& step_ms_key)
      : PoissonRate(args, hz_key, args.real(step_ms_key), "steps of " + step_ms_key + " = ") {}
  /// The value of the key `hz_key`, for steps of a fixed duration. Throws ConfigError likewise.
  PoissonRate(const OpenArgs& args, const std::string& hz_key, double step_ms)
      : PoissonRate(args, hz_key, step_ms, "steps of ") {}
  /// A fixed rate. Throws TaskError for more than one spike per step.
  PoissonRate(double hz, double step_ms) : probability_(hz * step_ms / 1000.0) {
    if (!fits()) throw TaskError("a Poisson rate of " + excess(hz, step_ms, "steps of "));
    clamp();
  }

  /// The probability of a spike in a step.
  [[nodiscard]] double probability() const { return probability_; }

 private:
  PoissonRate(const OpenArgs& args, const std::string& hz_key, double step_ms, const std::string& steps)
      : probability_(args.real(hz_key) * step_ms / 1000.0) {
    if (!fits()) throw ConfigError(hz_key, excess(args.real(hz_key), step_ms, steps));
    clamp();
  }

  static constexpr double kRounding = 1e-12;  // tolerance for products of numbers that are not exact in binary

  [[nodiscard]] bool fits() const { return probability_ >= 0.0 && probability_ <= 1.0 + kRounding; }
  void clamp() { probability_ = std::min(probability_, 1.0); }
  static std::string excess(double hz, double step_ms, const std::string& steps) {
    return detail::shortest(hz) + " Hz does not fit " + steps + detail::shortest(step_ms) +
           " ms, which hold one spike each: expected 0 to " + detail::shortest(1000.0 / step_ms) + " Hz";
  }

  double probability_;
};

/// A Poisson spike train: calls emit(step) for each step of [first, last) that has a spike, in ascending order. Draws
/// once per spike, not per step.
template <class Emit>
void poisson_train(Random& random, PoissonRate rate, std::uint32_t first, std::uint32_t last, Emit&& emit) {
  if (rate.probability() == 0.0) return;
  // The silent steps before the next spike are geometrically distributed; at probability 1 there are none.
  const double scale = rate.probability() < 1.0 ? 1.0 / std::log1p(-rate.probability()) : 0.0;
  double step = first;
  while (true) {
    step += std::floor(std::log1p(-random.uniform01()) * scale);
    if (!(step < last)) return;
    emit(static_cast<std::uint32_t>(step));
    step += 1.0;
  }
}

}  // namespace hetsyn::sdk
