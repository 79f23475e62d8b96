#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The list of everything that the engine stores for a network. Parameters, gradients, moments, tape, checkpoints and
/// memory plans follow from it.
namespace hetsyn {

enum class Field : std::uint8_t { w, r, w_rec, r_rec, rho_a, b, m, potential, spike };

enum class IndexSpace : std::uint8_t {
  synapse,            ///< [post][pre]
  recurrent_synapse,  ///< [post][post]
  decay,              ///< [post][pre], [post] or [1], by DecaySharing
  recurrent_decay,    ///< [post][post] or [post]; only with DecaySharing::synapse or projection
  adaptation,         ///< [post] or [1], by AdaptationSharing
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

inline constexpr std::array<FieldInfo, 9> kFields{{
    {Field::w, "w", IndexSpace::synapse, "threshold", Lifetime::parameter, "feed-forward weight w_ji"},
    {Field::r, "r", IndexSpace::decay, "1", Lifetime::parameter, "synaptic decay factor exp(-dt/tau_s)"},
    {Field::w_rec, "w_rec", IndexSpace::recurrent_synapse, "threshold", Lifetime::parameter, "recurrent weight w'_jk"},
    {Field::r_rec, "r_rec", IndexSpace::recurrent_decay, "1", Lifetime::parameter, "recurrent decay factor"},
    {Field::rho_a, "rho_a", IndexSpace::adaptation, "1", Lifetime::parameter, "decay factor of the adaptation current"},
    {Field::b, "b", IndexSpace::adaptation, "threshold", Lifetime::parameter, "adaptation by a spike"},
    {Field::m, "m", IndexSpace::adaptation, "1", Lifetime::parameter, "adaptation by the membrane potential"},
    {Field::potential, "potential", IndexSpace::sample_step_neuron, "threshold", Lifetime::tape,
     "membrane potential V; the backward pass overwrites it with g = dL/dV"},
    {Field::spike, "spike", IndexSpace::sample_step_neuron, "1", Lifetime::tape, "output spike z"},
}};

/// A decay of synaptic currents.
constexpr bool is_synaptic_decay(Field field) { return field == Field::r || field == Field::r_rec; }
/// A decay factor per step, which stands for a time constant.
constexpr bool is_decay(Field field) { return is_synaptic_decay(field) || field == Field::rho_a; }

constexpr const FieldInfo& field_info(Field field) { return kFields[static_cast<std::size_t>(field)]; }

}  // namespace hetsyn
