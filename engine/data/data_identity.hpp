#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/task_port.hpp"

namespace hetsyn {

/// What a run was on. Data are the same where counts and digest agree, wherever the files lie and whatever they are
/// called; a changed file is other data.
struct DataIdentity {
  struct Part {
    std::string name;           ///< of the split
    std::uint64_t samples = 0;  ///< of a drawn split: the suggested number
    bool operator==(const Part&) const = default;
  };

  std::string name;  ///< "MNIST": what results say they are about
  bool standin = false;
  /// The task's own, over all that its files hold; or "sampled:…", over labels and groups of all samples and the inputs
  /// of a few; empty where all samples are drawn.
  std::string digest;
  std::vector<Part> splits;
  std::string held_out;  ///< digest of the validation samples that a run cut from its training samples; empty: none

  /// The same data, however a run divided them. Without a digest the name must do.
  [[nodiscard]] bool same_as(const DataIdentity& other) const {
    return digest == other.digest && splits == other.splits && (!digest.empty() || name == other.name);
  }
};

/// What several runs on the same data call them, whatever their order: the first name by alphabet, and a stand-in where
/// one of them knows it.
DataIdentity same_data(const DataIdentity& a, const DataIdentity& b);

/// Identifies the data of an opened task. Where the task gives no digest, makes one; throws what its fill() throws.
DataIdentity identify_data(const Task& task);

/// "MNIST" or "rendered digits (stand-in)".
std::string data_title(const std::string& name, bool standin);

/// The title of each of several data; of those that are others but have the same title, with the digest.
std::vector<std::string> data_labels(const std::vector<DataIdentity>& data);

/// "MNIST, 60000 train and 10000 test samples, digest xxh3:0123…", for messages.
std::string describe(const DataIdentity& data);

}  // namespace hetsyn
