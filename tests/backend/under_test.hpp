#pragma once
#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "backend/backend.hpp"

namespace hetsyn::test {

/// One way to run a backend.
struct Variant {
  std::string name;
  BackendInfo backend;
  BackendOptions options;
};

inline std::unique_ptr<Backend> create(const Variant& variant, const NetworkState& state) {
  return make_backend(variant.backend, state, variant.options);
}

inline std::ostream& operator<<(std::ostream& out, const Variant& v) { return out << v.name; }

/// What the shared test bodies run on; each test program defines it for its backend.
const std::vector<Variant>& variants();
/// The most neurons · steps · samples of a case in the table that the backend under test can do in time.
std::size_t most_neuron_steps();

}  // namespace hetsyn::test
