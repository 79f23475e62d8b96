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

/// The CUDA backend: everything stays on the device until it is asked for. A batch whose tape does not fit is run part
/// by part; the backward pass then runs each part forward again, which gives the same spikes.
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
  [[nodiscard]] double gradient_norm() const override { return parameters_.gradient_norm(stream_); }
  void update(const OptimizerStep& step) override { parameters_.update(step, stream_); }

 protected:
  void run_forward(const InputBatch& batch, const ForwardOptions& options) override;
  [[nodiscard]] std::span<const float> readout() override;
  void request_readout() override;
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const override {
    return answers_.spike_counts(population);
  }
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) const override;
  void run_backward(const OutputGradients& gradients) override;
  [[nodiscard]] bool start_loss(const BatchLosses& losses, LossGradients wanted) override;
  [[nodiscard]] double finish_loss() const override;
  [[nodiscard]] bool start_metrics(const BatchMetrics& metrics) override;
  [[nodiscard]] MetricValues finish_metrics() override;
  void run_backward_of_loss(const std::optional<SpikeGradients>& d_spike) override;

 private:
  // what kernels are given
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
  void send_d_spike(SpikeGradients d_spike);
  void send_d_readout(std::span<const float> d_readout);
  void backward_part();
  void neurons_backward(std::size_t p, float* d_output);
  void add_gradients(std::size_t p, const float* g);
  void add_decay_gradient(std::size_t p, Field r, const float* lambda, const DeviceBuffer<float>& current);
  // from the device; `values` has room for the current part
  void download_potential(std::size_t p, std::span<float> values) const;
  void download_spikes(std::size_t p, std::span<float> values) const;

  NetworkLayout network_;
  mutable Stream stream_;          ///< all work is in its order
  Stream gradient_stream_;         ///< but sums of the backward pass, which end before it goes on
  Event g_done_, gradients_done_;  ///< between the two
  Stream copy_stream_;             ///< and copies to the host, which wait for the forward pass alone
  Stream upload_stream_;           ///< and input, which waits for the batch before the last one
  DeviceParameters parameters_;
  std::optional<bool> sums_on_devices_;  ///< of the ranks' gradients; asked at the first sum
  std::unique_ptr<RankSum> rank_sum_;    ///< where they are
  std::vector<Population> populations_;
  Projections projections_;
  BatchBuffers buffers_;
  StagedBuffer<float> d_constant_;       ///< dL/dz [N] of each population
  std::vector<const float*> constants_;  ///< of each population, on the device; null: none

  InputBatch batch_;
  ForwardOptions options_;
  TapeShape planned_;  ///< for which parts_ was made
  InputKind planned_kind_ = InputKind::events;
  std::vector<Part> parts_;
  Part on_device_;  ///< whose tape the device holds
  Answers answers_;
  bool readout_requested_ = false;  ///< of the last pass, from the device
  LossBuffers loss_;
  MetricBuffers metrics_;
};

}  // namespace hetsyn::cuda
