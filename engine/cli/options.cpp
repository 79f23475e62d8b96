#include "cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <hetsyn/exceptions.hpp>
#include <sstream>
#include <string_view>

#include "core/nearest.hpp"

namespace hetsyn::cli {
namespace {

namespace po = boost::program_options;

/// Groups of options that verbs share.
enum Uses : unsigned {
  kNone = 0,
  kTask = 1,       ///< --task
  kConfig = 2,     ///< --config, --set and the options for single keys
  kTraining = 4,   ///< --out, --resume, --force, --dry-run
  kRun = 8,        ///< a run directory and what to evaluate
  kRuns = 16,      ///< several run directories
  kEncode = 32,    ///< recordings and how to encode them
  kSweep = 64,     ///< a sweep and how to run it
  kAnalyse = 128,  ///< run directories and what to analyse
  kCache = 256,    ///< what to remove
};

struct Verb {
  std::string_view name;
  unsigned uses;
  std::string_view summary;
  std::string_view usage;
};

constexpr std::array<Verb, 11> kVerbs{{
    {"train", kTask | kConfig | kTraining, "Train a network (the default).",
     "engine [train] --task NAME [--config FILE] [--set TABLE.KEY=VALUE …] [options]"},
    {"eval", kConfig | kRun, "Evaluate the network of a run, whole or damaged.",
     "engine eval RUN [--split test] [--set perturb.deletion=0.32 …] [--export act.h5 --samples 0-9] [options]"},
    {"sweep", kSweep, "Train and evaluate all combinations of the axes of a file; called again, it continues.",
     "engine sweep FILE.toml|DIR [--out DIR] [--jobs N] [--seeds 0-9] [--shard i/n] [options]"},
    {"report", kRuns,
     "Compare finished runs, or the points of a sweep: mean, spread and 95 % interval over seeds, paired differences.",
     "engine report RUN…|SWEEP [--json | --csv | --html FILE [--watch]] [options]"},
    {"analyse", kAnalyse, "Show the time constants that runs have learnt, and when they reached a criterion.",
     "engine analyse RUN… [--groups cue=0-19,noise=20-29] [--criterion \"accuracy>=0.95\" --window 10] [options]"},
    {"tasks", kNone, "List the tasks, and plugins that could not be loaded.", "engine tasks [options]"},
    {"describe", kTask | kConfig, "Show a task and its keys.", "engine describe --task NAME [options]"},
    {"encode", kEncode, "Encode recordings as spikes, in the file format of the Spiking Heidelberg Digits.",
     "engine encode IN… --out FILE.h5 | --split train=IN test=IN --out FOLDER [--encoder lauscher] [options]"},
    {"schema", kNone, "Print the reference of all configuration keys, as Markdown.", "engine schema [options]"},
    {"cache", kCache, "List the files that tasks cache, with place and size, or remove them.",
     "engine cache [--prune | --clear]"},
    {"doctor", kNone, "Show what this build contains and what this machine offers.", "engine doctor [options]"},
}};

std::vector<std::string> verb_names() {
  std::vector<std::string> names(kVerbs.size());
  std::transform(kVerbs.begin(), kVerbs.end(), names.begin(), [](const Verb& verb) { return std::string(verb.name); });
  return names;
}

const Verb& verb_named(const std::string& name) {
  const auto at = std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& verb) { return verb.name == name; });
  if (at != kVerbs.end()) return *at;
  const std::vector<std::string> names = verb_names();
  throw UsageError(fmt::format("unknown verb \"{}\"{}; engine --help lists them", name, did_you_mean(name, names)));
}

auto text(std::string& target) { return po::value<std::string>(&target)->value_name("ARG"); }
auto text(std::optional<std::string>& target) {
  return po::value<std::string>()->value_name("ARG")->notifier([&target](const std::string& value) { target = value; });
}
auto texts(std::vector<std::string>& target) { return po::value<std::vector<std::string>>(&target)->value_name("ARG"); }

