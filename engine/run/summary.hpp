#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/columns.hpp"
#include "data/data_identity.hpp"
#include "run/extension.hpp"
#include "run/hold_out.hpp"
#include "run/initial_parameters.hpp"
#include "training/checkpoint.hpp"
#include "training/trainer.hpp"

/// What a run reports: summary.json, the lines of metrics.jsonl, and the table at the end.
namespace hetsyn {

/// Facts about a run that do not change during the run.
struct RunFacts {
  std::string task, model, device, protocol;
  std::string instruction_set;              ///< for the cpu device; otherwise empty
  std::string plugin_version, plugin_file;  ///< the plugin of the task
  DataIdentity data;
  std::vector<std::string>
      placement;  ///< keys of the task that only say where the data are or how they are called: "task.path"
  HoldOutFacts hold_out;
  std::uint64_t events = 0, events_lost = 0;  ///< as in TaskInfo
  std::uint64_t skipped = 0;                  ///< samples left out because their files are damaged
  std::string skipped_why;
  std::uint64_t seed = 0;
  std::size_t parameters = 0;      ///< trainable ones, counted as in the paper
  std::size_t ranks = 1;           ///< number of processes
  std::size_t planned_memory = 0;  ///< bytes of one process; see run/memory_plan.hpp
  std::string matmul_precision = "float32";
  std::optional<double>
      matmul_error;  ///< Trainer::gradient_error() with the initial parameters, if the precision is not float32
  Selection selection;
  std::optional<InitialFacts> initial;  ///< the parameters that were given, not drawn from the seed
  std::vector<Extension> extensions;    ///< in their order
};

/// The cost of a run so far.
struct RunCost {
  double seconds = 0.0;         ///< wall time, including earlier parts of a resumed run
  std::size_t peak_memory = 0;  ///< bytes of this process
};

/// The text of summary.json. `status` is "running", "finished", "max_steps", "early_stop", "interrupted" or "failed",
/// and `error` then says why.
/// Undefined numbers (a best epoch before the first evaluation) are null. "epochs" counts finished epochs.
std::string summary_json(const RunFacts& facts, const TrainingProgress& progress, std::string_view status,
                         const RunCost& cost, std::string_view error = {});

/// A line of metrics.jsonl: epoch, step, learning_rate and the metrics of each split; "provisional": true if it is.
std::string epoch_json(const EpochRecord& record);

/// The lines of metrics.jsonl up to the record `last`. Drops later lines, which a killed or ended run wrote, and an
/// incomplete line.
std::string metrics_until(const std::string& lines, const std::optional<EpochRecord>& last);

/// A table of splits × metrics × {last, best validation, best test}, with the name of the data, in lines of at most
/// `columns`.
std::string summary_table(const RunRecords& records, const DataIdentity& data, std::size_t columns = kUnlimitedColumns);

/// Four significant digits: "0.9766", "∞", and "–" for an undefined value (NaN).
std::string metric_text(double value);
/// The same with as many of these digits as `columns` has room for, at least one.
std::string metric_text(double value, std::size_t columns);

}  // namespace hetsyn
