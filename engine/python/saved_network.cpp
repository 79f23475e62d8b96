#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include <hetsyn/saved_network.hpp>

#include "python/bindings.hpp"

namespace hetsyn::python {
namespace {

auto read(const SavedNetwork& self, const std::string& name, const std::string& quantity) {
  return read_array(self, self.facts(), name, quantity_of(quantity));
}

}  // namespace

void bind_saved_network(nb::module_& module) {
  nb::class_<SavedNetwork>(module, "SavedNetwork")
      .def(nb::init<const std::filesystem::path&>(), nb::arg("checkpoint"))
      .def_prop_ro("facts", [](const SavedNetwork& self) { return facts_of(self.facts()); })
      .def_prop_ro("epoch", &SavedNetwork::epoch)
      .def_prop_ro("step", &SavedNetwork::step)
      .def_prop_ro("config_text", &SavedNetwork::config_text)
      .def("read", read, nb::arg("name"), nb::arg("quantity") = "parameter");
}

}  // namespace hetsyn::python
