#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The list of everything that the engine stores for a network. Parameters, gradients, moments, tape, checkpoints and
/// memory plans follow from it.
namespace hetsyn {

enum class Field : std::uint8_t { w, r, w_rec, r_rec, potential, spike };

enum class IndexSpace : std::uint8_t {
  synapse,            ///< [post][pre]
  recurrent_synapse,  ///< [post][post]
  decay,              ///< [post][pre], [post] or [1], by DecaySharing
  recurrent_decay,    ///< [post][post] or [post]; only with DecaySharing::synapse or projection
  sample_step_neuron  ///< [B][T][N]
};

enum class Lifetime : std::uint8_t {
  parameter,  ///< kept for the whole run; has a gradient and two moments; stored in checkpoints
  tape        ///< kept for one batch; written by the forward pass and read by the backward pass
};

struct FieldInfo {
  Field field;
  std::string_view name;
  IndexSpace index;
  std::string_view unit;
  Lifetime lifetime;
  std::string_view meaning;
};

inline constexpr std::array<FieldInfo, 6> kFields{{
    {Field::w, "w", IndexSpace::synapse, "threshold", Lifetime::parameter, "feed-forward weight w_ji"},
    {Field::r, "r", IndexSpace::decay, "1", Lifetime::parameter, "synaptic decay factor exp(-dt/tau_s)"},
    {Field::w_rec, "w_rec", IndexSpace::recurrent_synapse, "threshold", Lifetime::parameter, "recurrent weight w'_jk"},
    {Field::r_rec, "r_rec", IndexSpace::recurrent_decay, "1", Lifetime::parameter, "recurrent decay factor"},
    {Field::potential, "potential", IndexSpace::sample_step_neuron, "threshold", Lifetime::tape,
     "membrane potential V; the backward pass overwrites it with g = dL/dV"},
    {Field::spike, "spike", IndexSpace::sample_step_neuron, "1", Lifetime::tape, "output spike z"},
}};

constexpr const FieldInfo& field_info(Field field) { return kFields[static_cast<std::size_t>(field)]; }

}  // namespace hetsyn
