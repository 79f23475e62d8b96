#pragma once
#include <cstdint>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "shd/recordings.hpp"

/// Several files as one corpus: what a number means is decided by the names that the files carry.
namespace hetsyn::tasks {

/// Gives the labels of `other` the numbers of the training file's classes, by their names. Where only one of the two
/// has names, its labels are taken as those numbers, with a warning. Throws sdk::TaskError naming file, sample and
/// class for a label that the training file does not have.
void match_classes(const sdk::OpenArgs& args, const Recordings& train, std::uint32_t classes, Recordings& other);

/// Gives the speakers of all files the numbers of one list of names, and returns the list: the training file's, then
/// those that the others add. Where not all files that have speakers name them, numbers stay as they are and nothing is
/// returned; a warning says so where some do.
std::vector<std::string> match_speakers(const sdk::OpenArgs& args, const std::vector<Recordings*>& files);

/// Throws sdk::TaskError where the files say that their spikes were made by different encoders or settings, the seed
/// left aside; warns where only some of them say how.
void check_encoders(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files);

/// Warns of files that hold the same.
void check_same_content(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files);

}  // namespace hetsyn::tasks
