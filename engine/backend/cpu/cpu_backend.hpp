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
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) override;
  void run_backward(const OutputGradients& gradients, std::span<float> d_input) override;

 private:
  // parameters
  [[nodiscard]] std::span<const float> values(std::size_t population, Field field) const;
  [[nodiscard]] std::span<float> gradients(std::size_t population, Field field);
  void pack();
  // parts of the tape
  [[nodiscard]] std::size_t place(const Population& population) const {
    return static_cast<std::size_t>(&population - populations_.data());
  }
  [[nodiscard]] bool divided() const { return parts_.size() > 1; }
  [[nodiscard]] CarryShape carry_shape(const Population& population, bool wants_d_input = false) const {
    return population.carry_shape(batch_.size(), place(population) == 0, wants_d_input);
  }
  void clear_forward();
  void keep_checkpoint();
  void resume(std::size_t part);
  void run_part(std::size_t part);
  [[nodiscard]] const ForwardCarry* before_part(const Population& population) const;
  [[nodiscard]] std::vector<std::uint8_t> spikes_before(const Population& population, std::size_t sample) const;
  [[nodiscard]] std::vector<std::uint8_t> has_spiked_before(const Population& population, std::size_t sample) const;
  [[nodiscard]] AlignedVector<float> current_before(const Population& population, const SharedDecay& decay,
                                                    std::size_t sample, std::size_t strip) const;
  float* carried(AlignedVector<float>& kept, std::size_t at, std::size_t count, Scratch& scratch, std::size_t slot);
  [[nodiscard]] float* kept_sums(const GradientTask& task, std::size_t sample);
  // forward
  void start_batch(const InputBatch& batch, const ForwardOptions& options);
  void build_input_lists(std::size_t p, std::size_t sample);
  void run_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch);
  void run_recurrent(Population& population, std::size_t sample, Scratch& scratch);
  [[nodiscard]] const float* analog_input(const Population& population, std::size_t sample) const;
  void drive_strip(Population& population, std::size_t strip, std::size_t sample, Scratch& scratch);
  void drive_shared(Population& population, std::size_t sample);
  void run_shared(Population& population, std::size_t sample, Scratch& scratch);
  void write_answers();
  void count_spikes(std::size_t sample);
  void copy_tape(Field field, std::size_t population, std::span<float> out);  ///< out: [B][T][N]
  void copy_tape(Field field, std::size_t population, std::size_t sample, std::span<float> out) const;
  // backward
  void start_backward(SpikeGradients d_spike, bool wants_d_input);
  void backward_part(const View<const float, 3>& d_readout);
  void backward_samples(std::size_t first, std::size_t count, const View<const float, 3>& d_readout,
                        const Progress& progress, Scratch& scratch);
  void write_d_readout(const View<const float, 3>& d_readout, std::size_t sample, float* to) const;
  void backward_single(const View<const float, 3>& d_readout);
  void neurons_backward(Population& population, std::size_t first, std::size_t count, const float* d_spike,
                        const Progress& progress, Scratch& scratch);
  void build_own_lists();
  [[nodiscard]] std::vector<GradientTask> gradient_tasks();
  [[nodiscard]] std::vector<std::vector<GradientTask>> gradient_work();
  void inputs_backward(std::size_t p, std::size_t sample, std::size_t strip, float* d_x, Scratch& scratch);
  void write_input_gradient(const View<float, 3>& d_input);
  void shared_decay_backward(Population& population, std::size_t sample, Scratch& scratch);
  void add_decay_gradient(const Population& population, SharedDecay& decay, std::size_t sample, std::size_t strip,
                          const float* lambda, const float* current);
  void add_up_gradients();
  void add_shared_gradients(std::size_t p, Field field);
  void add_adaptation_gradients(std::size_t p);
  void unpack_gradients();

  const KernelTable& kernels_;
  Workers workers_;
  NetworkLayout network_;
  ParameterStore<float> parameters_;
  std::vector<Population> populations_;
  bool packed_ = false;  ///< strips hold the current parameters

  std::size_t most_parts_;  ///< BackendOptions::tape_parts
  InputBatch batch_;
  ForwardOptions options_;
  std::vector<BlockRange> parts_;  ///< of the tape
  std::size_t on_tape_ = 0;        ///< the part whose tape is in memory
  TapePart part_;                  ///< the same
  std::vector<float> readout_;
  std::vector<std::vector<float>> counts_;
  std::vector<AlignedVector<float>> constants_;  ///< d_spike of run_backward(), [S][W] per population
};

}  // namespace hetsyn::cpu
