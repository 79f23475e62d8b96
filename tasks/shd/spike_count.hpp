#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>

#include "shd/binning.hpp"
#include "shd/corpus.hpp"

namespace hetsyn::tasks {

/// Spikes in the files of a corpus, and those of them that no sample shows.
struct SpikeCount {
  std::uint64_t all = 0, lost = 0;
};

/// Counts the spikes of all files and tells those whose time lies outside the duration: a warning where they are one
/// in a hundred or more. Throws sdk::TaskError where none is left to train on.
SpikeCount count_spikes(const sdk::OpenArgs& args, const Corpus& corpus, Binning::Kind kind, double bin_ms,
                        std::uint32_t steps);

}  // namespace hetsyn::tasks
