#pragma once
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hetsyn::test {

/// A terminal as far as the engine uses one: lines of text, moved over by "\r", "\n", and the sequences CSI A (up),
/// CSI K and CSI 2K (erase), CSI m (colour).
class Screen {
 public:
  explicit Screen(std::size_t columns) : columns_(columns) {}

  /// Throws std::runtime_error for a sequence that it does not know.
  void show(const std::string& output) {
    for (std::size_t at = 0; at < output.size();) {
      const char c = output[at];
      if (c == '\x1b') {
        at = sequence(output, at);
      } else if (c == '\r') {
        column_ = 0, ++at;
      } else if (c == '\n') {
        ++row_, ++at;
      } else {
        at = letter(output, at);
      }
    }
  }
  /// The lines, without spaces at their ends and without empty ones at the bottom.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const std::vector<std::string>& cells : rows_) {
      std::string line;
      for (const std::string& cell : cells) line += cell;
      lines.push_back(line.erase(line.find_last_not_of(' ') + 1));
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const std::string& line : lines()) text += line + "\n";
    return text;
  }
  /// Whether a line was so long that it went on in the next one.
  [[nodiscard]] bool has_wrapped() const { return has_wrapped_; }

 private:
  std::vector<std::string>& row() {
    if (rows_.size() <= row_) rows_.resize(row_ + 1);
    if (rows_[row_].size() <= column_) rows_[row_].resize(column_ + 1, " ");
    return rows_[row_];
  }
  std::size_t letter(const std::string& output, std::size_t at) {
    std::size_t end = at + 1;
    while (end < output.size() && (static_cast<unsigned char>(output[end]) & 0xC0u) == 0x80u) ++end;
    if (column_ == columns_) {
      has_wrapped_ = true;
      column_ = 0, ++row_;
    }
    row()[column_++] = output.substr(at, end - at);
    return end;
  }
  std::size_t sequence(const std::string& output, std::size_t at) {
    const std::size_t end = output.find_first_not_of("0123456789;", at + 2);
    if (end == std::string::npos || output[at + 1] != '[') throw std::runtime_error("an unknown sequence");
    const std::string number = output.substr(at + 2, end - at - 2);
    switch (output[end]) {
      case 'A': row_ -= std::min<std::size_t>(row_, number.empty() ? 1 : std::stoul(number)); break;
      case 'K': row().resize(number == "2" ? 0 : column_); break;
      case 'm': break;
      default: throw std::runtime_error("an unknown sequence, CSI " + output.substr(at + 2, end - at - 1));
    }
    return end + 1;
  }

  std::size_t columns_, row_ = 0, column_ = 0;
  bool has_wrapped_ = false;
  std::vector<std::vector<std::string>> rows_;
};

struct TerminalOutcome {
  int exit_code = -1;
  std::string output;  ///< everything, with escape sequences; standard error too
  Screen screen;
};

/// Runs a program in a terminal of a number of columns, whose type is xterm and whose locale is UTF-8 unless
/// `environment` says something else.
inline TerminalOutcome run_in_terminal(std::vector<std::string> words, const std::filesystem::path& directory,
                                       std::size_t columns,
                                       const std::vector<std::pair<std::string, std::string>>& environment = {}) {
  winsize size{.ws_row = 24, .ws_col = static_cast<unsigned short>(columns), .ws_xpixel = 0, .ws_ypixel = 0};
  int master = -1;
  const ::pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("cannot make a terminal");
  if (child == 0) {
    for (const char* const name : {"COLUMNS", "NO_COLOR", "LC_ALL", "LC_CTYPE"}) ::unsetenv(name);
    ::setenv("LANG", "C.UTF-8", 1);
    ::setenv("TERM", "xterm", 1);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    if (::chdir(directory.c_str()) == 0) ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  TerminalOutcome outcome{-1, {}, Screen(columns)};
  char buffer[4096];
  for (::ssize_t count = 0; (count = ::read(master, buffer, sizeof buffer)) > 0;) {
    outcome.output.append(buffer, static_cast<std::size_t>(count));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(master);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  outcome.screen.show(outcome.output);
  return outcome;
}

}  // namespace hetsyn::test
