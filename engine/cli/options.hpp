#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hetsyn::cli {

/// The options of the command line. Values of configuration keys are texts, which the schema checks later.
struct Options {
  std::string verb;  ///< "train", "eval", …

  std::string task;
  std::string config;
  std::vector<std::string> set;  ///< table.key=value
  std::optional<std::string> seed, device, threads, out;
  std::vector<std::string> plugin_path;
  bool resume = false;
  bool force = false;
  bool dry_run = false;
  bool report = false;  ///< train: write report.html at the end
  bool quiet = false;
  bool verbose = false;
  bool help = false;
  bool version = false;

  std::string run;                  ///< eval: the run directory
  std::vector<std::string> runs;    ///< report: run directories
  std::vector<std::string> inputs;  ///< encode: audio files and folders
  std::vector<std::string> splits;  ///< encode: NAME=IN
  std::string encoder = "lauscher";
  std::string label_pattern = "fsdd";
  std::optional<std::string> classes, speakers;  ///< names, separated by commas
  std::optional<std::string> classes_of;         ///< a file that defines the numbers of classes and speakers
  bool skip_bad = false;
  bool prune = false, clear = false;  ///< cache
  bool retry_failed = false;          ///< sweep
  std::string sweep;                  ///< sweep: a file or a sweep directory
  std::optional<std::string> jobs, shard, seeds;
  std::optional<std::string> split, checkpoint;                         ///< eval, analyse
  std::optional<std::string> export_file;                               ///< eval
  std::optional<std::string> samples;                                   ///< eval, report; check: a number
  std::optional<std::string> groups, long_ms, bins, criterion, window;  ///< analyse
  std::optional<std::string> index;                                     ///< sample
  bool json = false;                                                    ///< eval, report, sample, check
  bool csv = false, plot = false;                                       ///< report
  std::optional<std::string> html;                                      ///< report, sample: a file to write
  bool watch = false;                                                   ///< report
};

/// Throws UsageError for an unknown verb or option, with the nearest known one, and for a missing value.
Options parse_command_line(std::span<const char* const> arguments);

/// Help for the program (`verb` empty) or for one verb, in lines of at most `columns` and 100.
std::string help_text(const std::string& verb, std::size_t columns);

}  // namespace hetsyn::cli
