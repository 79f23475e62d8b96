#include "python/bindings.hpp"

NB_MODULE(_engine, module) {
  // Other modules may keep objects until after the interpreter has ended, as torch does with the graph of a global
  // tensor.
  nanobind::set_leak_warnings(false);
  module.attr("version") = HETSYN_VERSION;
  module.doc() = "The engine; see the package hetsyn.";
  hetsyn::python::bind_errors(module);
  hetsyn::python::bind_context(module);
  hetsyn::python::bind_samples(module);
  hetsyn::python::bind_network(module);
  hetsyn::python::bind_parameters(module);
  hetsyn::python::bind_saved_network(module);
  hetsyn::python::bind_task(module);
  hetsyn::python::bind_session(module);
}
