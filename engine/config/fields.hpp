#pragma once
#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/check.hpp"
#include "config/config.hpp"
#include "dynamics/decay.hpp"
#include "dynamics/optimizer.hpp"
#include "dynamics/surrogate.hpp"
#include "network/spec.hpp"
#include "training/settings.hpp"

/// How each type of field is read from and written to a config: overloads of takes(), read_field() and value_of().
namespace hetsyn::fields {

/// The names of the values of an enum, in the order of the enum.
template <class E>
struct Names {};
template <>
struct Names<NeuronModel> {
  static inline const std::array<std::string_view, 4> values{
      neuron_model_name(NeuronModel::hom_lif), neuron_model_name(NeuronModel::hom_alif),
      neuron_model_name(NeuronModel::het_lif), neuron_model_name(NeuronModel::hetsyn_lif)};
};
template <>
struct Names<OptimizerKind> {
  static constexpr auto values = kOptimizerNames;
};
template <>
struct Names<DecayParameter> {
  static constexpr auto values = kDecayParameterNames;
};
template <>
struct Names<Protocol> {
  static constexpr std::array<std::string_view, 2> values{"held_out", "paper"};
};
template <>
struct Names<HoldOut> {
  static constexpr std::array<std::string_view, 3> values{"automatic", "groups", "samples"};
};
template <>
struct Names<MatmulPrecision> {
  static constexpr auto values = kMatmulPrecisionNames;
};
template <>
struct Names<ScheduleUnit> {
  static constexpr std::array<std::string_view, 2> values{"step", "epoch"};
};
template <>
struct Names<WeightScaling> {
  static constexpr std::array<std::string_view, 2> values{"fan_in", "decay_aware"};
};
template <>
struct Names<ReplacedDecays> {
  static constexpr std::array<std::string_view, 2> values{"all", "input"};
};
template <class E>
concept NamedEnum = requires {
  Names<E>::values;
};

template <NamedEnum E>
std::vector<std::string> names() {
  return {Names<E>::values.begin(), Names<E>::values.end()};
}

/// The type of a key that holds a T. Everything except numbers and booleans counts as text.
template <class T>
constexpr KeyType key_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return KeyType::boolean;
  } else if constexpr (std::is_integral_v<T>) {
    return KeyType::integer;
  } else if constexpr (std::is_floating_point_v<T>) {
    return KeyType::real;
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    return KeyType::path;
  } else {
    return KeyType::text;
  }
}

/// T for an optional<T> or a T.
template <class T>
struct Plain {
  using type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using type = T;
};

// ---- scalars ----------------------------------------------------------------------------------------------------

template <class T>
requires std::is_arithmetic_v<T> || std::is_same_v<T, std::string> || std::is_same_v<T, std::filesystem::path>
void read_field(const KeySpec& spec, const NamedPlace& at, T& field) {
  const KeyValue value = check_scalar(spec, at);
  if constexpr (key_type<T>() == KeyType::integer) {
    field = static_cast<T>(std::get<std::int64_t>(value));
  } else if constexpr (key_type<T>() == KeyType::path) {
    field = std::get<std::string>(value);
  } else {
    field = std::get<T>(value);
  }
}

template <NamedEnum E>
void read_field(const KeySpec& spec, const NamedPlace& at, E& field) {
  const auto& values = Names<E>::values;
  const std::string name = std::get<std::string>(check_scalar(spec, at));
  field = static_cast<E>(std::find(values.begin(), values.end(), name) - values.begin());
}

template <class T>
requires std::is_arithmetic_v<T> ConfigValue value_of(const T& field) {
  if constexpr (key_type<T>() == KeyType::integer) {
    return {static_cast<std::int64_t>(field), {}};
  } else {
    return {field, {}};
  }
}
inline ConfigValue value_of(const std::string& field) { return {field, {}}; }
inline ConfigValue value_of(const std::filesystem::path& field) { return {field.string(), {}}; }
template <NamedEnum E>
ConfigValue value_of(const E& field) {
  return {std::string(Names<E>::values[static_cast<std::size_t>(field)]), {}};
}

template <class T>
std::string takes(const KeySpec& spec, const T& /*field*/) {
  return expectation(spec);
}

// ---- lists and tables -------------------------------------------------------------------------------------------

/// [128, 64]
void read_field(const KeySpec& spec, const NamedPlace& at, std::vector<std::size_t>& field);
ConfigValue value_of(const std::vector<std::size_t>& field);
std::string takes(const KeySpec& spec, const std::vector<std::size_t>& field);

/// 20 | { uniform = [5, 20] } | { normal = [20, 5] } | { lognormal = [20, 0.5] }
void read_field(const KeySpec& spec, const NamedPlace& at, InitialDistribution& field);
ConfigValue value_of(const InitialDistribution& field);
std::string takes(const KeySpec& spec, const InitialDistribution& field);

/// "triangular" | { kind = "triangular", gamma = 0.3 }; absent parameters have the defaults of the kind.
void read_field(const KeySpec& spec, const NamedPlace& at, Surrogate& field);
ConfigValue value_of(const Surrogate& field);
std::string takes(const KeySpec& spec, const Surrogate& field);
/// One line per kind with its parameters and their defaults, for docs/configuration.md.
std::vector<std::string> surrogate_reference();

/// "constant" | { step = { factor = 0.8, every = 100 } } | { cosine = { warmup = 0.05, epochs = 40, plateau = 0.05 } }
void read_field(const KeySpec& spec, const NamedPlace& at, ScheduleSettings& field);
ConfigValue value_of(const ScheduleSettings& field);
std::string takes(const KeySpec& spec, const ScheduleSettings& field);

/// The only entry of a table such as { uniform = [5, 20] }. Rejects everything else, and entries whose key is not in
/// `known`.
const ConfigEntry& only_entry(const NamedPlace& at, std::string_view expected, std::span<const std::string> known);
/// Reads a finite number within bounds.
double read_number(const NamedPlace& at, double minimum, double maximum);

// ---- optional ---------------------------------------------------------------------------------------------------

template <class T>
void read_field(const KeySpec& spec, const NamedPlace& at, std::optional<T>& field) {
  T value{};
  read_field(spec, at, value);
  field = std::move(value);
}
/// The value of a key; empty if it is absent.
template <class T>
std::optional<ConfigValue> value_if_any(const T& field) {
  return value_of(field);
}
template <class T>
std::optional<ConfigValue> value_if_any(const std::optional<T>& field) {
  return field ? std::optional(value_of(*field)) : std::nullopt;
}

}  // namespace hetsyn::fields
