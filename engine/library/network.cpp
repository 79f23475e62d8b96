#include "library/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <optional>

#include "core/nearest.hpp"
#include "library/array_task.hpp"
#include "library/config.hpp"
#include "run/initial_parameters.hpp"
#include "run/parameter_arrays.hpp"
#include "run/run.hpp"
#include "training/optimizer.hpp"
#include "training/parameter_file.hpp"

namespace hetsyn {
namespace {

RunConfig config_of(const Context& context, const NetworkOptions& options) {
  ConfigDocument document;
  const auto set = [&](std::string_view table, std::string_view key, const Value& value) {
    set_key(document, fmt::format("{}.{}", table, key), value);
  };
  Value::List hidden(options.hidden.begin(), options.hidden.end());
  set("model", "hidden", std::move(hidden));
  set("model", "neuron", options.neuron);
  set("model", "recurrent", options.recurrent);
  for (const auto& [key, value] : options.more) set("model", key, value);
  set("run", "device", options.device);
  set("run", "threads", context.options().threads);
  set("train", "seed", options.seed);
  RunConfig config = read_config(document, "network", {});
  TaskInfo ends;
  ends.inputs = options.inputs;
  ends.outputs = options.outputs;
  ends.dt_ms = options.dt_ms;
  ends.spiking_readout = options.spiking_readout;
  resolve(config, ends);
  if (options.inputs == 0) throw ConfigError("inputs: expected at least 1");
  if (options.outputs == 0) throw ConfigError("outputs: expected at least 1");
  if (!options.readout && !options.hidden.empty() && options.outputs != options.hidden.back()) {
    throw ConfigError(fmt::format("outputs: {} without a readout; expected {}, as the last hidden population",
                                  options.outputs, options.hidden.back()));
  }
  if (config.weight_scaling != WeightScaling::fan_in) {
    throw ConfigError(
        "model.weight_scaling = \"decay_aware\" measures training samples, which a network alone does not "
        "have; expected a training with this key, or \"fan_in\"",
        "model.weight_scaling");
  }
  config.model.readout = options.readout;
  return config;
}

OptimizerSettings optimizer_settings(const UpdateOptions& options) {
  ConfigDocument document;
  set_key(document, "train.optimizer", options.optimizer);
  set_key(document, "train.learning_rate", options.learning_rate);
  set_key(document, "train.decay_parameter", options.decay_parameter);
  set_key(document, "train.decay_learning_rate_scale", options.decay_learning_rate_scale);
  set_key(document, "train.weight_decay", options.weight_decay);
  set_key(document, "train.momentum", options.momentum);
  set_key(document, "train.gradient_clip", options.gradient_clip);
  return read_config(document, "network", {}).train.optimizer;
}

Block block_of(Quantity quantity) { return static_cast<Block>(quantity); }
static_assert(static_cast<int>(Quantity::parameter) == static_cast<int>(Block::parameters) &&
              static_cast<int>(Quantity::gradient) == static_cast<int>(Block::gradients) &&
              static_cast<int>(Quantity::moment1) == static_cast<int>(Block::moment1) &&
              static_cast<int>(Quantity::moment2) == static_cast<int>(Block::moment2));

}  // namespace

struct RunningNetwork {
  RunningNetwork(const Context& context, const NetworkOptions& options)
      : config(config_of(context, options)),
        backend(build_backend(config)),
        facts(network_facts(backend->network(), backend->layout(), config)) {
    facts.device = find_backend(config.run.device).name;
    if (config.initial) start_from(*config.initial);
  }

  void start_from(const std::filesystem::path& file) {
    AlignedVector<float> parameters = block(Block::parameters);
    write_arrays(backend->network(), read_initial_parameters(file.string(), backend->network()).arrays, parameters);
    backend->write(Block::parameters, parameters);
  }

