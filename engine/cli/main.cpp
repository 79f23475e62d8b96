#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/ranks.hpp"
#include "core/error.hpp"
#include "core/version.hpp"

namespace hetsyn::cli {
namespace {

int run_verb(const Options& options) {
  static const std::map<std::string, int (*)(const Options&)> verbs{
      {"train", train},         {"eval", evaluate},   {"tasks", list_tasks}, {"describe", describe_task},
      {"report", report},       {"analyse", analyse}, {"encode", encode},    {"sweep", sweep},
      {"schema", print_schema}, {"doctor", doctor},   {"cache", cache}};
  return verbs.at(options.verb)(options);
}

int run(std::span<const char* const> arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", help_text(""));
    return 2;
  }
  const Options options = parse_command_line(arguments);
  if (options.version) {
    fmt::print("engine {}\n", engine_version());
    return 0;
  }
  if (options.help) {
    fmt::print("{}", help_text(options.verb));
    return 0;
  }
  if (options.quiet && options.verbose) throw UsageError("--quiet and --verbose exclude each other");
  if (options.verbose) log::set_level(log::Level::debug);
  if (options.quiet) log::set_level(log::Level::warning);
  return run_verb(options);
}

int run_or_report(std::span<const char* const> arguments) {
  try {
    return run(arguments);
  } catch (...) {
    const Failure failure = current_failure();
    log::write(log::Level::error, failure.message);
    return failure.exit_code;
  }
}

/// What was printed and did not arrive, on a full disk for instance, is a failure, whatever the verb. (A reader who has
/// gone away ends the program by SIGPIPE.)
int check_output(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  log::write(log::Level::error, fmt::format("standard output could not be written: {}", std::strerror(errno)));
  return exit_code == 0 ? 1 : exit_code;
}

}  // namespace
}  // namespace hetsyn::cli

int main(int argc, char** argv) {
  const std::size_t count = argc > 0 ? static_cast<std::size_t>(argc - 1) : 0;
  return hetsyn::cli::check_output(hetsyn::cli::run_or_report({argv + 1, count}));
}
