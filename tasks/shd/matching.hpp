#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "shd/recordings.hpp"

/// Combines several files to one corpus: the names in the files determine what numbers mean.
namespace hetsyn::tasks {

/// Replaces the labels of `other` by the numbers of the training file's classes with the same names. If only one of the
/// two has names, the labels are kept, with a warning. Throws sdk::TaskError, which names file, sample and class, for a
/// label that the training file does not have.
void match_classes(const sdk::OpenArgs& args, const Recordings& train, std::uint32_t classes, Recordings& other);

/// Numbers the speakers of all files by one list of names, and returns the list: the training file's names, then
/// additional ones of the others. If not all files with speakers name them, keeps the numbers and returns nothing;
/// warns if some do.
std::vector<std::string> match_speakers(const sdk::OpenArgs& args, const std::vector<Recordings*>& files);

/// Throws sdk::TaskError if the files say that their spikes were made by different encoders or settings, ignoring the
/// seed; warns if only some of them say how.
void check_encoders(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files);

/// Warns of files with the same content.
void check_same_content(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files);

}  // namespace hetsyn::tasks
