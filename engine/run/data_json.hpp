#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "core/json_file.hpp"
#include "data/data_identity.hpp"

/// The identity of data as JSON: `data` of summary.json and of points of a sweep, and in checkpoints.
namespace hetsyn {

nlohmann::ordered_json to_json(const DataIdentity& data);
/// What was not recorded stays empty. Throws DataError where a member has another type.
DataIdentity data_from_json(const JsonValue& json);

/// The same as text; throws RunError, naming `file`, for a text that is none.
DataIdentity parse_data_identity(const std::string& file, const std::string& text);

}  // namespace hetsyn
