#pragma once
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plugin/shd_file.hpp"
#include "plugin/support.hpp"
#include "support/kept_log.hpp"
#include "support/temporary_directory.hpp"

namespace hetsyn::test {

/// A directory with a good pair of files in SHD's format; what the task says is kept.
struct ShdFolder {
  ShdFolder() : path(directory.path() / "data") {
    std::filesystem::create_directory(path);
    good().write(path / "shd_train.h5");
    ShdFile test = good();
    test.times[0][0] = 0.125;
    test.write(path / "shd_test.h5");
  }
  ShdFolder(const ShdFolder&) = delete;
  ShdFolder& operator=(const ShdFolder&) = delete;

  /// Three recordings; times are exact in half precision.
  static ShdFile good() {
    ShdFile file;
    file.times = {{0.0, 0.00390625, 0.25}, {}, {0.5, 0.9990234375, 1.0, 2.0}};
    file.units = {{0, 1, 699}, {}, {5, 5, 5, 6}};
    file.labels = {2, 0, 1};
    file.speakers = {4, 9, 4};
    file.keys = 3;
    return file;
  }

  std::unique_ptr<Task> open(std::vector<NamedValue> values = {}) const {
    static const TaskPlugin plugin = load_own_plugin("shd");
    values.push_back({"path", path.string()});
    return plugin.open(values, {.data_path = {}, .cache_path = {}, .log = &log_.log()});
  }
  [[nodiscard]] bool says(const std::string& text) const {
    const bool found = log_.says(text);
    if (!found) BOOST_TEST_MESSAGE("'" << text << "' is not in: " << log_.text());
    return found;
  }

  TemporaryDirectory directory;
  std::filesystem::path path;

 private:
  KeptLog log_;
};

using Events = std::vector<std::pair<std::size_t, int>>;  // (channel, step)

/// Of a sample of the training file.
inline Events events(const Task& task, std::uint64_t index, std::size_t steps, double time_scale = 1.0) {
  const Sample sample = task.fill({0, index, 0, steps, time_scale});
  const SpikeTrain& train = sample.input->spikes;
  Events result;
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::size_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) result.emplace_back(i, train.steps[e]);
  }
  return result;
}

}  // namespace hetsyn::test
