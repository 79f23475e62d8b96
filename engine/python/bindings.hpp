#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <hetsyn/configuration.hpp>
#include <hetsyn/context.hpp>
#include <hetsyn/dataset.hpp>
#include <hetsyn/network.hpp>
#include <hetsyn/parameters.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The Python module over the engine's public headers. What users see is the package around it, hetsyn/.
namespace hetsyn::python {

namespace nb = nanobind;

void bind_errors(nb::module_& module);
void bind_context(nb::module_& module);
void bind_samples(nb::module_& module);
void bind_network(nb::module_& module);
void bind_parameters(nb::module_& module);
void bind_saved_network(nb::module_& module);
void bind_task(nb::module_& module);
void bind_session(nb::module_& module);

/// A bool, int, float, str, path, or a list, tuple or dict of these. Throws nb::type_error for anything else.
Value value_of(nb::handle object);
using Settings = std::vector<std::pair<std::string, Value>>;
Settings settings_of(const nb::dict& values);
/// A configuration from `values` ("train.batch" → 32) on top of a file, or alone.
Config config_of(const std::optional<std::filesystem::path>& file, const nb::dict& values);

Quantity quantity_of(const std::string& name);

/// As Python has them.
nb::dict facts_of(const NetworkFacts& facts);

/// Null for an unknown name.
const ArrayFacts* find_array(const NetworkFacts& facts, const std::string& name);

using Floats = nb::ndarray<const float, nb::c_contig, nb::device::cpu>;

/// What a user gives as real numbers, checked and converted by hetsyn/arrays.py; `what` names it in messages. Use this
/// for objects that the package has not looked at: nanobind's own conversion crashes for some, as a datetime64.
Floats floats_of(nb::handle values, const char* what);
/// The same; throws DataError for another shape.
Floats floats_of(nb::handle values, const char* what, std::initializer_list<std::size_t> shape);

/// A new NumPy array that owns `values`.
template <class T>
nb::ndarray<nb::numpy, T> array_of(std::vector<T> values, std::initializer_list<std::size_t> shape) {
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  T* const data = owned->data();
  nb::capsule owner(owned.release(), [](void* pointer) noexcept { delete static_cast<std::vector<T>*>(pointer); });
  return nb::ndarray<nb::numpy, T>(data, shape, owner);
}

/// What source.read(name, which) gives, in the shape that `facts` have. read() refuses a name that they do not have.
template <class Source, class Which>
nb::ndarray<nb::numpy, float> read_array(const Source& source, const NetworkFacts& facts, const std::string& name,
                                         const Which& which) {
  std::vector<float> values = source.read(name, which);
  const ArrayFacts& array = *find_array(facts, name);
  return array_of(std::move(values), {array.rows, array.columns});
}

/// Arrays [post][pre] by name. Throws UsageError for another number of dimensions.
std::vector<ParameterArray> named_arrays(const nb::dict& arrays);

/// Samples in arrays of Python, which it keeps.
struct HeldSamples {
  Samples samples;
  std::vector<nb::object> owners;
};

/// Returns body(), which runs without the interpreter's lock on a thread of its own, so that Ctrl-C is noticed here:
/// it stops what the context's sessions do, and is raised when they have ended in good order.
template <class Body>
auto interruptible(Context& context, const Body& body) {
  std::optional<nb::python_error> interrupt;
  auto result = std::async(std::launch::async, body);
  {
    const nb::gil_scoped_release release;
    while (result.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
      const nb::gil_scoped_acquire acquire;
      if (PyErr_CheckSignals() == 0) continue;
      interrupt.emplace();
      context.stop();
    }
  }
  if (interrupt) {
    context.resume();
    throw nb::python_error(std::move(*interrupt));
  }
  return result.get();
}

}  // namespace hetsyn::python
