#include "cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <hetsyn/exceptions.hpp>
#include <string_view>

#include "core/columns.hpp"
#include "core/nearest.hpp"

namespace hetsyn::cli {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kMostHelpColumns = 100;

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
  kSample = 512,   ///< which sample to show
  kCheck = 1024,   ///< how much to check
};

struct Verb {
  std::string_view name;
  unsigned uses;
  std::string_view summary;
  std::string_view usage;
};

constexpr std::array<Verb, 14> kVerbs{{
    {"train", kTask | kConfig | kTraining, "Train a network (the default).",
     "engine [train] --task NAME [--config FILE] [--set TABLE.KEY=VALUE …] [options]"},
    {"eval", kConfig | kRun, "Evaluate the network of a run, whole or damaged.",
     "engine eval RUN [--split test] [--set perturb.deletion=0.32 …] [--export act.h5 --samples 0-9] [options]"},
    {"sweep", kSweep, "Train and evaluate all combinations of the axes of a file; called again, it continues.",
     "engine sweep FILE.toml|DIR [--out DIR] [--jobs N] [--seeds 0-9] [--shard i/n] [options]"},
    {"report", kRuns,
     "Compare finished runs, or the points of a sweep: mean, spread and 95 % interval over seeds, paired differences.",
     "engine report RUN…|SWEEP [--json | --csv | --plot | --html FILE [--watch]] [options]"},
    {"analyse", kAnalyse, "Show the time constants that runs have learnt, and when they reached a criterion.",
     "engine analyse RUN… [--groups cue=0-19,noise=20-29] [--criterion \"accuracy>=0.95\" --window 10] [options]"},
    {"tasks", kNone, "List the tasks, and plugins that could not be loaded.", "engine tasks [options]"},
    {"describe", kTask | kConfig, "Show a task and its keys.", "engine describe --task NAME [options]"},
    {"sample", kTask | kConfig | kSample, "Show a sample of a task: its label, its rates and a raster of its events.",
     "engine sample --task NAME [--split train] [--index 0] [--json | --html FILE] [options]"},
    {"check", kTask | kConfig | kCheck,
     "Call the functions of a task as the engine does, and say what is wrong or unusual.",
     "engine check --task NAME [--samples 200] [--json] [options]"},
    {"encode", kEncode, "Encode recordings as spikes, in the file format of the Spiking Heidelberg Digits.",
     "engine encode IN… --out FILE.h5 | --split train=IN test=IN --out FOLDER [--encoder lauscher] [options]"},
    {"schema", kNone, "Print the reference of all configuration keys, as Markdown.", "engine schema [options]"},
    {"cache", kCache, "List the files that tasks cache, with place and size, or remove them.",
     "engine cache [--prune | --clear]"},
    {"doctor", kNone, "Show what this build contains and what this machine offers.", "engine doctor [options]"},
    {"help", kNone, "Show the options of a verb.", "engine help [VERB]"},
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

/// `value` names the value in the help.
auto text(std::string& target, const char* value) { return po::value<std::string>(&target)->value_name(value); }
auto text(std::optional<std::string>& target, const char* value) {
  return po::value<std::string>()->value_name(value)->notifier([&target](const std::string& given) { target = given; });
}
auto texts(std::vector<std::string>& target, const char* value) {
  return po::value<std::vector<std::string>>(&target)->value_name(value);
}

/// The options of a verb. Parsing stores their values in `options`.
po::options_description describe(const Verb& verb, Options& options) {
  po::options_description out;
  auto add = out.add_options();
  if (verb.uses & kTask) add("task", text(options.task, "NAME"), "the task; engine tasks lists them");
  if (verb.uses & kTask && verb.uses & kConfig)
    add("config", text(options.config, "FILE"),
        "a TOML file; configs/ has one per task, which is found by its name: dms");
  if (verb.uses & kConfig) {
    add("set", texts(options.set, "KEY=VALUE"), "table.key=value: set one key on top of the file; may be repeated");
    add("seed", text(options.seed, "N"), "seed of the run (train.seed)");
    add("device", text(options.device, "NAME"), "auto, cuda, cpu or reference (run.device)");
    add("threads", text(options.threads, "N"), "threads, 0 for all cores (run.threads)");
  }
  if (verb.uses & kTraining) {
    add("out", text(options.out, "DIR"), "run directory (run.out); a new one under runs/ if absent");
    add("resume", po::bool_switch(&options.resume), "continue the run in --out; starts it where there is none");
    add("force", po::bool_switch(&options.force), "replace the run in --out");
    add("report", po::bool_switch(&options.report),
        "write report.html, a page with figures, into the run directory at the end (run.report)");
    add("dry-run", po::bool_switch(&options.dry_run),
        "print what the run would do and the memory and time that it needs");
  }
  if (verb.uses & kRun) {
    add("run", text(options.run, "DIR"), "the run directory (also the first argument)");
    add("split", text(options.split, "NAME"), "train, validation or test (default: test)");
    add("checkpoint", text(options.checkpoint, "NAME"), "best, last, step-N of a snapshot, or a file (default: best)");
    add("export", text(options.export_file, "FILE"),
        "also write input, spikes, potentials, readout and decision of single samples to this HDF5 file");
    add("samples", text(options.samples, "LIST"),
        "the samples to export, by their place in the set: 0,5,7-9 (default: 0-9)");
    add("force", po::bool_switch(&options.force), "replace the file of --export");
    add("json", po::bool_switch(&options.json), "print one JSON object");
  }
  if (verb.uses & kRuns) {
    add("runs", texts(options.runs, "DIR"),
        "run directories, or one sweep directory (also the arguments without a name)");
    add("json", po::bool_switch(&options.json), "print one JSON object instead of Markdown");
    add("csv", po::bool_switch(&options.csv), "print comma-separated values instead of Markdown");
    add("plot", po::bool_switch(&options.plot), "draw the learning curves of each run in the terminal");
    add("html", text(options.html, "FILE"),
        "write a page with figures to this file, which opens in any browser, offline");
    add("samples", text(options.samples, "LIST"),
        "with --html: the samples whose activity is shown, by their place in the set: 0,5,7-9 (default: four)");
    add("watch", po::bool_switch(&options.watch), "with --html: write it again while the run goes on, until it ends");
  }
  if (verb.uses & kSweep) {
    add("sweep", text(options.sweep, "FILE"),
        "a TOML file, or the directory of a sweep to continue (also the first argument)");
    add("out", text(options.out, "DIR"), "sweep directory; runs/<name of the file> if absent");
    add("set", texts(options.set, "KEY=VALUE"), "table.key=value: set one key of all points; may be repeated");
    add("device", text(options.device, "NAME"), "auto, cuda, cpu or reference (run.device)");
    add("threads", text(options.threads, "N"), "threads of each process; the cores divided by --jobs if absent");
    add("jobs", text(options.jobs, "N"),
        "number of models to compute at once, each in a separate process (default: 1)");
    add("shard", text(options.shard, "I/N"), "i/n: compute every n-th model, starting with the i-th; i from 0");
    add("seeds", text(options.seeds, "A-B"),
        "first-last: compute only models whose train.seed is in this range, as in 0-9");
    add("dry-run", po::bool_switch(&options.dry_run), "list the points and estimate time and memory; write nothing");
    add("retry-failed", po::bool_switch(&options.retry_failed), "forget failures and try again");
  }
  if (verb.uses & kAnalyse) {
    add("runs", texts(options.runs, "DIR"), "run directories (also the arguments without a name)");
    add("checkpoint", text(options.checkpoint, "NAME"), "best (default) or last: the checkpoint to analyse");
    add("groups", text(options.groups, "LIST"), "groups of input channels to analyse separately: cue=0-19,noise=20-29");
    add("long-ms", text(options.long_ms, "MS"), "time constants above this are counted as long (default: 700)");
    add("bins", text(options.bins, "N"),
        "print histograms with this number of bins, from 1 ms to 10 s, of equal width in log tau");
    add("criterion", text(options.criterion, "TEXT"), "find the first step at which this is true: \"accuracy>=0.95\"");
    add("window", text(options.window, "N"), "number of steps over which the criterion averages (default: 1)");
    add("split", text(options.split, "NAME"), "split of the criterion (default: train)");
    add("json", po::bool_switch(&options.json), "print one JSON object instead of Markdown");
  }
  if (verb.uses & kEncode) {
    add("in", texts(options.inputs, "PATH"),
        "recordings (.wav, .flac, .sph) and folders of them (also the arguments without a name)");
    add("encoder", text(options.encoder, "NAME"),
        "lauscher (default), lyon_bsa or threshold_crossing; see docs/encoding.md");
    add("split", texts(options.splits, "NAME=IN")->multitoken(),
        "train=IN test=IN …: several files with the same numbers of classes and speakers, each named by its part");
    add("out", text(options.out, "PATH"), "the file to write; with --split the folder for the files");
    add("label-pattern", text(options.label_pattern, "PATTERN"),
        "how class and speaker are found in the names of files: fsdd (default), shd, speech_commands, ti46, tidigits, "
        "or a "
        "pattern such as \"{label}/{speaker}_*\"");
    add("classes", text(options.classes, "LIST"),
        "names of the classes in their order, a,b,c (default: those found, sorted)");
    add("classes-of", text(options.classes_of, "FILE"),
        "take the numbers of classes and known speakers from this file");
    add("speakers", text(options.speakers, "LIST"),
        "names of the speakers in their order (default: those found, sorted)");
    add("skip-bad", po::bool_switch(&options.skip_bad), "leave out files that cannot be used, with a warning each");
    add("seed", text(options.seed, "N"), "seed of lauscher's auditory nerve (default: 0)");
    add("threads", text(options.threads, "N"), "threads, 0 for all cores (default)");
    add("force", po::bool_switch(&options.force), "replace the file of --out");
  }
  if (verb.uses & kSample) {
    add("split", text(options.split, "NAME"), "train, validation or test, as the task calls it (default: train)");
    add("index", text(options.index, "N"), "number of the sample in the split, from 0 (default: 0)");
    add("json", po::bool_switch(&options.json), "print one JSON object, with all events or values");
    add("html", text(options.html, "FILE"), "write a page with the sample to this file instead of printing it");
  }
  if (verb.uses & kCheck) {
    add("samples", text(options.samples, "N"), "the most samples of each split to look at (default: 200)");
    add("json", po::bool_switch(&options.json), "print one JSON object");
  }
  if (verb.uses & kCache) {
    add("prune", po::bool_switch(&options.prune),
        "remove the least recently used encoded recordings, down to HETSYN_CACHE_LIMIT_GB");
    add("clear", po::bool_switch(&options.clear), "remove all encoded recordings and all stand-ins");
  }
  add("plugin-path", texts(options.plugin_path, "PATHS"), "directories or files with task plugins, separated by ':'");
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

/// A verb or an option with what it does.
struct HelpEntry {
  std::string name, help;
};

/// Two columns; in narrow terminals, what it does is below the name.
std::string entries_text(const std::vector<HelpEntry>& entries, std::size_t room) {
  std::size_t widest = 0;
  for (const HelpEntry& entry : entries) widest = std::max(widest, entry.name.size());
  const std::size_t indent = room < widest + 40 ? 6 : widest + 4;
  std::string out;
  for (const HelpEntry& entry : entries) {
    const bool below = entry.name.size() + 4 > indent;
    const std::string name =
        below ? fmt::format("  {}\n{:{}}", entry.name, "", indent) : fmt::format("  {:<{}}", entry.name, indent - 2);
    out += wrapped(name + entry.help + '\n', room, indent);
  }
  return out;
}

}  // namespace

Options parse_command_line(std::span<const char* const> arguments) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  Options options;
  if (!words.empty() && words.front() == "help") {
    if (words.size() > 2) throw UsageError(fmt::format("too many arguments; expected: {}", verb_named("help").usage));
    options.help = true;
    if (words.size() == 2) options.verb = verb_named(words.back()).name;
    return options;
  }
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

std::string help_text(const std::string& verb, std::size_t columns) {
  const std::size_t room = std::min(columns, kMostHelpColumns);
  std::vector<HelpEntry> entries;
  if (verb.empty()) {
    for (const Verb& v : kVerbs) entries.push_back({std::string(v.name), std::string(v.summary)});
    return wrapped(
               "engine: trains spiking networks with heterogeneous synapses (HetSyn).\n\n"
               "  engine --task dms --config configs/dms.toml\n\nVerbs:\n",
               room, 4) +
           entries_text(entries, room) +
           wrapped("\nengine help VERB shows the options of a verb. docs/quickstart.md is an introduction.\n", room);
  }
  const Verb& v = verb_named(verb);
  Options unused;
  const po::options_description description = describe(v, unused);
  for (const auto& option : description.options()) {
    const std::string value = option->semantic()->max_tokens() > 0 ? " " + option->format_parameter() : "";
    entries.push_back({option->format_name() + value, option->description()});
  }
  return wrapped(fmt::format("{}\n\n", v.usage), room, 4) + wrapped(fmt::format("{}\n\nOptions:\n", v.summary), room) +
         entries_text(entries, room);
}

}  // namespace hetsyn::cli