/// The options of a verb. Parsing stores their values in `options`.
po::options_description describe(const Verb& verb, Options& options) {
  po::options_description out("Options", 100);
  auto add = out.add_options();
  if (verb.uses & kTask) add("task", text(options.task), "the task; engine tasks lists them");
  if (verb.uses & kTask && verb.uses & kConfig)
    add("config", text(options.config), "a TOML file; configs/ has one per task");
  if (verb.uses & kConfig) {
    add("set", texts(options.set), "table.key=value: set one key on top of the file; may be repeated");
    add("seed", text(options.seed), "seed of the run (train.seed)");
    add("device", text(options.device), "auto, cuda, cpu or reference (run.device)");
    add("threads", text(options.threads), "threads, 0 for all cores (run.threads)");
  }
  if (verb.uses & kTraining) {
    add("out", text(options.out), "run directory (run.out); a new one under runs/ if absent");
    add("resume", po::bool_switch(&options.resume), "continue the run in --out; starts it where there is none");
    add("force", po::bool_switch(&options.force), "replace the run in --out");
    add("report", po::bool_switch(&options.report),
        "write report.html, a page with figures, into the run directory at the end (run.report)");
    add("dry-run", po::bool_switch(&options.dry_run), "print what the run would do and the memory that it needs");
  }
  if (verb.uses & kRun) {
    add("run", text(options.run), "the run directory (also the first argument)");
    add("split", text(options.split), "train, validation or test (default: test)");
    add("checkpoint", text(options.checkpoint), "best, last, step-N of a snapshot, or a file (default: best)");
    add("export", text(options.export_file),
        "also write input, spikes, potentials, readout and decision of single samples to this HDF5 file");
    add("samples", text(options.samples), "the samples to export, by their place in the set: 0,5,7-9 (default: 0-9)");
    add("force", po::bool_switch(&options.force), "replace the file of --export");
    add("json", po::bool_switch(&options.json), "print one JSON object");
  }
  if (verb.uses & kRuns) {
    add("runs", texts(options.runs), "run directories, or one sweep directory (also the arguments without a name)");
    add("json", po::bool_switch(&options.json), "print one JSON object instead of Markdown");
    add("csv", po::bool_switch(&options.csv), "print comma-separated values instead of Markdown");
    add("html", text(options.html), "write a page with figures to this file, which opens in any browser, offline");
    add("samples", text(options.samples),
        "with --html: the samples whose activity is shown, by their place in the set: 0,5,7-9 (default: four)");
    add("watch", po::bool_switch(&options.watch), "with --html: write it again while the run goes on, until it ends");
  }
  if (verb.uses & kSweep) {
    add("sweep", text(options.sweep), "a TOML file, or the directory of a sweep to continue (also the first argument)");
    add("out", text(options.out), "sweep directory; runs/<name of the file> if absent");
    add("set", texts(options.set), "table.key=value: set one key of all points; may be repeated");
    add("device", text(options.device), "auto, cuda, cpu or reference (run.device)");
    add("threads", text(options.threads), "threads of each process; the cores divided by --jobs if absent");
    add("jobs", text(options.jobs), "number of models to compute at once, each in a separate process (default: 1)");
    add("shard", text(options.shard), "i/n: compute every n-th model, starting with the i-th; i from 0");
    add("seeds", text(options.seeds), "first-last: compute only models whose train.seed is in this range, as in 0-9");
    add("dry-run", po::bool_switch(&options.dry_run), "list the points and estimate time and memory; write nothing");
    add("retry-failed", po::bool_switch(&options.retry_failed), "forget failures and try again");
  }
  if (verb.uses & kAnalyse) {
    add("runs", texts(options.runs), "run directories (also the arguments without a name)");
    add("checkpoint", text(options.checkpoint), "best (default) or last: the checkpoint to analyse");
    add("groups", text(options.groups), "groups of input channels to analyse separately: cue=0-19,noise=20-29");
    add("long-ms", text(options.long_ms), "time constants above this are counted as long (default: 700)");
    add("bins", text(options.bins),
        "print histograms with this number of bins, from 1 ms to 10 s, of equal width in log tau");
    add("criterion", text(options.criterion), "find the first step at which this is true: \"accuracy>=0.95\"");
    add("window", text(options.window), "number of steps over which the criterion averages (default: 1)");
    add("split", text(options.split), "split of the criterion (default: train)");
    add("json", po::bool_switch(&options.json), "print one JSON object instead of Markdown");
  }
  if (verb.uses & kEncode) {
    add("in", texts(options.inputs),
        "recordings (.wav, .flac, .sph) and folders of them (also the arguments without a name)");
    add("encoder", text(options.encoder), "lauscher (default), lyon_bsa or threshold_crossing; see docs/encoding.md");
    add("split", texts(options.splits)->multitoken(),
        "train=IN test=IN …: several files with the same numbers of classes and speakers, each named by its part");
    add("out", text(options.out), "the file to write; with --split the folder for the files");
    add("label-pattern", text(options.label_pattern),
        "how class and speaker are found in the names of files: fsdd (default), shd, speech_commands, ti46, tidigits, "
        "or a "
        "pattern such as \"{label}/{speaker}_*\"");
    add("classes", text(options.classes), "names of the classes in their order, a,b,c (default: those found, sorted)");
    add("classes-of", text(options.classes_of), "take the numbers of classes and known speakers from this file");
    add("speakers", text(options.speakers), "names of the speakers in their order (default: those found, sorted)");
    add("skip-bad", po::bool_switch(&options.skip_bad), "leave out files that cannot be used, with a warning each");
    add("seed", text(options.seed), "seed of lauscher's auditory nerve (default: 0)");
    add("threads", text(options.threads), "threads, 0 for all cores (default)");
    add("force", po::bool_switch(&options.force), "replace the file of --out");
  }
  if (verb.uses & kCache) {
    add("prune", po::bool_switch(&options.prune),
        "remove the least recently used encoded recordings, down to HETSYN_CACHE_LIMIT_GB");
    add("clear", po::bool_switch(&options.clear), "remove all encoded recordings and all stand-ins");
  }
  add("plugin-path", texts(options.plugin_path), "directories or files with task plugins, separated by ':'");
  add("quiet", po::bool_switch(&options.quiet), "print results, warnings and errors only");
  add("verbose", po::bool_switch(&options.verbose), "print more");
  add("version", po::bool_switch(&options.version), "print the version and how the program was built");
  add("help", po::bool_switch(&options.help), "print this help");
  return out;
}

