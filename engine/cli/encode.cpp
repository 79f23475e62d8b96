#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <memory>
#include <utility>

#include "base/core_count.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/log.hpp"
#include "cli/number.hpp"
#include "cli/recording_list.hpp"
#include "common/files/spike_file_format.hpp"
#include "common/speech/speech_encoder.hpp"
#include "common/speech/spike_file.hpp"
#include "core/nearest.hpp"
#include "run/epoch_log.hpp"
#include "run/hdf5_place.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::uint64_t kMaximumThreads = 1024, kMaximumSeed = 9'000'000'000'000'000;

/// The file of a part; with --split, --out is a folder.
std::filesystem::path output_of(const Options& options, const RecordingPart& part) {
  const std::filesystem::path out = *options.out;
  return part.name.empty() ? out : out / (part.name + ".h5");
}

/// One part without a name, or the parts of --split: "train=DIR". A repeated name adds to its part.
std::vector<RecordingPart> read_parts(const Options& options) {
  if (options.splits.empty()) return {{.name = "", .inputs = options.inputs, .files = {}}};
  std::vector<RecordingPart> parts;
  for (const std::string& split : options.splits) {
    const std::size_t equals = split.find('=');
    const std::string name = split.substr(0, equals);
    if (equals == std::string::npos || name.empty() || name.find('/') != std::string::npos ||
        equals + 1 == split.size()) {
      throw UsageError(fmt::format("--split {}: expected NAME=IN, as in train=recordings/train", split));
    }
    auto part = std::ranges::find(parts, name, &RecordingPart::name);
    if (part == parts.end()) part = parts.insert(part, {.name = name, .inputs = {}, .files = {}});
    part->inputs.push_back(split.substr(equals + 1));
  }
  return parts;
}

void check(const Options& options) {
  if (options.inputs.empty() && options.splits.empty()) {
    throw UsageError("what is to be encoded? expected: engine encode IN… --out FILE.h5");
  }
  if (!options.inputs.empty() && !options.splits.empty()) {
    throw UsageError(fmt::format("{}: belongs to no part; expected all recordings in --split NAME=IN, or none",
                                 options.inputs.front()));
  }
  if (!options.out) {
    throw UsageError(options.splits.empty() ? "where to? expected --out with the file to write"
                                            : "where to? expected --out with the folder for the files");
  }
  if (options.out->empty()) throw UsageError("--out: expected a path, not an empty text");
  if (options.classes && options.classes_of) throw UsageError("--classes and --classes-of: expected one of the two");
  const std::vector<std::string>& known = tasks::speech_encoder_names();
  if (std::ranges::find(known, options.encoder) == known.end()) {
    throw UsageError(fmt::format("--encoder {}: expected one of {}{}", options.encoder, fmt::join(known, ", "),
                                 did_you_mean(options.encoder, known)));
  }
}

void check_outputs(const Options& options, const std::vector<RecordingPart>& parts) {
  for (const RecordingPart& part : parts) check_hdf5_place(output_of(options, part), options.force, "--force");
}

GivenNames names_of_option(const std::string& option, const std::optional<std::string>& list) {
  if (!list) return {};
  return {split_names(option, *list), option, true};
}

/// Takes the numbers in another file: only its classes are allowed, and new speakers get the next numbers.
void take_names_of(const std::string& file, GivenNames& classes, GivenNames& speakers) {
  const tasks::SpikeFileNames names = tasks::read_spike_file_names(file);
  if (names.classes.empty()) {
    throw DataError(
        fmt::format("--classes-of {}: the file does not name its classes ({})", file, tasks::spike_file::kKeys));
  }
  classes = {names.classes, "the classes of " + file, true};
  if (speakers.names.empty()) speakers = {names.speakers, "the speakers of " + file, false};
}

/// A recording in the pipeline.
struct Encoded {
  std::size_t index = 0;
  std::vector<tasks::StepSpike> spikes;
  std::string problem;  ///< the reason why there are no spikes; empty if there is none
};

Encoded encode_file(std::size_t index, const std::filesystem::path& file, const tasks::SpeechEncoder& encoder) {
  Encoded result{index, {}, {}};
  try {
    const tasks::Audio audio = tasks::read_audio(file);
    try {
      result.spikes = encoder.encode(audio);
    } catch (const std::runtime_error& error) {
      result.problem = fmt::format("{}: {}", file.string(), error.what());
    }
  } catch (const std::runtime_error& error) {
    result.problem = error.what();  // contains the name of the file
  }
  return result;
}

/// Logs the progress, ten times in all.
class Progress {
 public:
  explicit Progress(std::size_t all) : all_(all) {}
  void step() {
    ++done_;
    if (done_ == all_ || done_ * 10 / all_ == (done_ - 1) * 10 / all_) return;
    const double passed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double left_s = passed_s * static_cast<double>(all_ - done_) / static_cast<double>(done_);
    log::info("{} of {} recordings, {} elapsed, {} left", done_, all_, clock_text(passed_s), clock_text(left_s));
  }

