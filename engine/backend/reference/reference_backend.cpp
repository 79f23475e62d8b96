#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "backend/host_loss.hpp"
#include "backend/reference/reference.hpp"

namespace hetsyn {
namespace {

std::vector<float> to_float(std::span<const double> values) {
  std::vector<float> result(values.size());
  std::ranges::transform(values, result.begin(), [](double value) { return static_cast<float>(value); });
  return result;
}

std::vector<std::vector<double>> to_double(std::span<const std::vector<float>> rows) {
  std::vector<std::vector<double>> result;
  for (const std::vector<float>& row : rows) result.emplace_back(row.begin(), row.end());
  return result;
}

/// Computes in double; its interface is float.
class ReferenceBackend final : public Backend {
 public:
  explicit ReferenceBackend(NetworkState state) : reference_(std::move(state)) {}

  [[nodiscard]] const NetworkLayout& network() const override { return reference_.network(); }
  [[nodiscard]] const ParameterLayout& layout() const override { return reference_.store().layout(); }

  void read(Block block, std::span<float> values) const override { reference_.store().read(block, values); }
  void write(Block block, std::span<const float> values) override { reference_.store().write(block, values); }

  void zero_gradients() override { reference_.store().zero_gradients(); }
  [[nodiscard]] double gradient_norm(const DecayMap& decays) const override {
    return reference_.store().gradient_norm(decays);
  }
  /// Rounds everything that is kept between steps to float: a checkpoint then holds all of it, and a resumed run is bit
  /// for bit the uninterrupted one.
  void update(const OptimizerStep& step) override {
    reference_.store().update(step);
    std::vector<float> values(layout().size);
    for (const Block block : {Block::parameters, Block::moment1, Block::moment2}) {
      read(block, values);
      write(block, values);
    }
  }

 protected:
  void run_forward(const InputBatch& batch, const ForwardOptions& options) override {
    reference_.forward(batch, options);
    readout_ = to_float(reference_.readout());
    counts_.clear();
    for (std::size_t p = 0; p < network().populations.size(); ++p) {
      counts_.push_back(to_float(reference_.spike_counts(p)));
    }
  }
  [[nodiscard]] std::span<const float> readout() override { return readout_; }
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const override {
    return counts_.at(population);
  }
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) override {
    switch (field) {
      case Field::potential: return to_float(reference_.tape(population).potential);
      case Field::spike: return to_float(reference_.tape(population).spike);
      default: throw DataError(fmt::format("the tape holds no field \"{}\"", field_info(field).name));
    }
  }
  void run_backward(const OutputGradients& gradients, std::span<float> d_input) override {
    const std::vector<double> d_x = reference_.backward(
        std::vector<double>(gradients.readout.begin(), gradients.readout.end()), to_double(gradients.spikes));
    if (!d_input.empty()) std::ranges::copy(to_float(d_x), d_input.begin());
  }

  [[nodiscard]] bool start_loss(const BatchLosses& losses, LossGradients wanted) override {
    const auto counts = [this](std::size_t p) { return reference_.spike_counts(p); };
    losses_.compute(losses, {reference_.readout(), network(), counts}, wanted);
    return true;
  }
  [[nodiscard]] double finish_loss() const override { return losses_.value; }
  void run_backward_of_loss(const std::optional<SpikeGradients>& d_spike) override {
    reference_.backward(losses_.d_readout, d_spike ? to_double(*d_spike) : losses_.d_spike);
  }

 private:
  Reference reference_;
  HostLosses<double> losses_;
  std::vector<float> readout_;              ///< [B][T][K]
  std::vector<std::vector<float>> counts_;  ///< [B][N] of each population
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend(NetworkState state, const BackendOptions& /*options*/) {
  return std::make_unique<ReferenceBackend>(std::move(state));
}

}  // namespace hetsyn
