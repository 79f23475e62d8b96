#pragma once
#include <array>
#include <cstdint>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/files/idx_file.hpp"

namespace hetsyn::tasks {

inline constexpr std::uint32_t kDigits = 10;

/// Images and their labels, all below 10.
struct LabelledImages {
  IdxImages images;
  std::vector<std::uint8_t> labels;  ///< [images]
};

/// Training and test images, all of the same size.
struct ImageCorpus {
  LabelledImages train, test;
  /// "MNIST" if the files have as many images of each digit as MNIST; otherwise the folder that they are from.
  std::string name;
  bool standin = false;
  std::string digest;  ///< of all pixels and labels
};

/// The keys that say where the files are.
std::vector<sdk::Key> corpus_keys();

/// Finds (see locate_corpus()) and reads {train,t10k}-{images-idx3,labels-idx1}-ubyte, also with a dot before idx, and
/// also as .gz. Throws sdk::NoData, which lists the places tried, and sdk::TaskError for a file that is damaged or does
/// not fit the others.
ImageCorpus read_image_corpus(const sdk::OpenArgs& args);

}  // namespace hetsyn::tasks
