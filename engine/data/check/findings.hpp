#pragma once
#include <algorithm>
#include <cstdint>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/task_port.hpp"

namespace hetsyn {

enum class Verdict : std::uint8_t {
  passed,
  not_applicable,  ///< the task has nothing that could be checked
  warning,         ///< allowed, and rarely meant
  broken           ///< the task breaks the contract
};

/// One finding of a check of a task.
struct Finding {
  std::string check;  ///< "fill", "repeat", …: the same in all versions
  Verdict verdict = Verdict::passed;
  std::string text;  ///< one sentence, without the name of the task
};

/// The findings of the checks of one task, in their order.
class Findings {
 public:
  /// `info` must outlive this object.
  explicit Findings(const TaskInfo& info) : info_(info) {}

  void add(std::string_view check, Verdict verdict, std::string text) {
    all_.push_back({std::string(check), verdict, std::move(text)});
  }
  void broken(std::string_view check, std::string text) { add(check, Verdict::broken, std::move(text)); }
  void warning(std::string_view check, std::string text) { add(check, Verdict::warning, std::move(text)); }

  /// Runs a check. An exception of the task is a finding that breaks the contract; if there is no finding, the check
  /// has passed, which `passed` describes.
  template <class Body>
  void run(std::string_view check, std::string_view passed, const Body& body) {
    const std::size_t before = all_.size();
    attempt(check, body);
    if (all_.size() == before) add(check, Verdict::passed, std::string(passed));
  }
  /// A part of a check: false if the task throws, which is a finding.
  template <class Body>
  bool attempt(std::string_view check, const Body& body) {
    try {
      body();
      return true;
    } catch (const Error& error) {
      broken(check, reason_of(error));
      return false;
    }
  }
  /// The message of an exception of the task, without the name of the task.
  [[nodiscard]] std::string reason_of(const Error& error) const;

  [[nodiscard]] std::vector<Finding> take() { return std::move(all_); }

 private:
  const TaskInfo& info_;
  std::vector<Finding> all_;
};

}  // namespace hetsyn
