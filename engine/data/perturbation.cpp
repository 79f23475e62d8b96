#include "data/perturbation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/rng.hpp"

namespace hetsyn {
namespace {

constexpr std::uint32_t kWarpSubstreams = 0x80000000u;  // the lower half is for samples

/// Tosses of probability p, rounded to 2^-32; each uses one 32-bit draw, since every cell of a sample needs one.
class Coin {
 public:
  explicit Coin(double probability) : threshold_(static_cast<std::uint64_t>(std::llround(probability * 0x1p32))) {}
  bool operator()(RandomStream& random) const { return random.bits() < threshold_; }

 private:
  std::uint64_t threshold_;
};

void delete_spikes(std::vector<std::uint32_t>& channel, const Coin& deleted, RandomStream& random) {
  std::erase_if(channel, [&](std::uint32_t /*step*/) { return deleted(random); });
}

void shift_spikes(std::vector<std::uint32_t>& channel, std::size_t steps, double deviation_steps,
                  RandomStream& random) {
  const double last = static_cast<double>(steps - 1);
  for (std::uint32_t& step : channel) {
    const double moved = std::round(step + deviation_steps * random.normal());
    step = static_cast<std::uint32_t>(std::clamp(moved, 0.0, last));
  }
  std::sort(channel.begin(), channel.end());
  channel.erase(std::unique(channel.begin(), channel.end()), channel.end());
}

void add_spikes(std::vector<std::uint32_t>& channel, std::size_t steps, const Coin& added, RandomStream& random) {
  std::vector<std::uint32_t> filled;
  auto next = channel.begin();
  for (std::size_t t = 0; t < steps; ++t) {
    const bool occupied = next != channel.end() && *next == t;
    if (occupied) ++next;
    if (occupied || added(random)) filled.push_back(static_cast<std::uint32_t>(t));
  }
  channel = std::move(filled);
}

}  // namespace

SpikeTrain perturb(const SpikeTrain& spikes, std::size_t steps, double step_ms, const SpikePerturbation& perturbation,
                   std::uint64_t sample) {
  RandomStream random(perturbation.seed, RandomPurpose::perturbation,
                      static_cast<std::uint32_t>(sample) & ~kWarpSubstreams);
  const Coin deleted(perturbation.deletion);
  const Coin added(perturbation.addition);
  SpikeTrain result;
  result.offsets.push_back(0);
  std::vector<std::uint32_t> channel;
  for (std::size_t i = 0; i < spikes.channels(); ++i) {
    channel.assign(spikes.steps.begin() + spikes.offsets[i], spikes.steps.begin() + spikes.offsets[i + 1]);
    if (perturbation.deletion > 0.0) delete_spikes(channel, deleted, random);
    if (perturbation.jitter_ms > 0.0) shift_spikes(channel, steps, perturbation.jitter_ms / step_ms, random);
    if (perturbation.addition > 0.0) add_spikes(channel, steps, added, random);
    result.steps.insert(result.steps.end(), channel.begin(), channel.end());
    result.offsets.push_back(static_cast<std::uint32_t>(result.steps.size()));
  }
  return result;
}

double warp_factor(double log2_range, std::uint64_t seed, std::uint64_t draw) {
  RandomStream random(seed, RandomPurpose::perturbation, kWarpSubstreams | static_cast<std::uint32_t>(draw));
  return std::exp2(random.uniform(-log2_range, log2_range));
}

std::size_t warped_steps(std::size_t steps, double factor) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(factor * static_cast<double>(steps)));
}

}  // namespace hetsyn
