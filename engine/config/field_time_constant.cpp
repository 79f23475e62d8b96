#include <fmt/format.h>

#include "config/fields.hpp"

namespace hetsyn::fields {
namespace {

using Kind = InitialDistribution::Kind;

struct Form {
  Kind kind;
  std::string_view name;
  std::string_view time_constants;  ///< what it takes for time constants
  std::string_view strengths;       ///< and for values without a unit

  [[nodiscard]] std::string_view expected(const KeySpec& spec) const {
    return spec.unit.empty() ? strengths : time_constants;
  }
};
constexpr std::array<Form, 3> kForms{{
    {Kind::uniform, "uniform", "two numbers [low, high] in ms, 0 < low <= high",
     "two numbers [low, high], low <= high"},
    {Kind::normal, "normal", "two numbers [mean, standard deviation] in ms", "two numbers [mean, standard deviation]"},
    {Kind::lognormal, "lognormal", "two numbers [median in ms, standard deviation of ln tau]",
     "two numbers [median, standard deviation of the logarithm]"},
}};

const Form& form_named(std::string_view name) {
  return *std::find_if(kForms.begin(), kForms.end(), [&](const Form& form) { return form.name == name; });
}

std::vector<std::string> form_names() {
  std::vector<std::string> names(kForms.size());
  std::transform(kForms.begin(), kForms.end(), names.begin(), [](const Form& form) { return std::string(form.name); });
  return names;
}

}  // namespace

void read_field(const KeySpec& spec, const NamedPlace& at, InitialDistribution& field) {
  if (double number = 0.0; at.value.number(number)) {
    field = {Kind::constant, read_number(at, spec.minimum, spec.maximum), 0.0};
    return;
  }
  const ConfigEntry& entry = only_entry(at, takes(spec, field), form_names());
  const Form& form = form_named(entry.key);
  const NamedPlace inner{fmt::format("{}.{}", at.key, form.name), entry.value};
  const auto* pair = entry.value.as<ConfigValue::List>();
  if (pair == nullptr || pair->size() != 2) reject(inner, form.expected(spec));
  const double lowest_b = form.kind == Kind::uniform ? spec.minimum : 0.0;
  field.kind = form.kind;
  field.a = read_number({inner.key + "[0]", (*pair)[0]}, spec.minimum, spec.maximum);
  field.b = read_number({inner.key + "[1]", (*pair)[1]}, lowest_b, spec.maximum);
  if (form.kind == Kind::uniform && field.b < field.a) reject(inner, form.expected(spec));
}

ConfigValue value_of(const InitialDistribution& field) {
  const auto form = std::find_if(kForms.begin(), kForms.end(), [&](const Form& f) { return f.kind == field.kind; });
  if (form == kForms.end()) return value_of(field.a);
  ConfigValue pair{ConfigValue::List{value_of(field.a), value_of(field.b)}, {}};
  return {ConfigValue::Table{{std::string(form->name), std::move(pair)}}, {}};
}

std::string takes(const KeySpec& spec, const InitialDistribution& /*field*/) {
  return fmt::format(
      "a number from {:g} to {:g}, {{ uniform = [low, high] }}, {{ normal = [mean, sd] }} or "
      "{{ lognormal = [median, sd of {}] }}",
      spec.minimum, spec.maximum, spec.unit.empty() ? "the logarithm" : "ln tau");
}

}  // namespace hetsyn::fields
