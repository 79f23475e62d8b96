#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/parameters.hpp>
#include <string_view>

#include "library/config.hpp"
#include "run/parameter_arrays.hpp"
#include "training/parameter_file.hpp"

namespace hetsyn {
namespace {

constexpr std::string_view kHidden = "hidden";

bool is_population(std::string_view name) {
  if (name == "readout") return true;
  return name.starts_with(kHidden) && name.size() > kHidden.size() && name[kHidden.size()] != '0' &&
         name.find_first_not_of("0123456789", kHidden.size()) == std::string_view::npos;
}

/// The field of an array of parameters, such as "hidden1.w_rec".
Field field_of(const std::string& array) {
  const std::size_t dot = std::min(array.find('.'), array.size());
  const std::string population = array.substr(0, dot), name = array.substr(std::min(dot + 1, array.size()));
  for (const FieldInfo& field : kFields) {
    if (field.lifetime == Lifetime::parameter && field.name == name && is_population(population)) return field.field;
  }
  throw UsageError(fmt::format(
      "no network has an array \"{}\"; expected w, r, w_rec, r_rec, rho_a, b or m of hidden1, hidden2, … or "
      "readout, as in hidden1.w",
      array));
}

/// Throws for an array that no network has.
void check(const ParameterArray& array, const NetworkSpec& spec, bool has_time_step) {
  const Field field = field_of(array.name);
  const ValueRange range = value_range(field, adaptation_filter(spec));
  const ParameterGroup group{array.name, 0, field, array.rows, array.columns, 0, true, range};
  if (array.values.size() != group.count() || group.count() == 0) {
    throw UsageError(fmt::format("{} has {} values; expected [post][pre], here [{}][{}]", array.name,
                                 array.values.size(), array.rows, array.columns));
  }
  if (group.is_decay() && !has_time_step) {
    throw UsageError(fmt::format("{} has decays per time step; expected model.dt_ms with them", array.name));
  }
  check_values(group, array.values, Quantity::parameter, false);
}

}  // namespace

void save_parameters(const std::filesystem::path& file, std::span<const ParameterArray> arrays, const Config& config) {
  ConfigDocument model = config.document().tables;
  std::erase_if(model, [](const ConfigEntry& entry) { return entry.key != "model"; });
  RunConfig checked = read_config(model, "network", {});
  if (arrays.empty()) throw UsageError(fmt::format("{}: no arrays to save", file.string()));
  for (const ParameterArray& array : arrays) check(array, checked.model, checked.dt_ms.has_value());
  std::string text = "[model]\n";
  if (find_dotted(model, "model.neuron") != nullptr) {
    resolve(checked, {});
    text = write_model(checked);
  } else if (checked.dt_ms) {
    text += fmt::format("dt_ms = {}\n", toml_text(*checked.dt_ms));
  }
  write_parameter_file(file.string(), text, arrays);
}

}  // namespace hetsyn
