#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/columns.hpp"
#include "report/alike_runs.hpp"
#include "report/analysis/learning_curve.hpp"
#include "report/analysis/tau.hpp"

/// The analysis of a finished run without its data, from config.toml, metrics.jsonl and checkpoints.
namespace hetsyn {

/// Input channels with a common meaning, such as those of a cue.
struct InputGroup {
  std::string name;
  std::size_t first = 0, last = 0;  ///< first and last channel, both included
};

/// "cue=0-19,noise=20-29". Throws UsageError.
std::vector<InputGroup> parse_input_groups(const std::string& text);

struct AnalysisRequest {
  std::string checkpoint = "best";     ///< or "last": where the training is taken to end
  std::vector<InputGroup> groups;      ///< synapses from these inputs are also analysed separately
  double long_ms = 700.0;              ///< larger time constants count as long
  std::size_t bins = 0;                ///< of histograms; 0: none
  double low_ms = 1.0, high_ms = 1e4;  ///< the range of the histogram
  std::optional<Criterion> criterion;
  std::string split = "train";  ///< the split of the criterion
};

/// The decays at one point of a training.
struct DecaySnapshot {
  std::uint64_t epoch = 0;  ///< finished epochs
  std::uint64_t step = 0;   ///< optimizer steps done; 0: initial
  TauStatistics tau;
  double mean_change = 0.0;  ///< mean of |r − initial r|
};

/// A group of decays during the training.
struct DecayAnalysis {
  std::string name;                       ///< "hidden1.r", "hidden1.r cue", …
  std::vector<DecaySnapshot> snapshots;   ///< initial, at each kept snapshot, and of the checkpoint
  std::optional<TauHistogram> histogram;  ///< for the checkpoint
};

struct RunAnalysis {
  std::string run;
  std::uint64_t epoch = 0, step = 0;            ///< those of the checkpoint
  std::vector<DecayAnalysis> decays;            ///< one for each projection and input group
  std::optional<std::uint64_t> criterion_step;  ///< empty: not requested, or never reached
};

/// Analysed runs that are averaged.
struct AnalysisGroup : AlikeRuns {
  std::vector<std::size_t> runs;  ///< indices into the analysed runs

  /// Includes the data: "hetsyn_lif (model.dropout = 0.4) on MNIST".
  [[nodiscard]] std::string title() const;
};

/// Groups alike runs, in the order of their first runs.
std::vector<AnalysisGroup> group_runs(std::span<const std::filesystem::path> runs);

/// Throws UsageError if `run` is not a run or does not have the checkpoint, or for groups that its network does not
/// have; RunError or DataError for damaged files.
RunAnalysis analyse_run(const std::filesystem::path& run, const AnalysisRequest& request);

/// Tables in lines of at most `columns`; Markdown if they are unlimited. For several alike runs, also mean ± s.d. of
/// their final values.
std::string analysis_text(std::span<const RunAnalysis> runs, std::span<const AnalysisGroup> groups,
                          const AnalysisRequest& request, std::size_t columns = kUnlimitedColumns);
std::string analysis_json(std::span<const RunAnalysis> runs, std::span<const AnalysisGroup> groups,
                          const AnalysisRequest& request);

}  // namespace hetsyn
