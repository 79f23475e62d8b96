#include "common/speech/lauscher/bushy_cell.hpp"

#include <array>
#include <cmath>

#include "common/speech/lauscher/auditory_nerve.hpp"

namespace hetsyn::tasks {
namespace {

constexpr double kMembraneTime = 1e-3;      // s
constexpr double kSynapseTime = 0.5e-3;     // s
constexpr double kRefractoryTime = 1e-3;    // s
constexpr double kWeight = 13e3 / kFibres;  // 1/s, of one spike of one fibre, for a threshold of 1

}  // namespace

HETSYN_VECTOR_CLONES
void fire_bushy_cells(const LaneSeries& fibre_spikes, double step_s, std::uint32_t first_unit,
                      std::vector<StepSpike>& spikes) {
  const auto membrane_decay = static_cast<float>(std::exp(-step_s / kMembraneTime));
  const auto synapse_decay = static_cast<float>(std::exp(-step_s / kSynapseTime));
  const auto weight = static_cast<float>(kWeight * step_s);
  const auto refractory_steps = static_cast<std::int32_t>(std::lround(kRefractoryTime / step_s));
  Lanes potential{}, current{};
  std::array<std::int32_t, kLanes> refractory{};
  for (std::size_t step = 0; step < fibre_spikes.size(); ++step) {
    std::array<std::uint32_t, kLanes> fired;
    std::uint32_t any = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      current[lane] = current[lane] * synapse_decay + fibre_spikes[step][lane];
      const bool active = refractory[lane] == 0;
      const float charged = potential[lane] * membrane_decay + current[lane] * weight;
      const bool fires = active && charged >= 1.0F;
      potential[lane] = active && !fires ? charged : 0.0F;
      refractory[lane] = fires ? refractory_steps : refractory[lane] - (active ? 0 : 1);
      fired[lane] = fires ? 1U : 0U;
      any |= fired[lane];
    }
    if (any == 0) continue;
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if (fired[lane] != 0) spikes.push_back({static_cast<std::uint32_t>(step), first_unit + lane});
    }
  }
}

}  // namespace hetsyn::tasks
