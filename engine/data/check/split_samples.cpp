#include "data/check/split_samples.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/parallel.hpp"
#include "core/rng.hpp"

namespace hetsyn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRepeated = 32;  // samples that are made several times more
constexpr std::size_t kPerClass = 10;  // samples from which a class that does not occur is worth a warning
constexpr double kMeasuredSeconds = 0.05;
constexpr std::size_t kNamed = 8;  // classes and channels that a sentence lists

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// "3, 4, 9 and 12 more"
template <class Items>
std::string listed(const Items& items) {
  const std::size_t named = std::min(items.size(), kNamed);
  const std::string head =
      fmt::format("{}", fmt::join(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(named), ", "));
  return named == items.size() ? head : fmt::format("{} and {} more", head, items.size() - named);
}

/// At most as many as wanted; of a split that is not drawn, one in each of so many parts of equal size, at random,
/// since every tenth sample may be of the same class.
std::vector<std::uint64_t> chosen_indices(const Split& split, const TaskCheckOptions& options) {
  const std::uint64_t count = split.drawn ? options.samples : std::min(options.samples, split.samples);
  std::vector<std::uint64_t> indices(count);
  RandomStream random(options.seed, RandomPurpose::test);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t begin = i * split.samples / count, end = (i + 1) * split.samples / count;
    indices[i] = split.drawn ? i : begin + random.below(static_cast<std::uint32_t>(end - begin));
  }
  return indices;
}

}  // namespace

SplitSamples::SplitSamples(const Task& task, std::size_t split, const TaskCheckOptions& options, Findings& findings)
    : task_(task), split_(split), options_(options), findings_(findings) {
  const Split& of = task.info().splits[split];
  facts_.name = of.name;
  facts_.drawn = of.drawn;
  facts_.samples = of.samples;
}

Sample SplitSamples::make(std::uint64_t index, std::uint64_t seed) const {
  return task_.fill({.split = split_, .index = index, .seed = seed, .steps = info().steps});
}

std::string SplitSamples::place(std::uint64_t index) const {
  return fmt::format("split '{}', sample {}", facts_.name, index);
}

bool SplitSamples::report(std::string_view check, std::uint64_t index, const std::string& fault) {
  if (!fault.empty()) findings_.broken(check, place(index) + ": " + fault);
  return !fault.empty();
}

void SplitSamples::fill() {
  const std::vector<std::uint64_t> wanted = chosen_indices(info().splits[split_], options_);
  std::optional<std::string> fault;
  std::size_t faults = 0;
  std::vector<double> times_ms;
  InputSums sums(info());
  std::vector<std::uint64_t> labels(info().outputs, 0);
  for (const std::uint64_t index : wanted) {
    try {
      const Clock::time_point start = Clock::now();
      const Sample sample = make(index, options_.seed);
      times_ms.push_back(1e3 * seconds_since(start));
      sums.add(*sample.input, info().steps);
      if (sample.label >= 0) ++labels[static_cast<std::size_t>(sample.label)];
      first_.push_back(fingerprint(sample));
      indices_.push_back(index);
    } catch (const Error& error) {
      if (!fault) fault = findings_.reason_of(error);
      ++faults;
    }
  }
  if (faults == 1) findings_.broken("fill", *fault);
  if (faults > 1)
    findings_.broken("fill", fmt::format("{} (the first of {} of {} samples)", *fault, faults, wanted.size()));
  facts_.looked_at = indices_.size();
  facts_.input = sums.summary();
  if (std::ranges::any_of(labels, [](std::uint64_t count) { return count > 0; })) facts_.labels = std::move(labels);
  if (!times_ms.empty()) add_times(std::move(times_ms));
}

void SplitSamples::add_times(std::vector<double> times_ms) {
  const auto middle = times_ms.begin() + static_cast<std::ptrdiff_t>(times_ms.size() / 2);
  facts_.most_ms = std::ranges::max(times_ms);
  std::nth_element(times_ms.begin(), middle, times_ms.end());
  facts_.median_ms = *middle;
}

