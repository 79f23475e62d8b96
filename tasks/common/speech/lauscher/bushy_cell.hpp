#pragma once
#include <cstdint>
#include <vector>

#include "common/speech/lauscher/lanes.hpp"
#include "common/speech/spikes.hpp"

namespace hetsyn::tasks {

/// Bushy cells of the cochlear nucleus, one per lane: leaky integrate-and-fire neurons with exponential synaptic
/// currents (Cramer et al., 2022). `fibre_spikes` is the result of draw_fibre_spikes(). Appends the spikes of lane i as
/// spikes of unit `first_unit` + i, sorted by step.
void fire_bushy_cells(const LaneSeries& fibre_spikes, double step_s, std::uint32_t first_unit,
                      std::vector<StepSpike>& spikes);

}  // namespace hetsyn::tasks
