#include "run/data_json.hpp"

#include <fmt/format.h>
#include <hetsyn/exceptions.hpp>

namespace hetsyn {

using Json = nlohmann::ordered_json;

Json to_json(const DataIdentity& data) {
  Json out{{"name", data.name}, {"standin", data.standin}, {"digest", data.digest}, {"samples", Json::object()}};
  out["held_out"] = data.held_out;
  for (const DataIdentity::Part& part : data.splits) out["samples"][part.name] = part.samples;
  return out;
}

DataIdentity data_from_json(const JsonValue& json) {
  DataIdentity data;
  data.name = json.text_or("name", "");
  if (const auto standin = json.find("standin")) data.standin = standin->boolean();
  data.digest = json.text_or("digest", "");
  data.held_out = json.text_or("held_out", "");
  if (const auto samples_by_split = json.find("samples")) {
    for (const auto& [name, samples] : samples_by_split->members()) data.splits.push_back({name, samples.count()});
  }
  return data;
}

DataIdentity parse_data_identity(const std::string& file, const std::string& text) {
  try {
    return data_from_json(JsonValue::parse(text, file));
  } catch (const DataError&) {
    throw RunError(
        fmt::format("{}: does not say on which data it was trained; expected a checkpoint of this version", file));
  }
}

}  // namespace hetsyn
