#pragma once
#include <functional>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cpu/gradient_task.hpp"
#include "backend/cpu/isa.hpp"
#include "backend/cpu/parallel.hpp"
#include "backend/cpu/population.hpp"
#include "backend/parameter_store.hpp"

namespace hetsyn::cpu {

/// Called with the blocks of a population whose final g (λ if decays are shared) is on the tape, the last blocks first.
using Progress = std::function<void(Population&, BlockRange)>;

inline constexpr std::size_t kSegment = 32;  ///< blocks of the recurrent backward pass between two calls of Progress

/// The CPU backend. It owns parameters and tape; forward.cpp and backward.cpp run the kernels on them.
class CpuBackend final : public Backend {
 public:
  CpuBackend(NetworkState state, const BackendOptions& options);

  [[nodiscard]] const NetworkLayout& network() const override { return network_; }
  [[nodiscard]] const ParameterLayout& layout() const override { return parameters_.layout(); }
  void read(Block block, std::span<float> values) const override { parameters_.read(block, values); }
  void write(Block block, std::span<const float> values) override;
  [[nodiscard]] std::span<const float> memory_of(Block block) const override { return parameters_.block(block); }
  [[nodiscard]] std::shared_ptr<const PreparedInput> prepare(const InputSample& sample, InputKind kind,
                                                             std::size_t steps) const override;
  void zero_gradients() override { parameters_.zero_gradients(); }
  [[nodiscard]] double gradient_norm(const DecayMap& decays) const override {
    return parameters_.gradient_norm(decays);
  }
  void update(const OptimizerStep& step) override;

 protected:
  void run_forward(const InputBatch& batch, const ForwardOptions& options) override;
  [[nodiscard]] std::span<const float> readout() override { return readout_; }
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const override;
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) const override;
  void run_backward(const OutputGradients& gradients, std::span<float> d_input) override;

 private:
  // parameters
  [[nodiscard]] std::span<const float> values(std::size_t population, Field field) const;
  [[nodiscard]] std::span<float> gradients(std::size_t population, Field field);
  void pack();
  // forward
  void start_batch(const InputBatch& batch, const ForwardOptions& options);
  void build_input_lists(std::size_t p);
  void run_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch);
  void run_recurrent(Population& population, std::size_t sample, Scratch& scratch);
  void drive_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch);
  void write_readout();
  void copy_tape(Field field, std::size_t population, std::vector<float>& out) const;  ///< out: [B][T][N]
  void count_spikes();
  // backward
  void backward_samples(std::size_t first, std::size_t count, const View<const float, 3>& d_readout,
                        const Progress& progress, Scratch& scratch);
  void backward_single(const View<const float, 3>& d_readout);
  void neurons_backward(Population& population, std::size_t first, std::size_t count, const float* d_spike,
                        const Progress& progress, Scratch& scratch);
  void build_own_lists();
  [[nodiscard]] std::vector<GradientTask> gradient_tasks();
  void inputs_backward(std::size_t p, std::size_t sample, std::size_t strip, float* d_x, Scratch& scratch);
  void write_input_gradient(const View<float, 3>& d_input);
  void shared_decay_backward(Population& population, std::size_t sample);
  void add_up_gradients();
  void add_shared_gradients(std::size_t p, Field field);
  void unpack_gradients();

  const KernelTable& kernels_;
  Workers workers_;
  NetworkLayout network_;
  ParameterStore<float> parameters_;
  std::vector<Population> populations_;
  bool packed_ = false;  ///< strips hold the current parameters

  InputBatch batch_;
  ForwardOptions options_;
  TimeShape time_{};
  std::vector<float> readout_;
  std::vector<std::vector<float>> counts_;
  std::vector<AlignedVector<float>> constants_;  ///< d_spike of run_backward(), [S][W] per population
};

}  // namespace hetsyn::cpu
