#include "common/words/encoded_words.hpp"

#include <algorithm>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/file_lock.hpp"
#include "common/parallel.hpp"
#include "common/speech/audio/audio.hpp"
#include "common/speech/audio/header.hpp"
#include "common/words/cache_folder.hpp"
#include "common/words/damage.hpp"
#include "common/words/spike_cache.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCache = "cache";
constexpr const char* kCachePath = "cache_path";

/// The result for one file: usable, damaged, or an error that ends the run.
struct Outcome {
  bool damaged = false;
  std::string stop;
};

template <class Body>
Outcome outcome_of(const Body& body) {
  try {
    body();
    return {};
  } catch (const ShortenedAudio& e) {  // not damaged: the whole corpus will be like that
    return {false, e.what()};
  } catch (const sdk::TaskError& /*e*/) {
    return {true, {}};
  } catch (const std::exception& e) {
    return {false, e.what()};
  }
}

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

/// Calls body(i) for each file, on the threads of the run, and returns the damaged ones, ascending. Throws
/// sdk::TaskError for the first file whose error ends the run.
template <class Body>
std::vector<std::uint32_t> for_each_file(const sdk::OpenArgs& args, const std::vector<fs::path>& files,
                                         const Report& report, const Body& body) {
  std::vector<Outcome> outcomes(files.size());
  make_in_parallel(files.size(), args.threads(), "recordings", report,
                   [&](std::size_t i) { outcomes[i] = outcome_of([&] { body(i); }); });
  const auto stops = [](const Outcome& outcome) { return !outcome.stop.empty(); };
  const auto first = std::ranges::find_if(outcomes, stops);
  if (first != outcomes.end()) {
    const std::string all = std::to_string(std::ranges::count_if(outcomes, stops));
    throw sdk::TaskError(first->stop +
                         (all == "1" ? "" : " (" + all + " of " + std::to_string(files.size()) + " files)"));
  }
  std::vector<std::uint32_t> damaged;
  for (std::uint32_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].damaged) damaged.push_back(i);
  }
  return damaged;
}

/// The digests of the files; zeros for those that cannot be read.
std::vector<Digest> digest_files(const sdk::OpenArgs& args, const std::vector<fs::path>& files) {
  std::vector<Digest> digests(files.size());
  const Report silent = [](const std::string& /*progress*/) {};
  for_each_file(args, files, silent,
                [&](std::size_t i) { digests[i] = digest_of(as_bytes(read_audio_bytes(files[i]))); });
  return digests;
}

Digest cache_key(const Encoder& encoder, const std::vector<Digest>& contents) {
  std::string all = std::to_string(kSpikeCacheVersion) + "\n" + encoder.description + "\n";
  for (const Digest& content : contents) all += to_hex(content);
  return digest_of(as_bytes(all));
}

EncodedWords joined(const std::vector<EncodedRecording>& recordings, std::vector<std::uint32_t> damaged) {
  EncodedWords words;
  words.damaged = std::move(damaged);
  for (const EncodedRecording& recording : recordings) {
    words.cut += recording.cut;
    for (const StepSpike& spike : recording.spikes) {
      words.step.push_back(spike.step);
      words.unit.push_back(static_cast<std::uint16_t>(spike.unit));
    }
    words.offsets.push_back(words.step.size());
  }
  return words;
}

EncodedRecording encode_bytes(const std::string& bytes, const fs::path& file, const Encoder& encoder) {
  const Audio audio = decode_audio(as_bytes(bytes), file.string());
  try {
    return encoder.encode(audio);
  } catch (const sdk::TaskError& e) {
    throw sdk::TaskError(file.string() + ": " + e.what());
  }
}

/// If `contents` is not empty, it has the digests that the files must still have; otherwise it is set.
EncodedWords encode_files(const sdk::OpenArgs& args, const std::vector<fs::path>& files, std::vector<Digest>& contents,
                          const Encoder& encoder) {
  args.info("encoding " + std::to_string(files.size()) + " recordings as spikes");
  std::vector<EncodedRecording> recordings(files.size());
  const Report report = [&](const std::string& progress) { args.info("encoded " + progress); };
  const bool known = !contents.empty();
  contents.resize(files.size());
  std::vector<std::uint32_t> damaged = for_each_file(args, files, report, [&](std::size_t i) {
    const std::string bytes = read_audio_bytes(files[i]);
    const Digest content = digest_of(as_bytes(bytes));
    if (known && content != contents[i]) {
      throw std::runtime_error(files[i].string() + ": was changed while it was read");
    }
    contents[i] = content;
    recordings[i] = encode_bytes(bytes, files[i], encoder);
  });
  return joined(recordings, std::move(damaged));
}

