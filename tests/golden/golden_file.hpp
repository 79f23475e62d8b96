#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace hetsyn::test {

/// A file of tests/golden/data: the description of a case (JSON) and its named arrays.
class GoldenFile {
 public:
  /// Throws std::runtime_error where the file or its description cannot be read.
  explicit GoldenFile(const std::filesystem::path& path);
  ~GoldenFile();
  GoldenFile(const GoldenFile&) = delete;
  GoldenFile& operator=(const GoldenFile&) = delete;

  [[nodiscard]] const nlohmann::json& description() const { return description_; }
  [[nodiscard]] bool has(const std::string& name) const;

  /// All elements of an array, converted by HDF5, slowest index first. Throws std::runtime_error where it is missing.
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& name) const {
    std::vector<T> values(size(name));
    read_into(name, native_type<T>(), values.data());
    return values;
  }

 private:
  template <class T>
  static hid_t native_type() {
    if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
    if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
    if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
    if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  }
  [[nodiscard]] std::size_t size(const std::string& name) const;
  void read_into(const std::string& name, hid_t type, void* values) const;

  hid_t file_;
  nlohmann::json description_;
};

}  // namespace hetsyn::test
