#pragma once
#include <cstddef>
#include <span>

#include "core/communicator.hpp"
#include "training/checkpoint.hpp"

namespace hetsyn {

/// Adds `samples` samples with these means.
void add_means(EpochSums& sums, std::size_t samples, double loss, std::span<const double> metrics,
               std::span<const double> rates_hz);

/// Makes the sums of each rank those of all.
void add_ranks(EpochSums& sums, Communicator& ranks);

/// The sums' means.
EpochSums means(EpochSums sums);

}  // namespace hetsyn
