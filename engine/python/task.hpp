#pragma once
#include <hetsyn/detail/export.hpp>

#include "python/bindings.hpp"

namespace hetsyn::python {

/// The table of a task in Python. It must stay where it is: the table points to it.
class TaskTable {
 public:
  /// `described`: name, summary, version, keys, has_loss, has_metrics, has_plots; `open`: the function of
  /// hetsyn/_task_table.py that opens the task.
  TaskTable(const nb::dict& described, nb::object open);
  [[nodiscard]] const hetsyn_task& table() const { return table_.table(); }

 private:
  static hetsyn_status open_task(const hetsyn_open_args* args, hetsyn_dataset** dataset, hetsyn_error* error);

  nb::object keys_, open_;
  sdk::detail::Overrides has_;
  sdk::detail::TaskTable table_;
};

}  // namespace hetsyn::python
