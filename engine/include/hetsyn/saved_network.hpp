#pragma once
#include <hetsyn/network.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hetsyn {

/// The network in a checkpoint of a run, read without its task or its data, or one that Network::save() wrote. It may
/// be read by several threads at once.
class SavedNetwork {
 public:
  /// Throws RunError where the file is no whole checkpoint and no saved network, ConfigError where its configuration is
  /// not one of this engine.
  explicit SavedNetwork(const std::filesystem::path& checkpoint);
  ~SavedNetwork();
  SavedNetwork(SavedNetwork&&) noexcept;
  SavedNetwork& operator=(SavedNetwork&&) noexcept;

  [[nodiscard]] const NetworkFacts& facts() const;
  [[nodiscard]] std::uint64_t epoch() const;  ///< finished epochs of the training
  [[nodiscard]] std::uint64_t step() const;   ///< optimizer steps of the training
  /// The configuration of the run, as TOML; of a network that was saved alone, its table [model].
  [[nodiscard]] const std::string& config_text() const;
  /// A copy of an array [rows × columns]; gradients are not kept and throw UsageError, as an unknown name does.
  [[nodiscard]] std::vector<float> read(std::string_view array, Quantity quantity = Quantity::parameter) const;

  struct Content;

 private:
  std::unique_ptr<Content> content_;
};

}  // namespace hetsyn
