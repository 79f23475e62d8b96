#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include <hetsyn/exceptions.hpp>

#include "python/bindings.hpp"

namespace hetsyn::python {

std::vector<ParameterArray> named_arrays(const nb::dict& arrays) {
  std::vector<ParameterArray> out;
  for (const auto& [key, values] : arrays) {
    const auto name = nb::cast<std::string>(nb::str(key));
    const auto array = nb::cast<Floats>(values);
    if (array.ndim() != 2) {
      throw UsageError(name + ": an array of " + std::to_string(array.ndim()) +
                       " dimensions; expected two, [post][pre]");
    }
    out.push_back({name, array.shape(0), array.shape(1), {array.data(), array.data() + array.size()}});
  }
  return out;
}

void bind_parameters(nb::module_& module) {
  module.def(
      "save_parameters",
      [](const std::filesystem::path& file, const nb::dict& arrays, const nb::dict& values) {
        save_parameters(file, named_arrays(arrays), config_of(std::nullopt, values));
      },
      nb::arg("file"), nb::arg("arrays"), nb::arg("values"));
}

}  // namespace hetsyn::python
