#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "common/parallel.hpp"
#include "common/standin/speaker.hpp"

/// Synthetic spoken digits as spikes, which replace the Spiking Heidelberg Digits.
namespace hetsyn::tasks {

struct SpokenDigit {
  Utterance utterance;      ///< the number of its speaker is the one in the file
  std::uint16_t label = 0;  ///< 0 … 9 in English, 10 … 19 in German, as in SHD
};

struct SpokenDigits {
  std::vector<SpokenDigit> train, test;
};

/// 20 digits by 12 speakers, half of them women. As in SHD, speakers 4 and 5 are only in the test set, and the others
/// in both: 5 times in the training set and once in the test set. 1000 and 400 recordings.
SpokenDigits shd_standin();

/// Records the digits with `threads` threads (0: one for each core), encodes them by the model of the ear with which
/// SHD was made (Lauscher), and writes a file in SHD's format. Throws sdk::TaskError if a digit cannot be recorded or
/// the file cannot be written.
void write_spoken_digits(const std::filesystem::path& file, const std::vector<SpokenDigit>& digits, unsigned threads,
                         const Report& report);

}  // namespace hetsyn::tasks
