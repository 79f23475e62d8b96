#include "report/analysis/learning_curve.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <sstream>

#include "base/files.hpp"
#include "core/json_file.hpp"

namespace hetsyn {

namespace {

EpochRecord read_epoch(const JsonValue& line) {
  EpochRecord record;
  record.step = line.at("step").count();
  for (const auto& [key, value] : line.members()) {
    if (key == "epoch") record.epoch = value.count();
    if (key == "learning_rate") record.learning_rate = value.number();
    if (key == "provisional") record.provisional = value.boolean();
    if (!value.json().is_object()) continue;
    SplitMetrics split{key, {}};
    for (const auto& [name, number] : value.members()) {
      split.metrics.push_back({name, number.json().is_null() ? std::nan("") : number.number()});
    }
    record.splits.push_back(std::move(split));
  }
  return record;
}

}  // namespace

std::vector<EpochRecord> read_epochs(const std::filesystem::path& metrics) {
  std::vector<EpochRecord> epochs;
  std::istringstream lines(read_file(metrics));
  for (std::string line; std::getline(lines, line);) {
    try {
      epochs.push_back(read_epoch(JsonValue::parse(line, fmt::format("{}:{}", metrics.string(), epochs.size() + 1))));
    } catch (const DataError&) {
      if (!lines.eof()) throw;  // a line without an end is still being written, or its writer was killed
    }
  }
  return epochs;
}

std::vector<CurvePoint> read_curve(const std::filesystem::path& metrics, const std::string& split,
                                   const std::string& metric) {
  std::vector<CurvePoint> curve;
  for (const EpochRecord& epoch : read_epochs(metrics)) {
    const std::optional<double> value = epoch.metric(split, metric);
    if (value && !std::isnan(*value)) curve.push_back({epoch.step, *value});
  }
  if (curve.empty()) {
    throw DataError(fmt::format("{}: no epoch has the metric {} on the split {}", metrics.string(), metric, split));
  }
  return curve;
}

Criterion parse_criterion(const std::string& text, std::uint64_t window) {
  const std::size_t at = text.find_first_of("<>");
  const std::size_t number = at + 2;
  const bool has_operator = at != std::string::npos && at > 0 && text.size() > number && text[at + 1] == '=';
  char* end = nullptr;
  const double bound = has_operator ? std::strtod(text.c_str() + number, &end) : 0.0;
  if (!has_operator || *end != '\0' || !std::isfinite(bound)) {
    throw UsageError(fmt::format("--criterion {}: expected a metric and a bound, as in \"accuracy>=0.95\"", text));
  }
  return {text.substr(0, at), text[at] == '>', bound, window};
}

std::optional<std::uint64_t> steps_to_criterion(std::span<const CurvePoint> curve, const Criterion& criterion) {
  const auto first_step = [&](std::size_t point) { return point == 0 ? 0 : curve[point - 1].step; };
  for (std::size_t last = 0; last < curve.size(); ++last) {
    if (curve[last].step < criterion.window) continue;
    double sum = 0.0, steps = 0.0;
    for (std::size_t point = last + 1; point-- > 0 && steps < static_cast<double>(criterion.window);) {
      const auto covered = static_cast<double>(curve[point].step - first_step(point));
      sum += covered * curve[point].value;
      steps += covered;
    }
    const double mean = sum / steps;
    if (criterion.at_least ? mean >= criterion.bound : mean <= criterion.bound) return curve[last].step;
  }
  return std::nullopt;
}

}  // namespace hetsyn
