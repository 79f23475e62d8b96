#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hetsyn::bench {

/// Runs `measure` in a forked child, so that its peak memory is its own; adds "peak_memory_mb" to what it returns.
/// Throws RunError where the child fails.
nlohmann::json in_child(const std::function<nlohmann::json()>& measure);

/// The same in this process, for debuggers and profilers that do not follow a fork.
nlohmann::json in_this_process(const std::function<nlohmann::json()>& measure);

/// Runs a program and parses the JSON on the last line of its output. Throws RunError.
nlohmann::json from_program(const std::vector<std::string>& command);

}  // namespace hetsyn::bench
