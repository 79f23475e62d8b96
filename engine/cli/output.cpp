#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <hetsyn/exceptions.hpp>

#include "base/descriptor.hpp"
#include "base/error_text.hpp"
#include "cli/log.hpp"

namespace hetsyn::cli {
namespace {

int results = STDOUT_FILENO;

std::string not_written() { return fmt::format("standard output could not be written: {}", error_text(errno)); }

}  // namespace

void keep_standard_output_for_results() {
  log::leave_standard_output();
  results = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (results < 0) throw RunError(not_written());
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) return;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0) throw RunError(not_written());
}

Terminal result_terminal() { return terminal_of(results); }

void print_result(std::string_view text) {
  std::fflush(stdout);
  if (write_all(results, text) != 0) throw RunError(not_written());
}

void print_fitting(std::string_view text, std::size_t indent) {
  fmt::print("{}", wrapped(text, terminal_of(STDOUT_FILENO).columns, indent));
}

int check_output(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  log::write(log::Level::error, not_written());
  return exit_code == kExitSuccess ? kExitFailure : exit_code;
}

}  // namespace hetsyn::cli
