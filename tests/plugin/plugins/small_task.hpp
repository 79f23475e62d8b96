#pragma once
#include <cstdint>
#include <hetsyn/task.hpp>

/// The least that a task can be: one of two channels fires, and the class is which.
class SmallTask : public hetsyn::sdk::Task {
 public:
  [[nodiscard]] hetsyn::sdk::Info info() const override {
    hetsyn::sdk::Info info;
    info.inputs = 2;
    info.outputs = 2;
    info.steps = 10;
    info.splits = {{"train", hetsyn::sdk::Split::Role::train, 16, true}, {"test", hetsyn::sdk::Split::Role::test, 8}};
    info.losses = {hetsyn::sdk::Loss::last_step()};
    info.metrics = {hetsyn::sdk::MetricInfo::accuracy(hetsyn::sdk::Decision::last_step())};
    return info;
  }
  void fill(const hetsyn::sdk::Request& request, hetsyn::sdk::SampleWriter& out) const override {
    hetsyn::sdk::Random random = request.random();
    const auto label = static_cast<std::uint32_t>(random.below(2));
    out.spike(label, 3);
    out.label(static_cast<std::int32_t>(label));
  }
};
