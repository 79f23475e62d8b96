#include "base/hdf5.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <numeric>

namespace hetsyn {

Hdf5Silence::Hdf5Silence() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Silence::~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

std::string shape_text(const Shape& shape) {
  std::string text;
  for (const std::size_t extent : shape) text += fmt::format("[{}]", extent);
  return text;
}

std::size_t count_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

Hdf5Handle hdf5_in_memory(std::size_t growth_bytes) {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), growth_bytes, false);
  return access;
}

std::string hdf5_memory_name(const std::string& file) {
  static std::atomic<unsigned> files{0};
  return fmt::format("/dev/null/{}/{}", files++, file);  // nothing exists below /dev/null
}

template <>
hid_t hdf5_stored_type<float>() {
  return H5T_IEEE_F32LE;
}
template <>
hid_t hdf5_stored_type<double>() {
  return H5T_IEEE_F64LE;
}
template <>
hid_t hdf5_stored_type<char>() {
  return H5T_STD_U8LE;
}
template <>
hid_t hdf5_stored_type<std::uint8_t>() {
  return H5T_STD_U8LE;
}
template <>
hid_t hdf5_stored_type<std::uint16_t>() {
  return H5T_STD_U16LE;
}
template <>
hid_t hdf5_stored_type<std::uint32_t>() {
  return H5T_STD_U32LE;
}
template <>
hid_t hdf5_stored_type<std::uint64_t>() {
  return H5T_STD_U64LE;
}
template <>
hid_t hdf5_stored_type<std::int32_t>() {
  return H5T_STD_I32LE;
}

template <>
hid_t hdf5_memory_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t hdf5_memory_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t hdf5_memory_type<char>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t hdf5_memory_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t hdf5_memory_type<std::uint16_t>() {
  return H5T_NATIVE_UINT16;
}
template <>
hid_t hdf5_memory_type<std::uint32_t>() {
  return H5T_NATIVE_UINT32;
}
template <>
hid_t hdf5_memory_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
hid_t hdf5_memory_type<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t hdf5_memory_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}

}  // namespace hetsyn
