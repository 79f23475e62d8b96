#include "cli/status_text.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "cli/log.hpp"

namespace hetsyn::cli {

StatusText::StatusText(bool enabled, std::chrono::milliseconds redraw_interval)
    : enabled_(enabled), interval_(redraw_interval) {
  if (!enabled_) return;
  log::set_line_hook([this](bool before) {
    if (before) {
      hide();
    } else {
      fmt::print("{}", shown_);
      std::fflush(stdout);
    }
  });
}

StatusText::~StatusText() {
  if (!enabled_) return;
  log::set_line_hook(nullptr);
  hide();
}

bool StatusText::due() const { return enabled_ && Clock::now() - drawn_ >= interval_; }

void StatusText::show(std::string text) {
  drawn_ = Clock::now();
  hide();
  shown_ = std::move(text);
  fmt::print("{}", shown_);
  std::fflush(stdout);
}

void StatusText::clear() {
  hide();
  shown_.clear();
  drawn_ = {};
}

void StatusText::hide() const {
  if (!shown_.empty()) fmt::print("\r\x1b[K");  // also of a "^C", which the terminal has added
  for (const char c : shown_) {
    if (c == '\n') fmt::print("\x1b[A\x1b[2K");
  }
  std::fflush(stdout);  // before a line on stderr is printed
}

}  // namespace hetsyn::cli
