#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/dataset.hpp>
#include <hetsyn/exceptions.hpp>

#include "library/array_task.hpp"

namespace hetsyn {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& reason) {
  throw DataError(fmt::format("{}: {}", what, reason));
}

void check_integers(std::span<const std::int32_t> values, std::size_t samples, std::int32_t limit,
                    const std::string& what) {
  if (values.size() != samples)
    refuse(what, fmt::format("{} values; expected one for each of {} samples", values.size(), samples));
  for (std::size_t b = 0; b < samples; ++b) {
    if (values[b] >= 0 && values[b] < limit) continue;
    refuse(what, fmt::format("sample {} has {}; expected 0 to {}", b, values[b], limit - 1));
  }
}

/// The number of columns of a target [B][T][K].
std::size_t target_columns(const Samples& samples, const Answers& answers, const std::string& what) {
  if (answers.target.empty()) return 0;
  const std::size_t rows = samples.count * samples.steps;
  if (rows == 0 || answers.target.size() % rows != 0) {
    refuse(what, fmt::format("a target of {} values; expected a multiple of samples × steps = {}",
                             answers.target.size(), rows));
  }
  if (!std::ranges::all_of(answers.target, [](float value) { return std::isfinite(value); })) {
    refuse(what, "a value of the target is not finite");
  }
  return answers.target.size() / rows;
}

}  // namespace

DataSet::DataSet(DataSetOptions options) : content_(std::make_shared<Content>()) {
  content_->options = std::move(options);
}

DataSet& DataSet::add(const std::string& split, const Samples& samples, const Answers& answers) {
  if (content_.use_count() > 1)
    content_ = std::make_shared<Content>(*content_);  // a session or a copy uses the old content
  Content& content = *content_;
  const std::string what = fmt::format("{}, split '{}'", content.options.name, split);
  if (split != "train" && split != "validation" && split != "test") {
    refuse(what, "expected a split 'train', 'validation' or 'test'");
  }
  if (std::ranges::any_of(content.splits, [&](const ArraySplit& other) { return other.name == split; })) {
    refuse(what, "there is such a split already");
  }
  if (samples.count == 0) refuse(what, "no samples; expected at least 1");

  ArraySplit out{split, input_samples(samples, what), {}, {}, {}};
  const InputKind kind = input_kind(samples, what);
  const std::size_t targets = target_columns(samples, answers, what);
  if (!content.splits.empty()) {
    const ArraySplit& first = content.splits.front();
    if (kind != content.kind) refuse(what, "another kind of input than in split '" + first.name + "'");
    if (samples.steps != content.steps || samples.inputs != content.inputs) {
      refuse(what, fmt::format("{} steps of {} inputs; expected {} of {}, as in split '{}'", samples.steps,
                               samples.inputs, content.steps, content.inputs, first.name));
    }
    if (targets != content.targets || answers.labels.empty() != first.labels.empty()) {
      refuse(what, "other answers than in split '" + first.name + "': expected the same of labels and target");
    }
  }
  const std::size_t outputs = content.options.outputs;
  const auto labels_below =
      static_cast<std::int32_t>(outputs != 0 ? std::min<std::size_t>(outputs, INT32_MAX) : INT32_MAX);
  if (!answers.labels.empty()) check_integers(answers.labels, samples.count, labels_below, what + ", labels");
  if (!answers.groups.empty()) check_integers(answers.groups, samples.count, INT32_MAX, what + ", groups");
  if (answers.labels.empty() && targets == 0 && !content.options.own_loss) {
    refuse(what, "neither labels nor a target; expected one of them");
  }
  out.labels.assign(answers.labels.begin(), answers.labels.end());
  out.groups.assign(answers.groups.begin(), answers.groups.end());
  out.target.assign(answers.target.begin(), answers.target.end());
  for (const std::int32_t label : out.labels) content.largest_label = std::max(content.largest_label, label);
  content.kind = kind;
  content.inputs = samples.inputs;
  content.steps = samples.steps;
  content.targets = targets;
  content.splits.push_back(std::move(out));
  return *this;
}

std::shared_ptr<const Task> DataSet::task() const { return std::make_shared<ArrayTask>(content_); }

}  // namespace hetsyn
