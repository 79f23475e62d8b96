#pragma once
#include <hetsyn/parameters.hpp>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/json_file.hpp"
#include "state/parameters.hpp"

/// Parameters that a network starts with in place of those that the seed draws.
namespace hetsyn {

/// What a run records of them: `initial` in summary.json and in checkpoints.
struct InitialFacts {
  std::string file;                 ///< empty: given in memory
  std::string digest;               ///< of names, shapes and values; equal for equal arrays, wherever they come from
  std::vector<std::string> arrays;  ///< names, in alphabetical order
};

struct InitialParameters {
  InitialFacts facts;
  std::vector<ParameterArray> arrays;
};

/// Reads model.initial: a checkpoint or a file of parameters, with some or all arrays of a network. Throws DataError,
/// which names file and array, for what this network cannot have, decays for another Δt among it, and RunError if the
/// file cannot be read.
InitialParameters read_initial_parameters(const std::string& file, const NetworkLayout& network);

/// Arrays that are given in memory. Throws as write_arrays().
InitialParameters given_parameters(std::vector<ParameterArray> arrays, const NetworkLayout& network);

nlohmann::ordered_json to_json(const InitialFacts& facts);
/// Throws DataError if a member is missing or has the wrong type.
InitialFacts initial_from_json(const JsonValue& json);

}  // namespace hetsyn
