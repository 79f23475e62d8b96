#include "training/parameter_file.hpp"

#include <fmt/format.h>
#include <hetsyn/exceptions.hpp>

#include "base/files.hpp"
#include "state/parameters.hpp"
#include "training/sealed_file.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kBesidesArrays = 1 << 14;  // bytes for the config and the structure of the file

std::string path_of(const std::string& array) { return fmt::format("{}/{}", block_name(Block::parameters), array); }

ParameterArray read_array(const Hdf5Reader& file, const std::string& name) {
  const std::string path = path_of(name);
  const Shape shape = file.shape(path);
  if (shape.size() != 2) {
    throw RunError(fmt::format("{}: the dataset {} has the shape {}; expected two dimensions, [post][pre]", file.name(),
                               path, shape_text(shape)));
  }
  return {name, shape[0], shape[1], file.read<float>(path, shape)};
}

}  // namespace

void write_parameter_file(const std::string& path, const std::string& config, std::span<const ParameterArray> arrays) {
  std::size_t bytes = kBesidesArrays;
  for (const ParameterArray& array : arrays) bytes += array.values.size() * sizeof(float);
  Hdf5Writer file(path, bytes);
  write_version(file);
  file.write_text("config", config);
  for (const ParameterArray& array : arrays) {
    file.write<float>(path_of(array.name), array.values, {array.rows, array.columns});
  }
  write_sealed(path, file);
}

ParameterFile read_parameter_file(const std::string& path) {
  const Hdf5Reader file(path, without_seal(path, read_file(path)));
  check_version(file);
  ParameterFile out{file.read_text("config"), {}};
  for (const std::string& name : file.names_of_group(std::string(block_name(Block::parameters)))) {
    out.arrays.push_back(read_array(file, name));
  }
  return out;
}

}  // namespace hetsyn
