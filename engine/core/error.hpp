#pragma once
#include <hetsyn/exceptions.hpp>  // IWYU pragma: export
