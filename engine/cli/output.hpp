#pragma once
#include <cstddef>
#include <string_view>

#include "cli/terminal.hpp"

/// Standard output for results that other programs may read: reports, tables and JSON.
namespace hetsyn::cli {

/// From now on only print_result() writes to standard output; what the log, a task or a library prints goes to standard
/// error. Throws RunError if there is no standard output.
void keep_standard_output_for_results();

/// What print_result() writes to.
Terminal result_terminal();

/// Blocks until the text is written. Throws RunError if that fails.
void print_result(std::string_view text);

/// Prints to standard output; lines that are too long for its terminal are broken at words, the rest is indented.
void print_fitting(std::string_view text, std::size_t indent = 2);

/// The exit code of the program: kExitFailure if standard output could not be written, for example to a full disk. (If
/// the reader of a pipe has gone, SIGPIPE ends the program.)
int check_output(int exit_code);

}  // namespace hetsyn::cli
