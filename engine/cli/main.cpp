#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <map>
#include <new>
#include <string>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "core/log.hpp"

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
    fmt::print("engine {}\n", HETSYN_VERSION);
    return 0;
  }
  if (options.help) {
    fmt::print("{}", help_text(options.verb));
    return 0;
  }
  if (options.verbose) log::set_level(log::Level::debug);
  return run_verb(options);
}

}  // namespace
}  // namespace hetsyn::cli

int main(int argc, char** argv) {
  using hetsyn::log::Level;
  try {
    return hetsyn::cli::run({argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)});
  } catch (const hetsyn::Error& error) {
    hetsyn::log::write(Level::error, error.what());
    return error.exit_code();
  } catch (const std::bad_alloc&) {
    hetsyn::log::write(Level::error, "not enough memory for this run");
  } catch (const std::exception& error) {
    hetsyn::log::write(Level::error, error.what());
  }
  return 1;
}
