#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <hetsyn/task.hpp>

#include "python/task.hpp"

/// Tasks in Python: the table of the contract for an object of hetsyn/_task_table.py, which does the checking and the
/// slicing.
namespace hetsyn::python {
namespace {

using Reals = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Integers = nb::ndarray<const std::uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

[[noreturn]] void fail(const nb::python_error& error) {
  const std::string text = nb::cast<std::string>(nb::str(error.value()));
  const nb::module_ module = nb::module_::import_("hetsyn.task");
  if (error.matches(module.attr("BadKey"))) {
    throw sdk::ConfigError(nb::cast<std::string>(error.value().attr("key")), text);
  }
  const std::string message = nb::cast<std::string>(error.type().attr("__name__")) + ": " + text;
  if (error.matches(PyExc_FileNotFoundError)) throw sdk::NoData(message);
  if (error.matches(module.attr("BrokenTask"))) throw sdk::ContractError(text);
  throw sdk::TaskError(message);
}

/// Runs `body`, which calls Python, and turns its exceptions into those of a task.
template <class Body>
auto in_python(const Body& body) {
  const nb::gil_scoped_acquire acquire;
  try {
    return body();
  } catch (const nb::python_error& error) {
    fail(error);
  } catch (const std::bad_cast&) {
    throw sdk::ContractError("a value that it returns has another type than hetsyn.Task says");
  }
}

/// An object of Python that may be dropped on any thread.
struct Held {
  explicit Held(nb::object value) : object(std::move(value)) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    const nb::gil_scoped_acquire acquire;
    object.reset();
  }
  nb::object object;
};

sdk::Info info_of(const nb::dict& facts) {
  const auto whole = [&](const char* name) { return nb::cast<std::uint32_t>(facts[name]); };
  const auto text = [](const nb::handle& from, const char* name) { return nb::cast<std::string>(from[name]); };
  sdk::Info info;
  info.analog = nb::cast<bool>(facts["analog"]);
  info.inputs = whole("inputs");
  info.outputs = whole("outputs");
  info.steps = whole("steps");
  info.spiking_readout = nb::cast<bool>(facts["spiking_readout"]);
  info.dt_ms = nb::cast<double>(facts["dt_ms"]);
  info.step_ms = nb::cast<double>(facts["step_ms"]);
  info.targets = whole("targets");
  info.data_name = text(facts, "data_name");
  info.data_digest = text(facts, "data_digest");
  info.static_samples = !nb::cast<bool>(facts["drawn"]);
  info.class_names = nb::cast<std::vector<std::string>>(facts["class_names"]);
  for (const nb::handle split : facts["splits"]) {
    info.splits.push_back({text(split, "name"), sdk::Split::Role{nb::cast<std::int32_t>(split["role"])},
                           nb::cast<std::uint64_t>(split["samples"]), !info.static_samples});
  }
  for (const nb::handle loss : facts["losses"]) {
    info.losses.push_back(
        {nb::cast<std::int32_t>(loss["id"]), nb::cast<double>(loss["weight"]), nb::cast<double>(loss["parameter"])});
  }
  for (const nb::handle metric : facts["metrics"]) {
    info.metrics.push_back({text(metric, "name"),
                            text(metric, "unit"),
                            nb::cast<bool>(metric["higher_is_better"]),
                            nb::cast<std::int32_t>(metric["id"]),
                            {nb::cast<std::int32_t>(metric["loss"]), nb::cast<double>(metric["parameter"])}});
  }
  return info;
}

/// Answers of a batch for Python: readout [B][T][K], labels [B] and targets [B][T][K] or None.
struct Answers {
  explicit Answers(const sdk::Batch& batch) {
    const std::size_t B = batch.samples();
    readout = nb::cast(copy_of(batch.readout()));
    std::vector<std::int32_t> numbers(B);
    for (std::size_t b = 0; b < B; ++b) numbers[b] = batch.label(b);
    labels = nb::cast(array_of(std::move(numbers), {B}));
    target = batch.targets() == 0 ? nb::none() : nb::cast(copy_of(batch.target()));
  }
  static nb::ndarray<nb::numpy, float> copy_of(const View<const float, 3>& values) {
    return array_of(std::vector<float>(values.begin(), values.end()),
                    {values.samples(), values.steps(), values.units()});
  }
  nb::object readout, labels, target;
};

class PythonMetrics : public sdk::Metrics {
 public:
  PythonMetrics(const nb::object& opened, std::size_t count) : opened_(opened), sums_(count) {}

