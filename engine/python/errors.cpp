#include <nanobind/stl/string.h>

#include <hetsyn/exceptions.hpp>
#include <system_error>

#include "python/bindings.hpp"

namespace hetsyn::python {
namespace {

/// Raises a ConfigError with its key as an attribute.
void raise_config_error(const std::exception_ptr& thrown, void* type) {
  try {
    std::rethrow_exception(thrown);
  } catch (const ConfigError& error) {
    const nb::handle raised(static_cast<PyObject*>(type));
    const nb::object exception = raised(error.what());
    exception.attr("key") = error.key();
    PyErr_SetObject(raised.ptr(), exception.ptr());
  }
}

/// Raises a RunError for what the system refuses, as a name of a file that is too long.
void raise_run_error(const std::exception_ptr& thrown, void* type) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::system_error& error) {
    PyErr_SetString(static_cast<PyObject*>(type), error.what());
  }
}

void raise_type_error(const std::exception_ptr& thrown, void* /*unused*/) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::bad_cast&) {
    PyErr_SetString(PyExc_TypeError, "a value has another type than was expected, or is out of range");
  }
}

}  // namespace

// Translators are asked from the last to the first: the base comes first.
void bind_errors(nb::module_& module) {
  const nb::exception<Error> base(module, "Error");
  base.attr("__doc__") = "Base of all errors of the engine; the text is one sentence.";
  nb::exception<DataError>(module, "DataError", base).attr("__doc__") =
      "A file, sample or array that does not hold what was expected.";
  nb::exception<PluginError>(module, "PluginError", base).attr("__doc__") =
      "A plugin that cannot be loaded or breaks its contract.";
  const nb::exception<RunError> run_error(module, "RunError", base);
  nb::register_exception_translator(raise_run_error, run_error.ptr());
  run_error.attr("__doc__") = "Work that cannot be completed: a full disk, a damaged file, a loss that diverges.";
  nb::exception<UsageError>(module, "UsageError", base).attr("__doc__") =
      "A request that cannot be met: a wrong argument or a wrong order of calls.";
  const std::string name = nb::cast<std::string>(module.attr("__name__")) + ".ConfigError";
  const nb::object config_error = nb::steal(PyErr_NewExceptionWithDoc(
      name.c_str(), "A wrong value of a configuration; `key` is its dotted name.", base.ptr(), nullptr));
  module.attr("ConfigError") = config_error;
  nb::register_exception_translator(raise_config_error, config_error.ptr());
  nb::register_exception_translator(raise_type_error);
}

}  // namespace hetsyn::python
