#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <string>

#include "cli/build_facts.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/ranks.hpp"
#include "core/version.hpp"

namespace hetsyn::cli {
namespace {

/// Verbs whose standard output is only a result: JSON, CSV, or Markdown.
bool prints_a_result(const std::string& verb) {
  return verb == "eval" || verb == "report" || verb == "analyse" || verb == "schema" || verb == "sample" ||
         verb == "check";
}

int run_verb(const Options& options) {
  if (prints_a_result(options.verb)) keep_standard_output_for_results();
  static const std::map<std::string, int (*)(const Options&)> verbs{
      {"train", train},         {"eval", evaluate},   {"tasks", list_tasks}, {"describe", describe_task},
      {"report", report},       {"analyse", analyse}, {"encode", encode},    {"sweep", sweep},
      {"schema", print_schema}, {"doctor", doctor},   {"cache", cache},      {"sample", show_sample},
      {"check", check_task}};
  return verbs.at(options.verb)(options);
}

int run(std::span<const char* const> arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", help_text("", terminal_of(STDERR_FILENO).columns));
    return kExitUsage;
  }
  const Options options = parse_command_line(arguments);
  if (options.version) {
    print_fitting(fmt::format("engine {}\n{}", engine_version(), kBuildFacts), 13);
    return 0;
  }
  if (options.help) {
    fmt::print("{}", help_text(options.verb, terminal_of(STDOUT_FILENO).columns));
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

/// Makes glibc return large arrays to the system when they are freed. By default, it raises its threshold for mmap() to
/// the size of each freed block, up to 32 MB; large blocks then share the heap with small ones, which keep it from
/// shrinking, and the peak of memory depends on the order of threads.
void return_large_arrays_to_the_system() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace
}  // namespace hetsyn::cli

int main(int argc, char** argv) {
  hetsyn::cli::return_large_arrays_to_the_system();
  const std::size_t count = argc > 0 ? static_cast<std::size_t>(argc - 1) : 0;
  return hetsyn::cli::check_output(hetsyn::cli::run_or_report({argv + 1, count}));
}