  void add(const sdk::Batch& batch) override {
    in_python([&] {
      const Answers answers(batch);
      const auto values = nb::cast<std::vector<double>>(
          opened_.object.attr("measure")(answers.readout, answers.labels, answers.target));
      for (std::size_t m = 0; m < sums_.size(); ++m) sums_[m] += values[m];
    });
    samples_ += batch.samples();
  }
  [[nodiscard]] std::vector<double> values() const override {
    std::vector<double> means;
    for (const double sum : sums_) means.push_back(sdk::mean_of(sum, samples_));
    return means;
  }

 private:
  Held opened_;
  std::vector<double> sums_;
  std::size_t samples_ = 0;
};

class PythonTask : public sdk::Task {
 public:
  /// `opened` is an _Opened of hetsyn/_task_table.py.
  explicit PythonTask(nb::object opened) : opened_(std::move(opened)) {
    const nb::dict facts = nb::cast<nb::dict>(opened_.object.attr("facts"));
    info_ = info_of(facts);
    labels_ = nb::cast<Listed>(facts["labels"]);
    groups_ = nb::cast<Listed>(facts["groups"]);
    own_metrics_ = static_cast<std::size_t>(std::ranges::count_if(info_.metrics, &sdk::MetricInfo::is_own));
  }

  [[nodiscard]] sdk::Info info() const override { return info_; }

  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    in_python([&] {
      const nb::object sample =
          opened_.object.attr("fill")(request.split, request.index, request.seed, request.steps, request.time_scale);
      out.label(nb::cast<std::int32_t>(sample[0]));
      if (!sample[1].is_none()) {
        const auto units = nb::cast<Integers>(sample[1]), steps = nb::cast<Integers>(sample[2]);
        for (std::size_t i = 0; i < units.size(); ++i) out.spike(units(i), steps(i));
      }
      const auto copy = [](const Floats& from, const View<float, 2>& to) {
        std::copy_n(from.data(), from.size(), to.begin());
      };
      if (!sample[3].is_none()) copy(nb::cast<Floats>(sample[3]), out.analog());
      if (!sample[4].is_none()) copy(nb::cast<Floats>(sample[4]), out.target());
    });
  }

  [[nodiscard]] sdk::SampleInfo sample_info(std::uint32_t split, std::uint64_t index) const override {
    const auto value = [&](const Listed& listed) { return listed[split].empty() ? -1 : listed[split].at(index); };
    return {value(labels_), value(groups_)};
  }

  double loss(const sdk::Batch& batch, std::span<float> d_readout) const override {
    return in_python([&] {
      const Answers answers(batch);
      const nb::object result = opened_.object.attr("loss")(answers.readout, answers.labels, answers.target);
      const auto gradient = nb::cast<Floats>(result[1]);
      std::copy_n(gradient.data(), d_readout.size(), d_readout.begin());
      return nb::cast<double>(result[0]);
    });
  }

  void plots(const sdk::Batch& batch, const sdk::PlotSink& sink) const override {
    in_python([&] {
      const Answers answers(batch);
      const nb::object curves = opened_.object.attr("plots")(answers.readout, answers.labels, answers.target);
      for (const nb::handle curve : curves) {
        const auto text = [&](std::size_t place) { return nb::cast<std::string>(curve[place]); };
        const auto values = [&](std::size_t place) { return nb::cast<Reals>(curve[place]); };
        const Reals x = values(4), y = values(5);
        sink.series(text(0), text(1), text(2), text(3), {x.data(), x.size()}, {y.data(), y.size()});
      }
    });
  }

