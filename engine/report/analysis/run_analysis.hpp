#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/alike_runs.hpp"
#include "report/analysis/learning_curve.hpp"
#include "report/analysis/tau.hpp"

/// What a finished run can tell without its data: from config.toml, metrics.jsonl and checkpoints alone.
namespace hetsyn {

/// Input channels with one meaning, such as those of a cue.
struct InputGroup {
  std::string name;
  std::size_t first = 0, last = 0;  ///< channels, both included
};

/// "cue=0-19,noise=20-29". Throws UsageError.
std::vector<InputGroup> parse_input_groups(const std::string& text);

struct AnalysisRequest {
  std::string checkpoint = "best";     ///< or "last": where the training is taken to end
  std::vector<InputGroup> groups;      ///< the synapses from the input are analysed for each of them as well
  double long_ms = 700.0;              ///< above this, a time constant is called long
  std::size_t bins = 0;                ///< of histograms; 0: none
  double low_ms = 1.0, high_ms = 1e4;  ///< what the histogram spans
  std::optional<Criterion> criterion;
  std::string split = "train";  ///< that the criterion is for
};

/// Decays at one time of a training.
struct DecaySnapshot {
  std::uint64_t epoch = 0;  ///< finished epochs
  std::uint64_t step = 0;   ///< optimizer steps done; 0: initial
  TauStatistics tau;
  double mean_change = 0.0;  ///< mean of |r − initial r|
};

/// Some decays of a network over its training.
struct DecayAnalysis {
  std::string name;                       ///< "hidden1.r", "hidden1.r cue", …
  std::vector<DecaySnapshot> snapshots;   ///< the initial ones, those of kept snapshots, those of the checkpoint
  std::optional<TauHistogram> histogram;  ///< of the checkpoint
};

struct RunAnalysis {
  std::string run;
  std::uint64_t epoch = 0, step = 0;            ///< of the checkpoint
  std::vector<DecayAnalysis> decays;            ///< of each projection and input group
  std::optional<std::uint64_t> criterion_step;  ///< empty: not asked for, or never reached
};

/// Analysed runs that are averaged.
struct AnalysisGroup : AlikeRuns {
  std::vector<std::size_t> runs;  ///< of those analysed

  /// With the data: "hetsyn_lif (model.dropout = 0.4) on MNIST".
  [[nodiscard]] std::string title() const;
};

/// In the order of their first runs.
std::vector<AnalysisGroup> group_runs(std::span<const std::filesystem::path> runs);

/// Throws UsageError where `run` holds no run or no such checkpoint, or for groups that its network does not have;
/// RunError or DataError for damaged files.
RunAnalysis analyse_run(const std::filesystem::path& run, const AnalysisRequest& request);

/// All runs for a reader, as Markdown; of several alike, also mean ± s.d. of what they end with.
std::string analysis_markdown(std::span<const RunAnalysis> runs, std::span<const AnalysisGroup> groups,
                              const AnalysisRequest& request);
std::string analysis_json(std::span<const RunAnalysis> runs, std::span<const AnalysisGroup> groups,
                          const AnalysisRequest& request);

}  // namespace hetsyn
