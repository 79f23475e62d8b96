#pragma once
#include <string_view>

/// Standard output as the place of results: reports, tables and JSON, to be read by others.
namespace hetsyn::cli {

/// From now on print_result() alone writes to standard output; what the log, a task or a library prints goes to
/// standard error. Throws RunError where there is no standard output.
void keep_standard_output_for_results();

/// Throws RunError where the text could not be written.
void print_result(std::string_view text);

/// The exit code of the program. What was printed and did not arrive, on a full disk for instance, is a failure,
/// whatever the verb. (A reader who has gone away ends the program by SIGPIPE.)
int check_output(int exit_code);

}  // namespace hetsyn::cli
