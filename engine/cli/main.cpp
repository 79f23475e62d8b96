#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <string>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/ranks.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
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

}  // namespace
}  // namespace hetsyn::cli

int main(int argc, char** argv) {
  try {
    return hetsyn::cli::run({argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)});
  } catch (...) {
    const hetsyn::Failure failure = hetsyn::cli::current_failure();
    hetsyn::log::write(hetsyn::log::Level::error, failure.message);
    return failure.exit_code;
  }
}
