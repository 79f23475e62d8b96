#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cuda/device/staged_buffer.hpp"
#include "backend/cuda/host/answers.hpp"
#include "backend/cuda/host/batch_buffers.hpp"
#include "backend/cuda/host/batch_plan.hpp"
#include "backend/cuda/host/loss_buffers.hpp"
#include "backend/cuda/host/metric_buffers.hpp"
#include "backend/cuda/host/parameters.hpp"
#include "backend/cuda/host/population.hpp"
#include "backend/cuda/host/projections.hpp"
#include "backend/cuda/host/rank_sum.hpp"
#include "backend/cuda/kernels/loss.hpp"

namespace hetsyn::cuda {

/// The CUDA backend. Data stay on the device until they are requested. A batch whose tape does not fit is run in parts;
/// the backward pass then runs each part forward again, which gives the same spikes.
class CudaBackend final : public Backend {
 public:
  CudaBackend(NetworkState state, const BackendOptions& options);

  [[nodiscard]] const NetworkLayout& network() const override { return network_; }
  [[nodiscard]] const ParameterLayout& layout() const override { return parameters_.layout(); }
  void read(Block block, std::span<float> values) const override { parameters_.read(block, values, stream_); }
  void write(Block block, std::span<const float> values) override { parameters_.write(block, values, stream_); }
  [[nodiscard]] std::shared_ptr<const PreparedInput> prepare(const InputSample& sample, InputKind kind,
                                                             std::size_t steps) const override;
  void sum_gradients(Communicator& ranks) override;
  void zero_gradients() override { parameters_.zero_gradients(stream_); }
  [[nodiscard]] double gradient_norm(const DecayMap& decays) const override {
    return parameters_.gradient_norm(decays, stream_);
  }
  void update(const OptimizerStep& step) override { parameters_.update(step, stream_); }

 protected:
  void run_forward(const InputBatch& batch, const ForwardOptions& options) override;
  [[nodiscard]] std::span<const float> readout() override;
  void request_readout() override;
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const override {
    return answers_.spike_counts(population);
  }
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) override;
  void run_backward(const OutputGradients& gradients, std::span<float> d_input) override;
  [[nodiscard]] bool start_loss(const BatchLosses& losses, LossGradients wanted) override;
  [[nodiscard]] double finish_loss() const override;
  [[nodiscard]] bool start_metrics(const BatchMetrics& metrics) override;
  [[nodiscard]] MetricValues finish_metrics() override;
  void run_backward_of_loss(const std::optional<SpikeGradients>& d_spike) override;

 private:
  // arguments of kernels
  [[nodiscard]] BatchShape shape() const;
  [[nodiscard]] Synapses feedforward(std::size_t p);
  [[nodiscard]] Synapses recurrent(std::size_t p);
  [[nodiscard]] Neurons neurons(std::size_t p);
  [[nodiscard]] Neurons feedforward_currents(std::size_t p);
  [[nodiscard]] SpikeInput spike_input(std::size_t p);
  [[nodiscard]] SpikeInput own_spikes(std::size_t p);
  [[nodiscard]] NeuronTape neuron_tape(std::size_t p);
  [[nodiscard]] TiledState tiled_state(std::size_t p);
  [[nodiscard]] SynapseGradients gradients(std::size_t p, Field w, Field r);
  // forward
  [[nodiscard]] TapeShape tape_shape(std::size_t samples) const;
  template <class Visit>
  void each_array(std::size_t samples, const Visit& visit);
  void plan();
  void run_part(const Part& part);
  void send_spikes(const Part& part);
  void send_analog(const Part& part);
  void run_population(std::size_t p);
  void drop_spikes(std::size_t p);
  // losses and metrics
  [[nodiscard]] Readout readout_on_device();
  void send_wanted(const BatchLosses& losses);
  void clear_loss(bool of_rates, LossGradients wanted);
  void add_loss(const LossTerm& term, double dt_ms, LossGradients wanted);
  void add_rate_losses(const LossTerm& term, double dt_ms);
  void fetch_loss();
  void fetch_metrics();
  // backward
  void add_adaptation_gradients(std::size_t p);
  void send_d_spike(SpikeGradients d_spike);
  void send_d_readout(std::span<const float> d_readout);
  void backward_part();
  void fetch_input_gradient(std::span<float> d_input);
  void neurons_backward(std::size_t p, float* d_output);
  void add_gradients(std::size_t p, const float* g);
  void add_decay_gradient(std::size_t p, Field r, const float* lambda, const DeviceBuffer<float>& current);
  // from the device; `values` has the size of the current part
  void download_potential(std::size_t p, std::span<float> values) const;
  void download_spikes(std::size_t p, std::span<float> values) const;

  NetworkLayout network_;
  mutable Stream stream_;          ///< runs all work in order …
  Stream gradient_stream_;         ///< … except sums of the backward pass, which end before it continues, …
  Event g_done_, gradients_done_;  ///< between the two
  Stream copy_stream_;             ///< … copies to the host, which wait only for the forward pass, …
  Stream upload_stream_;           ///< … and input, which waits for the last batch but one
  DeviceParameters parameters_;
  std::optional<bool> sums_on_devices_;  ///< whether gradients are summed on devices; decided at the first sum
  std::unique_ptr<RankSum> rank_sum_;    ///< if they are
  std::vector<Population> populations_;
  Projections projections_;
  BatchBuffers buffers_;
  StagedBuffer<float> d_constant_;       ///< dL/dz [N] of each population
  std::vector<const float*> constants_;  ///< of each population, on the device; null: none

  InputBatch batch_;
  ForwardOptions options_;
  TapeShape planned_;  ///< the shape for which parts_ was computed
  InputKind planned_kind_ = InputKind::events;
  std::vector<Part> parts_;
  Part on_device_;  ///< the part whose tape is on the device
  Answers answers_;
  bool readout_requested_ = false;  ///< for the last pass
  LossBuffers loss_;
  MetricBuffers metrics_;
};

}  // namespace hetsyn::cuda
