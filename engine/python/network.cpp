#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <hetsyn/network.hpp>

#include "python/bindings.hpp"

namespace hetsyn::python {

nb::dict facts_of(const NetworkFacts& facts) {
  nb::list populations, arrays;
  for (const PopulationFacts& each : facts.populations) {
    nb::dict population;
    population["name"] = each.name;
    population["inputs"] = each.inputs;
    population["neurons"] = each.neurons;
    population["recurrent"] = each.recurrent;
    population["spiking"] = each.spiking;
    population["parameters"] = each.parameters;
    populations.append(population);
  }
  for (const ArrayFacts& each : facts.arrays) {
    nb::dict array;
    array["name"] = each.name;
    array["shape"] = nb::make_tuple(each.rows, each.columns);
    array["trainable"] = each.trainable;
    array["range"] = nb::make_tuple(each.lowest, each.highest);
    arrays.append(array);
  }
  nb::dict out;
  out["neuron"] = facts.neuron;
  out["device"] = facts.device;
  out["inputs"] = facts.inputs;
  out["outputs"] = facts.outputs;
  out["dt_ms"] = facts.dt_ms;
  out["parameters"] = facts.parameters();
  out["populations"] = populations;
  out["arrays"] = arrays;
  return out;
}

Quantity quantity_of(const std::string& name) {
  if (name == "parameter") return Quantity::parameter;
  if (name == "gradient") return Quantity::gradient;
  if (name == "moment1") return Quantity::moment1;
  if (name == "moment2") return Quantity::moment2;
  throw UsageError("quantity \"" + name + "\": expected parameter, gradient, moment1 or moment2");
}

const ArrayFacts* find_array(const NetworkFacts& facts, const std::string& name) {
  const auto found = std::ranges::find(facts.arrays, name, &ArrayFacts::name);
  return found == facts.arrays.end() ? nullptr : &*found;
}

namespace {

auto read(const Network& network, const std::string& name, const std::string& quantity) {
  return read_array(network, network.facts(), name, quantity_of(quantity));
}

void check_shape(const Network& network, const std::string& name, const Floats& values) {
  const ArrayFacts* const array = find_array(network.facts(), name);
  const bool fits = array == nullptr ||  // write() says what is wrong
                    (values.ndim() == 2 && values.shape(0) == array->rows && values.shape(1) == array->columns);
  if (!fits) {
    throw UsageError(name + ": expected an array of shape (" + std::to_string(array->rows) + ", " +
                     std::to_string(array->columns) + ")");
  }
}

void write(Network& network, const std::string& name, const Floats& values, const std::string& quantity) {
  check_shape(network, name, values);
  network.write(name, {values.data(), values.size()}, quantity_of(quantity));
}

void write_arrays(Network& network, const nb::dict& arrays, const std::string& quantity) {
  std::vector<std::pair<std::string, Floats>> held;
  for (const auto& [name, values] : arrays) {
    held.emplace_back(nb::cast<std::string>(name), nb::cast<Floats>(values));
    check_shape(network, held.back().first, held.back().second);
  }
  std::vector<NamedArray> named;
  for (const auto& [name, values] : held) named.push_back({name, {values.data(), values.size()}});
  network.write(named, quantity_of(quantity));
}

/// `owner` is a Network, which the array keeps alive.
nb::ndarray<nb::numpy, const float> view(nb::handle_t<Network> owner, const std::string& name,
                                         const std::string& quantity) {
  const View<const float, 2> values = nb::cast<const Network&>(owner).view(name, quantity_of(quantity));
  return {values.data(), {values.rows(), values.columns()}, owner};
}

/// What a pass gives, with the network that it is a pass of.
template <class Pass>
struct HeldPass {
  Pass pass;
  std::size_t samples, steps;
  const NetworkFacts* facts;

