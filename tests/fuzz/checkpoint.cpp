// Checkpoints: any bytes as a file, and sound HDF5 files, sealed as checkpoints are, whose content is not one.
#include "training/checkpoint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/crc.hpp>
#include <filesystem>
#include <fstream>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "base/hdf5_writer.hpp"
#include "fuzz/input.hpp"
#include "network/spec.hpp"
#include "training/parameter_file.hpp"

using namespace hetsyn;
using fuzz::Input;
using fuzz::require;

namespace {

/// What the input has done to one dataset.
enum class Fault : std::uint8_t { none, absent, other_shape, other_type, other_content };

Fault take_fault(Input& input) {
  const auto byte = input.take<std::uint8_t>();
  return byte < 248 ? Fault::none : static_cast<Fault>(1 + byte % 4);
}

ParameterLayout small_layout() {
  NetworkSpec spec;
  spec.inputs = 3;
  spec.hidden = {2};
  spec.outputs = 2;
  return parameter_layout(network_layout(spec));
}

/// Writes datasets with the faults that the input asks for.
class FaultyWriter {
 public:
  explicit FaultyWriter(Input& input) : input_(input), file_("fuzz.h5", kExpectedBytes) {}

  template <class T>
  void write(const std::string& path, std::vector<T> values, Shape shape) {
    const Fault fault = take_fault(input_);
    faults_ += fault == Fault::none ? 0 : 1;
    if (fault == Fault::absent) return;
    if (fault == Fault::other_type)
      return file_.write_text(path, std::string(1 + input_.take<std::uint8_t>() % 16U, 'x'));
    if (fault == Fault::other_shape) shape.push_back(1);
    if (fault == Fault::other_content) {
      for (T& value : values) value = input_.take<T>();
    }
    file_.write<T>(path, values, shape);
  }
  void write_text(const std::string& path, const std::string& text) {
    const Fault fault = take_fault(input_);
    faults_ += fault == Fault::none ? 0 : 1;
    if (fault == Fault::absent) return;
    if (fault == Fault::other_type) return file_.write<double>(path, 1.0);
    std::string changed = text;
    if (fault == Fault::other_content) {
      for (char& c : changed) c = input_.take<char>();
    }
    if (fault == Fault::other_shape) changed.resize(input_.take<std::uint8_t>() % 32U, '\n');
    file_.write_text(path, changed);
  }
  [[nodiscard]] int faults() const { return faults_; }
  [[nodiscard]] std::string image() { return file_.image(); }

 private:
  static constexpr std::size_t kExpectedBytes = 1 << 15;

  Input& input_;
  Hdf5Writer file_;
  int faults_ = 0;
};

void write_all(FaultyWriter& file, const ParameterLayout& layout) {
  file.write<std::uint64_t>("format_version", {2}, {1});
  file.write_text("config", "[train]\nseed = 0\n");
  file.write_text("data", "{}");
  for (const char* block : {"parameters", "moment1", "moment2"}) {
    for (const ParameterGroup& group : layout.groups) {
      file.write<float>(fmt::format("{}/{}", block, group.name), std::vector<float>(group.count(), 0.5F),
                        {group.rows, group.columns});
    }
  }
  for (const char* name : {"seed", "epoch", "step_in_epoch", "step", "evaluations_without_improvement"}) {
    file.write<std::uint64_t>(fmt::format("progress/{}", name), {1}, {1});
  }
  file.write<double>("progress/learning_rate", {1e-3}, {1});
  file.write<std::uint64_t>("progress/sums/samples", {8}, {1});
  file.write<double>("progress/sums/loss", {1.0}, {1});
  file.write<double>("progress/sums/metrics", {0.5}, {1});
  file.write<double>("progress/sums/rates_hz", {10.0}, {1});
  for (const char* name : {"epoch", "step"}) file.write<std::uint64_t>(fmt::format("records/last/{}", name), {1}, {1});
  file.write<double>("records/last/learning_rate", {1e-3}, {1});
  file.write_text("records/last/splits", "train\n");
  file.write_text("records/last/metrics/train/names", "accuracy\nloss\n");
  file.write<double>("records/last/metrics/train/values", {0.5, 1.0}, {2});
}

/// Whether the bytes, as a file, are taken as a checkpoint.
bool accepted(const std::string& bytes, const ParameterLayout& layout) {
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("hetsyn_fuzz_{}.h5", ::getpid());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  bool good = false;
  try {
    const Checkpoint checkpoint = read_checkpoint(file.string(), layout);
    require(checkpoint.parameters.size() == layout.size, "all parameters are there");
    good = true;
  } catch (const RunError& error) {
    require(std::string_view(error.what()).find(file.string()) != std::string_view::npos, "an error names the file");
  }
  try {
    require(read_parameter_file(file.string()).arrays.size() <= layout.groups.size(), "no array is made up");
  } catch (const RunError& error) {
    require(!good, "the parameters of a checkpoint are read");
    require(std::string_view(error.what()).find(file.string()) != std::string_view::npos, "an error names the file");
  }
  std::filesystem::remove(file);
  return good;
}

std::string sealed(const std::string& image) {
  boost::crc_32_type crc;
  crc.process_bytes(image.data(), image.size());
  return image + fmt::format("\nhetsyn crc32 {:08x}\n", crc.checksum());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ParameterLayout layout = small_layout();
  Input input(data, size);
  if (input.take<std::uint8_t>() % 4 == 1) {
    accepted(std::string(input.rest()), layout);
    return 0;
  }
  FaultyWriter writer(input);
  write_all(writer, layout);
  const bool good = accepted(sealed(writer.image()), layout);
  require(good || writer.faults() > 0, "a sound checkpoint is accepted");
  return 0;
}
