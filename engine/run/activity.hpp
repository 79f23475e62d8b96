#pragma once
#include <cstddef>
#include <hetsyn/results.hpp>
#include <vector>

#include "backend/backend.hpp"

/// Counts the activity of a network in inference and the operations that it causes, independently of the machine.
namespace hetsyn {

/// Sums over the forward passes of one evaluation, which must have the same number of steps.
class ActivityCounter {
 public:
  /// `network` is the network of the passes, and must outlive this object.
  explicit ActivityCounter(const NetworkLayout& network)
      : network_(network), spikes_(network.populations.size(), 0.0) {}

  /// Adds a forward pass of `input`, which must be without dropout.
  void add(const BackendPass& pass, const InputBatch& input);
  [[nodiscard]] Activity activity() const;

 private:
  const NetworkLayout& network_;
  std::size_t samples_ = 0, steps_ = 0;
  double input_events_ = 0.0;
  std::vector<double> spikes_;  ///< per population
};

}  // namespace hetsyn
