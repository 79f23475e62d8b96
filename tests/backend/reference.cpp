#include "backend/reference/reference.hpp"

#include "backend/under_test.hpp"

namespace hetsyn::test {

const std::vector<Variant>& variants() {
  static const std::vector<Variant> table{{"reference", &make_reference_backend, {}}};
  return table;
}

}  // namespace hetsyn::test