void SplitSamples::repeat() {
  for (std::size_t i = std::min(kRepeated, indices_.size()); i-- > 0;) {  // backwards, to find a task that counts calls
    const SampleFingerprint again = fingerprint(make(indices_[i], options_.seed));
    if (report("repeat", indices_[i], fault_of_repeat(first_[i], again, options_.seed))) return;
  }
  std::vector<SampleFingerprint> again = first_;
  facts_.samples_per_s = throughput(1, again);
  for (std::size_t i = 0; i < indices_.size(); ++i) {
    if (report("repeat", indices_[i], fault_of_repeat(first_[i], again[i], options_.seed))) return;
  }
}

double SplitSamples::throughput(int threads, std::vector<SampleFingerprint>& again) const {
  const auto make_again = [&](std::size_t i) {
    const SampleFingerprint made = fingerprint(make(indices_[i], options_.seed));
    if (made != first_[i]) again[i] = made;
  };
  std::size_t made = 0;
  const Clock::time_point start = Clock::now();
  on_threads(threads, [&] {
    do {
      for_each_index(indices_.size(), make_again, tbb::simple_partitioner());
      made += indices_.size();
    } while (seconds_since(start) < kMeasuredSeconds);
  });
  return static_cast<double>(made) / seconds_since(start);
}

void SplitSamples::repeat_on_threads(int threads) {
  std::vector<SampleFingerprint> again = first_;
  facts_.samples_per_s_threads = throughput(threads, again);
  for (std::size_t i = 0; i < indices_.size(); ++i) {
    if (report("threads", indices_[i], fault_of_threads(first_[i], again[i], threads))) return;
  }
}

void SplitSamples::change_seed() {
  const std::size_t count = std::min(kRepeated, indices_.size());
  std::size_t unchanged = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t other_seed = options_.seed + 1;
    const SampleFingerprint other = fingerprint(make(indices_[i], other_seed));
    unchanged += other == first_[i] ? 1 : 0;
    if (!info().static_samples) continue;
    if (report("seed", indices_[i], fault_of_seed(first_[i], other, options_.seed, other_seed))) return;
  }
  if (!facts_.drawn || count < 2) return;
  if (unchanged == count) {
    findings_.warning("seed",
                      fmt::format("split '{}': another seed gives the same {} samples, although they are drawn; "
                                  "expected draws from the seed of the request",
                                  facts_.name, count));
  }
  if (std::ranges::adjacent_find(first_, std::not_equal_to<>()) == first_.end()) {
    findings_.warning("seed", fmt::format("split '{}': all {} samples are equal; expected samples that differ with the "
                                          "index of the request",
                                          facts_.name, first_.size()));
  }
}

void SplitSamples::compare_sample_info() {
  if (facts_.drawn) return;  // sample_info() does not get the seed
  for (std::size_t i = 0; i < indices_.size(); ++i) {
    const std::int32_t told = task_.sample_info(split_, indices_[i]).label;
    if (report("sample_info", indices_[i], fault_of_label(told, first_[i].label))) return;
  }
}

void SplitSamples::check_labels() {
  const bool enough = facts_.looked_at >= kPerClass * facts_.labels.size() || facts_.looked_at == facts_.samples;
  if (facts_.labels.empty() || !enough) return;
  std::vector<std::string> absent;
  for (std::size_t k = 0; k < facts_.labels.size(); ++k) {
    if (facts_.labels[k] > 0) continue;
    absent.push_back(info().class_names.empty() ? std::to_string(k) : fmt::format("{} ({})", k, info().class_names[k]));
  }
  if (absent.empty()) return;
  findings_.warning("labels",
                    fmt::format("split '{}': {} of {} classes have no sample among the {} looked at: {}", facts_.name,
                                absent.size(), facts_.labels.size(), facts_.looked_at, listed(absent)));
}

void SplitSamples::check_input() {
  const InputSummary& input = facts_.input;
  if (input.empty_samples > 0) {
    findings_.warning(
        "input", fmt::format("split '{}': {} of {} samples have no {}", facts_.name, input.empty_samples, input.samples,
                             info().input_kind == InputKind::events ? "event" : "value other than 0"));
  }
  if (!input.silent.empty() && input.empty_samples < input.samples) {
    findings_.warning("input",
                      fmt::format("split '{}': {} of {} channels are silent in all {} samples: {}", facts_.name,
                                  input.silent.size(), info().inputs, input.samples, listed(input.silent)));
  }
}

}  // namespace hetsyn
