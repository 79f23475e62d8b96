#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "backend/backend.hpp"
#include "backend/host_loss.hpp"
#include "backend/reference/reference.hpp"
#include "golden/golden_case.hpp"
#include "golden/golden_file.hpp"
#include "support/compare.hpp"
#include "training/optimizer.hpp"

/// The engine against golden files that a plain PyTorch implementation of the model wrote (make_golden.py).
namespace hetsyn::test {
namespace {

/// Both sides compute in double and differ by the order of sums: 3e-15 was seen.
constexpr double kDoubleTolerance = 1e-12;
/// float32 against double, amplified along some tens of steps and layers: 3e-6 was seen. No potential in the files is
/// within 1e-3 of the threshold, so that rounding cannot flip a spike.
constexpr double kFloatTolerance = 2e-5;

template <class A, class B>
void check_close(const A& actual, const B& expected, double tolerance, const std::string& what) {
  const double error = relative_error(actual, expected);
  BOOST_TEST(error <= tolerance, what << " is off by " << error << ", more than " << tolerance);
}

/// The reference backend, in double.
class ReferenceRunner {
 public:
  using Real = double;
  explicit ReferenceRunner(const NetworkState& state) : reference_(state) {}
  void forward(const InputBatch& batch, const ForwardOptions& options) { reference_.forward(batch, options); }
  [[nodiscard]] View<const double, 3> readout() const { return reference_.readout(); }
  [[nodiscard]] View<const double, 2> spike_counts(std::size_t p) const { return reference_.spike_counts(p); }
  [[nodiscard]] std::vector<double> tape(Field field, std::size_t p) const {
    return field == Field::spike ? reference_.tape(p).spike : reference_.tape(p).potential;
  }
  void backward(std::span<const double> d_readout, std::span<const std::vector<double>> d_spike) {
    reference_.store().zero_gradients();
    reference_.backward(d_readout, d_spike);
  }
  [[nodiscard]] std::vector<double> gradients() const {
    const auto& block = reference_.store().block(Block::gradients);
    return {block.begin(), block.end()};
  }
  void update(const OptimizerStep& step) { reference_.store().update(step); }

 private:
  Reference reference_;
};

/// Any backend behind its port, in float.
class PortRunner {
 public:
  using Real = float;
  PortRunner(std::string_view name, const NetworkState& state) : backend_(make_backend(name, state, {})) {}
  void forward(const InputBatch& batch, const ForwardOptions& options) {
    pass_ = backend_->forward_with_tape(batch, options.dropout);
  }
  [[nodiscard]] View<const float, 3> readout() const { return pass_->readout(); }
  [[nodiscard]] View<const float, 2> spike_counts(std::size_t p) const { return pass_->spike_counts(p); }
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t p) const { return pass_->tape(field, p); }
  void backward(std::span<const float> d_readout, std::span<const std::vector<float>> d_spike) {
    backend_->zero_gradients();
    pass_->backward({d_readout, d_spike});
  }
  [[nodiscard]] std::vector<float> gradients() const {
    std::vector<float> block(backend_->layout().size);
    backend_->read(Block::gradients, block);
    return block;
  }
  void update(const OptimizerStep& step) { backend_->update(step); }

 private:
  std::unique_ptr<Backend> backend_;
  std::optional<TapedPass> pass_;
};

template <class Real>
struct LossOutcome {
  std::vector<double> values;              ///< per term
  std::vector<Real> d_readout;             ///< [B][T][K]
  std::vector<std::vector<Real>> d_spike;  ///< [population], [N] or empty
};

/// The losses of the last forward(); the rate regulariser takes the hidden populations.
template <class Runner, class Real = typename Runner::Real>
LossOutcome<Real> losses_of(const GoldenCase& golden, const Runner& runner, std::span<const std::int32_t> labels,
                            std::size_t samples) {
  const NetworkLayout& network = golden.state.network;
  const std::size_t hidden = network.populations.size() - 1;
  const LossBatch<Real> batch{runner.readout(), labels, golden.target};
  LossOutcome<Real> outcome{{}, std::vector<Real>(batch.readout.size()), std::vector<std::vector<Real>>(hidden + 1)};
  for (const LossTerm& term : golden.losses) {
    if (term.kind != LossKind::rate) {
      outcome.values.push_back(readout_loss<Real>(term, batch, outcome.d_readout));
      continue;
    }
    std::vector<std::vector<double>> spikes;
    for (std::size_t p = 0; p < hidden; ++p) {
      spikes.push_back(spikes_per_neuron<Real>(runner.spike_counts(p)));
      outcome.d_spike[p].assign(network.populations[p].size, Real{});
    }
    outcome.values.push_back(
        rate_loss<Real>(term, spikes, samples, golden.steps, golden.dt_ms, std::span(outcome.d_spike).first(hidden)));
  }
  return outcome;
}

ForwardOptions forward_options(const GoldenFile& file) {
  ForwardOptions options;
  const nlohmann::json& key = file.description().at("dropout_key");
  if (!key.is_null()) options.dropout = DropoutKey{.seed = key.at(0), .pass = key.at(1)};
  return options;
}

template <class Runner>
void compare_activity(const GoldenFile& file, const NetworkLayout& network, const Runner& runner, double tolerance) {
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const PopulationLayout& population = network.populations[p];
    if (!population.spiking) continue;
    const auto potential = file.read<double>("potential/" + population.name);
    const auto spike = runner.tape(Field::spike, p);
    BOOST_TEST_REQUIRE(spike.size() == potential.size());
    std::size_t flipped = 0;
    for (std::size_t k = 0; k < spike.size(); ++k) {
      flipped += (spike[k] != 0) != (potential[k] > population.neuron.threshold) ? 1 : 0;
    }
    BOOST_TEST(flipped == 0u, population.name << ": " << flipped << " spikes differ");
    check_close(runner.tape(Field::potential, p), potential, tolerance, population.name + " potential");
  }
  check_close(runner.readout(), file.read<double>("readout"), tolerance, "readout");
}

