#include "report/contrast.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

namespace hetsyn {
namespace {

std::set<std::string> keys_of(std::span<const Settings> conditions) {
  std::set<std::string> keys;
  for (const Settings& condition : conditions) {
    for (const auto& [key, value] : condition) keys.insert(key);
  }
  return keys;
}

bool same_in_all(std::span<const Settings> conditions, const std::string& key) {
  const auto first = conditions.front().find(key);
  return first != conditions.front().end() && std::ranges::all_of(conditions, [&](const Settings& condition) {
           const auto at = condition.find(key);
           return at != condition.end() && at->second == first->second;
         });
}

/// "recurrent" of "model.recurrent", where no other of the keys ends like it.
std::string short_key(const std::string& key, const std::vector<std::string>& keys) {
  const auto leaf = [](const std::string& each) { return each.substr(each.find('.') + 1); };
  const auto alike = std::ranges::count_if(keys, [&](const std::string& other) { return leaf(other) == leaf(key); });
  return alike == 1 ? leaf(key) : key;
}

std::string text_in(const Settings& condition, const std::string& key, const std::vector<std::string>& keys) {
  const auto at = condition.find(key);
  if (at == condition.end()) return "no " + short_key(key, keys);
  const bool speaks = key == "model.neuron" || key.find('.') == std::string::npos;
  return speaks ? at->second : fmt::format("{} = {}", short_key(key, keys), at->second);
}

}  // namespace

std::set<std::string> Contrast::keys() const { return keys_of(std::vector<Settings>{first, second}); }

std::string Contrast::keys_text() const { return fmt::format("{}", fmt::join(keys(), ", ")); }

Contrast contrast_of(const Settings& first, const Settings& second) {
  Contrast contrast{first, second, {}};
  for (const auto& [key, value] : first) {
    const auto other = contrast.second.find(key);
    if (other == contrast.second.end() || other->second != value) continue;
    contrast.common.insert(*other);
    contrast.first.erase(key);
    contrast.second.erase(other);
  }
  return contrast;
}

std::string unquoted(const std::string& toml) { return toml.starts_with('"') ? toml.substr(1, toml.size() - 2) : toml; }

std::string plain(const std::string& toml) {
  char* end = nullptr;
  const double value = std::strtod(toml.c_str(), &end);
  const bool is_decimal = !toml.empty() && *end == '\0' && toml.find('.') != std::string::npos;
  return is_decimal ? fmt::format("{}", value) : unquoted(toml);
}

std::vector<std::string> names_of(std::span<const Settings> conditions) {
  std::vector<std::string> names(conditions.size());
  if (conditions.empty()) return names;
  std::vector<std::string> keys;
  for (const std::string& key : keys_of(conditions)) {
    if (!same_in_all(conditions, key)) keys.push_back(key);
  }
  std::stable_partition(keys.begin(), keys.end(),
                        [](const std::string& key) { return key == "model.neuron" || key == "pair"; });
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<std::string> parts(keys.size());
    std::ranges::transform(keys, parts.begin(),
                           [&](const std::string& key) { return text_in(conditions[i], key, keys); });
    names[i] = fmt::format("{}", fmt::join(parts, ", "));
  }
  return names;
}

std::string common_text(std::span<const Settings> conditions) {
  if (conditions.empty()) return "";
  std::vector<std::string> parts;
  for (const auto& [key, value] : conditions.front()) {
    if (same_in_all(conditions, key)) parts.push_back(fmt::format("{} = {}", key, value));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace hetsyn