 private:
  std::size_t all_, done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Handles problems with files: throws an error, or with --skip-bad logs a warning and counts it.
class Refusals {
 public:
  explicit Refusals(bool skip) : skip_(skip) {}
  void take(const std::string& problem) {
    if (!skip_) throw DataError(fmt::format("{} (--skip-bad leaves such files out)", problem));
    log::warning("left out: {}", problem);
    ++count_;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  bool skip_;
  std::size_t count_ = 0;
};

/// Encodes the files with all threads and writes them in their order. Returns false if `stop` was set before the end.
bool encode_files(const std::vector<RecordingFile>& files, const tasks::SpeechEncoder& encoder,
                  tasks::SpikeFileWriter& writer, Refusals& refusals, Progress& progress,
                  const std::atomic<bool>& stop) {
  std::size_t next = 0;
  const auto take = [&](tbb::flow_control& flow) {
    if (next == files.size() || stop) flow.stop();
    return next++;
  };
  const auto encode = [&](std::size_t index) { return encode_file(index, files[index].path, encoder); };
  const auto write = [&](const Encoded& encoded) {
    const RecordingFile& file = files[encoded.index];
    if (encoded.problem.empty()) {
      writer.append(encoded.spikes, file.label, file.speaker);
    } else {
      refusals.take(encoded.problem);
    }
    progress.step();
  };
  const auto in_flight = 4 * std::size_t{core_count()};
  tbb::parallel_pipeline(in_flight, tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, take) &
                                        tbb::make_filter<std::size_t, Encoded>(tbb::filter_mode::parallel, encode) &
                                        tbb::make_filter<Encoded, void>(tbb::filter_mode::serial_in_order, write));
  return !stop;
}

std::vector<tasks::SpeakerInfo> speaker_infos(const std::vector<std::string>& names) {
  std::vector<tasks::SpeakerInfo> speakers;
  speakers.reserve(names.size());
  for (const std::string& name : names) speakers.push_back({.name = name});
  return speakers;
}

/// Writes the parts to files, none of which has its final name yet. Empty if `stop` was set before the end.
std::vector<std::unique_ptr<tasks::SpikeFileWriter>> encode_parts(const Options& options, const RecordingList& list,
                                                                  const tasks::SpeechEncoder& encoder,
                                                                  Refusals& refusals, const std::atomic<bool>& stop) {
  std::vector<std::unique_ptr<tasks::SpikeFileWriter>> writers;
  Progress progress(list.files());
  for (const RecordingPart& part : list.parts) {
    auto& writer = writers.emplace_back(std::make_unique<tasks::SpikeFileWriter>(
        output_of(options, part), encoder.step_ms / 1000.0, encoder.description));
    if (!encode_files(part.files, encoder, *writer, refusals, progress, stop)) return {};
    if (writer->recordings() == 0) {
      throw DataError(fmt::format("no recordings (.wav, .flac or .sph) in {}", fmt::join(part.inputs, ", ")));
    }
  }
  return writers;
}

}  // namespace

int encode(const Options& options) {
  check(options);
  const std::uint64_t threads = number_option("--threads", options.threads.value_or("0"), 0UL, kMaximumThreads);
  const std::uint64_t seed = number_option("--seed", options.seed.value_or("0"), 0UL, kMaximumSeed);
  std::vector<RecordingPart> parts = read_parts(options);
  check_outputs(options, parts);
  GivenNames classes = names_of_option("--classes", options.classes);
  GivenNames speakers = names_of_option("--speakers", options.speakers);
  if (options.classes_of) take_names_of(*options.classes_of, classes, speakers);
  const RecordingList list = list_recordings(std::move(parts), LabelPattern(options.label_pattern), classes, speakers);
  if (list.repeated > 0) log::warning("{} files were given more than once; each is taken once", list.repeated);
  Refusals refusals(options.skip_bad);
  for (const std::string& problem : list.refused) refusals.take(problem);

  std::unique_ptr<tbb::global_control> limit;
  if (threads > 0) limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism, threads);
  const tasks::SpeechEncoder encoder = tasks::make_speech_encoder(options.encoder, seed);
  const std::atomic<bool>& stop = stop_on_signal();  // before the first message, after which users may press Ctrl-C
  log::info("{} recordings, {} classes, {} speakers; {}", list.files(), list.classes.size(), list.speakers.size(),
            encoder.description);
  const auto writers = encode_parts(options, list, encoder, refusals, stop);
  if (writers.empty()) {
    log::warning("interrupted; {} was not written", *options.out);
    return kExitInterrupted;
  }
  for (const auto& writer : writers) writer->finish(list.classes, speaker_infos(list.speakers));
  if (refusals.count() > 0) log::warning("{} files were left out", refusals.count());
  for (std::size_t i = 0; i < writers.size(); ++i) {
    log::info("{} recordings in {}", writers[i]->recordings(), output_of(options, list.parts[i]).string());
  }
  return 0;
}

}  // namespace hetsyn::cli
