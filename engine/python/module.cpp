#include "python/bindings.hpp"

NB_MODULE(_engine, module) {
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
