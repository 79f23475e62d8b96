#include <string>

#include "core/json_text.hpp"
#include "data/check/task_check.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::not_applicable: return "not_applicable";
    case Verdict::warning: return "warning";
    case Verdict::broken: return "broken";
  }
  return "";
}

Json json_of(const CheckedSplit& split, InputKind kind) {
  const InputSummary& input = split.input;
  Json json{{"samples", split.samples}, {"drawn", split.drawn}, {"looked_at", split.looked_at}};
  json["labels"] = split.labels;
  json["events"] = {{"mean", input.mean_events}, {"least", input.least_events}, {"most", input.most_events}};
  json["rate_hz"] = input.rate_hz;
  json["channel_rates_hz"] = input.channel_rates_hz;
  if (kind == InputKind::analog) {
    json["values"] = {{"mean", input.mean_value}, {"least", input.least_value}, {"most", input.most_value}};
  }
  json["silent_channels"] = input.silent;
  json["empty_samples"] = input.empty_samples;
  json["ms_per_sample"] = {{"median", split.median_ms}, {"most", split.most_ms}};
  json["samples_per_s"] = {{"one_thread", split.samples_per_s}, {"all_threads", split.samples_per_s_threads}};
  return json;
}

}  // namespace

std::string task_check_json(const TaskInfo& info, const TaskCheck& check) {
  Json json{{"task", info.name}, {"version", info.plugin_version}, {"file", info.plugin_file}};
  json["data"] = info.data_name;
  json["standin"] = info.standin;
  json["seed"] = check.seed;
  json["threads"] = check.threads;
  json["broken"] = check.count(Verdict::broken);
  json["warnings"] = check.count(Verdict::warning);
  Json findings = Json::array();
  for (const Finding& finding : check.findings) {
    findings.push_back({{"check", finding.check}, {"verdict", name_of(finding.verdict)}, {"text", finding.text}});
  }
  json["findings"] = std::move(findings);
  Json splits = Json::object();
  for (const CheckedSplit& split : check.splits) splits[split.name] = json_of(split, info.input_kind);
  json["splits"] = std::move(splits);
  return json_text(json, 2);
}

}  // namespace hetsyn
