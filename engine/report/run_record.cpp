#include "report/run_record.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>

#include "report/analysis/learning_curve.hpp"
#include "run/run_directory.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

std::string selection_member(const RunRecord& run, const char* member) {
  const auto selection = run.summary ? run.summary->find("selection") : std::nullopt;
  return selection ? selection->text_or(member, "") : std::string();
}

}  // namespace

std::string RunRecord::status() const { return summary ? summary->text_or("status", "running") : "running"; }
std::string RunRecord::checkpoint() const {
  for (const char* const name : {"best", "last"}) {
    if (fs::exists(checkpoint_file(path, name))) return name;
  }
  return {};
}
std::string RunRecord::task() const {
  const std::string name = task_name(config);
  return name.empty() && summary ? summary->text_or("task", "") : name;
}
std::string RunRecord::selection_metric() const { return selection_member(*this, "metric"); }
std::string RunRecord::selection_split() const { return selection_member(*this, "split"); }

RunRecord read_run_record(const fs::path& run) {
  if (!is_run_directory(run)) {
    throw UsageError(fmt::format("{}: is not a run directory (it has no config.toml)", run.string()));
  }
  RunRecord record;
  record.path = fs::absolute(run).lexically_normal();
  record.config = read_toml_file((run / "config.toml").string());
  if (const fs::path file = run / "summary.json"; fs::exists(file)) record.summary = read_json_object(file);
  if (const fs::path file = run / "metrics.jsonl"; fs::exists(file)) record.epochs = read_epochs(file);
  record.going = is_written_to(run).value_or(record.status() == "running");
  return record;
}

std::string state_text(const RunRecord& run) {
  const std::string resume = fmt::format("engine --resume --out {} continues it.", run.path.string());
  if (run.going) {
    return run.epochs.empty()
               ? "The run is going on and has not finished its first epoch."
               : fmt::format("The run is going on; this is its state after epoch {}.", run.epochs.back().epoch);
  }
  const std::string status = run.status();
  if (status == "running") {
    return "The run did not come to its end: it was killed, or its machine went down. " + resume;
  }
  if (status == "interrupted") return "The run was interrupted. " + resume;
  if (status != "failed") return {};
  const std::string error = run.summary->text_or("error", "");
  return error.empty() ? "The run failed; log.txt may say why." : "The run failed: " + error;
}

}  // namespace hetsyn