  [[nodiscard]] std::unique_ptr<sdk::Metrics> metrics() const override {
    const nb::gil_scoped_acquire acquire;
    return std::make_unique<PythonMetrics>(opened_.object, own_metrics_);
  }

 private:
  using Listed = std::vector<std::vector<std::int32_t>>;  // by split and sample; or empty

  Held opened_;
  sdk::Info info_;
  Listed labels_, groups_;
  std::size_t own_metrics_ = 0;
};

nb::object value_in(const sdk::OpenArgs& args, const nb::handle& key) {
  const auto name = nb::cast<std::string>(key["name"]), type = nb::cast<std::string>(key["type"]);
  if (type == "bool") return nb::cast(args.boolean(name));
  if (type == "int") return nb::cast(args.integer(name));
  if (type == "float") return nb::cast(args.real(name));
  if (type == "path") return nb::cast(args.path(name).string());
  return nb::cast(args.text(name));
}

sdk::Key key_of(const nb::handle& declared) {
  const auto text = [&](const char* name) { return nb::cast<std::string>(declared[name]); };
  const std::string name = text("name"), type = text("type"), help = text("help");
  const nb::object value = declared["default"];
  sdk::Key key = type == "bool"    ? sdk::Key::boolean(name, nb::cast<bool>(value), help)
                 : type == "int"   ? sdk::Key::integer(name, nb::cast<std::int64_t>(value), help)
                 : type == "float" ? sdk::Key::real(name, nb::cast<double>(value), help)
                 : type == "path"  ? sdk::Key::path(name, nb::cast<std::string>(value), help)
                                   : sdk::Key::text(name, nb::cast<std::string>(value), help);
  key = std::move(key).unit(text("unit")).choices(text("choices"));
  if (!declared["minimum"].is_none()) {
    key = std::move(key).between(nb::cast<double>(declared["minimum"]), nb::cast<double>(declared["maximum"]));
  }
  const std::string role = text("role");
  if (role == "placement") return std::move(key).placement();
  if (role == "presentation") return std::move(key).presentation();
  return key;
}

sdk::Description description_of(const nb::dict& described) {
  const auto text = [&](const char* name) { return nb::cast<std::string>(described[name]); };
  sdk::Description description{text("name"), text("summary"), text("version"), {}};
  for (const nb::handle key : described["keys"]) description.keys.push_back(key_of(key));
  return description;
}

}  // namespace

TaskTable::TaskTable(const nb::dict& described, nb::object open)
    : keys_(described["keys"]),
      open_(std::move(open)),
      has_{.loss = nb::cast<bool>(described["has_loss"]),
           .metrics = nb::cast<bool>(described["has_metrics"]),
           .plots = nb::cast<bool>(described["has_plots"])},
      table_(description_of(described), has_, &TaskTable::open_task, this) {}

hetsyn_status TaskTable::open_task(const hetsyn_open_args* args, hetsyn_dataset** dataset, hetsyn_error* error) {
  const auto& self = *static_cast<const TaskTable*>(args->binding);
  return sdk::detail::open(dataset, error, self.has_, [&] {
    return in_python([&] {
      const sdk::OpenArgs given(*args);
      nb::dict values;
      for (const nb::handle key : self.keys_) values[key["name"]] = value_in(given, key);
      nb::list data_path;
      for (const std::filesystem::path& place : given.data_path()) data_path.append(place.string());
      return std::make_unique<PythonTask>(
          self.open_(values, given.seed(), data_path, given.cache_path().string(), given.dry_run()));
    });
  });
}

void bind_task(nb::module_& module) {
  nb::class_<TaskTable>(module, "TaskTable")
      .def(nb::init<const nb::dict&, nb::object>(), nb::arg("description"), nb::arg("open"))
      .def_prop_ro("address", [](const TaskTable& self) { return reinterpret_cast<std::uintptr_t>(&self.table()); });
}

}  // namespace hetsyn::python
