#pragma once
#include <cstddef>
#include <hetsyn/results.hpp>
#include <vector>

#include "backend/backend.hpp"

/// What an inference takes: spikes and the operations that they cause, independent of the machine.
namespace hetsyn {

/// Sums over the forward passes of one evaluation, all of as many steps.
class ActivityCounter {
 public:
  /// `network` is that of the passes added, and outlives this.
  explicit ActivityCounter(const NetworkLayout& network)
      : network_(network), spikes_(network.populations.size(), 0.0) {}

  /// After a forward pass of `input` without dropout.
  void add(const BackendPass& pass, const InputBatch& input);
  [[nodiscard]] Activity activity() const;

 private:
  const NetworkLayout& network_;
  std::size_t samples_ = 0, steps_ = 0;
  double input_events_ = 0.0;
  std::vector<double> spikes_;  ///< per population
};

}  // namespace hetsyn
