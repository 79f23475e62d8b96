#include "shd/spike_count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/error.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/lost_events.hpp"

namespace hetsyn::tasks {
namespace {

/// The counts for one file.
struct FileCount {
  std::uint64_t all = 0;      ///< with a finite time
  std::uint64_t outside = 0;  ///< spikes among these whose time is outside the steps
  std::uint64_t unheard = 0;  ///< other spikes without a channel for their unit
};

/// Adds a block; is_inside() takes a time in its stored precision.
template <class Times, class IsInside>
void add_block(const Times& times, const SpikeBlock& block, const Binning& binning, const IsInside& is_inside,
               FileCount& count) {
  count.all += times.size();
  for (std::size_t e = 0; e < times.size(); ++e) {
    if (!is_inside(times[e])) {
      ++count.outside;
    } else if (!binning.channel(block.unit[e])) {
      ++count.unheard;
    }
  }
}

FileCount count_file(const Recordings& recordings, const Binning& binning) {
  std::vector<std::uint8_t> pattern_is_inside(recordings.half_time_s.size());  // one look-up for each spike of SHD
  std::ranges::transform(recordings.half_time_s, pattern_is_inside.begin(),
                         [&](float time_s) { return std::isfinite(time_s) && binning.step(time_s) ? 1 : 0; });
  const auto is_inside = [&]<class T>(T time) {
    if constexpr (std::is_same_v<T, std::uint16_t>) {
      return pattern_is_inside[time] != 0;
    } else {
      return binning.step(time).has_value();
    }
  };
  FileCount count;
  for (const SpikeBlock& block : recordings.blocks) {
    std::visit([&](const auto& times) { add_block(times, block, binning, is_inside, count); }, block.time);
  }
  return count;
}

double median_time(const Recordings& recordings) {
  std::vector<double> times;
  for (std::size_t sample = 0; sample < recordings.samples(); ++sample) {
    recordings.each_spike(sample, [&](double time_s, std::uint16_t /*unit*/) { times.push_back(time_s); });
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

/// A sentence about other units that the times may have instead of seconds; or empty.
std::string unit_hint(const Recordings& recordings, double duration_s) {
  const double median = median_time(recordings);
  std::string hint = fmt::format("; half of the times are above {:.4g} s", median);
  for (const auto& [factor, name] :
       {std::pair{1e-3, "milliseconds"}, std::pair{1e-6, "microseconds"}, std::pair{1e-9, "nanoseconds"}}) {
    if (median > duration_s && median * factor <= duration_s) {
      return hint + fmt::format(": are they in {}? Expected seconds", name);
    }
  }
  return hint;
}

std::string outside_text(std::uint64_t outside, std::uint64_t all, double duration_s) {
  return fmt::format("{} of {} spikes never reach the network, as their time is not within the {:g} ms of a sample",
                     outside, all, duration_s * 1000.0);
}

/// Throws for a file without any remaining spikes: an accuracy on silence would look valid.
void check_file(const Recordings& recordings, const FileCount& count, double duration_s) {
  const std::string name = recordings.file.string();
  if (count.all == 0) throw sdk::TaskError(name + ": holds no spikes; there is nothing to learn from, or to test on");
  if (count.outside + count.unheard < count.all) return;
  if (count.outside == 0) {
    throw sdk::TaskError(name + ": all spikes are of unit 0, which task.binning = \"paper\" leaves out");
  }
  throw sdk::TaskError(name + ": " + outside_text(count.outside, count.all, duration_s) +
                       unit_hint(recordings, duration_s));
}

/// Logs one message for all files.
void tell(const sdk::OpenArgs& args, const std::vector<const Recordings*>& files, const std::vector<FileCount>& counts,
          double duration_s) {
  FileCount sum;
  std::string by_file, hint;
  double largest_share = 0.0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto [all, outside, unheard] = counts[i];
    const std::string name = files[i]->file.filename().string();
    if (outside == 0) continue;
    sum.outside += outside;
    by_file += fmt::format("{}{}: {} of {}", by_file.empty() ? "" : ", ", name, outside, all);
    const double share = static_cast<double>(outside) / static_cast<double>(all);
    largest_share = std::max(largest_share, share);
    if (share > 0.5 && hint.empty()) hint = unit_hint(*files[i], duration_s);
  }
  for (const FileCount& count : counts) sum.all += count.all;
  if (sum.outside == 0) return;
  tell_lost_events(args, largest_share, outside_text(sum.outside, sum.all, duration_s) + " (" + by_file + ")" + hint);
}

}  // namespace

SpikeCount count_spikes(const sdk::OpenArgs& args, const Corpus& corpus, Binning::Kind kind, double bin_ms,
                        std::uint32_t steps) {
  const double duration_s = bin_ms * steps / 1000.0;
  const std::vector<const Recordings*> files = corpus.files();
  std::vector<FileCount> counts;
  SpikeCount sum;
  for (const Recordings* file : files) {
    const FileCount& count = counts.emplace_back(count_file(*file, {kind, file->time_type, bin_ms, 1.0, steps}));
    sum.all += count.all + file->dropped();
    sum.lost += count.outside + count.unheard + file->dropped();
  }
  for (std::size_t i = 0; i < files.size(); ++i) check_file(*files[i], counts[i], duration_s);
  tell(args, files, counts, duration_s);
  return sum;
}

}  // namespace hetsyn::tasks
