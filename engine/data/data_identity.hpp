#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/task_port.hpp"

namespace hetsyn {

/// Identifies the data of a run. Two data sets are the same if counts and digest agree, regardless of the names and
/// places of files; a changed file makes other data.
struct DataIdentity {
  struct Part {
    std::string name;           ///< of the split
    std::uint64_t samples = 0;  ///< of a drawn split: the suggested number
    bool operator==(const Part&) const = default;
  };

  std::string name;  ///< "MNIST": the name in results
  bool standin = false;
  /// The task's own digest of the content of its files; or "sampled:…", of the labels and groups of all samples and the
  /// inputs of a few; empty if all samples are drawn.
  std::string digest;
  std::vector<Part> splits;
  std::string held_out;  ///< digest of the validation samples that were taken from the training samples; empty: none

  /// Whether the data are the same, however they are divided. Without a digest, names are compared instead.
  [[nodiscard]] bool same_as(const DataIdentity& other) const {
    return digest == other.digest && splits == other.splits && (!digest.empty() || name == other.name);
  }
};

/// The identity to show for several runs on the same data, independent of their order: the alphabetically first name,
/// and a stand-in if one of the runs says so.
DataIdentity same_data(const DataIdentity& a, const DataIdentity& b);

/// The steps of the events for a digest: in 16 bits each if all fit, as they were always stored in earlier versions,
/// else in 32.
std::string step_bytes(const SpikeTrain& spikes);

/// Identifies the data of an opened task. Makes a digest if the task gives none; throws the exceptions of fill().
DataIdentity identify_data(const Task& task);

/// "MNIST" or "rendered digits (stand-in)".
std::string data_title(const std::string& name, bool standin);

/// Titles for several data sets; titles of different data that would be the same also contain the digest.
std::vector<std::string> data_labels(const std::vector<DataIdentity>& data);

/// "MNIST, 60000 train and 10000 test samples, digest xxh3:0123…", for messages.
std::string describe(const DataIdentity& data);

}  // namespace hetsyn
