#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/hd.hpp"

/// What training changes in place of a synaptic decay r: a function θ of it. Decays are stored as r, whatever θ is.
namespace hetsyn {

enum class DecayParameter : std::uint8_t { decay, tau, log_tau, logit };
inline constexpr std::array<std::string_view, 4> kDecayParameterNames{"decay", "tau", "log_tau", "logit"};

/// θ, its inverse and the derivative of the inverse, with τ = −Δt / ln r in ms:
///   decay     θ = r                  r = θ                        dr/dθ = 1            (the paper's)
///   tau       θ = τ                  r = exp(−Δt/θ)               dr/dθ = r ln² r / Δt
///   log_tau   θ = ln τ               r = exp(−Δt exp(−θ))         dr/dθ = −r ln r
///   logit     θ = ln(r / (1 − r))    r = 1 / (1 + exp(−θ))        dr/dθ = r (1 − r)
/// All θ increase with r. The functions compute in double, so that a step of 0 in θ changes no float r.
struct DecayMap {
  DecayParameter parameter = DecayParameter::decay;
  double dt_ms = 1.0;

  [[nodiscard]] HETSYN_HD bool is_identity() const { return parameter == DecayParameter::decay; }

  /// θ of a decay in [0, 1]; finite, as inside() applies.
  [[nodiscard]] HETSYN_HD double of_decay(double r) const {
    switch (parameter) {
      case DecayParameter::decay: return r;
      case DecayParameter::tau: return -dt_ms / std::log(inside(r));
      case DecayParameter::log_tau: return std::log(-dt_ms / std::log(inside(r)));
      case DecayParameter::logit: return std::log(inside(r) / (1 - inside(r)));
    }
    return r;
  }

  /// r of any θ; 0 where τ would be negative.
  [[nodiscard]] HETSYN_HD double decay(double theta) const {
    switch (parameter) {
      case DecayParameter::decay: return theta;
      case DecayParameter::tau: return theta > 0 ? std::exp(-dt_ms / theta) : 0.0;
      case DecayParameter::log_tau: return std::exp(-dt_ms * std::exp(-theta));
      case DecayParameter::logit: return 1 / (1 + std::exp(-theta));
    }
    return theta;
  }

  /// dr/dθ at a decay in [0, 1], which turns dL/dr into dL/dθ; more than 0, as inside() applies.
  [[nodiscard]] HETSYN_HD double slope(double r) const {
    const double x = inside(r);
    switch (parameter) {
      case DecayParameter::decay: return 1;
      case DecayParameter::tau: return x * std::log(x) * std::log(x) / dt_ms;
      case DecayParameter::log_tau: return -x * std::log(x);
      case DecayParameter::logit: return x * (1 - x);
    }
    return 1;
  }

 private:
  /// At r = 0 and r = 1 some θ are infinite, and no gradient would move them again: such a decay counts as the nearest
  /// (normal) float between.
  [[nodiscard]] static HETSYN_HD double inside(double r) {
    constexpr double kLowest = std::numeric_limits<float>::min();
    constexpr double kHighest = 1.0 - std::numeric_limits<float>::epsilon() / 2;
    return r < kLowest ? kLowest : r > kHighest ? kHighest : r;
  }
};

}  // namespace hetsyn
