#include <limits>

#include "backend/under_test.hpp"

namespace hetsyn::test {

const std::vector<Variant>& variants() {
  static const std::vector<Variant> table{{"reference", find_backend("reference"), {}}};
  return table;
}

std::size_t most_neuron_steps() { return std::numeric_limits<std::size_t>::max(); }

}  // namespace hetsyn::test
