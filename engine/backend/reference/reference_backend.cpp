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

/// A loss with the gradients that backward() starts from.
struct KeptLoss {
  double value = 0.0;
  std::vector<double> d_readout;             ///< [B][T][K]
  std::vector<std::vector<double>> d_spike;  ///< [populations][N]; empty where nothing acts on a population's rate
};

/// Double inside, float at the port.
class ReferenceBackend final : public Backend {
 public:
  explicit ReferenceBackend(NetworkState state) : reference_(std::move(state)) {}

  [[nodiscard]] std::string_view name() const override { return "reference"; }
  [[nodiscard]] const NetworkLayout& network() const override { return reference_.network(); }
  [[nodiscard]] const ParameterLayout& layout() const override { return reference_.store().layout(); }

  void read(Block block, std::span<float> values) const override { reference_.store().read(block, values); }
  void write(Block block, std::span<const float> values) override { reference_.store().write(block, values); }

  void forward(const InputBatch& batch, const ForwardOptions& options) override {
    reference_.forward(batch, options);
    samples_ = batch.size();
    steps_ = batch.steps;
    loss_.value = 0.0;
    loss_.d_readout
        .clear();  // its memory serves the next loss: a new array among those of the tape would hold them apart
    loss_.d_spike.clear();
    readout_ = to_float(reference_.readout());
    counts_.clear();
    for (std::size_t p = 0; p < network().populations.size(); ++p) {
      counts_.push_back(to_float(reference_.spike_counts(p)));
    }
  }
  [[nodiscard]] std::span<const float> readout() const override { return readout_; }
  [[nodiscard]] std::span<const float> spike_counts(std::size_t population) const override {
    return counts_.at(population);
  }

  [[nodiscard]] bool evaluate_loss(const BatchLosses& losses) override {
    KeptLoss kept = std::exchange(loss_, {});
    kept.value = 0.0;
    kept.d_readout.assign(reference_.readout().size(), 0.0);
    kept.d_spike.assign(network().populations.size(), {});
    const LossBatch<double> readout{samples_,      steps_,       network().outputs(), reference_.readout(),
                                    losses.labels, losses.target};
    for (const LossTerm& term : losses.terms) {
      kept.value += term.kind == LossKind::rate ? add_rate_loss(term, losses.dt_ms, kept.d_spike)
                                                : readout_loss<double>(term, readout, kept.d_readout);
    }
    loss_ = std::move(kept);
    return true;
  }
  [[nodiscard]] double loss() const override { return loss_.value; }

  void backward(std::span<const float> d_readout, std::span<const std::vector<float>> d_spike) override {
    const std::vector<double> given(d_readout.begin(), d_readout.end());
    const std::vector<std::vector<double>> given_rates = to_double(d_spike);
    reference_.backward(given.empty() ? loss_.d_readout : given, given_rates.empty() ? loss_.d_spike : given_rates);
  }

  void zero_gradients() override { reference_.store().zero_gradients(); }
  [[nodiscard]] double gradient_norm() const override { return reference_.store().gradient_norm(); }
  /// What lives on between steps is rounded to the port's float: a checkpoint then holds all of it, and a resumed run
  /// is bit for bit the uninterrupted one.
  void update(const OptimizerStep& step) override {
    reference_.store().update(step);
    std::vector<float> values(layout().size);
    for (const Block block : {Block::parameters, Block::moment1, Block::moment2}) {
      read(block, values);
      write(block, values);
    }
  }

  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) const override {
    switch (field) {
      case Field::potential: return to_float(reference_.tape(population).potential);
      case Field::spike: return to_float(reference_.tape(population).spike);
      default: throw DataError(fmt::format("the tape holds no field \"{}\"", field_info(field).name));
    }
  }

 private:
  double add_rate_loss(const LossTerm& term, double dt_ms, std::span<std::vector<double>> d_spike) const {
    const std::size_t hidden = d_spike.size() - 1;
    std::vector<std::vector<double>> spikes;
    for (std::size_t p = 0; p < hidden; ++p) {
      const std::size_t neurons = network().populations[p].size;
      spikes.push_back(spikes_per_neuron(reference_.spike_counts(p), neurons));
      d_spike[p].resize(neurons);
    }
    return rate_loss<double>(term, spikes, samples_, steps_, dt_ms, d_spike.first(hidden));
  }

  Reference reference_;
  std::size_t samples_ = 0, steps_ = 0;
  KeptLoss loss_;
  std::vector<float> readout_;              ///< [B][T][K]
  std::vector<std::vector<float>> counts_;  ///< [B][N] of each population
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend(NetworkState state, const BackendOptions& /*options*/) {
  return std::make_unique<ReferenceBackend>(std::move(state));
}

}  // namespace hetsyn
