#include "data/check/warp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/perturbation.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kWarped = 32;    // samples
constexpr std::uint64_t kFewest = 20;  // events whose mean time says something
constexpr double kLonger = 1.5, kShorter = 0.75;
constexpr double kDeviations = 4.0;  // standard errors that are chance
constexpr double kTolerance = 0.1;   // of the factor, since noise may be drawn for the new duration

/// The mean and the variance of the times of events (Welford, 1962), in steps.
struct EventTimes {
  std::uint64_t events = 0;
  double mean = 0.0, squares = 0.0;  ///< Σ (step − mean)²

  void add(const SpikeTrain& spikes) {
    for (const std::uint32_t each : spikes.steps) {
      const double step = each + 0.5;  // the middle of a step moves with time, a number of a step does not
      const double before = step - mean;
      mean += before / static_cast<double>(++events);
      squares += before * (step - mean);
    }
  }
  /// Of the mean, relative to it.
  [[nodiscard]] double relative_error() const { return std::sqrt(squares) / static_cast<double>(events) / mean; }
};

class WarpCheck {
 public:
  WarpCheck(const Task& task, const SplitSamples& samples, std::uint64_t seed)
      : task_(task), samples_(samples), seed_(seed) {}

  /// The times of the events of some samples at `factor` times their duration.
  [[nodiscard]] EventTimes times(double factor) const {
    EventTimes out;
    const std::vector<std::uint64_t>& indices = samples_.indices();
    for (std::size_t i = 0; i < std::min(kWarped, indices.size()); ++i) {
      const Sample sample = task_.fill({.split = samples_.split(),
                                        .index = indices[i],
                                        .seed = seed_,
                                        .steps = warped_steps(task_.info().steps, factor),
                                        .time_scale = factor});
      out.add(sample.input->spikes);
    }
    return out;
  }

  void compare(double factor, const EventTimes& unwarped, Findings& findings) const {
    const EventTimes warped = times(factor);
    if (unwarped.events < kFewest || warped.events < kFewest) return;
    const double found = warped.mean / unwarped.mean;
    const double chance = kDeviations * std::hypot(warped.relative_error(), unwarped.relative_error());
    if (std::abs(found - factor) <= (kTolerance + chance) * factor) return;
    findings.warning("time_scale", fmt::format("split '{}': with time_scale {:g} the events come on average at {:.2f} "
                                               "times their time; expected {:g} times",
                                               samples_.facts().name, factor, found, factor));
  }

 private:
  const Task& task_;
  const SplitSamples& samples_;
  std::uint64_t seed_;
};

}  // namespace

void check_warp(const Task& task, const SplitSamples& samples, std::uint64_t seed, Findings& findings) {
  const WarpCheck check(task, samples, seed);
  try {
    const EventTimes unwarped = check.times(1.0);
    for (const double factor : {kLonger, kShorter}) {
      if (warped_steps(task.info().steps, factor) <= kMaximumSteps) check.compare(factor, unwarped, findings);
    }
  } catch (const DataError& error) {  // the task itself refuses it
    findings.add("time_scale", Verdict::not_applicable,
                 fmt::format("the task does not warp time (perturb.warp_log2): {}", findings.reason_of(error)));
  } catch (const Error& error) {
    findings.warning("time_scale", fmt::format("split '{}': a sample of another duration (perturb.warp_log2): {}",
                                               samples.facts().name, findings.reason_of(error)));
  }
}

}  // namespace hetsyn
