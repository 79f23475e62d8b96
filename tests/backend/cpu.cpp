#include <fmt/format.h>

#include "backend/cpu/isa.hpp"
#include "backend/under_test.hpp"

namespace hetsyn::test {

/// Every instruction set that this machine has.
const std::vector<Variant>& variants() {
  static const std::vector<Variant> table = [] {
    std::vector<Variant> result;
    for (const cpu::KernelTable* kernels : cpu::supported_kernels()) {
      result.push_back({fmt::format("cpu {}", kernels->name), "cpu", {.threads = 2, .isa = kernels->name}});
    }
    return result;
  }();
  return table;
}

}  // namespace hetsyn::test
