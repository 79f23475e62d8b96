#pragma once
#include "base/error.hpp"  // IWYU pragma: export