  [[nodiscard]] std::size_t population(std::string_view name) const {
    std::vector<std::string> names;
    for (const PopulationFacts& each : facts.populations) names.push_back(each.name);
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) throw UsageError(fmt::format("no population \"{}\"{}", name, did_you_mean(name, names)));
    return static_cast<std::size_t>(at - names.begin());
  }
  [[nodiscard]] std::size_t spiking_population(std::string_view name) const {
    const std::size_t p = population(name);
    if (!facts.populations[p].spiking) throw UsageError(fmt::format("population \"{}\" does not spike", name));
    return p;
  }
  /// Runs a pass and returns its number.
  std::uint64_t run(const Samples& samples, const std::optional<Dropout>& training) {
    if (samples.inputs != facts.inputs) {
      throw DataError(fmt::format("samples of {} inputs; expected {}", samples.inputs, facts.inputs));
    }
    InputBatch batch;
    batch.kind = input_kind(samples, "samples");
    batch.steps = samples.steps;
    batch.inputs = samples.inputs;
    batch.samples = input_samples(samples, "samples");
    const std::uint64_t number = passes;
    can_go_back = false;
    ++passes;  // results of earlier passes are now invalid
    if (training) {
      const DropoutKey key{.seed = config.train.seed, .pass = training->mask.value_or(number)};
      taped = backend->forward_with_tape(batch, training->active ? std::optional(key) : std::nullopt);
      pass = taped;
    } else {
      pass = backend->forward(batch);
    }
    can_go_back = training.has_value();
    parameters_changed = false;
    return passes;
  }
  [[nodiscard]] AlignedVector<float> block(Block block) const {
    AlignedVector<float> values(backend->layout().size);
    backend->read(block, values);
    return values;
  }

  RunConfig config;
  std::unique_ptr<Backend> backend;
  NetworkFacts facts;
  std::uint64_t passes = 0, updates = 0;
  std::optional<BackendPass> pass;  ///< the last pass
  std::optional<TapedPass> taped;   ///< the last pass for training
  bool parameters_changed = false;  ///< since the last pass
  bool can_go_back = false;         ///< the last pass is for training and backward() has not been called
};

NetworkFacts network_facts(const NetworkLayout& network, const ParameterLayout& layout, const RunConfig& config) {
  NetworkFacts facts;
  facts.neuron = neuron_model_name(config.model.model);
  facts.device = config.run.device;
  facts.inputs = network.inputs();
  facts.outputs = network.outputs();
  facts.dt_ms = config.model.dt_ms;
  const std::vector<std::size_t> counts = parameter_counts(network);
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const PopulationLayout& each = network.populations[p];
    facts.populations.push_back({each.name, each.inputs, each.size, each.recurrent, each.spiking, counts[p]});
  }
  for (const ParameterGroup& group : layout.groups) {
    facts.arrays.push_back(
        {group.name, group.rows, group.columns, group.trainable, group.range.lowest, group.range.highest});
  }
  return facts;
}

Network::Network(const Context& context, const NetworkOptions& options)
    : network_(std::make_unique<RunningNetwork>(context, options)) {}
Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

const NetworkFacts& Network::facts() const { return network_->facts; }

std::string Network::config_text() const { return write_model(network_->config); }

std::vector<float> Network::read(std::string_view array, Quantity quantity) const {
  const Backend& backend = *network_->backend;
  const ParameterGroup& group = group_named(backend.layout(), array);
  const auto copy = [&](std::span<const float> block) {
    const auto values = group_span(block, group);
    return std::vector<float>(values.begin(), values.end());
  };
  const std::span<const float> memory = backend.memory_of(block_of(quantity));
  return memory.empty() ? copy(network_->block(block_of(quantity))) : copy(memory);
}

void Network::write(std::string_view array, std::span<const float> values, Quantity quantity) {
  const NamedArray named{array, values};
  write({&named, 1}, quantity);
}

void Network::write(std::span<const NamedArray> arrays, Quantity quantity) {
  Backend& backend = *network_->backend;
  AlignedVector<float> block = network_->block(block_of(quantity));
  for (const NamedArray& array : arrays) {
    const ParameterGroup& group = group_named(backend.layout(), array.name);
    check_array(backend.network(), group, array.values, quantity);
    std::ranges::copy(array.values, group_span(std::span<float>(block), group).begin());
  }
  backend.write(block_of(quantity), block);
  network_->parameters_changed |= quantity == Quantity::parameter;
}

