#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "core/json_file.hpp"
#include "data/data_identity.hpp"

/// The identity of data as JSON: `data` in summary.json, in points of a sweep and in checkpoints.
namespace hetsyn {

nlohmann::ordered_json to_json(const DataIdentity& data);
/// Missing members stay empty. Throws DataError if a member has the wrong type.
DataIdentity data_from_json(const JsonValue& json);

/// The same for a text. Throws RunError, which names `file`, if the text is invalid.
DataIdentity parse_data_identity(const std::string& file, const std::string& text);

}  // namespace hetsyn
