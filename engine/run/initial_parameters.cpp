#include "run/initial_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <utility>

#include "base/digest.hpp"
#include "config/config_value.hpp"
#include "run/parameter_arrays.hpp"
#include "training/parameter_file.hpp"

namespace hetsyn {
namespace {

InitialFacts facts_of(std::string file, const std::vector<ParameterArray>& arrays) {
  InitialFacts facts{std::move(file), {}, {}};
  Digester digester;
  for (const ParameterArray& array : arrays) {
    facts.arrays.push_back(array.name);
    digester.add(fmt::format("{} {} {}", array.name, array.rows, array.columns));
    digester.add(array.values);
  }
  facts.digest = data_digest_text(digester.digest());
  return facts;
}

/// Throws for what the network cannot have.
void check_arrays(const NetworkLayout& network, const std::vector<ParameterArray>& arrays) {
  AlignedVector<float> parameters(parameter_layout(network).size);
  write_arrays(network, arrays, parameters);
}

std::optional<double> time_step(const std::string& file, const std::string& config) {
  const ConfigValue::Table document = parse_toml(config, file);
  const ConfigValue* const value = find_dotted(document, "model.dt_ms");
  double dt_ms = 0.0;
  return value != nullptr && value->number(dt_ms) ? std::optional(dt_ms) : std::nullopt;
}

/// Throws for decays that belong to another Δt than that of the network.
void check_time_step(const ParameterFile& content, const std::string& file, const NetworkLayout& network) {
  const ParameterLayout layout = parameter_layout(network);
  const auto is_decay = [&](const ParameterArray& array) { return group_named(layout, array.name).is_decay(); };
  const auto decays = std::ranges::find_if(content.arrays, is_decay);
  if (decays == content.arrays.end()) return;
  const std::optional<double> dt_ms = time_step(file, content.config);
  if (!dt_ms) {
    throw DataError(
        fmt::format("{} has decays but no model.dt_ms in its config; expected {} ms", decays->name, network.dt_ms));
  }
  if (*dt_ms != network.dt_ms) {
    throw DataError(fmt::format("{} has decays for steps of {} ms; expected model.dt_ms = {}", decays->name, *dt_ms,
                                network.dt_ms));
  }
}

}  // namespace

InitialParameters read_initial_parameters(const std::string& file, const NetworkLayout& network) {
  ParameterFile content = read_parameter_file(file);
  try {
    check_arrays(network, content.arrays);
    check_time_step(content, file, network);
    if (content.arrays.empty()) throw DataError("no arrays; expected at least one in the group parameters");
  } catch (const Error& error) {
    throw DataError(fmt::format("model.initial: {}: {}", file, error.what()));
  }
  return {facts_of(file, content.arrays), std::move(content.arrays)};
}

InitialParameters given_parameters(std::vector<ParameterArray> arrays, const NetworkLayout& network) {
  check_arrays(network, arrays);
  std::ranges::sort(arrays, {}, &ParameterArray::name);
  return {facts_of({}, arrays), std::move(arrays)};
}

nlohmann::ordered_json to_json(const InitialFacts& facts) {
  nlohmann::ordered_json out;
  out["file"] = facts.file.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(facts.file);
  out["digest"] = facts.digest;
  out["arrays"] = facts.arrays;
  return out;
}

InitialFacts initial_from_json(const JsonValue& json) {
  InitialFacts facts{json.text_or("file", ""), json.at("digest").text(), {}};
  for (const JsonValue& name : json.at("arrays").items()) facts.arrays.push_back(name.text());
  return facts;
}

}  // namespace hetsyn
