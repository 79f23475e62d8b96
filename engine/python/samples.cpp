#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <span>

#include "python/bindings.hpp"

namespace hetsyn::python {
namespace {

template <class T>
using Dense = nb::ndarray<const T, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
template <class T>
using List = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <class T>
HeldSamples dense(const Dense<T>& values) {
  HeldSamples held;
  held.samples.count = values.shape(0);
  held.samples.steps = values.shape(1);
  held.samples.inputs = values.shape(2);
  held.owners.push_back(nb::cast(values));
  return held;
}

HeldSamples analog(const Dense<float>& values) {
  HeldSamples held = dense(values);
  held.samples.analog = {values.data(), values.size()};
  return held;
}

HeldSamples spikes(const Dense<std::uint8_t>& values) {
  HeldSamples held = dense(values);
  held.samples.spikes = {values.data(), values.size()};
  return held;
}

HeldSamples events(const List<std::uint64_t>& offsets, const List<std::uint32_t>& units,
                   const List<std::uint32_t>& steps, std::size_t step_count, std::size_t inputs) {
  if (offsets.size() == 0) throw DataError("events: no offsets; expected one for each sample and one more");
  HeldSamples held;
  held.samples.count = offsets.size() - 1;
  held.samples.steps = step_count;
  held.samples.inputs = inputs;
  held.samples.events = {.offsets = {offsets.data(), offsets.size()},
                         .units = {units.data(), units.size()},
                         .steps = {steps.data(), steps.size()}};
  held.owners = {nb::cast(offsets), nb::cast(units), nb::cast(steps)};
  return held;
}

}  // namespace

Floats floats_of(nb::handle values, const char* what) {
  return nb::cast<Floats>(nb::module_::import_("hetsyn.arrays").attr("reals_of")(values, what));
}

Floats floats_of(nb::handle values, const char* what, std::initializer_list<std::size_t> shape) {
  Floats floats = floats_of(values, what);
  const auto text = [](const auto& sizes) {
    std::string out;
    for (const auto size : sizes) out += (out.empty() ? "" : ", ") + std::to_string(size);
    return "[" + out + "]";
  };
  const std::span given(floats.shape_ptr(), floats.ndim());
  if (!std::ranges::equal(given, shape)) {
    throw DataError(std::string(what) + " has the shape " + text(given) + "; expected " + text(shape));
  }
  return floats;
}

void bind_samples(nb::module_& module) {
  nb::class_<HeldSamples>(module, "Samples")
      .def_static("analog", analog, nb::arg("values").noconvert())
      .def_static("spikes", spikes, nb::arg("values").noconvert())
      .def_static("events", events, nb::arg("offsets").noconvert(), nb::arg("units").noconvert(),
                  nb::arg("steps").noconvert(), nb::arg("step_count"), nb::arg("inputs"))
      .def_prop_ro("count", [](const HeldSamples& self) { return self.samples.count; })
      .def_prop_ro("steps", [](const HeldSamples& self) { return self.samples.steps; })
      .def_prop_ro("inputs", [](const HeldSamples& self) { return self.samples.inputs; });
}

}  // namespace hetsyn::python
