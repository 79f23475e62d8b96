#pragma once
#include <hetsyn/view.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hetsyn {

class Task;

/// The spikes of B samples. Those of sample b are units[i], steps[i] for i from offsets[b] to offsets[b + 1] − 1, in
/// any order. Several spikes in the same unit and step count once.
struct Events {
  std::span<const std::uint64_t> offsets = {};  ///< [B + 1], ascending from 0
  std::span<const std::uint32_t> units = {};    ///< [events], below the number of inputs
  std::span<const std::uint32_t> steps = {};    ///< [events], below the number of steps
};

/// B samples of T steps over N inputs, in memory that the caller owns. Exactly one of the three kinds of input must be
/// given.
struct Samples {
  std::size_t count = 0;                      ///< B
  std::size_t steps = 0;                      ///< T, 1 to 2^24
  std::size_t inputs = 0;                     ///< N
  std::span<const float> analog = {};         ///< [B][T][N], finite
  std::span<const std::uint8_t> spikes = {};  ///< [B][T][N]: a spike where it is not 0
  Events events = {};                         ///< given if it has offsets
};

/// The desired answers to samples.
struct Answers {
  std::span<const std::int32_t> labels = {};  ///< [B], 0 to classes − 1; or empty
  std::span<const float> target = {};         ///< [B][T][K]; or empty
  std::span<const std::int32_t> groups =
      {};  ///< [B], numbers of speakers or writers, from 0; or empty. Held-out sets consist of whole groups
};

/// One term of the loss, named as in docs/writing-a-task.md.
struct Loss {
  std::string kind = {};   ///< "softmax_sum", "last_step", "spike_count", "trace_mse" or "rate"
  double weight = 1.0;     ///< factor of the term
  double parameter = 0.0;  ///< softmax_sum: steps left out; spike_count: spikes per logit; rate: target rate in Hz
};

/// The readout of a batch and the desired answers. Valid only during the call.
struct LossInput {
  std::size_t samples = 0, steps = 0, outputs = 0;  ///< B, T, K
  View<const float, 3> readout = {};                ///< [B][T][K]
  std::span<const std::int32_t> labels = {};        ///< [B]; −1 without labels
  View<const float, 3> target = {};                 ///< [B][T][K]; [B][T][0] without a target
};
/// A loss function of the caller: returns the mean over the batch and writes dL/dreadout [B][T][K], which is zero
/// before. It is called from the thread that trains.
using LossFunction = std::function<double(const LossInput& input, const View<float, 3>& d_readout)>;

struct DataSetOptions {
  std::string name = "arrays";  ///< the name of the data in results
  std::size_t outputs = 0;      ///< K; 0: the largest label + 1, or the number of columns of the target
  double dt_ms = 1.0;           ///< duration of a step
  std::vector<Loss> losses =
      {};                      ///< empty: softmax_sum with labels, trace_mse with a target, unless there is `own_loss`
  LossFunction own_loss = {};  ///< added to `losses`
  std::vector<std::string> class_names = {};  ///< [K]; or empty
};

/// Data in memory as a task. With labels it has the metric "accuracy", with a target "mse". add() copies all arrays
/// (and converts spikes to lists of events), so that the caller may free them. A session uses the data that were added
/// before it was made.
class DataSet {
 public:
  explicit DataSet(DataSetOptions options = {});

  /// Adds a split, "train", "validation" or "test", each at most once. All splits must have the same T, N and kind of
  /// input, and labels or a target if the first split has them. Throws DataError, which names split, sample and what
  /// was expected, for values out of range and arrays of the wrong size.
  DataSet& add(const std::string& split, const Samples& samples, const Answers& answers);

  /// Used by the library itself.
  [[nodiscard]] std::shared_ptr<const Task> task() const;

  struct Content;

 private:
  std::shared_ptr<Content> content_;
};

}  // namespace hetsyn
