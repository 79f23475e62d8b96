#include "sweep/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>

#include "base/digest.hpp"
#include "core/rng.hpp"

namespace hetsyn {
namespace {

constexpr std::int64_t kMaxValues = 100000;
constexpr std::string_view kForms =
    "a list, { from, to, step }, { from, to, count }, { from, count }, { log = [a, b], count }, "
    "{ uniform | log_uniform | normal = [a, b], count, seed } or { choice = [a, b, …], count, seed }";

bool is_whole(double value) { return std::abs(value) < 1e15 && value == std::round(value); }

/// The table of an axis. Throws for unknown keys.
class Form {
 public:
  Form(const NamedPlace& at, const ConfigValue::Table& table) : at_(at), table_(table) {}

  [[nodiscard]] bool has(std::string_view key) const { return find(table_, key) != nullptr; }

  [[nodiscard]] double number(std::string_view key) const {
    double value = 0.0;
    const ConfigValue* written = find(table_, key);
    if (written == nullptr || !written->number(value) || !std::isfinite(value)) fail();
    return value;
  }

  /// The number of values; `minimum` is 1, or 2 if both ends are included.
  [[nodiscard]] std::size_t count(std::int64_t minimum) const {
    const ConfigValue* written = find(table_, "count");
    const auto* count = written == nullptr ? nullptr : written->as<std::int64_t>();
    if (count == nullptr || *count < minimum || *count > kMaxValues) {
      reject(at_, fmt_count(minimum));
    }
    return static_cast<std::size_t>(*count);
  }

  [[nodiscard]] std::uint64_t seed() const {
    const ConfigValue* written = find(table_, "seed");
    const auto* seed = written == nullptr ? nullptr : written->as<std::int64_t>();
    if (seed == nullptr || *seed < 0) reject(at_, "a seed of 0 or more, so that the draws can be repeated");
    return static_cast<std::uint64_t>(*seed);
  }

  [[nodiscard]] const ConfigValue::List& list(std::string_view key) const {
    const auto* values = find(table_, key)->as<ConfigValue::List>();
    if (values == nullptr || values->empty()) fail("a list of at least one value to choose from");
    return *values;
  }

  /// [a, b]
  [[nodiscard]] std::array<double, 2> pair(std::string_view key) const {
    const auto* list = find(table_, key)->as<ConfigValue::List>();
    std::array<double, 2> ends{};
    if (list == nullptr || list->size() != 2 || !(*list)[0].number(ends[0]) || !(*list)[1].number(ends[1]) ||
        !std::isfinite(ends[0]) || !std::isfinite(ends[1])) {
      fail();
    }
    return ends;
  }

  void only(std::span<const std::string_view> keys) const {
    for (const ConfigEntry& entry : table_) {
      if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) fail();
    }
  }

  [[noreturn]] void fail() const { reject(at_, kForms); }
  [[noreturn]] void fail(std::string_view expected) const { reject(at_, expected); }
  [[nodiscard]] const Place& place() const { return at_.value.place; }
  [[nodiscard]] const std::string& key() const { return at_.key; }

 private:
  static std::string fmt_count(std::int64_t minimum) {
    return "a count from " + std::to_string(minimum) + " to " + std::to_string(kMaxValues);
  }

  const NamedPlace& at_;
  const ConfigValue::Table& table_;
};

/// A value of a range without its rounding error: 0.7, not 0.7000000000000001; and 8 between integers, not 8.0.
ConfigValue number_value(double value, bool whole_ends, const Place& place) {
  const double rounded = std::stod(fmt::format("{:.14g}", value));
  if (whole_ends && is_whole(rounded)) return {static_cast<std::int64_t>(rounded), place};
  return {rounded, place};
}

/// `count` values between two ends; value(fraction) computes those between.
std::vector<ConfigValue> between(const Form& form, double low, double high, std::size_t count,
                                 const std::function<double(double fraction)>& value) {
  const bool whole = is_whole(low) && is_whole(high);
  std::vector<ConfigValue> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double fraction = static_cast<double>(i) / static_cast<double>(count - 1);
    values.push_back(number_value(i + 1 == count ? high : value(fraction), whole, form.place()));
  }
  return values;
}

