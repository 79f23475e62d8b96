#include "data/check/task_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/threads.hpp"
#include "data/check/answers.hpp"
#include "data/check/split_samples.hpp"
#include "data/check/warp.hpp"

namespace hetsyn {
namespace {

class TaskChecker {
 public:
  TaskChecker(const Task& task, const TaskCheckOptions& options)
      : task_(task), options_(options), threads_(std::max(2, thread_count(options.threads))), findings_(task.info()) {
    for (std::size_t split = 0; split < task.info().splits.size(); ++split) {
      splits_.emplace_back(task, split, options, findings_);
    }
  }

  TaskCheck run() {
    for_each_split("fill", "labels, channels, steps and values of all samples are in their range", &SplitSamples::fill);
    if (const SplitSamples* const last = last_with_samples()) {
      check_samples();
      check_answers(*last);
    }
    TaskCheck check{options_.seed, threads_, {}, findings_.take()};
    for (const SplitSamples& split : splits_) check.splits.push_back(split.facts());
    return check;
  }

 private:
  template <class Body>
  void for_each_split(std::string_view check, std::string_view passed, const Body& body) {
    findings_.run(check, passed, [&] {
      for (SplitSamples& split : splits_) findings_.attempt(check, [&] { std::invoke(body, split); });
    });
  }

  /// Of the test samples, if there are any: the splits of most tasks end with them.
  [[nodiscard]] const SplitSamples* last_with_samples() const {
    const auto has_samples = [](const SplitSamples& split) { return !split.indices().empty(); };
    const auto found = std::find_if(splits_.rbegin(), splits_.rend(), has_samples);
    return found == splits_.rend() ? nullptr : &*found;
  }

  void check_samples() {
    // Another seed first: a task that keeps its latest samples then has to make those of the first seed once more.
    check_seed();
    for_each_split("repeat", "equal requests give equal samples, also in another order", &SplitSamples::repeat);
    for_each_split("threads", fmt::format("equal requests give equal samples on {} threads at once", threads_),
                   [this](SplitSamples& split) { split.repeat_on_threads(threads_); });
    check_sample_info();
    check_labels();
    for_each_split("input", "every channel and every sample has events", &SplitSamples::check_input);
    findings_.run("time_scale", "samples can be longer and shorter, and their events move with time",
                  [&] { check_warp(task_, *last_with_samples(), options_.seed, findings_); });
  }

  void check_seed() {
    const TaskInfo& info = task_.info();
    if (!info.static_samples && std::ranges::none_of(info.splits, &Split::drawn)) {
      return findings_.add("seed", Verdict::not_applicable, "no split is drawn, and info.static_samples is not set");
    }
    for_each_split("seed",
                   info.static_samples ? "samples do not depend on the seed, as info.static_samples says"
                                       : "drawn samples differ with seed and index",
                   &SplitSamples::change_seed);
  }

  void check_sample_info() {
    if (std::ranges::all_of(task_.info().splits, &Split::drawn)) {
      return findings_.add("sample_info", Verdict::not_applicable, "all splits are drawn");
    }
    for_each_split("sample_info", "sample_info() agrees with fill()", &SplitSamples::compare_sample_info);
  }

  void check_labels() {
    if (std::ranges::none_of(splits_, &SplitSamples::has_labels)) {
      return findings_.add("labels", Verdict::not_applicable, "samples have no classes");
    }
    for_each_split("labels", "all classes occur", &SplitSamples::check_labels);
  }

  void check_answers(const SplitSamples& samples) {
    std::optional<MadeUpBatch> batch;
    if (!findings_.attempt("fill", [&] { batch = made_up_batch(task_, samples, options_.seed); })) return;
    check_loss(task_, *batch, findings_);
    check_own_metrics(task_, *batch, findings_);
    check_plots(task_, *batch, findings_);
  }

  const Task& task_;
  const TaskCheckOptions& options_;
  int threads_;
  Findings findings_;
  std::vector<SplitSamples> splits_;
};

}  // namespace

TaskCheck check_task(const Task& task, const TaskCheckOptions& options) { return TaskChecker(task, options).run(); }

}  // namespace hetsyn