/// Empty if the user wants no cache, or the engine has no folder for it.
std::optional<fs::path> cache_folder(const sdk::OpenArgs& args) {
  if (!args.boolean(kCache)) return std::nullopt;
  if (const fs::path wanted = args.path(kCachePath); !wanted.empty()) return wanted;
  if (args.cache_path().empty()) return std::nullopt;
  return args.cache_path() / "spikes";
}

std::optional<EncodedWords> cached_words(const sdk::OpenArgs& args, const fs::path& file, const Digest& key) {
  const CacheUse use(file);
  std::error_code none;
  if (!fs::exists(file, none)) return std::nullopt;
  try {
    return read_spike_cache(file, key);
  } catch (const sdk::TaskError& e) {
    args.warning(std::string(e.what()) + "; the recordings are encoded again");
    return std::nullopt;
  }
}

void keep_words(const sdk::OpenArgs& args, const fs::path& file, const Digest& key, const EncodedWords& words,
                std::uint64_t limit_bytes) {
  try {
    write_spike_cache(file, key, words);
    args.info("the spikes are kept in " + file.string());
  } catch (const RunError& e) {
    args.warning(std::string(e.what()) + "; the next run will encode the recordings again");
    return;
  }
  const Pruned pruned = prune_cache(file.parent_path(), limit_bytes, file);
  if (pruned.files > 0) args.info(std::to_string(pruned.files) + " caches that were not used for longest are removed");
}

/// Sets `contents` to the digests of the files.
EncodedWords cached_or_encoded(const sdk::OpenArgs& args, const std::string& name, const std::vector<fs::path>& files,
                               const Encoder& encoder, std::vector<Digest>& contents) {
  const std::optional<fs::path> folder = cache_folder(args);
  if (!folder) return encode_files(args, files, contents, encoder);
  const std::uint64_t limit_bytes = cache_limit_bytes();
  contents = digest_files(args, files);
  const Digest key = cache_key(encoder, contents);
  const fs::path file = *folder / (name + "-" + to_hex(key) + ".h5");
  const fs::path lock_file = fs::path(file).replace_extension(".lock");
  if (std::optional<EncodedWords> cached = cached_words(args, file, key)) {
    if (!args.dry_run())
      remove_abandoned_lock(lock_file);  // left by a process that was killed after the cache was complete
    return *std::move(cached);
  }
  if (args.dry_run()) return encode_files(args, files, contents, encoder);
  std::error_code none;  // if the folder cannot be made, writing the cache reports it
  fs::create_directories(*folder, none);
  const MakersLock lock(lock_file, [&] {
    args.info("another process encodes the same " + std::to_string(files.size()) +
              " recordings; waiting for what it keeps in " + file.string());
  });
  if (std::optional<EncodedWords> cached = cached_words(args, file, key)) return *std::move(cached);
  EncodedWords words = encode_files(args, files, contents, encoder);
  keep_words(args, file, key, words, limit_bytes);
  return words;
}

}  // namespace

std::vector<sdk::Key> cache_keys() {
  using sdk::Key;
  return {Key::boolean(kCache, true, "Keep the encoded recordings for later runs").placement(),
          Key::path(kCachePath, "", "Folder in which they are kept; empty: one in the user's cache")};
}

ReadWords encode_words(const sdk::OpenArgs& args, const std::string& name, const std::vector<fs::path>& files,
                       const Encoder& encoder) {
  ReadWords read;
  read.words = cached_or_encoded(args, name, files, encoder, read.contents);
  read.damage = describe_damage(files, read.words.damaged,
                                [&](const fs::path& file) { encode_bytes(read_audio_bytes(file), file, encoder); });
  check_damage(args, read.damage, read.words.damaged.size(), files.size());
  return read;
}

}  // namespace hetsyn::tasks
