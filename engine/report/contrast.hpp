#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

/// What distinguishes conditions that are compared.
namespace hetsyn {

/// Settings of a condition: "train.batch" → "32".
using Settings = std::map<std::string, std::string>;

/// The common and the different settings of two conditions.
struct Contrast {
  Settings first, second, common;

  /// The number of settings in which they differ.
  [[nodiscard]] std::size_t distance() const { return keys().size(); }
  /// These settings, and the same as a text: "model.neuron, model.recurrent".
  [[nodiscard]] std::set<std::string> keys() const;
  [[nodiscard]] std::string keys_text() const;
};
Contrast contrast_of(const Settings& first, const Settings& second);

/// A TOML text without its quotes.
std::string unquoted(const std::string& toml);
/// A TOML value as people read it: unquoted(), and 5 for 5.0.
std::string plain(const std::string& toml);

/// A name for each condition, of the settings that are not the same in all: "hetsyn_lif, recurrent = true"; empty names
/// if there is nothing to distinguish.
std::vector<std::string> names_of(std::span<const Settings> conditions);

/// The settings that all conditions have: "model.recurrent = true, task.delay_ms = 800".
std::string common_text(std::span<const Settings> conditions);

}  // namespace hetsyn
