#include <fmt/format.h>

#include <limits>

#include "backend/cpu/isa.hpp"
#include "backend/under_test.hpp"

namespace hetsyn::test {

/// Every instruction set that this machine has.
const std::vector<Variant>& variants() {
  static const std::vector<Variant> table = [] {
    std::vector<Variant> result;
    for (const cpu::KernelTable* kernels : cpu::supported_kernels()) {
      result.push_back(
          {fmt::format("cpu {}", kernels->name), find_backend("cpu"), {.threads = 2, .isa = kernels->name}});
    }
    return result;
  }();
  return table;
}

std::size_t most_neuron_steps() { return std::numeric_limits<std::size_t>::max(); }

}  // namespace hetsyn::test
