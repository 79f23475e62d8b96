#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/check/task_check.hpp"
#include "data/sample_fingerprint.hpp"

namespace hetsyn {

/// The samples of one split that a check looks at, and the checks of them.
class SplitSamples {
 public:
  /// All arguments must outlive this object.
  SplitSamples(const Task& task, std::size_t split, const TaskCheckOptions& options, Findings& findings);

  /// Makes each sample once, on one thread. The other checks look at those for which this succeeds.
  void fill();
  /// Makes some of them once more, in another order, and measures how long samples take.
  void repeat();
  /// Makes them once more on several threads.
  void repeat_on_threads(int threads);
  /// Makes some of them with another seed.
  void change_seed();
  void compare_sample_info();
  void check_labels();
  void check_input();

  [[nodiscard]] bool has_labels() const { return !facts_.labels.empty(); }
  [[nodiscard]] const CheckedSplit& facts() const { return facts_; }
  [[nodiscard]] std::size_t split() const { return split_; }
  /// Those that fill() made.
  [[nodiscard]] const std::vector<std::uint64_t>& indices() const { return indices_; }

 private:
  [[nodiscard]] Sample make(std::uint64_t index, std::uint64_t seed) const;
  [[nodiscard]] const TaskInfo& info() const { return task_.info(); }
  [[nodiscard]] std::string place(std::uint64_t index) const;
  /// A finding that names the sample; none if `fault` is empty. Returns whether there is a fault.
  bool report(std::string_view check, std::uint64_t index, const std::string& fault);
  void add_times(std::vector<double> times_ms);
  /// Makes all of them again and again for a while. Returns how many samples that are per second; `again` gets those
  /// that are different at any time.
  double throughput(int threads, std::vector<SampleFingerprint>& again) const;

  const Task& task_;
  std::size_t split_;
  const TaskCheckOptions& options_;
  Findings& findings_;
  CheckedSplit facts_;
  std::vector<std::uint64_t> indices_;
  std::vector<SampleFingerprint> first_;  ///< of each index
};

}  // namespace hetsyn
