#include "network/weight_scaling.hpp"

#include <algorithm>
#include <cmath>

#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

/// P is interpolated between such τ (in steps) and constant outside; in between, ln P is nearly linear in ln τ.
constexpr double kShortest = 0.05, kLongest = 1e6, kRatio = 1.25;

double log_tau(float r) {
  return std::log(std::clamp(time_constant_ms(static_cast<double>(r), 1.0), kShortest, kLongest));
}

}  // namespace

SynapticResponse::SynapticResponse(std::span<const float> r) {
  const auto [low, high] = std::ranges::minmax(r);
  const double first = log_tau(low), span = log_tau(high) - first;
  const double intervals = std::ceil(span / std::log(kRatio));
  for (double n = 0.0; n <= intervals; ++n) {
    const double each = first + (n > 0.0 ? span * n / intervals : 0.0);
    points_.push_back({each, decay_factor(std::exp(each), 1.0), 0.0, {}});
  }
}

void SynapticResponse::add(const View<const float, 2>& x) {
  for (Point& point : points_) {
    const auto r = static_cast<float>(point.r);
    point.current.assign(x.columns(), 0.0F);
    for (std::size_t t = 0; t < x.rows(); ++t) {
      for (std::size_t i = 0; i < x.columns(); ++i) {
        float& current = point.current[i];
        current = synapse_step(current, r, x(t, i));
        point.squares += static_cast<double>(current) * static_cast<double>(current);
      }
    }
  }
  terms_ += static_cast<double>(x.size());
}

double SynapticResponse::root_mean_square(float r) const {
  const double at = log_tau(r);
  const auto above = std::ranges::lower_bound(points_, at, {}, &Point::log_tau);
  const Point& high = above == points_.end() ? points_.back() : *above;
  const Point& low = above == points_.begin() ? high : *(above - 1);
  if (high.squares == 0.0) return 0.0;
  const double span = high.log_tau - low.log_tau;
  const double part = span > 0.0 ? std::min(1.0, (at - low.log_tau) / span) : 0.0;
  return std::sqrt(std::pow(low.squares, 1.0 - part) * std::pow(high.squares, part) / terms_);
}

void scale_weights(const View<float, 2>& weights, const View<const float, 2>& r, const SynapticResponse& response) {
  for (std::size_t post = 0; post < weights.rows(); ++post) {
    for (std::size_t pre = 0; pre < weights.columns(); ++pre) {
      const float decay = r(r.rows() > 1 ? post : 0, r.columns() > 1 ? pre : 0);
      const double root = response.root_mean_square(decay);
      if (root > 0.0) weights(post, pre) = static_cast<float>(static_cast<double>(weights(post, pre)) / root);
    }
  }
}

}  // namespace hetsyn
