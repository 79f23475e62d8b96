#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>

#include "shd/binning.hpp"
#include "shd/corpus.hpp"

namespace hetsyn::tasks {

/// The number of spikes in the files of a corpus, and the number of those that are in no sample.
struct SpikeCount {
  std::uint64_t all = 0, lost = 0;
};

/// Counts the spikes of all files and reports those whose time is outside the duration: as a warning if they are one in
/// a hundred or more. Throws sdk::TaskError if no other spikes are left to train on.
SpikeCount count_spikes(const sdk::OpenArgs& args, const Corpus& corpus, Binning::Kind kind, double bin_ms,
                        std::uint32_t steps);

}  // namespace hetsyn::tasks
