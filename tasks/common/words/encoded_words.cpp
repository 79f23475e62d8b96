#include "common/words/encoded_words.hpp"

#include <hetsyn/error.hpp>
#include <optional>
#include <span>

#include "common/audio/audio.hpp"
#include "common/file_bytes.hpp"
#include "common/parallel.hpp"
#include "common/words/spike_cache.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCache = "cache";
constexpr const char* kCachePath = "cache_path";

/// Calls body(i) for each file, on all cores; then throws what the first of those that failed threw.
template <class Body>
void for_each_file(const std::vector<fs::path>& files, const Report& report, const Body& body) {
  std::vector<std::string> problems(files.size());
  make_in_parallel(files.size(), "recordings", report, [&](std::size_t i) {
    try {
      body(i);
    } catch (const std::exception& e) {
      problems[i] = e.what();
    }
  });
  std::erase(problems, "");
  if (problems.empty()) return;
  const std::string others = problems.size() == 1 ? ""
                                                  : " (" + std::to_string(problems.size()) + " of " +
                                                        std::to_string(files.size()) + " files fail)";
  throw sdk::TaskError(problems.front() + others);
}

std::vector<Digest> digest_files(const std::vector<fs::path>& files) {
  std::vector<Digest> digests(files.size());
  const Report silent = [](const std::string& /*progress*/) {};
  for_each_file(files, silent,
                [&](std::size_t i) { digests[i] = digest_of(read_file_bytes(files[i], kMostAudioBytes)); });
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
  std::vector<std::vector<StepSpike>> recordings(files.size());
  const Report report = [&](const std::string& progress) { args.info("encoded " + progress); };
  for_each_file(files, report, [&](std::size_t i) {
    const std::vector<std::byte> bytes = read_file_bytes(files[i], kMostAudioBytes);
    if (!contents.empty() && digest_of(bytes) != contents[i]) {
      throw sdk::TaskError(files[i].string() + ": was changed while it was read");
    }
    recordings[i] = encoder.encode(decode_audio(bytes, files[i].string()));
  });
  return joined(recordings);
}

/// None if the user wants no cache, or the engine has no folder for it.
std::optional<fs::path> cache_folder(const sdk::OpenArgs& args) {
  if (!args.boolean(kCache)) return std::nullopt;
  if (const fs::path wanted = args.path(kCachePath); !wanted.empty()) return wanted;
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
  using sdk::Key;
  return {Key::boolean(kCache, true, "Keep the encoded recordings for later runs"),
          Key::path(kCachePath, "", "Folder in which they are kept; empty: one in the user's cache")};
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
