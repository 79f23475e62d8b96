#pragma once
#include <cstddef>
#include <span>

#include "core/communicator.hpp"
#include "training/checkpoint.hpp"

namespace hetsyn {

/// Adds the means of `samples` samples.
void add_means(EpochSums& sums, std::size_t samples, double loss, std::span<const double> metrics,
               std::span<const double> rates_hz);

/// Replaces the sums of each rank by the sums over all ranks.
void add_ranks(EpochSums& sums, Communicator& ranks);

/// The sums divided by the number of samples.
EpochSums means(EpochSums sums);

}  // namespace hetsyn