std::vector<ConfigValue> stepped(const Form& form, double from, double to, double step) {
  if (step == 0.0 || (to - from) / step < 0.0) form.fail("a step that leads from `from` to `to`");
  // The last step may miss `to` by a rounding error.
  const double steps = std::floor((to - from) / step + 1e-9);
  if (steps >= static_cast<double>(kMaxValues)) form.fail("at most " + std::to_string(kMaxValues) + " values");
  const bool whole = is_whole(from) && is_whole(step);
  std::vector<ConfigValue> values;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(steps); ++i) {
    values.push_back(number_value(from + static_cast<double>(i) * step, whole, form.place()));
  }
  return values;
}

std::vector<ConfigValue> range(const Form& form) {
  form.only(std::array<std::string_view, 4>{"from", "to", "step", "count"});
  const double from = form.number("from");
  if (!form.has("to")) {
    if (form.has("step") || !is_whole(from)) form.fail();
    return stepped(form, from, from + static_cast<double>(form.count(1) - 1), 1.0);
  }
  const double to = form.number("to");
  if (form.has("step") == form.has("count")) form.fail();
  if (form.has("step")) return stepped(form, from, to, form.number("step"));
  return between(form, from, to, form.count(2), [&](double fraction) { return from + fraction * (to - from); });
}

std::vector<ConfigValue> geometric(const Form& form) {
  form.only(std::array<std::string_view, 2>{"log", "count"});
  const auto [low, high] = form.pair("log");
  if (low <= 0.0 || high <= 0.0) form.fail("two numbers above 0");
  const double first = low, ratio = high / low;
  return between(form, low, high, form.count(2), [&](double fraction) { return first * std::pow(ratio, fraction); });
}

/// The random numbers of an axis. Axes with the same seed have independent draws.
RandomStream random_of(const Form& form) {
  return {form.seed(), RandomPurpose::sweep_axis, static_cast<std::uint32_t>(hash_of(form.key()))};
}

std::vector<ConfigValue> choices(const Form& form) {
  form.only(std::array<std::string_view, 3>{"choice", "count", "seed"});
  const ConfigValue::List& from = form.list("choice");
  RandomStream random = random_of(form);
  std::vector<ConfigValue> values;
  for (std::size_t i = form.count(1); i > 0; --i) {
    values.push_back(from[random.below(static_cast<std::uint32_t>(from.size()))]);
  }
  return values;
}

std::vector<ConfigValue> draws(const Form& form, std::string_view distribution) {
  form.only(std::array<std::string_view, 3>{distribution, "count", "seed"});
  const auto [a, b] = form.pair(distribution);
  const bool logarithmic = distribution == "log_uniform", normal = distribution == "normal";
  if (logarithmic && (a <= 0.0 || b <= 0.0)) form.fail("two numbers above 0");
  if (normal && b <= 0.0) form.fail("[mean, standard deviation] with a standard deviation above 0");
  if (!normal && a >= b) form.fail("[low, high] with low < high");
  RandomStream random = random_of(form);
  std::vector<ConfigValue> values;
  for (std::size_t i = form.count(1); i > 0; --i) {
    const double value = logarithmic ? std::exp(random.uniform(std::log(a), std::log(b)))
                         : normal    ? a + b * random.normal()
                                     : random.uniform(a, b);
    values.push_back({value, form.place()});
  }
  return values;
}

}  // namespace

std::vector<ConfigValue> axis_values(const NamedPlace& at) {
  if (const auto* list = at.value.as<ConfigValue::List>()) {
    if (list->empty()) reject(at, "at least one value");
    return *list;
  }
  const auto* table = at.value.as<ConfigValue::Table>();
  if (table == nullptr) reject(at, std::string(kForms) + "; a fixed value belongs in [set]");
  const Form form(at, *table);
  if (form.has("from")) return range(form);
  if (form.has("log")) return geometric(form);
  if (form.has("choice")) return choices(form);
  for (const std::string_view distribution : {"uniform", "log_uniform", "normal"}) {
    if (form.has(distribution)) return draws(form, distribution);
  }
  form.fail();
}

}  // namespace hetsyn
