#include "core/version.hpp"

namespace hetsyn {

std::string_view engine_version() { return HETSYN_VERSION; }

}  // namespace hetsyn
