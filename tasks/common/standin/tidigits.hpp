#pragma once
#include "common/standin/audio_corpus.hpp"

namespace hetsyn::tasks {

/// Synthetic speech in TIDIGITS' layout, the isolated digits of adults: train/man/aa/1a.wav …, 20 kHz. 64 speakers for
/// training and 32 others for testing, half of them women, say each of the 11 digits twice: 1408 and 704 recordings.
AudioCorpus tidigits_standin();

}  // namespace hetsyn::tasks