template <class Real>
void compare_gradients(const GoldenFile& file, const ParameterLayout& layout, const std::vector<Real>& gradients,
                       double tolerance) {
  for (const ParameterGroup& group : layout.groups) {
    BOOST_TEST(file.has("gradients/" + group.name) == group.trainable, group.name << " trainable");
    if (!group.trainable) continue;
    check_close(group_span(std::span(gradients), group), file.read<double>("gradients/" + group.name), tolerance,
                "gradient of " + group.name);
  }
}

/// Forward, losses and backward of one case.
template <class Runner>
void compare_case(const GoldenFile& file, const GoldenCase& golden, Runner runner, double tolerance) {
  runner.forward(golden.batch(), forward_options(file));
  compare_activity(file, golden.state.network, runner, tolerance);
  const auto outcome = losses_of(golden, runner, golden.labels, golden.samples.size());
  check_close(outcome.values, file.read<double>("losses"), tolerance, "losses");
  runner.backward(outcome.d_readout, outcome.d_spike);
  compare_gradients(file, golden.state.layout, runner.gradients(), tolerance);
}

DecayParameter decay_parameter_from(const nlohmann::json& training) {
  const auto name = training.at("decay_parameter").get<std::string>();
  const auto found = std::ranges::find(kDecayParameterNames, name);
  if (found == kDecayParameterNames.end()) throw std::runtime_error("golden file: unknown name " + name);
  return static_cast<DecayParameter>(found - kDecayParameterNames.begin());
}

OptimizerSettings optimizer_settings(const nlohmann::json& training) {
  OptimizerSettings settings;
  settings.kind = OptimizerKind::adamw;
  settings.decay_parameter = decay_parameter_from(training);
  settings.decay_learning_rate_scale = training.at("decay_learning_rate_scale");
  settings.adaptation_learning_rate_scale = training.value("adaptation_learning_rate_scale", 1.0);
  settings.weight_decay = training.at("weight_decay");
  return settings;
}

/// Loss of each optimizer step, before it.
template <class Runner>
std::vector<double> train(const GoldenFile& file, const GoldenCase& golden, Runner runner) {
  const OptimizerSettings settings = optimizer_settings(file.description());
  const std::size_t size = file.description().at("batch");
  const auto order = file.read<std::uint16_t>("batches");
  const auto learning_rates = file.read<double>("learning_rate");
  std::vector<double> curve;
  for (std::size_t step = 0; step < learning_rates.size(); ++step) {
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(step * size);
    const std::vector<std::uint16_t> indices(first, first + static_cast<std::ptrdiff_t>(size));
    std::vector<std::int32_t> labels(size);
    std::ranges::transform(indices, labels.begin(), [&](std::uint16_t index) { return golden.labels.at(index); });

    runner.forward(golden.batch(indices), {});
    const auto outcome = losses_of(golden, runner, labels, size);
    curve.push_back(std::accumulate(outcome.values.begin(), outcome.values.end(), 0.0));
    runner.backward(outcome.d_readout, outcome.d_spike);
    runner.update(
        optimizer_constants(settings, golden.state.layout, golden.dt_ms, learning_rates[step], step + 1, 1.0));
  }
  return curve;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

const std::filesystem::path kData = HETSYN_GOLDEN_DATA;

/// The files of trainings, or those of single passes.
std::vector<std::string> file_names(bool trainings) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().stem().string();
    if (name.starts_with("training") == trainings) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}
const auto kCases = boost::unit_test::data::make(file_names(false));
const auto kTrainings = boost::unit_test::data::make(file_names(true));

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const BackendInfo& info : backends()) {
    if (info.unavailable().empty()) names.emplace_back(info.name);
  }
  return names;
}

}  // namespace

BOOST_DATA_TEST_CASE(reference_agrees_with_pytorch, kCases, name) {
  const GoldenFile file(kData / (name + ".h5"));
  const GoldenCase golden = golden_case(file);
  compare_case(file, golden, ReferenceRunner(golden.state), kDoubleTolerance);
}

BOOST_DATA_TEST_CASE(backend_agrees_with_pytorch, boost::unit_test::data::make(backend_names()) * kCases, backend,
                     name) {
  const GoldenFile file(kData / (name + ".h5"));
  const GoldenCase golden = golden_case(file);
  compare_case(file, golden, PortRunner(backend, golden.state), kFloatTolerance);
}

BOOST_DATA_TEST_CASE(reference_trains_like_pytorch, kTrainings, name) {
  const GoldenFile file(kData / (name + ".h5"));
  const GoldenCase golden = golden_case(file);
  // 2e-15 was seen; Adam divides by the gradient's own size, which amplifies rounding over the 50 steps.
  const auto curve = train(file, golden, ReferenceRunner(golden.state));
  BOOST_TEST(largest_difference(curve, file.read<double>("loss_float64")) <= 1e-9);
}

BOOST_DATA_TEST_CASE(backend_trains_like_pytorch, boost::unit_test::data::make(backend_names()) * kTrainings, backend,
                     name) {
  const GoldenFile file(kData / (name + ".h5"));
  const GoldenCase golden = golden_case(file);
  // 7e-6 was seen, PyTorch's own float32 and float64 curves differ by 4e-6; a flipped spike shows as 1e-4 to 1e-1.
  const auto curve = train(file, golden, PortRunner(backend, golden.state));
  BOOST_TEST(largest_difference(curve, file.read<double>("loss_float32")) <= 1e-4);
}

}  // namespace hetsyn::test
