#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <memory>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/recording_list.hpp"
#include "common/speech/speech_encoder.hpp"
#include "common/speech/spike_file.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/nearest.hpp"
#include "experiment/progress_display.hpp"

namespace hetsyn::cli {
namespace {

constexpr int kInterrupted = 130;
constexpr std::uint64_t kMostThreads = 1024;

std::uint64_t whole_number(const std::string& option, const std::optional<std::string>& text, std::uint64_t most) {
  if (!text) return 0;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value > most) {
    throw UsageError(fmt::format("{} {}: expected an integer from 0 to {}", option, *text, most));
  }
  return value;
}

void check(const Options& options) {
  if (options.inputs.empty()) throw UsageError("what is to be encoded? expected: engine encode IN… --out FILE.h5");
  if (!options.out) throw UsageError("where to? expected --out with the file to write");
  const std::vector<std::string>& known = tasks::speech_encoder_names();
  if (std::ranges::find(known, options.encoder) == known.end()) {
    throw UsageError(fmt::format("--encoder {}: expected one of {}{}", options.encoder, fmt::join(known, ", "),
                                 did_you_mean(options.encoder, known)));
  }
  if (std::filesystem::exists(*options.out) && !options.force) {
    throw UsageError(fmt::format("{}: exists already; --force replaces it", *options.out));
  }
}

/// A recording on its way through the pipeline.
struct Encoded {
  std::size_t index = 0;
  std::vector<tasks::StepSpike> spikes;
  std::string problem;  ///< why there are no spikes; empty where all is well
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
    result.problem = error.what();  // names the file
  }
  return result;
}

/// Says how far it is, ten times in all.
class Progress {
 public:
  explicit Progress(std::size_t all) : all_(all) {}
  void step() {
    ++done_;
    if (done_ == all_ || done_ * 10 / all_ == (done_ - 1) * 10 / all_) return;
    const double passed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double left_s = passed_s * static_cast<double>(all_ - done_) / static_cast<double>(done_);
    log::info("{} of {} recordings, {} left", done_, all_, clock_text(left_s));
  }

 private:
  std::size_t all_, done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Takes what is wrong with a file: an error, or with --skip-bad a warning that is counted.
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

/// Encodes the files on all threads and writes them in their order; false where `stop` was set before the end.
bool encode_all(const RecordingList& list, const tasks::SpeechEncoder& encoder, tasks::SpikeFileWriter& writer,
                Refusals& refusals, const std::atomic<bool>& stop) {
  std::size_t next = 0;
  Progress progress(list.files.size());
  const auto take = [&](tbb::flow_control& flow) {
    if (next == list.files.size() || stop) flow.stop();
    return next++;
  };
  const auto encode = [&](std::size_t index) { return encode_file(index, list.files[index].path, encoder); };
  const auto write = [&](const Encoded& encoded) {
    const RecordingFile& file = list.files[encoded.index];
    if (encoded.problem.empty()) {
      writer.append(encoded.spikes, file.label, file.speaker);
    } else {
      refusals.take(encoded.problem);
    }
    progress.step();
  };
  const auto in_flight = 4 * static_cast<std::size_t>(tbb::info::default_concurrency());
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

}  // namespace

int encode(const Options& options) {
  check(options);
  const std::uint64_t threads = whole_number("--threads", options.threads, kMostThreads);
  const std::uint64_t seed = whole_number("--seed", options.seed, 9'000'000'000'000'000);
  const RecordingList list =
      list_recordings(options.inputs, LabelPattern(options.label_pattern), options.classes, options.speakers);
  Refusals refusals(options.skip_bad);
  for (const std::string& problem : list.refused) refusals.take(problem);

  std::unique_ptr<tbb::global_control> limit;
  if (threads > 0) limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism, threads);
  const tasks::SpeechEncoder encoder = tasks::make_speech_encoder(options.encoder, seed);
  tasks::SpikeFileWriter writer(*options.out, encoder.step_ms / 1000.0, encoder.description);
  log::info("{} recordings, {} classes, {} speakers; {}", list.files.size(), list.classes.size(), list.speakers.size(),
            encoder.description);
  if (!encode_all(list, encoder, writer, refusals, stop_on_signal())) {
    log::warning("interrupted; {} was not written", *options.out);
    return kInterrupted;
  }
  if (writer.recordings() == 0) {
    throw DataError(fmt::format("no recordings (.wav, .flac or .sph) in {}", fmt::join(options.inputs, ", ")));
  }
  writer.finish(list.classes, speaker_infos(list.speakers));
  if (refusals.count() > 0) log::warning("{} files were left out", refusals.count());
  log::info("{} recordings in {}", writer.recordings(), *options.out);
  return 0;
}

}  // namespace hetsyn::cli
