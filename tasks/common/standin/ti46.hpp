#pragma once
#include "common/standin/audio_corpus.hpp"

namespace hetsyn::tasks {

/// Synthetic speech in the layout of TI46's alphabet: train/f1/0af1set0.wav …, test/f1/0af1s1t0.wav …, 12.5 kHz. 16
/// speakers, half of them women and the same in both splits, say each of the 26 letters five times for training and
/// twice for testing: 2080 and 832 recordings.
AudioCorpus ti46_standin();

}  // namespace hetsyn::tasks
