#pragma once
#include <ostream>
#include <vector>

#include "backend/cuda/emulation/grid.hpp"

namespace hetsyn::simt {

/// Orders of threads in which a right kernel has one result.
inline const std::vector<Schedule> kSchedules{
    {Order::ascending}, {Order::descending}, {Order::seeded, 1}, {Order::seeded, 2}, {Order::seeded, 3}};

inline std::ostream& operator<<(std::ostream& out, const Schedule& schedule) {
  return out << (schedule.order == Order::ascending    ? "ascending"
                 : schedule.order == Order::descending ? "descending"
                                                       : "seed ")
             << schedule.seed;
}

}  // namespace hetsyn::simt
