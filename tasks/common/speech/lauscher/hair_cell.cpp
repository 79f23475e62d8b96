#include "common/speech/lauscher/hair_cell.hpp"

#include <algorithm>

namespace hetsyn::tasks {
namespace {

// Permeability of the cell's wall at velocity v: kPermeability (v + kA) / (v + kA + kB) for v > −kA, otherwise 0.
constexpr double kPermeability = 2'000.0;  // 1/s
constexpr double kA = 5.0, kB = 300.0;     // in units of the velocity
// Rates of the flows between the free transmitter q, the cleft c and the store w; 1/s.
constexpr double kReplenish = 5.05;       // y: production, towards q = 1
constexpr double kLoss = 2'500.0;         // l: loss from the cleft
constexpr double kReuptake = 6'580.0;     // r: cleft → store
constexpr double kReprocess = 66.3;       // x: store → free
constexpr double kExcitation = 50'000.0;  // h: of the fibre by the cleft's content

struct Pools {
  Lanes free, cleft, store;
};

/// The equilibrium at velocity 0.
Pools at_rest() {
  constexpr double permeability = kPermeability * kA / (kA + kB);
  constexpr double cleft = kReplenish * permeability / (kLoss * permeability + kReplenish * (kLoss + kReuptake));
  Pools pools{};
  pools.cleft.fill(static_cast<float>(cleft));
  pools.free.fill(static_cast<float>(cleft * (kLoss + kReuptake) / permeability));
  pools.store.fill(static_cast<float>(cleft * kReuptake / kReprocess));
  return pools;
}

}  // namespace

HETSYN_VECTOR_CLONES
void transduce(LaneSeries& velocity, double step_s) {
  const auto per_step = [step_s](double rate) { return static_cast<float>(rate * step_s); };
  const float permeability = per_step(kPermeability), replenish = per_step(kReplenish), loss = per_step(kLoss),
              reuptake = per_step(kReuptake), reprocess = per_step(kReprocess), excitation = per_step(kExcitation);
  constexpr auto a = static_cast<float>(kA), b = static_cast<float>(kB);
  Pools pools = at_rest();
  for (Lanes& step : velocity) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float drive = std::max(step[lane] + a, 0.0F);
      const float ejected = permeability * drive / (drive + b) * pools.free[lane];
      const float made = replenish * std::max(1.0F - pools.free[lane], 0.0F);
      const float taken_up = reuptake * pools.cleft[lane];
      const float lost = loss * pools.cleft[lane];
      const float reprocessed = reprocess * pools.store[lane];
      pools.free[lane] = std::max(pools.free[lane] + made - ejected + reprocessed, 0.0F);
      pools.cleft[lane] = std::max(pools.cleft[lane] + ejected - taken_up - lost, 0.0F);
      pools.store[lane] = std::max(pools.store[lane] + taken_up - reprocessed, 0.0F);
      step[lane] = excitation * pools.cleft[lane];
    }
  }
}

}  // namespace hetsyn::tasks
