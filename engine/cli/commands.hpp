#pragma once
#include "cli/options.hpp"

/// The verbs of the program. Each function returns the exit code and throws hetsyn::Error.
namespace hetsyn::cli {

int train(const Options& options);
int evaluate(const Options& options);
int list_tasks(const Options& options);
int describe_task(const Options& options);
int show_sample(const Options& options);
int check_task(const Options& options);
int sweep(const Options& options);
int report(const Options& options);
int report_html(const Options& options);  ///< report --html
int analyse(const Options& options);
int encode(const Options& options);
int print_schema(const Options& options);
int cache(const Options& options);
int doctor(const Options& options);

}  // namespace hetsyn::cli
