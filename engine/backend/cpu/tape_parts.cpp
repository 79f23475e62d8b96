#include <algorithm>
#include <cstddef>

#include "backend/cpu/cpu_backend.hpp"

/// Passes states and adjoints from one part of the tape to the next.
namespace hetsyn::cpu {
namespace {

constexpr std::size_t kResetRow = offsetof(NeuronState<float>, reset) / sizeof(float);

}  // namespace

/// Begins again at the first step.
void CpuBackend::clear_forward() {
  for (Population& population : populations_) {
    if (divided()) population.forward.each_array(carry_shape(population), ClearArrays{});
  }
}

void CpuBackend::keep_checkpoint() {
  for (Population& population : populations_) population.checkpoints.push_back(population.forward);
}

/// Runs a part of the last forward pass again.
void CpuBackend::resume(std::size_t part) {
  if (part == 0) clear_forward();
  for (Population& population : populations_) {
    if (part > 0) population.forward = population.checkpoints[part - 1];
  }
  run_part(part);
}

/// The state before the part on the tape; null for the first.
const ForwardCarry* CpuBackend::before_part(const Population& population) const {
  return on_tape_ == 0 ? nullptr : &population.checkpoints[on_tape_ - 1];
}

/// [S·W] 1 for neurons with a spike at the step before the part on the tape; empty if that is the first.
std::vector<std::uint8_t> CpuBackend::spikes_before(const Population& population, std::size_t sample) const {
  const ForwardCarry* const before = before_part(population);
  if (before == nullptr) return {};
  const float threshold = population.neurons().constants.threshold;
  std::vector<std::uint8_t> spikes(population.padded());
  for (std::size_t j = 0; j < spikes.size(); ++j) {
    const std::size_t cell = (sample * population.strips + j / population.lanes) * kCellRows;
    const float v = before->cells[(cell + kPotentialRow) * population.lanes + j % population.lanes];
    spikes[j] = v > threshold ? 1 : 0;
  }
  return spikes;
}

/// [N] 1 for recurrent neurons with a spike before the part on the tape.
std::vector<std::uint8_t> CpuBackend::has_spiked_before(const Population& population, std::size_t sample) const {
  std::vector<std::uint8_t> spiked(population.layout.size, 0);
  const ForwardCarry* const before = before_part(population);
  if (before == nullptr || before->active.empty()) return spiked;
  const std::uint32_t* const active = before->active.data() + sample * (1 + population.padded());
  for (std::uint32_t n = 1; n <= active[0]; ++n) spiked[active[n]] = 1;
  return spiked;
}

/// C [W] of a strip at the step before the part on the tape; see KernelTable::neuron_forward().
AlignedVector<float> CpuBackend::current_before(const Population& population, const SharedDecay& decay,
                                                std::size_t sample, std::size_t strip) const {
  AlignedVector<float> current(population.lanes, 0.0F);
  const ForwardCarry* const before = before_part(population);
  if (before == nullptr) return current;
  const float* const cell = before->cells.data() + (sample * population.strips + strip) * kCellRows * population.lanes;
  const bool recurrent = &decay == &population.recurrent_decay;
  const float* const u = cell + (recurrent ? kRecurrentCurrentRow : kCurrentRow) * population.lanes;
  const float* const reset = cell + kResetRow * population.lanes;
  for (std::size_t lane = 0; lane < current.size(); ++lane) {
    current[lane] = population.layout.tie_reset_decay ? u[lane] - reset[lane] : u[lane];
  }
  return current;
}

/// The place of a state that goes on in another part; with one part, zeros in scratch memory, which stay in the cache.
float* CpuBackend::carried(AlignedVector<float>& kept, std::size_t at, std::size_t count, Scratch& scratch,
                           std::size_t slot) {
  if (divided()) return kept.data() + at;
  float* const fresh = scratch.get(slot, count);
  std::fill_n(fresh, count, 0.0F);
  return fresh;
}

/// λ and μ of a task and sample; null with one part.
float* CpuBackend::kept_sums(const GradientTask& task, std::size_t sample) {
  if (!divided() || !task.projection.per_synapse) return nullptr;
  const bool recurrent = &task.projection != &task.population.feedforward;
  AlignedVector<float>& sums = recurrent ? task.population.backward.recurrent_sums : task.population.backward.sums;
  const std::size_t number = task.strip * chunk_count(task.projection.pre) + task.chunk;
  return sums.data() + (number * batch_.size() + sample) * task.adjoint_size();
}

}  // namespace hetsyn::cpu
