#include "common/words/encoded_words.hpp"

#include <tbb/parallel_for.h>

#include <chrono>
#include <hetsyn/error.hpp>
#include <optional>

#include "common/audio/audio.hpp"
#include "common/file_bytes.hpp"
#include "common/words/spike_cache.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

/// Calls body(i) for each file, on all cores; then throws what the first of those that failed threw.
template <class Body>
void for_each_file(const std::vector<fs::path>& files, const Body& body) {
  std::vector<std::string> problems(files.size());
  tbb::parallel_for(std::size_t{0}, files.size(), [&](std::size_t i) {
    try {
      body(i);
    } catch (const std::exception& e) {
      problems[i] = e.what();
    }
  });
  std::size_t failed = 0;
  std::string first;
  for (const std::string& problem : problems) {
    if (!problem.empty() && failed++ == 0) first = problem;
  }
  if (failed > 1) first += " (" + std::to_string(failed) + " of " + std::to_string(files.size()) + " files fail)";
  if (failed > 0) throw sdk::TaskError(first);
}

std::vector<Digest> digest_files(const std::vector<fs::path>& files) {
  std::vector<Digest> digests(files.size());
  for_each_file(files, [&](std::size_t i) { digests[i] = digest_of(read_file_bytes(files[i], kMostAudioBytes)); });
  return digests;
}

Digest cache_key(const Encoder& encoder, const std::vector<Digest>& contents) {
  std::string all = std::to_string(kSpikeCacheVersion) + "\n" + encoder.description + "\n";
  for (const Digest& content : contents) all += to_hex(content);
  return digest_of(std::as_bytes(std::span(all)));
}

EncodedWords joined(const std::vector<std::vector<StepSpike>>& recordings) {
  EncodedWords words;
  for (const std::vector<StepSpike>& spikes : recordings) {
    for (const StepSpike& spike : spikes) {
      words.step.push_back(static_cast<std::uint16_t>(spike.step));
      words.unit.push_back(static_cast<std::uint16_t>(spike.unit));
    }
    words.offsets.push_back(words.step.size());
  }
  return words;
}

/// `contents`: digests that the files must have still, or none.
EncodedWords encode_files(const sdk::OpenArgs& args, const std::vector<fs::path>& files,
                          const std::vector<Digest>& contents, const Encoder& encoder) {
  args.info("encoding " + std::to_string(files.size()) + " recordings as spikes");
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::vector<StepSpike>> recordings(files.size());
  for_each_file(files, [&](std::size_t i) {
    const std::vector<std::byte> bytes = read_file_bytes(files[i], kMostAudioBytes);
    if (!contents.empty() && digest_of(bytes) != contents[i]) {
      throw sdk::TaskError(files[i].string() + ": was changed while it was read");
    }
    recordings[i] = encoder.encode(decode_audio(bytes, files[i].string()));
  });
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  args.info("encoded in " + std::to_string(static_cast<long>(taken.count() + 0.5)) + " s");
  return joined(recordings);
}

/// None if the user wants no cache, or the engine has no folder for it.
std::optional<fs::path> cache_folder(const sdk::OpenArgs& args) {
  const std::string wanted = args.text("cache");
  if (wanted == "off") return std::nullopt;
  if (!wanted.empty()) return wanted;
  if (args.cache_path().empty()) return std::nullopt;
  return args.cache_path() / "spikes";
}

std::optional<EncodedWords> cached_words(const sdk::OpenArgs& args, const fs::path& file, const Digest& key) {
  std::error_code none;
  if (!fs::exists(file, none)) return std::nullopt;
  try {
    return read_spike_cache(file, key);
  } catch (const sdk::TaskError& e) {
    args.warning(std::string(e.what()) + "; the recordings are encoded again");
    return std::nullopt;
  }
}

void keep_words(const sdk::OpenArgs& args, const fs::path& file, const Digest& key, const EncodedWords& words) {
  try {
    write_spike_cache(file, key, words);
    args.info("the spikes are kept in " + file.string());
  } catch (const sdk::TaskError& e) {
    args.warning(std::string(e.what()) + "; the next run will encode the recordings again");
  }
}

}  // namespace

std::vector<sdk::Key> cache_keys() {
  return {sdk::Key::text("cache", "",
                         "Folder in which encoded recordings are kept; empty: one in the user's cache; off: none")};
}

EncodedWords encode_words(const sdk::OpenArgs& args, const std::string& name, const std::vector<fs::path>& files,
                          const Encoder& encoder) {
  const std::optional<fs::path> folder = cache_folder(args);
  if (!folder) return encode_files(args, files, {}, encoder);
  const std::vector<Digest> contents = digest_files(files);
  const Digest key = cache_key(encoder, contents);
  const fs::path file = *folder / (name + "-" + to_hex(key) + ".h5");
  if (std::optional<EncodedWords> cached = cached_words(args, file, key)) return *std::move(cached);
  EncodedWords words = encode_files(args, files, contents, encoder);
  keep_words(args, file, key, words);
  return words;
}

}  // namespace hetsyn::tasks
