#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/data_identity.hpp"
#include "run/hold_out.hpp"
#include "training/checkpoint.hpp"
#include "training/trainer.hpp"

/// What a run reports: the numbers of summary.json, a line of metrics.jsonl, and the table at the end.
namespace hetsyn {

/// Facts about a run that do not change while it goes on.
struct RunFacts {
  std::string task, model, device, protocol;
  std::string instruction_set;              ///< of the cpu device; empty on others
  std::string plugin_version, plugin_file;  ///< that the task is from
  DataIdentity data;
  std::vector<std::string> placement;  ///< keys of the task that do not tell runs apart: "task.path"
  HoldOutFacts hold_out;
  std::uint64_t events = 0, events_lost = 0;  ///< as in TaskInfo
  std::uint64_t skipped = 0;                  ///< samples that were left out, as their files are damaged
  std::string skipped_why;
  std::uint64_t seed = 0;
  std::size_t parameters = 0;      ///< trainable, as the paper counts them
  std::size_t ranks = 1;           ///< processes that share the run
  std::size_t planned_memory = 0;  ///< bytes of one process, see run/memory_plan.hpp
  std::string matmul_precision = "float32";
  std::optional<double> matmul_error;  ///< Trainer::gradient_error() of another precision, with initial parameters
  Selection selection;
};

/// What a run has cost so far.
struct RunCost {
  double seconds = 0.0;         ///< wall time over all its parts
  std::size_t peak_memory = 0;  ///< bytes of this process
};

/// summary.json. `status` is "running", "finished", "max_steps", "early_stop", "interrupted" or "failed". A number that
/// does not exist (a best epoch before the first evaluation) is null. "epochs" are those that are finished.
std::string summary_json(const RunFacts& facts, const TrainingProgress& progress, const std::string& status,
                         const RunCost& cost);

/// One line of metrics.jsonl: epoch, step, learning_rate and, per split, its metrics; "provisional": true where it is.
std::string epoch_json(const EpochRecord& record);

/// The lines of metrics.jsonl in a run whose last record is `last`: it is written again, and what a run that was killed
/// or ended early wrote beyond it is dropped, as is a line that was cut off.
std::string metrics_until(const std::string& lines, const std::optional<EpochRecord>& last);

/// Splits × metrics × {last, best validation, best test}, in columns, under the name of the data.
std::string summary_table(const RunRecords& records, const DataIdentity& data);

/// Four significant digits, for people: "0.9766", "∞", and "–" for what is undefined (NaN).
std::string metric_text(double value);

}  // namespace hetsyn
