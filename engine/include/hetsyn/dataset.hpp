#pragma once
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

/// The spikes of B samples, those of a sample in any order. Those of sample b are units[i], steps[i] for i from
/// offsets[b] up to offsets[b + 1]. Several in one unit and step count once.
struct Events {
  std::span<const std::uint64_t> offsets = {};  ///< [B + 1], ascending from 0
  std::span<const std::uint32_t> units = {};    ///< [events], below the number of inputs
  std::span<const std::uint32_t> steps = {};    ///< [events], below the number of steps
};

/// B samples of T steps over N inputs, in the memory of the caller. Exactly one of the three kinds of input is given.
struct Samples {
  std::size_t count = 0;                      ///< B
  std::size_t steps = 0;                      ///< T, 1 to 65535
  std::size_t inputs = 0;                     ///< N
  std::span<const float> analog = {};         ///< [B][T][N], finite
  std::span<const std::uint8_t> spikes = {};  ///< [B][T][N]: a spike where it is not 0
  Events events = {};                         ///< with offsets
};

/// What a network should answer to samples.
struct Answers {
  std::span<const std::int32_t> labels = {};  ///< [B], 0 to classes − 1; or empty
  std::span<const float> target = {};         ///< [B][T][K]; or empty
  std::span<const std::int32_t> groups =
      {};  ///< [B], speakers or writers, from 0; or empty. Held-out sets keep them whole
};

/// One term of the loss, named as in docs/writing-a-task.md.
struct Loss {
  std::string kind = {};   ///< "softmax_sum", "last_step", "spike_count", "trace_mse" or "rate"
  double weight = 1.0;     ///< factor of the term
  double parameter = 0.0;  ///< softmax_sum: steps left out; spike_count: spikes per logit; rate: target rate in Hz
};

/// The readout of a batch and what it should be; valid during a call.
struct LossInput {
  std::size_t samples = 0, steps = 0, outputs = 0;  ///< B, T, K
  std::span<const float> readout = {};              ///< [B][T][K]
  std::span<const std::int32_t> labels = {};        ///< [B]; −1 without labels
  std::span<const float> target = {};               ///< [B][T][K]; empty without a target
};
/// A loss of one's own: returns its value, the mean over the batch, and writes dL/dreadout [B][T][K], which is zero
/// before. Called from the thread that trains.
using LossFunction = std::function<double(const LossInput& input, std::span<float> d_readout)>;

struct DataSetOptions {
  std::string name = "arrays";  ///< what results say they are about
  std::size_t outputs = 0;      ///< K; 0: the largest label + 1, or the columns of the target
  double dt_ms = 1.0;           ///< duration of a step
  std::vector<Loss> losses =
      {};                      ///< empty: softmax_sum with labels, trace_mse with a target, unless there is `own_loss`
  LossFunction own_loss = {};  ///< is added to `losses`
  std::vector<std::string> class_names = {};  ///< [K]; or empty
};

/// Data in memory, as a task: with labels it has the metric "accuracy", with a target "mse". What is added is copied
/// (events as lists, of whatever kind they come), so that nothing refers to the caller's memory. A session keeps
/// what the data set holds when it is made.
class DataSet {
 public:
  explicit DataSet(DataSetOptions options = {});

  /// Adds a split, "train", "validation" or "test", each at most once. All splits have the same T, N and kind of input,
  /// and labels or a target where the first has them. Throws DataError, naming split, sample and what was expected, for
  /// values that are out of range and arrays of another size than the others say.
  DataSet& add(const std::string& split, const Samples& samples, const Answers& answers);

  /// For the library itself.
  [[nodiscard]] std::shared_ptr<const Task> task() const;

  struct Content;

 private:
  std::shared_ptr<Content> content_;
};

}  // namespace hetsyn
