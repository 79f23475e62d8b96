#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "python/bindings.hpp"

namespace hetsyn::python {

namespace {

/// While it exists, Python counts one more nested call. Throws RecursionError instead of overflowing the stack.
class NestedCall {
 public:
  NestedCall() {
    if (Py_EnterRecursiveCall(" in a configuration") != 0) throw nb::python_error();
  }
  ~NestedCall() { Py_LeaveRecursiveCall(); }
  NestedCall(const NestedCall&) = delete;
  NestedCall& operator=(const NestedCall&) = delete;
};

/// An int of Python; as a real number where it has more than 64 bits, which no integer key takes.
Value integer_of(nb::handle object) {
  int overflow = 0;
  const std::int64_t value = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
  if (overflow == 0) return value;
  const double real = PyLong_AsDouble(object.ptr());
  if (PyErr_Occurred() != nullptr) throw nb::python_error();
  return real;
}

[[noreturn]] void refuse(nb::handle object) {
  const std::string found = nb::cast<std::string>(nb::repr(object));
  throw nb::type_error(
      ("a configuration cannot hold " + found + "; expected a bool, a number, a str, a path, a list or a dict")
          .c_str());
}

}  // namespace

Value value_of(nb::handle object) {
  const NestedCall nested;
  if (PyBool_Check(object.ptr())) return nb::cast<bool>(object);
  if (PyLong_Check(object.ptr())) return integer_of(object);
  if (PyFloat_Check(object.ptr())) return nb::cast<double>(object);
  if (PyUnicode_Check(object.ptr())) return nb::cast<std::string>(object);
  if (PyList_Check(object.ptr()) || PyTuple_Check(object.ptr())) {
    Value::List items;
    for (const nb::handle item : object) items.push_back(value_of(item));
    return items;
  }
  if (PyDict_Check(object.ptr())) return settings_of(nb::borrow<nb::dict>(object));
  if (nb::hasattr(object, "__fspath__")) return nb::cast<std::string>(nb::str(object.attr("__fspath__")()));
  if (!nb::hasattr(object, "tolist")) refuse(object);
  const nb::object plain = object.attr("tolist")();  // arrays and numbers of NumPy and torch
  if (plain.type().is(object.type())) refuse(object);
  return value_of(plain);
}

Settings settings_of(const nb::dict& values) {
  Settings settings;
  for (const auto& [key, value] : values) settings.emplace_back(nb::cast<std::string>(nb::str(key)), value_of(value));
  return settings;
}

Config config_of(const std::optional<std::filesystem::path>& file, const nb::dict& values) {
  Config config = file ? Config::file(*file) : Config();
  for (const auto& [key, value] : settings_of(values)) config.set(key, value);
  return config;
}

void bind_context(nb::module_& module) {
  nb::class_<Context>(module, "Context")
      .def(
          "__init__",
          [](Context* self, int threads, std::function<void(int, std::string_view)> log,
             std::vector<std::filesystem::path> plugin_path, std::vector<std::filesystem::path> data_path,
             std::filesystem::path cache_path) {
            ContextOptions options{threads, {}, std::move(plugin_path), std::move(data_path), std::move(cache_path)};
            if (log) {
              options.log = [log](LogLevel level, std::string_view text) { log(static_cast<int>(level), text); };
            }
            new (self) Context(std::move(options));
          },
          nb::arg("threads") = 0, nb::arg("log").none() = nb::none(),
          nb::arg("plugin_path") = std::vector<std::filesystem::path>(),
          nb::arg("data_path") = std::vector<std::filesystem::path>(), nb::arg("cache_path") = std::filesystem::path())
      .def("stop", &Context::stop)
      .def("resume", &Context::resume);
}

}  // namespace hetsyn::python