View<const float, 2> Network::view(std::string_view array, Quantity quantity) const {
  const Backend& backend = *network_->backend;
  const ParameterGroup& group = group_named(backend.layout(), array);
  const std::span<const float> memory = backend.memory_of(block_of(quantity));
  if (memory.empty()) {
    throw UsageError(fmt::format("device {} does not have {} as floats on the host; expected cpu for a view",
                                 network_->facts.device, array));
  }
  return group_view(memory, group);
}

void Network::save(const std::filesystem::path& file) const {
  const ParameterLayout& layout = network_->backend->layout();
  const AlignedVector<float> block = network_->block(Block::parameters);
  std::vector<ParameterArray> arrays;
  for (const ParameterGroup& group : layout.groups) {
    const auto values = group_span(std::span<const float>(block), group);
    arrays.push_back({group.name, group.rows, group.columns, {values.begin(), values.end()}});
  }
  write_parameter_file(file.string(), config_text(), arrays);
}

TrainingPass Network::forward(const Samples& samples, const Dropout& dropout) {
  return {*network_, network_->run(samples, dropout)};
}

ForwardPass Network::infer(const Samples& samples) { return {*network_, network_->run(samples, std::nullopt)}; }

void Network::zero_gradients() { network_->backend->zero_gradients(); }

double Network::gradient_norm() const { return network_->backend->gradient_norm({}); }

void Network::update(const UpdateOptions& options) {
  Backend& backend = *network_->backend;
  const OptimizerSettings settings = optimizer_settings(options);
  const double dt_ms = backend.network().dt_ms;
  double scale = 1.0;
  if (settings.gradient_clip > 0.0) {
    const double norm = backend.gradient_norm({settings.decay_parameter, dt_ms});
    if (!std::isfinite(norm)) throw RunError(fmt::format("the norm of the gradient is {}", norm));
    scale = clip_factor(norm, settings.gradient_clip);
  }
  backend.update(
      optimizer_constants(settings, backend.layout(), dt_ms, settings.learning_rate, ++network_->updates, scale));
  network_->parameters_changed = true;
}

RunningNetwork& ForwardPass::network() const {
  if (network_->passes != pass_) throw UsageError("another pass of the network has followed this one");
  return *network_;
}

View<const float, 3> ForwardPass::readout() const { return network().pass->readout(); }

View<const float, 2> ForwardPass::spike_counts(std::string_view population) const {
  const RunningNetwork& running = network();
  return running.pass->spike_counts(running.spiking_population(population));
}

std::vector<float> ForwardPass::spikes(std::string_view population) const {
  const RunningNetwork& running = network();
  return running.pass->tape(Field::spike, running.spiking_population(population));
}

std::vector<float> TrainingPass::potential(std::string_view population) const {
  const RunningNetwork& running = network();
  if (!running.can_go_back) throw UsageError("backward() has replaced the potentials; expected to be called before it");
  return running.taped->tape(Field::potential, running.population(population));
}

void TrainingPass::backward(std::span<const float> d_readout, std::span<float> d_input) {
  RunningNetwork& running = network();
  if (!running.can_go_back) throw UsageError("backward() was called before; expected once for a pass");
  if (running.parameters_changed) {
    throw UsageError("the parameters have changed since the forward pass; expected backward() before");
  }
  const std::size_t expected = running.taped->shape().size();
  if (d_readout.size() != expected) {
    throw UsageError(fmt::format("d_readout has {} values; expected {}, as the readout", d_readout.size(), expected));
  }
  const std::size_t inputs = running.taped->shape().samples * running.taped->shape().steps * running.facts.inputs;
  if (!d_input.empty() && d_input.size() != inputs) {
    throw UsageError(fmt::format("d_input has {} values; expected {}, as the input", d_input.size(), inputs));
  }
  running.can_go_back = false;
  running.taped->backward({d_readout, {}}, d_input);
}

}  // namespace hetsyn
