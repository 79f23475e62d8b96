#pragma once
#include <string>

#include "core/log.hpp"

namespace hetsyn::test {

/// A log whose messages are kept as a text, one per line.
class KeptLog {
 public:
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool says(const std::string& part) const { return text_.find(part) != std::string::npos; }

 private:
  std::string text_;
  Log log_{[this](LogLevel level, std::string_view message) { text_ += log_line(level, message) + "\n"; }};
};

}  // namespace hetsyn::test
