#include "backend/cases.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>

namespace hetsyn::test {
namespace {

constexpr std::array kModels{NeuronModel::hom_lif, NeuronModel::hom_alif, NeuronModel::het_lif,
                             NeuronModel::hetsyn_lif};

Case basic_case(NeuronModel model) {
  Case c;
  c.name = std::string(neuron_model_name(model));
  c.spec.model = model;
  c.spec.inputs = 20;
  c.spec.hidden = {12};
  c.spec.outputs = 4;
  c.spec.tau_synapse_ms = {InitialDistribution::Kind::uniform, 2.0, 20.0};
  c.spec.weight_gain = 2.0;  // enough for some spikes per neuron at 10 % input
  return c;
}

Case named(Case c, const std::string& suffix) {
  c.name += " " + suffix;
  return c;
}

/// Models × feed-forward and recurrent × 1–3 populations × events and analog input.
void add_architectures(std::vector<Case>& table) {
  const std::vector<std::vector<std::size_t>> depths{{33}, {17, 9}, {12, 20, 7}};
  for (const NeuronModel model : kModels) {
    for (const bool recurrent : {false, true}) {
      for (const auto& hidden : depths) {
        for (const InputKind kind : {InputKind::events, InputKind::analog}) {
          Case c = named(basic_case(model), fmt::format("{} {} layers {}", recurrent ? "R" : "F", hidden.size(),
                                                        kind == InputKind::events ? "events" : "analog"));
          c.spec.recurrent = recurrent;
          c.spec.hidden = hidden;
          c.input.kind = kind;
          if (kind == InputKind::analog) c.input.density = 0.5;
          table.push_back(c);
        }
      }
    }
  }
}

/// Sizes on both sides of every vector width; numbers of steps on both sides of every block.
void add_sizes(std::vector<Case>& table) {
  for (const NeuronModel model : {NeuronModel::hom_alif, NeuronModel::het_lif, NeuronModel::hetsyn_lif}) {
    for (const std::size_t size : std::to_array<std::size_t>({1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100})) {
      Case c = named(basic_case(model), fmt::format("R of {} neurons", size));
      c.spec.recurrent = true;
      c.spec.inputs = size;
      c.spec.hidden = {size};
      c.spec.outputs = size;
      c.spec.weight_gain = size == 1 ? 4.0 : 2.0;
      c.input.density = size < 16 ? 0.4 : 0.1;
      table.push_back(c);
    }
    for (const std::size_t inputs : std::to_array<std::size_t>({127, 128, 129, 300})) {
      Case c = named(basic_case(model), fmt::format("R, {} inputs", inputs));
      c.spec.recurrent = true;
      c.spec.inputs = inputs;
      c.spec.hidden = {10, 130};
      table.push_back(c);
    }
    for (const std::size_t steps : std::to_array<std::size_t>({1, 2, 7, 8, 9, 15, 16, 17, 31, 64, 65, 250, 1000})) {
      Case c = named(basic_case(model), fmt::format("R for {} steps", steps));
      c.spec.recurrent = true;
      c.input.steps = steps;
      c.input.samples = 2;
      c.input.density = steps < 9 ? 0.8 : 0.1;
      c.must_spike = steps > 2;
      table.push_back(c);
    }
    for (const std::size_t steps : std::to_array<std::size_t>({255, 256, 257, 513, 1000})) {
      Case c = named(ordinary_case(model), fmt::format("one sample of {} steps", steps));
      c.input.samples = 1;
      c.input.steps = steps;
      c.spec.dropout = 0.2;
      table.push_back(c);
    }
#ifndef __SANITIZE_THREAD__  // it takes half a minute, in which threads do nothing that they do not do elsewhere
    Case minute = named(basic_case(model), "R for more steps than 16 bits count");
    minute.spec.inputs = minute.spec.hidden[0] = 4;
    minute.spec.outputs = 2;
    minute.spec.recurrent = true;
    minute.input = {.samples = 1, .steps = 65'540, .density = 0.1};
    table.push_back(minute);
#endif
    Case integrators = named(basic_case(model), "F, r = 1 for 1000 steps");
    integrators.decays = Decays::one;
    integrators.input.steps = 1000;
    integrators.input.samples = 2;
    table.push_back(integrators);
    Case pixels = named(basic_case(model), "R, the shape of S-MNIST");
    pixels.spec.inputs = 1;
    pixels.spec.hidden = {64, 64};
    pixels.spec.outputs = 10;
    pixels.spec.recurrent = true;
    pixels.spec.spiking_readout = true;
    pixels.input = {.kind = InputKind::analog, .samples = 5, .steps = 784, .density = 0.2};
    table.push_back(pixels);
    for (const std::size_t samples : std::to_array<std::size_t>({1, 2, 4, 5, 8, 32, 33})) {
      Case c = named(basic_case(model), fmt::format("R, batch of {}", samples));
      c.spec.recurrent = true;
      c.input.samples = samples;
      table.push_back(c);
    }
  }
}

/// Silent, sparse and saturated input; empty samples; decays at the ends of their range.
void add_extremes(std::vector<Case>& table) {
  for (const NeuronModel model : kModels) {
    Case recurrent = basic_case(model);
    recurrent.spec.recurrent = true;
    for (const double density : {0.0, 0.01, 0.5, 1.0}) {
      Case c = named(recurrent, fmt::format("R, input density {}", density));
      c.input.density = density;
      c.must_spike = density > 0.1;
      table.push_back(c);
    }
    Case gaps = named(recurrent, "R, every other sample empty");
    gaps.gaps = true;
    gaps.input.samples = 5;
    table.push_back(gaps);
    for (const auto& [decays, text] : {std::pair{Decays::zero, "0"}, {Decays::one, "1"}, {Decays::mixed, "0 and 1"}}) {
      for (const bool analog : {false, true}) {
        Case c = named(recurrent, fmt::format("R, r = {}, {}", text, analog ? "analog" : "events"));
        c.decays = decays;
        c.input.kind = analog ? InputKind::analog : InputKind::events;
        c.input.density = analog ? 0.5 : 0.3;
        table.push_back(c);
      }
    }
  }
}

/// Dropout, adaptation, shared reset decay, autapses, spiking readout, all together.
void add_options(std::vector<Case>& table) {
  for (const NeuronModel model : kModels) {
    Case recurrent = basic_case(model);
    recurrent.spec.recurrent = true;
    recurrent.spec.hidden = {19, 13};
    recurrent.input.density = 0.2;
    for (const double dropout : {0.2, 0.5}) {
      Case c = named(recurrent, fmt::format("R, dropout {}", dropout));
      c.spec.dropout = dropout;
      table.push_back(c);
    }
    Case adaptation = named(recurrent, "R, adaptation");
    adaptation.spec.adaptation = true;
    adaptation.spec.adaptation_strength.a = 0.3;
    table.push_back(adaptation);
    for (const bool autapses : {false, true}) {
      Case c = named(recurrent, autapses ? "R with autapses" : "R without autapses");
      c.spec.autapses = autapses;
      table.push_back(c);
    }
    Case spiking = named(recurrent, "R, spiking readout");
    spiking.spec.spiking_readout = true;
    table.push_back(spiking);
    for (const std::vector<std::size_t>& hidden : std::vector<std::vector<std::size_t>>{{19}, {19, 13}}) {
      Case layer = named(recurrent, fmt::format("R, {} populations without a readout", hidden.size()));
      layer.spec.hidden = hidden;
      layer.spec.readout = false;
      layer.spec.outputs = hidden.back();
      layer.spec.dropout = 0.2;
      table.push_back(layer);
    }
    Case all = named(spiking, "and all options");
    all.spec.dropout = 0.2;
    all.spec.adaptation = true;
    all.spec.tie_reset_decay = model != NeuronModel::hetsyn_lif;
    all.spec.frozen_decay_fraction = model == NeuronModel::het_lif || model == NeuronModel::hetsyn_lif ? 0.3 : 0.0;
    table.push_back(all);
    if (model == NeuronModel::hetsyn_lif) continue;
    Case tied = named(recurrent, "R, reset decay tied");
    tied.spec.tie_reset_decay = true;
    table.push_back(tied);
  }
}

/// Adaptation by the membrane potential and through a filter, fixed or trained, for all kinds of populations.
void add_adlif(std::vector<Case>& table) {
  for (const NeuronModel model : kModels) {
    for (const bool recurrent : {false, true}) {
      Case base = named(basic_case(model), recurrent ? "R, adLIF" : "F, adLIF");
      base.spec.recurrent = recurrent;
      base.spec.hidden = {19, 13};
      base.input.density = 0.2;
      set_adlif(base.spec);
      Case unfiltered = named(base, "without a filter");
      unfiltered.spec.tau_adaptation_current_ms = 0.0;
      table.push_back(unfiltered);
      Case fixed = named(base, "fixed per neuron");
      fixed.spec.adaptation_trained = false;
      table.push_back(fixed);
      Case all = named(base, "trained, with other options");
      all.spec.dropout = 0.2;
      all.spec.spiking_readout = true;
      all.spec.tie_reset_decay = model != NeuronModel::hetsyn_lif;
      table.push_back(all);
      base.spec.tau_adaptation_ms = {.a = 30.0};
      base.spec.adaptation_strength = {.a = 0.25};
      base.spec.membrane_adaptation = {.a = 0.4};
      Case shared = named(base, "trained per population");
      shared.spec.adaptation_per_neuron = false;
      table.push_back(shared);
      shared.name = base.name + " fixed";
      shared.spec.adaptation_trained = false;
      table.push_back(shared);
    }
  }
  for (const std::size_t size : std::to_array<std::size_t>({1, 8, 16, 17, 65, 300})) {
    Case c = named(ordinary_case(NeuronModel::hetsyn_lif), fmt::format("adLIF of {} neurons", size));
    c.spec.hidden = {size};
    c.spec.inputs = size;
    c.spec.weight_gain = size == 1 ? 4.0 : 2.0;
    set_adlif(c.spec);
    table.push_back(c);
  }
  for (const std::size_t samples : std::to_array<std::size_t>({1, 8, 9})) {
    Case c = named(ordinary_case(NeuronModel::het_lif), fmt::format("adLIF, batch of {} for 263 steps", samples));
    c.input.samples = samples;
    c.input.steps = 263;
    set_adlif(c.spec);
    table.push_back(c);
  }
}

/// Everything at once, drawn: what no table thinks of. Such a case may be silent.
void add_drawn(std::vector<Case>& table) {
  RandomStream adaptation = test_stream(2026);
  RandomStream random = test_stream(2025);
  const auto one_of = [&](std::initializer_list<double> values) {
    return values.begin()[random.below(static_cast<std::uint32_t>(values.size()))];
  };
  const auto size = [&] { return std::size_t{1} + random.below(40); };
  for (int k = 0; k < 150; ++k) {
    Case c = named(basic_case(kModels[random.below(4)]), fmt::format("drawn {}", k));
    c.spec.inputs = size();
    c.spec.hidden.assign(1 + random.below(3), 0);
    for (std::size_t& n : c.spec.hidden) n = size();
    c.spec.outputs = size();
    c.spec.recurrent = random.below(3) > 0;
    c.spec.spiking_readout = random.below(4) == 0;
    c.spec.autapses = random.below(2) == 0;
    c.spec.adaptation = random.below(3) == 0;
    c.spec.tie_reset_decay = c.spec.model != NeuronModel::hetsyn_lif && random.below(4) == 0;
    c.spec.dropout = one_of({0.0, 0.0, 0.1, 0.4});
    c.spec.threshold = one_of({0.5, 1.0, 1.5});
    c.spec.weight_gain = one_of({1.0, 2.0, 3.0});
    c.input.kind = random.below(4) == 0 ? InputKind::analog : InputKind::events;
    c.input.samples = 1 + random.below(6);
    c.input.steps = 1 + random.below(70);
    c.input.density = random.uniform(0.02, 0.6);
    c.decays = static_cast<Decays>(random.below(8) < 5 ? 0 : 1 + random.below(3));
    c.must_spike = false;
    if (adaptation.below(4) == 0) {
      set_adlif(c.spec);
      c.spec.adaptation_trained = adaptation.below(2) == 0;
      c.spec.tau_adaptation_current_ms = adaptation.below(2) == 0 ? 0.0 : 8.0;
    }
    table.push_back(c);
  }
}

void add_surrogates(std::vector<Case>& table) {
  using enum SurrogateKind;
  const std::vector<std::pair<Surrogate, std::string>> surrogates{
      {{.kind = triangular, .gamma = 1.0, .width = 1.0}, "triangular"},
      {{.kind = multi_gaussian}, "multi-gaussian"},
      {{.kind = SurrogateKind::atan, .gamma = 1.0}, "atan"},
      {{.kind = fast_sigmoid, .gamma = 1.0, .slope = 5.0}, "fast sigmoid"},
      {{.kind = sigmoid, .gamma = 1.0, .slope = 4.0}, "sigmoid"},
      {{.kind = boxcar, .gamma = 1.0, .width = 0.5}, "boxcar"},
      {{.kind = gaussian, .gamma = 1.0, .width = 0.4}, "gaussian"}};
  for (const auto& [surrogate, text] : surrogates) {
    Case c = named(ordinary_case(NeuronModel::hetsyn_lif), "surrogate " + text);
    c.spec.surrogate = surrogate;
    c.spec.threshold = 0.8;  // not 1, so that a forgotten ϑ shows
    table.push_back(c);
  }
}

Case with_decay_per_projection(const Case& het_lif) {
  Case c = named(het_lif, "with a decay per projection");
  c.spec.decay_per_projection = true;
  c.spec.tie_reset_decay = false;
  return c;
}

/// Every recurrent case of het_lif once more, with a decay per projection.
void add_decays_per_projection(std::vector<Case>& table) {
  for (std::size_t k = 0, count = table.size(); k < count; ++k) {
    if (table[k].spec.model != NeuronModel::het_lif || !table[k].spec.recurrent) continue;
    table.push_back(with_decay_per_projection(table[k]));
  }
}

std::vector<Case> make_cases() {
  std::vector<Case> table;
  add_architectures(table);
  add_sizes(table);
  add_extremes(table);
  add_options(table);
  add_adlif(table);
  add_surrogates(table);
  add_drawn(table);
  add_decays_per_projection(table);
  return table;
}

std::size_t neuron_steps(const Case& c) {
  const std::size_t neurons = std::accumulate(c.spec.hidden.begin(), c.spec.hidden.end(), c.spec.outputs);
  return neurons * c.input.steps * c.input.samples;
}

void set_decays(NetworkState& state, Decays decays) {
  for (const ParameterGroup& group : state.layout.groups) {
    if (!group.is_synaptic_decay() || decays == Decays::drawn) continue;
    const std::span<float> r = group_span(std::span<float>(state.parameters), group);
    for (std::size_t i = 0; i < r.size(); ++i) {
      if (decays == Decays::zero) r[i] = 0.0F;
      if (decays == Decays::one) r[i] = 1.0F;
      if (decays == Decays::mixed && i % 3 < 2) r[i] = static_cast<float>(i % 3);
    }
  }
}

}  // namespace

void set_adlif(NetworkSpec& spec) {
  using enum InitialDistribution::Kind;
  spec.adaptation = spec.adaptation_per_neuron = spec.adaptation_trained = true;
  spec.tau_adaptation_ms = {lognormal, 40.0, 0.5};
  spec.adaptation_strength = {normal, 0.2, 0.1};
  spec.membrane_adaptation = {uniform, 0.0, 0.6};
  spec.tau_adaptation_current_ms = 8.0;
}

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

std::vector<Case> cases(std::size_t most_neuron_steps) {
  std::vector<Case> table = make_cases();
  std::erase_if(table, [&](const Case& c) { return neuron_steps(c) > most_neuron_steps; });
  return table;
}

NetworkState make_state(const Case& c) {
  NetworkState state = build_network(c.spec, 7);
  set_decays(state, c.decays);
  return state;
}

InputBatch make_batch(const Case& c) {
  BatchShape shape = c.input;
  shape.inputs = c.spec.inputs;
  InputBatch batch = random_batch(shape, 11);
  const auto empty =
      events_from_raster(std::vector<std::uint8_t>(shape.steps * shape.inputs), shape.steps, shape.inputs);
  for (std::size_t b = 0; c.gaps && b < batch.size(); b += 2) batch.samples[b] = empty;
  return batch;
}

Case ordinary_case(NeuronModel model) {
  Case c = named(basic_case(model), "R of 19 and 13 neurons");
  c.spec.recurrent = true;
  c.spec.hidden = {19, 13};
  c.input.density = 0.2;
  return c;
}

Case two_decays_case() { return with_decay_per_projection(ordinary_case(NeuronModel::het_lif)); }

Case adlif_case(NeuronModel model) {
  Case c = named(ordinary_case(model), "that are adLIF neurons");
  set_adlif(c.spec);
  return c;
}

std::vector<Case> ordinary_cases() {
  std::vector<Case> all{two_decays_case(), adlif_case(NeuronModel::het_lif), adlif_case(NeuronModel::hetsyn_lif)};
  for (const NeuronModel model : kModels) all.push_back(ordinary_case(model));
  return all;
}

}  // namespace hetsyn::test
