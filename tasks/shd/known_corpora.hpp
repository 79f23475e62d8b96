#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace hetsyn::tasks {

/// A published corpus in the format of the Spiking Heidelberg Digits, as bin/fetch-data knows it.
struct KnownCorpus {
  const char *name, *title;  ///< "ssc", the name of its folder; "SSC", the name in results
  const char* train_file;
  const char* origin;  ///< what bin/fetch-data does, to end a sentence
  std::uint32_t classes;
  std::size_t train, test, validation;  ///< recordings
};

/// SHD, which is the default, comes first.
inline constexpr std::array kKnownCorpora{
    KnownCorpus{"shd", "SHD", "shd_train.h5", "gets it from https://zenkelab.org/datasets/", 20, 8156, 2264, 0},
    KnownCorpus{"ssc", "SSC", "ssc_train.h5", "gets it from https://zenkelab.org/datasets/", 35, 75466, 20382, 9981},
    KnownCorpus{"asc", "Arabic Speech Commands", "asc_train.h5",
                "gets the recordings from the authors' repository, and docs/data.md has the command that encodes them",
                40, 7200, 2400, 2400}};

}  // namespace hetsyn::tasks
