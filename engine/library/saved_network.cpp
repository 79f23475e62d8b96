#include "run/saved_network.hpp"

#include <hetsyn/exceptions.hpp>
#include <hetsyn/saved_network.hpp>

#include "library/network.hpp"
#include "run/parameter_arrays.hpp"

namespace hetsyn {

struct SavedNetwork::Content {
  explicit Content(const std::string& path)
      : saved(read_saved_network(path)),
        layout(parameter_layout(network_layout(saved.config.model))),
        facts(network_facts(network_layout(saved.config.model), layout, saved.config)) {}

  NetworkOfCheckpoint saved;
  ParameterLayout layout;
  NetworkFacts facts;
};

SavedNetwork::SavedNetwork(const std::filesystem::path& checkpoint)
    : content_(std::make_unique<Content>(checkpoint.string())) {}
SavedNetwork::~SavedNetwork() = default;
SavedNetwork::SavedNetwork(SavedNetwork&&) noexcept = default;
SavedNetwork& SavedNetwork::operator=(SavedNetwork&&) noexcept = default;

const NetworkFacts& SavedNetwork::facts() const { return content_->facts; }
std::uint64_t SavedNetwork::epoch() const { return content_->saved.checkpoint.progress.epoch; }
std::uint64_t SavedNetwork::step() const { return content_->saved.checkpoint.progress.step; }
const std::string& SavedNetwork::config_text() const { return content_->saved.checkpoint.config; }

std::vector<float> SavedNetwork::read(std::string_view array, Quantity quantity) const {
  const Checkpoint& checkpoint = content_->saved.checkpoint;
  if (quantity == Quantity::gradient) throw UsageError("a checkpoint keeps no gradients");
  const AlignedVector<float>& block = quantity == Quantity::parameter ? checkpoint.parameters
                                      : quantity == Quantity::moment1 ? checkpoint.moment1
                                                                      : checkpoint.moment2;
  if (block.empty()) throw UsageError(checkpoint.file + ": a file of parameters keeps no moments");
  const auto values = group_span(std::span<const float>(block), group_named(content_->layout, array));
  return {values.begin(), values.end()};
}

}  // namespace hetsyn
