#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/task_port.hpp"
#include "plugin/support.hpp"
#include "support/audio_files.hpp"
#include "support/kept_log.hpp"
#include "support/temporary_directory.hpp"

namespace hetsyn::test {

/// A folder for recordings, one for the cache, and a task that is opened on them; what it says is kept.
class WordFolder {
 public:
  explicit WordFolder(std::string task) : task_(std::move(task)) { std::filesystem::create_directory(data()); }
  WordFolder(const WordFolder&) = delete;
  WordFolder& operator=(const WordFolder&) = delete;

  [[nodiscard]] std::filesystem::path data() const { return folder_ / "data"; }
  [[nodiscard]] std::filesystem::path cache() const { return folder_ / "cache"; }
  [[nodiscard]] std::string logged() const { return log_.text(); }

  /// A tone of 50 ms, higher for each file, so that no two recordings are equal.
  void record(const std::string& file) {
    write(file, pcm_sphere(tone(1000, 20'000.0, 500.0 + 100.0 * ++recorded_)).bytes());
  }
  void write(const std::string& file, const std::string& bytes) const {
    std::filesystem::create_directories((data() / file).parent_path());
    write_text(data() / file, bytes);
  }

  std::unique_ptr<Task> open(std::vector<NamedValue> values = {}) const { return open(std::move(values), log_.log()); }
  std::unique_ptr<Task> open(std::vector<NamedValue> values, const Log& log) const {
    values.push_back({"path", data().string()});
    values.push_back({"standin", false});
    return load_own_plugin(task_).open(values, {.seed = 0, .data_path = {}, .cache_path = cache(), .log = &log});
  }

  /// The files in which encoded recordings are kept.
  [[nodiscard]] std::vector<std::filesystem::path> caches() const {
    std::vector<std::filesystem::path> files;
    if (!std::filesystem::exists(cache() / "spikes")) return files;
    for (const auto& entry : std::filesystem::directory_iterator(cache() / "spikes")) files.push_back(entry.path());
    return files;
  }

 private:
  TemporaryDirectory folder_;
  KeptLog log_;
  std::string task_;
  int recorded_ = 0;
};

/// (channel, step) of a sample's spikes.
inline std::vector<std::pair<std::size_t, int>> spikes_of(const Task& task, std::size_t split, std::uint64_t index,
                                                          double time_scale = 1.0) {
  const Sample sample = task.fill({split, index, 0, task.info().steps, time_scale});
  const SpikeTrain& train = sample.input->spikes;
  std::vector<std::pair<std::size_t, int>> spikes;
  for (std::size_t channel = 0; channel < train.channels(); ++channel) {
    for (std::size_t e = train.offsets[channel]; e < train.offsets[channel + 1]; ++e) {
      spikes.emplace_back(channel, train.steps[e]);
    }
  }
  return spikes;
}

inline std::vector<std::int32_t> labels_of(const Task& task, std::size_t split) {
  std::vector<std::int32_t> labels;
  for (std::uint64_t i = 0; i < task.info().splits[split].samples; ++i) {
    labels.push_back(task.sample_info(split, i).label);
  }
  return labels;
}

inline std::vector<std::int32_t> groups_of(const Task& task, std::size_t split) {
  std::vector<std::int32_t> groups;
  for (std::uint64_t i = 0; i < task.info().splits[split].samples; ++i) {
    groups.push_back(task.sample_info(split, i).group);
  }
  return groups;
}

}  // namespace hetsyn::test
