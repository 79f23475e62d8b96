// Files that look like checkpoints and reach for something else.
#include <hdf5.h>

#include <boost/test/unit_test.hpp>
#include <functional>

#include "core/error.hpp"
#include "support/temporary_directory.hpp"
#include "training/hdf5_image.hpp"

using namespace hetsyn;

namespace {

/// The bytes of a file in memory that `fill` has filled.
std::string image_of(const std::function<void(hid_t file)>& fill) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_core(access, 1 << 16, false);
  const hid_t file = H5Fcreate("/dev/null/hostile", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  fill(file);
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  std::string bytes(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
  H5Fget_file_image(file, bytes.data(), bytes.size());
  H5Fclose(file);
  H5Pclose(access);
  return bytes;
}

/// Makes the dataset "w" of `count` floats by a creation list that `settings` has changed.
void make_dataset(hid_t file, hsize_t count, const std::function<void(hid_t creation)>& settings, bool write = true) {
  const hid_t space = H5Screate_simple(1, &count, nullptr), creation = H5Pcreate(H5P_DATASET_CREATE);
  settings(creation);
  const hid_t dataset = H5Dcreate2(file, "w", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  const std::vector<float> values(write ? count : 0, 0.5F);
  if (write) H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(dataset);
  H5Pclose(creation);
  H5Sclose(space);
}

std::string refusal(const std::string& image, const std::string& path = "w") {
  try {
    const Hdf5Reader reader("mine.h5", image);
    static_cast<void>(reader.read<float>(path));
  } catch (const RunError& error) {
    return error.what();
  }
  return "no error";
}

void nothing(hid_t /*creation*/) {}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_checkpoint)

BOOST_AUTO_TEST_CASE(a_plain_dataset_is_read) {
  BOOST_TEST(refusal(image_of([](hid_t file) { make_dataset(file, 4, nothing); })) == "no error");
}

BOOST_AUTO_TEST_CASE(links_are_not_followed) {
  const std::string expected = "mine.h5: w is a link to another place or file, which no checkpoint has";
  BOOST_TEST(refusal(image_of([](hid_t file) {
               H5Lcreate_external("/etc/other.h5", "/w", file, "w", H5P_DEFAULT, H5P_DEFAULT);
             })) == expected);
  BOOST_TEST(refusal(image_of([](hid_t file) { H5Lcreate_soft("/w", file, "w", H5P_DEFAULT, H5P_DEFAULT); })) ==
             expected);
  BOOST_TEST(refusal(image_of([](hid_t file) {
                       H5Lcreate_external("/etc/other.h5", "/", file, "w", H5P_DEFAULT, H5P_DEFAULT);
                     }),
                     "w/inner") == expected);
}

BOOST_AUTO_TEST_CASE(what_lies_elsewhere_or_is_filtered_is_refused) {
  const test::TemporaryDirectory folder;
  test::write_text(folder / "secret", std::string(64, 's'));
  const std::string secret = (folder / "secret").string();
  const std::string expected = "mine.h5: the dataset w is filtered, in pieces, or lies outside of the file";
  BOOST_TEST(refusal(image_of([&](hid_t file) {
               make_dataset(
                   file, 4, [&](hid_t creation) { H5Pset_external(creation, secret.c_str(), 0, 16); }, false);
             })).starts_with(expected));
  BOOST_TEST(refusal(image_of([](hid_t file) {
               make_dataset(file, 4, [](hid_t creation) {
                 const hsize_t chunk = 4;
                 H5Pset_chunk(creation, 1, &chunk);
                 H5Pset_deflate(creation, 9);
               });
             })).starts_with(expected));
}

BOOST_AUTO_TEST_CASE(a_claim_beyond_the_file_takes_no_memory) {
  for (const hsize_t count : {hsize_t{1} << 20, hsize_t{1} << 40, hsize_t{1} << 61}) {
    BOOST_TEST(refusal(image_of([&](hid_t file) { make_dataset(file, count, nothing, false); })) ==
               "mine.h5: the dataset w claims to be larger than the file");
  }
}

BOOST_AUTO_TEST_SUITE_END()