std::vector<std::string> option_names(const po::options_description& description) {
  std::vector<std::string> names;
  for (const auto& option : description.options()) names.push_back("--" + option->long_name());
  return names;
}

void parse_options(const Verb& verb, const std::vector<std::string>& words, Options& options) {
  const po::options_description description = describe(verb, options);
  po::positional_options_description positional;
  if (verb.uses & kRun) positional.add("run", 1);
  if (verb.uses & (kRuns | kAnalyse)) positional.add("runs", -1);
  if (verb.uses & kEncode) positional.add("in", -1);
  if (verb.uses & kSweep) positional.add("sweep", 1);
  try {
    // Abbreviations are not allowed, since they could change their meaning when an option is added.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::variables_map values;
    po::store(po::command_line_parser(words).options(description).positional(positional).style(style).run(), values);
    po::notify(values);
  } catch (const po::unknown_option& error) {
    const std::string& name = error.get_option_name();
    throw UsageError(fmt::format("unknown option {}{}; engine {} --help lists them", name,
                                 did_you_mean(name, option_names(description)), verb.name));
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError(fmt::format("too many arguments; expected: {}", verb.usage));
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; expected: {}", error.what(), verb.usage));
  }
}

}  // namespace

Options parse_command_line(std::span<const char* const> arguments) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  Options options;
  options.verb = "train";
  if (!words.empty() && !words.front().starts_with('-')) {
    options.verb = verb_named(words.front()).name;
    words.erase(words.begin());
  } else if (words == std::vector<std::string>{"--help"} || words == std::vector<std::string>{"-h"}) {
    options.help = true;  // the help of the program, not of its default verb
    options.verb.clear();
    return options;
  }
  parse_options(verb_named(options.verb), words, options);
  return options;
}

std::string help_text(const std::string& verb) {
  if (verb.empty()) {
    std::string out =
        "engine: trains spiking networks with heterogeneous synapses (HetSyn).\n\n"
        "  engine --task dms --config configs/dms.toml\n\nVerbs:\n";
    for (const Verb& v : kVerbs) out += fmt::format("  {:<9} {}\n", v.name, v.summary);
    return out + "\nengine VERB --help shows the options of a verb. docs/quickstart.md is an introduction.\n";
  }
  const Verb& v = verb_named(verb);
  Options unused;
  std::ostringstream options;
  options << describe(v, unused);
  return fmt::format("{}\n\n{}\n\n{}", v.usage, v.summary, options.str());
}

}  // namespace hetsyn::cli
