#include "run/data_json.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace hetsyn {

using Json = nlohmann::ordered_json;

Json to_json(const DataIdentity& data) {
  Json out{{"name", data.name}, {"standin", data.standin}, {"digest", data.digest}, {"samples", Json::object()}};
  out["held_out"] = data.held_out;
  for (const DataIdentity::Part& part : data.splits) out["samples"][part.name] = part.samples;
  return out;
}

DataIdentity data_from_json(const Json& json) {
  DataIdentity data;
  data.name = json.value("name", "");
  data.standin = json.value("standin", false);
  data.digest = json.value("digest", "");
  data.held_out = json.value("held_out", "");
  const Json samples_by_split = json.value("samples", Json::object());
  for (const auto& [name, samples] : samples_by_split.items()) {
    data.splits.push_back({name, samples.get<std::uint64_t>()});
  }
  return data;
}

DataIdentity parse_data_identity(const std::string& file, const std::string& text) {
  try {
    return data_from_json(Json::parse(text));
  } catch (const Json::exception&) {
    throw RunError(
        fmt::format("{}: does not say on which data it was trained; expected a checkpoint of this version", file));
  }
}

}  // namespace hetsyn
