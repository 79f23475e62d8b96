#include "golden/golden_case.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hetsyn::test {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kModels{"hom_lif", "hom_alif", "het_lif", "hetsyn_lif"};
constexpr std::array<std::string_view, 7> kSurrogates{"triangular", "multi_gaussian", "atan",    "fast_sigmoid",
                                                      "sigmoid",    "boxcar",         "gaussian"};
constexpr std::array<std::string_view, 5> kLosses{"softmax_sum", "last_step", "spike_count", "trace_mse", "rate"};

/// The enumerator whose position in `names` is that of `name`.
template <class Enum, std::size_t N>
Enum enumerator(const std::array<std::string_view, N>& names, const std::string& name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::runtime_error("golden file: unknown name " + name);
  return static_cast<Enum>(found - names.begin());
}

Surrogate surrogate_from(const json& text) {
  return {.kind = enumerator<SurrogateKind>(kSurrogates, text.at("kind")),
          .gamma = text.at("gamma"),
          .width = text.at("width"),
          .slope = text.at("slope"),
          .scale = text.at("scale"),
          .height = text.at("height")};
}

NetworkSpec spec_from(const json& text) {
  NetworkSpec spec;
  spec.model = enumerator<NeuronModel>(kModels, text.at("neuron"));
  spec.inputs = text.at("inputs");
  spec.hidden = text.at("hidden").get<std::vector<std::size_t>>();
  spec.outputs = text.at("outputs");
  spec.recurrent = text.at("recurrent");
  spec.spiking_readout = text.at("spiking_readout");
  spec.dt_ms = text.at("dt_ms");
  spec.threshold = text.at("threshold");
  spec.tau_reset_ms = text.at("tau_reset_ms");
  spec.tau_adaptation_ms.a = text.at("tau_adaptation_ms");
  spec.adaptation_strength.a = text.at("adaptation_strength");
  spec.adaptation = text.at("adaptation");
  if (text.contains("adlif")) {
    const json& adlif = text.at("adlif");
    spec.membrane_adaptation.a = adlif.at("membrane_adaptation");
    spec.tau_adaptation_current_ms = adlif.at("tau_adaptation_current_ms");
    spec.adaptation_per_neuron = adlif.at("per_neuron");
    spec.adaptation_trained = adlif.at("trained");
  }
  spec.decay_per_projection = text.at("decay_per_projection");
  spec.tie_reset_decay = text.at("tie_reset_decay");
  if (!text.at("autapses").is_null()) spec.autapses = text.at("autapses").get<bool>();
  spec.surrogate = surrogate_from(text.at("surrogate"));
  spec.dropout = text.at("dropout");
  return spec;
}

NetworkState state_from(const GoldenFile& file, const NetworkSpec& spec) {
  NetworkState state = build_network(spec, 0);
  for (const ParameterGroup& group : state.layout.groups) {
    const std::vector<float> values = file.read<float>("parameters/" + group.name);
    if (values.size() != group.count()) throw std::runtime_error("golden file: wrong size of " + group.name);
    std::ranges::copy(values, group_span(std::span<float>(state.parameters), group).begin());
  }
  return state;
}

/// Events are rows of (sample, channel, step), in this order.
std::vector<std::shared_ptr<const InputSample>> samples_of_events(const std::vector<std::uint16_t>& events,
                                                                  std::size_t count, std::size_t channels) {
  std::vector<std::shared_ptr<InputSample>> samples(count);
  for (auto& sample : samples) {
    sample = std::make_shared<InputSample>();
    sample->spikes.offsets.assign(channels + 1, 0);
  }
  for (std::size_t e = 0; e < events.size(); e += 3) {
    SpikeTrain& train = samples.at(events[e])->spikes;
    train.steps.push_back(events[e + 2]);
    ++train.offsets.at(events[e + 1] + std::size_t{1});
  }
  for (auto& sample : samples) {
    std::vector<std::uint32_t>& offsets = sample->spikes.offsets;
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  }
  return {samples.begin(), samples.end()};
}

std::vector<std::shared_ptr<const InputSample>> samples_of_values(const std::vector<float>& values, std::size_t count) {
  std::vector<std::shared_ptr<const InputSample>> samples;
  const auto size = static_cast<std::ptrdiff_t>(values.size() / count);
  for (auto begin = values.begin(); begin != values.end(); begin += size) {
    auto sample = std::make_shared<InputSample>();
    sample->analog.assign(begin, begin + size);
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

InputBatch GoldenCase::batch(const std::vector<std::uint16_t>& indices) const {
  InputBatch result = batch();
  result.samples.clear();
  for (const std::uint16_t index : indices) result.samples.push_back(samples.at(index));
  return result;
}

InputBatch GoldenCase::batch() const {
  InputBatch result;
  result.kind = kind;
  result.steps = steps;
  result.inputs = state.network.inputs();
  result.samples = samples;
  return result;
}

GoldenCase golden_case(const GoldenFile& file) {
  const json& text = file.description();
  const NetworkSpec spec = spec_from(text.at("spec"));
  const std::size_t count = text.at("samples");
  GoldenCase result;
  result.dt_ms = spec.dt_ms;
  result.state = state_from(file, spec);
  result.steps = text.at("steps");
  if (file.has("input/analog")) {
    result.kind = InputKind::analog;
    result.samples = samples_of_values(file.read<float>("input/analog"), count);
  } else {
    result.samples = samples_of_events(file.read<std::uint16_t>("input/events"), count, spec.inputs);
  }
  if (file.has("labels")) result.labels = file.read<std::int32_t>("labels");
  if (file.has("target")) result.target = file.read<float>("target");
  for (const json& term : text.at("losses")) {
    result.losses.push_back({enumerator<LossKind>(kLosses, term.at("kind")), term.at("weight"), term.at("parameter")});
  }
  return result;
}

}  // namespace hetsyn::test
