#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "report/analysis/tau.hpp"
#include "state/parameters.hpp"

/// The parameters of a run during its training, from its seed and its checkpoints.
namespace hetsyn {

/// The parameters at one point of a training.
struct Moment {
  std::uint64_t epoch = 0;
  AlignedVector<float> parameters;
};

struct DecayCourse {
  NetworkState network;                     ///< with the parameters that the seed draws
  DecayScale scale;                         ///< Δt and clamps
  std::map<std::uint64_t, Moment> moments;  ///< by optimizer step: initial (0), snapshots, and last the checkpoint
};

/// The course up to a checkpoint ("best" or "last"). Without step 0 if the run was given its initial parameters and
/// these are not kept. Throws UsageError if `run` is no run or does not have the checkpoint; RunError or DataError for
/// damaged files.
DecayCourse read_course(const std::filesystem::path& run, const std::string& checkpoint);

/// The elements of a group of decays that are analysed under one name.
struct DecaySelection {
  std::string name;
  const ParameterGroup* group = nullptr;
  std::vector<std::size_t> elements;  ///< indices in the flat block
};

/// All decays of a group, without those of absent autapses. `group` must outlive the selection.
DecaySelection select_all(const ParameterGroup& group, const PopulationLayout& population);

std::vector<float> values_of(const DecaySelection& selection, std::span<const float> parameters);

}  // namespace hetsyn
