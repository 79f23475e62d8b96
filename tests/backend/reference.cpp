#include "backend/under_test.hpp"

namespace hetsyn::test {

const std::vector<Variant>& variants() {
  static const std::vector<Variant> table{{"reference", "reference", {}}};
  return table;
}

}  // namespace hetsyn::test
