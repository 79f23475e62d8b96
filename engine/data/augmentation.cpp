#include "data/augmentation.hpp"

#include <algorithm>
#include <cmath>

namespace hetsyn {
namespace {

/// Events as two lists of equal length. Channels and steps are unsigned and wrap around: below 0 they become very
/// large, so that one comparison in drop_outside() detects both ends.
struct Events {
  std::vector<std::uint32_t> channel, step;

  [[nodiscard]] std::size_t size() const { return channel.size(); }
  void push(std::uint32_t c, std::uint32_t s) {
    channel.push_back(c);
    step.push_back(s);
  }
  template <class Keep>
  void keep_if(Keep keep) {
    std::size_t kept = 0;
    for (std::size_t e = 0; e < size(); ++e) {
      const bool stays = keep(channel[e], step[e]);
      channel[kept] = channel[e];  // without a branch, since a branch would be unpredictable
      step[kept] = step[e];
      kept += stays ? 1 : 0;
    }
    channel.resize(kept);
    step.resize(kept);
  }
};

Events events_of(const SpikeTrain& spikes) {
  Events events;
  events.channel.reserve(spikes.steps.size());
  events.step.assign(spikes.steps.begin(), spikes.steps.end());
  for (std::size_t i = 0; i < spikes.channels(); ++i) {
    events.channel.insert(events.channel.end(), spikes.offsets[i + 1] - spikes.offsets[i],
                          static_cast<std::uint32_t>(i));
  }
  return events;
}

std::uint32_t rounded(double shift) { return static_cast<std::uint32_t>(std::llround(shift)); }

void shift_all(std::vector<std::uint32_t>& places, double shift) {
  for (std::uint32_t& place : places) place += rounded(shift);
}

double mean(const std::vector<std::uint32_t>& places) {
  double sum = 0.0;
  for (const std::uint32_t place : places) sum += place;
  return sum / static_cast<double>(places.size());
}

/// Moves both lists half-way to the midpoint of their means.
void align(std::vector<std::uint32_t>& a, std::vector<std::uint32_t>& b) {
  const double apart = mean(b) - mean(a);
  shift_all(a, apart / 2.0);
  shift_all(b, -apart / 2.0);
}

/// Fair coin tosses, 32 from each draw.
class Coins {
 public:
  explicit Coins(RandomStream& random) : random_(random) {}
  bool flip() {
    if (left_ == 0) {
      bits_ = random_.bits();
      left_ = 32;
    }
    return ((bits_ >> --left_) & 1U) != 0;
  }

 private:
  RandomStream& random_;
  std::uint32_t bits_ = 0;
  int left_ = 0;
};

Events blend(Events a, Events b, RandomStream& random) {
  if (a.size() > 0 && b.size() > 0) {
    align(a.channel, b.channel);
    align(a.step, b.step);
  }
  a.channel.insert(a.channel.end(), b.channel.begin(), b.channel.end());
  a.step.insert(a.step.end(), b.step.begin(), b.step.end());
  Coins coins(random);
  a.keep_if([&](std::uint32_t, std::uint32_t) { return coins.flip(); });
  return a;
}

/// A random interval that covers a fraction of `size` places.
struct Interval {
  std::uint32_t begin, end;
  Interval(std::size_t size, double fraction, RandomStream& random) {
    const auto length = rounded(fraction * static_cast<double>(size));
    begin = random.below(static_cast<std::uint32_t>(size) - length + 1);
    end = begin + length;
  }
  [[nodiscard]] bool has(std::uint32_t place) const { return place >= begin && place < end; }
};

void drop_some(Events& events, std::size_t channels, std::size_t steps, double fraction, RandomStream& random) {
  enum : std::uint32_t { in_time, in_channels, anywhere };
  const std::uint32_t where = random.below(3);
  if (where == anywhere) {
    events.keep_if([&](std::uint32_t, std::uint32_t) { return random.uniform() >= fraction; });
    return;
  }
  const Interval lost(where == in_time ? steps : channels, fraction, random);
  events.keep_if(
      [&](std::uint32_t channel, std::uint32_t step) { return !lost.has(where == in_time ? step : channel); });
}

void drop_outside(Events& events, std::size_t channels, std::size_t steps) {
  events.keep_if([&](std::uint32_t channel, std::uint32_t step) { return channel < channels && step < steps; });
}

}  // namespace

SpikeTrain augment(const SpikeTrain& spikes, const SpikeTrain* partner, std::size_t steps, double step_ms,
                   const SpikeAugmentation& augmentation, RandomStream& random) {
  const std::size_t channels = spikes.channels();
  Events events = events_of(spikes);
  if (partner != nullptr) events = blend(std::move(events), events_of(*partner), random);
  if (augmentation.drop_probability > 0.0 && random.uniform() < augmentation.drop_probability) {
    drop_some(events, channels, steps, random.uniform(0.0, augmentation.drop_fraction), random);
  }
  if (const std::uint32_t most = augmentation.shift_channels; most > 0) {
    shift_all(events.channel, static_cast<double>(random.below(2 * most + 1)) - most);
  }
  if (augmentation.jitter_channels > 0.0) {
    for (std::uint32_t& channel : events.channel) channel += rounded(augmentation.jitter_channels * random.normal());
  }
  if (augmentation.shift_ms > 0.0) {
    shift_all(events.step, random.uniform(-augmentation.shift_ms, augmentation.shift_ms) / step_ms);
  }
  drop_outside(events, channels, steps);
  return sorted_spike_train(events.channel, events.step, channels);
}

BlendPartners::BlendPartners(const std::vector<std::uint64_t>& samples,
                             const std::function<std::int32_t(std::uint64_t sample)>& label_of) {
  for (const std::uint64_t sample : samples) classes_[label_of(sample)].push_back(sample);
  for (auto& [label, members] : classes_) std::sort(members.begin(), members.end());
}

std::optional<std::uint64_t> BlendPartners::draw(std::uint64_t sample, std::int32_t label, RandomStream& random) const {
  const auto found = classes_.find(label);
  if (found == classes_.end()) return std::nullopt;
  const std::vector<std::uint64_t>& members = found->second;
  const auto own = std::lower_bound(members.begin(), members.end(), sample);
  const bool is_member = own != members.end() && *own == sample;
  const auto others = static_cast<std::uint32_t>(members.size() - (is_member ? 1 : 0));
  if (others == 0) return std::nullopt;
  const std::uint32_t drawn = random.below(others);
  return members[drawn + (is_member && drawn >= own - members.begin() ? 1 : 0)];
}

}  // namespace hetsyn