  [[nodiscard]] std::size_t neurons(const std::string& population) const {
    const auto found = std::ranges::find(facts->populations, population, &PopulationFacts::name);
    return found == facts->populations.end() ? 0 : found->neurons;
  }
};
using Inference = HeldPass<ForwardPass>;
using Training = HeldPass<TrainingPass>;

Training forward(Network& network, const HeldSamples& input, bool dropout, std::optional<std::uint32_t> mask) {
  const nb::gil_scoped_release release;
  return {network.forward(input.samples, {dropout, mask}), input.samples.count, input.samples.steps, &network.facts()};
}

Inference infer(Network& network, const HeldSamples& input) {
  const nb::gil_scoped_release release;
  return {network.infer(input.samples), input.samples.count, input.samples.steps, &network.facts()};
}

template <class Pass>
nb::class_<Pass> bind_pass(nb::module_& module, const char* name) {
  return nb::class_<Pass>(module, name)
      .def("readout",
           [](const Pass& self) {
             const auto values = self.pass.readout();
             return array_of(std::vector<float>(values.begin(), values.end()),
                             {self.samples, self.steps, self.facts->outputs});
           })
      .def(
          "spike_counts",
          [](const Pass& self, const std::string& population) {
            const auto values = self.pass.spike_counts(population);
            return array_of(std::vector<float>(values.begin(), values.end()), {self.samples, self.neurons(population)});
          })
      .def("spikes", [](const Pass& self, const std::string& population) {
        return array_of(self.pass.spikes(population), {self.samples, self.steps, self.neurons(population)});
      });
}

Floats gradient_of(const Training& self, const nb::object& d_readout) {
  return floats_of(d_readout, "d_readout", {self.samples, self.steps, self.facts->outputs});
}

void backward(Training& self, const nb::object& values) {
  const Floats d_readout = gradient_of(self, values);
  const nb::gil_scoped_release release;
  self.pass.backward({d_readout.data(), d_readout.size()});
}

nb::ndarray<nb::numpy, float> backward_to_input(Training& self, const nb::object& values) {
  const Floats d_readout = gradient_of(self, values);
  std::vector<float> d_input(self.samples * self.steps * self.facts->inputs);
  {
    const nb::gil_scoped_release release;
    self.pass.backward({d_readout.data(), d_readout.size()}, d_input);
  }
  return array_of(std::move(d_input), {self.samples, self.steps, self.facts->inputs});
}

}  // namespace

void bind_network(nb::module_& module) {
  bind_pass<Inference>(module, "ForwardPass");
  bind_pass<Training>(module, "TrainingPass")
      .def("potential",
           [](const Training& self, const std::string& population) {
             return array_of(self.pass.potential(population), {self.samples, self.steps, self.neurons(population)});
           })
      .def("backward", backward, nb::arg("d_readout"))
      .def("backward_to_input", backward_to_input, nb::arg("d_readout"));

  nb::class_<Network>(module, "Network")
      .def(
          "__init__",
          [](Network* self, const Context& context, std::size_t inputs, const std::vector<std::size_t>& hidden,
             std::size_t outputs, bool readout, const std::string& neuron, bool recurrent, bool spiking_readout,
             double dt_ms, const std::string& device, std::uint64_t seed, const nb::dict& more) {
            new (self) Network(context, {.inputs = inputs,
                                         .hidden = hidden,
                                         .outputs = outputs,
                                         .readout = readout,
                                         .neuron = neuron,
                                         .recurrent = recurrent,
                                         .spiking_readout = spiking_readout,
                                         .dt_ms = dt_ms,
                                         .device = device,
                                         .seed = seed,
                                         .more = settings_of(more)});
          },
          nb::keep_alive<1, 2>(), nb::arg("context"), nb::kw_only(), nb::arg("inputs"), nb::arg("hidden"),
          nb::arg("outputs"), nb::arg("readout") = true, nb::arg("neuron"), nb::arg("recurrent"),
          nb::arg("spiking_readout"), nb::arg("dt_ms"), nb::arg("device"), nb::arg("seed"), nb::arg("more"))
      .def_prop_ro("facts", [](const Network& self) { return facts_of(self.facts()); })
      .def_prop_ro("config_text", &Network::config_text)
      .def("read", read, nb::arg("name"), nb::arg("quantity") = "parameter")
      .def("write", write, nb::arg("name"), nb::arg("values"), nb::arg("quantity") = "parameter")
      .def("save", &Network::save, nb::arg("file"))
      .def("view", view, nb::arg("name"), nb::arg("quantity") = "parameter")
      .def("write_arrays", write_arrays, nb::arg("arrays"), nb::arg("quantity") = "parameter")
      .def("forward", forward, nb::keep_alive<0, 1>(), nb::arg("samples"), nb::kw_only(), nb::arg("dropout") = true,
           nb::arg("mask").none() = nb::none())
      .def("infer", infer, nb::keep_alive<0, 1>(), nb::arg("samples"))
      .def("zero_gradients", &Network::zero_gradients)
      .def("gradient_norm", &Network::gradient_norm)
      .def(
          "update",
          [](Network& self, const std::string& optimizer, double learning_rate, const std::string& decay_parameter,
             double decay_learning_rate_scale, double weight_decay, double momentum, double gradient_clip) {
            const nb::gil_scoped_release release;
            self.update({optimizer, learning_rate, decay_parameter, decay_learning_rate_scale, weight_decay, momentum,
                         gradient_clip});
          },
          nb::kw_only(), nb::arg("optimizer"), nb::arg("learning_rate"), nb::arg("decay_parameter"),
          nb::arg("decay_learning_rate_scale"), nb::arg("weight_decay"), nb::arg("momentum"), nb::arg("gradient_clip"));
}

}  // namespace hetsyn::python
