// Sizes that an HDF5 file gives its datasets are not believed.
#include "common/hdf5_file.hpp"

#include <boost/test/unit_test.hpp>
#include <hetsyn/error.hpp>

#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;

namespace {

/// A chunked, compressed dataset of bytes that are all zero; `write` or not.
void write_zeros(const std::filesystem::path& path, hsize_t rows, bool write) {
  const Hdf5Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  const Hdf5Handle space(H5Screate_simple(1, &rows, nullptr), H5Sclose);
  const Hdf5Handle settings(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const hsize_t chunk = 65536;
  H5Pset_chunk(settings.get(), 1, &chunk);
  H5Pset_deflate(settings.get(), 9);
  const Hdf5Handle dataset(
      H5Dcreate2(file.get(), "zeros", H5T_STD_U8LE, space.get(), H5P_DEFAULT, settings.get(), H5P_DEFAULT), H5Dclose);
  const std::vector<std::uint8_t> zeros(write ? rows : 0);
  if (write) H5Dwrite(dataset.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data());
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_compresses_well_is_read) {
  const hetsyn::test::TemporaryDirectory folder;
  write_zeros(folder / "a.h5", 10'000'000, true);
  BOOST_TEST((Hdf5File(folder / "a.h5").read_integers("/zeros") == std::vector<std::int64_t>(10'000'000)));
}

BOOST_AUTO_TEST_CASE(more_rows_than_a_file_can_hold_are_refused_before_memory_is_taken) {
  const hetsyn::test::TemporaryDirectory folder;
  write_zeros(folder / "a.h5", hsize_t{1} << 40, false);
  BOOST_CHECK_EXCEPTION((void)Hdf5File(folder / "a.h5").read_integers("/zeros"), hetsyn::sdk::TaskError,
                        [](const hetsyn::sdk::TaskError& e) {
                          return std::string(e.what()).find("/zeros says it has 1099511627776 rows") !=
                                 std::string::npos;
                        });
}
