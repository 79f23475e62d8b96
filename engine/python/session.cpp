#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/session.hpp>

#include "python/recording.hpp"
#include "python/task.hpp"

namespace hetsyn::python {
namespace {

nb::dict metrics_of(const std::vector<NamedMetric>& metrics) {
  nb::dict out;
  for (const NamedMetric& metric : metrics) out[metric.name.c_str()] = metric.value;
  return out;
}

nb::dict epoch_of(const EpochRecord& record) {
  nb::dict out, splits;
  for (const SplitMetrics& split : record.splits) splits[split.split.c_str()] = metrics_of(split.metrics);
  out["epoch"] = record.epoch;
  out["step"] = record.step;
  out["learning_rate"] = record.learning_rate;
  out["provisional"] = record.provisional;
  out["splits"] = splits;
  return out;
}

nb::dict step_of(const StepRecord& record) {
  nb::dict out;
  out["epoch"] = record.epoch;
  out["step_in_epoch"] = record.step_in_epoch;
  out["steps_in_epoch"] = record.steps_in_epoch;
  out["step"] = record.step;
  out["total_steps"] = record.total_steps;
  out["samples"] = record.samples;
  out["loss"] = record.loss;
  out["learning_rate"] = record.learning_rate;
  out["gradient_norm"] = record.gradient_norm;
  out["metrics"] = metrics_of(record.metrics);
  return out;
}

Existing existing_of(const std::string& name) {
  if (name == "refuse") return Existing::refuse;
  if (name == "resume") return Existing::resume;
  if (name == "replace") return Existing::replace;
  throw UsageError("existing \"" + name + "\": expected refuse, resume or replace");
}

using Labels = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <class Array>
auto span_of(const std::optional<Array>& array) {
  using Element = typename Array::Scalar;
  return array ? std::span<const Element>(array->data(), array->size()) : std::span<const Element>();
}

/// What a Python function is given of a batch: copies, as it may keep them.
template <class T>
nb::object copy_of(std::span<const T> values, std::initializer_list<std::size_t> shape) {
  if (values.empty()) return nb::none();
  return nb::cast(array_of(std::vector<T>(values.begin(), values.end()), shape));
}

/// Calls a Python loss: (readout, answers) → (value, gradient); answers are labels [B] or targets [B][T][K].
LossFunction loss_of(nb::callable function) {
  return [function = std::move(function)](const LossInput& input, std::span<float> d_readout) {
    const nb::gil_scoped_acquire acquire;
    const std::size_t B = input.samples, T = input.steps, K = input.outputs;
    const nb::object answers = input.target.empty() ? copy_of(input.labels, {B}) : copy_of(input.target, {B, T, K});
    const nb::object returned = function(copy_of(input.readout, {B, T, K}), answers);
    std::pair<double, nb::object> result;
    if (!nb::try_cast(returned, result)) {
      throw DataError("the loss function: expected (value, gradient) with a float and an array");
    }
    const Floats gradient = floats_of(result.second, "the gradient of the loss function", {B, T, K});
    std::copy_n(gradient.data(), gradient.size(), d_readout.begin());
    return result.first;
  };
}

std::unique_ptr<DataSet> data_set(const std::string& name, std::size_t outputs, double dt_ms,
                                  const std::vector<std::pair<std::string, double>>& losses,
                                  const std::optional<nb::callable>& own_loss,
                                  const std::vector<std::string>& class_names) {
  DataSetOptions options{name, outputs, dt_ms, {}, {}, class_names};
  for (const auto& [kind, weight] : losses) options.losses.push_back({.kind = kind, .weight = weight});
  if (own_loss) options.own_loss = loss_of(*own_loss);
  return std::make_unique<DataSet>(std::move(options));
}

void add(DataSet& self, const std::string& split, const HeldSamples& input, const std::optional<Labels>& labels,
         const std::optional<nb::ndarray<const float, nb::ndim<3>, nb::c_contig, nb::device::cpu>>& target,
         const std::optional<Labels>& groups) {
  self.add(split, input.samples, {.labels = span_of(labels), .target = span_of(target), .groups = span_of(groups)});
}

void make_session(Session* self, Context& context, const std::optional<std::filesystem::path>& file,
                  const nb::dict& values, const DataSet* data, const TaskTable* task) {
  const Config config = config_of(file, values);
  interruptible(context, [&] {
    if (data != nullptr) return new (self) Session(context, config, *data);
    if (task != nullptr) return new (self) Session(context, config, task->table());
    return new (self) Session(context, config);
  });
}

/// A Python function, called from the thread that trains.
template <class Record>
std::function<void(const Record&)> observer(const std::optional<nb::callable>& function,
                                            nb::dict (*record_of)(const Record&)) {
  if (!function) return {};
  return [function = *function, record_of](const Record& record) {
    const nb::gil_scoped_acquire acquire;
    function(record_of(record));
  };
}

nb::dict train(Session& self, Context& context, const std::optional<std::filesystem::path>& directory,
               const std::string& existing, const std::optional<nb::callable>& on_step,
               const std::optional<nb::callable>& on_evaluation, const std::optional<nb::callable>& on_epoch,
               const nb::dict& initial) {
  TrainOptions options;
  options.initial = named_arrays(initial);
  if (directory) options.directory = *directory;
  options.existing = existing_of(existing);
  options.on_step = observer<StepRecord>(on_step, step_of);
  options.on_epoch = observer<EpochRecord>(on_epoch, epoch_of);
  if (on_evaluation) {
    options.on_evaluation = [function = *on_evaluation](const std::string& split, std::size_t done,
                                                        std::size_t samples) {
      const nb::gil_scoped_acquire acquire;
      function(split, done, samples);
    };
  }
  const TrainResult result = interruptible(context, [&] { return self.train(options); });
  nb::dict out;
  out["end"] = run_end_name(result.end);
  out["selection"] = result.selection;
  out["last"] = result.last ? nb::object(epoch_of(*result.last)) : nb::none();
  out["best"] = result.best ? nb::object(epoch_of(*result.best)) : nb::none();
  return out;
}

/// The text of `engine eval --json`; None where the context was stopped.
std::optional<std::string> evaluate(Session& self, Context& context, const std::string& split,
                                    const std::string& checkpoint, const nb::dict& values) {
  const EvaluateOptions options{split, checkpoint, settings_of(values)};
  const std::optional<Evaluation> result = interruptible(context, [&] { return self.evaluate(options); });
  if (!result) return std::nullopt;
  return result->json;
}

/// What `record` returns, or None where the context was stopped; hetsyn/recordings.py makes objects of it.
std::optional<nb::dict> record(Session& self, Context& context, const std::vector<std::size_t>& samples,
                               const std::string& split, const std::string& checkpoint, const nb::dict& values) {
  const EvaluateOptions options{split, checkpoint, settings_of(values)};
  std::optional<RecordedSamples> recorded = interruptible(context, [&] { return self.record(samples, options); });
  if (!recorded) return std::nullopt;
  return recordings_of(std::move(*recorded));
}

/// False where the context was stopped.
bool export_activity(Session& self, Context& context, const std::filesystem::path& file,
                     const std::vector<std::size_t>& samples, bool replace, const std::string& split,
                     const std::string& checkpoint, const nb::dict& values) {
  const EvaluateOptions options{split, checkpoint, settings_of(values)};
  return interruptible(context, [&] { return self.export_activity(file, samples, options, replace); });
}

nb::dict task_of(const Session& self) {
  const TaskFacts& facts = self.task();
  nb::dict out, splits;
  for (const auto& [name, samples] : facts.splits) splits[name.c_str()] = samples;
  out["name"] = facts.name;
  out["data"] = facts.data_name;
  out["standin"] = facts.standin;
  out["inputs"] = facts.inputs;
  out["outputs"] = facts.outputs;
  out["steps"] = facts.steps;
  out["dt_ms"] = facts.dt_ms;
  out["splits"] = splits;
  out["metrics"] = facts.metrics;
  return out;
}

/// The text of `engine check --json`. The task may be one in Python, which takes the interpreter's lock itself.
std::string check_task(const Session& self, Context& context, std::size_t samples) {
  return interruptible(context, [&] { return self.check_task(samples); });
}

auto read(const Session& self, const std::string& name, const std::string& checkpoint) {
  return read_array(self, self.network(), name, checkpoint);
}

}  // namespace

void bind_session(nb::module_& module) {
  nb::class_<DataSet>(module, "DataSet")
      .def(nb::new_(&data_set), nb::kw_only(), nb::arg("name"), nb::arg("outputs"), nb::arg("dt_ms"), nb::arg("losses"),
           nb::arg("own_loss").none(), nb::arg("class_names"))
      .def("add", add, nb::arg("split"), nb::arg("samples"), nb::arg("labels").noconvert().none(),
           nb::arg("target").noconvert().none(), nb::arg("groups").noconvert().none());
  nb::class_<Session>(module, "Session")
      .def("__init__", make_session, nb::keep_alive<1, 2>(), nb::keep_alive<1, 6>(), nb::arg("context"),
           nb::arg("file").none(), nb::arg("values"), nb::arg("data").none() = nb::none(),
           nb::arg("task").none() = nb::none())
      .def_static(
          "open",
          [](Context& context, const std::filesystem::path& run, const TaskTable* task) {
            const hetsyn_task* const table = task == nullptr ? nullptr : &task->table();
            return interruptible(context,
                                 [&] { return std::make_unique<Session>(Session::open(context, run, table)); });
          },
          nb::keep_alive<0, 1>(), nb::keep_alive<0, 3>(), nb::arg("context"), nb::arg("run"),
          nb::arg("task").none() = nb::none())
      .def_prop_ro("task", task_of)
      .def_prop_ro("network", [](const Session& self) { return facts_of(self.network()); })
      .def_prop_ro("memory",
                   [](const Session& self) {
                     nb::dict out;
                     for (const MemoryUsage& use : self.memory()) out[use.name.c_str()] = use.bytes;
                     return out;
                   })
      .def_prop_ro("config_text", &Session::config_text)
      .def("train", train, nb::arg("context"), nb::arg("directory").none(), nb::arg("existing"),
           nb::arg("on_step").none(), nb::arg("on_evaluation").none(), nb::arg("on_epoch").none(), nb::arg("initial"))
      .def("evaluate", evaluate, nb::arg("context"), nb::arg("split"), nb::arg("checkpoint"), nb::arg("values"))
      .def("record", record, nb::arg("context"), nb::arg("samples"), nb::arg("split"), nb::arg("checkpoint"),
           nb::arg("values"))
      .def("export_activity", export_activity, nb::arg("context"), nb::arg("file"), nb::arg("samples"),
           nb::arg("replace"), nb::arg("split"), nb::arg("checkpoint"), nb::arg("values"))
      .def("check_task", check_task, nb::arg("context"), nb::arg("samples"))
      .def("read", read, nb::arg("name"), nb::arg("checkpoint"));
}

}  // namespace hetsyn::python
