// Untrusted HDF5 files: references to other files, and false claims about their content.
#include "base/hdf5_reader.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <functional>
#include <hetsyn/exceptions.hpp>

#include "base/hdf5_writer.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn;

namespace {

using Fill = std::function<void(hid_t file)>;
using Settings = std::function<void(hid_t creation)>;
using Read = std::function<void(const Hdf5Reader&)>;

std::string image_of(const Fill& fill) {
  Hdf5Writer writer("mine.h5", 1 << 16);
  fill(writer.get());
  return writer.image();
}

/// Makes the dataset "w" of `count` floats by a creation list that `settings` has changed.
void make_dataset(hid_t file, hsize_t count, const Settings& settings, bool write = true) {
  const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  settings(creation.get());
  const Hdf5Handle dataset(H5Dcreate2(file, "w", H5T_IEEE_F32LE, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                           H5Dclose);
  BOOST_TEST_REQUIRE(dataset.valid());
  const std::vector<float> values(write ? count : 0, 0.5F);
  if (write) H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

void nothing(hid_t /*creation*/) {}

Settings chunks_of(hsize_t extent) {
  return [extent](hid_t creation) { H5Pset_chunk(creation, 1, &extent); };
}

std::string refusal(const std::function<void()>& read) {
  try {
    read();
  } catch (const RunError& error) {
    return error.what();
  }
  return "no error";
}

void read_floats(const Hdf5Reader& reader) { static_cast<void>(reader.read<float>("w")); }

/// What the reader of bytes, as checkpoints are, says.
std::string refusal_of_image(const std::string& image, const Read& read = read_floats) {
  return refusal([&] { read(Hdf5Reader("mine.h5", image)); });
}

/// What the reader of files, as recordings are, says; without the folder.
std::string refusal_of_file(const std::string& image, const Read& read = read_floats) {
  const test::TemporaryDirectory folder;
  test::write_text(folder / "mine.h5", image);
  const std::string message = refusal([&] { read(Hdf5Reader(folder / "mine.h5")); });
  const std::string directory = (folder / "").string();
  return message.starts_with(directory) ? message.substr(directory.size()) : message;
}

/// Both must say the same.
void check_refused(const Fill& fill, const std::string& expected, const Read& read = read_floats) {
  const std::string image = image_of(fill);
  BOOST_TEST(refusal_of_image(image, read) == expected);
  BOOST_TEST(refusal_of_file(image, read) == expected);
}

/// A dataset "rows" of rows of variable length, of which the first has `length` elements of the text or number type
/// `element`, and all the others share its content.
std::string image_of_shared_rows(hid_t element, std::size_t rows, std::size_t length) {
  haddr_t place = 0;
  std::string image = image_of([&](hid_t file) {
    const bool text = H5Tget_class(element) == H5T_STRING;
    const Hdf5Handle type(text ? H5Tcopy(element) : H5Tvlen_create(element), H5Tclose);
    const hsize_t count = rows;
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle dataset(H5Dcreate2(file, "rows", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                             H5Dclose);
    std::string content(length * std::max(H5Tget_size(element), sizeof(double)), 'a');  // a text may be of any size
    content[length] = '\0';
    std::vector<hvl_t> lists(rows, hvl_t{0, nullptr});
    lists[0] = {length, content.data()};
    std::vector<const char*> texts(rows, "b");
    texts[0] = content.c_str();
    const void* const values = text ? static_cast<const void*>(texts.data()) : lists.data();
    H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    place = H5Dget_offset(dataset.get());
  });
  constexpr std::size_t kReference = 16;  // bytes by which a row refers to its content
  for (std::size_t row = 1; row < rows; ++row) {
    std::copy_n(image.begin() + static_cast<std::ptrdiff_t>(place), kReference,
                image.begin() + static_cast<std::ptrdiff_t>(place + row * kReference));
  }
  return image;
}

Hdf5Handle variable_text() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  return type;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hdf5_reader)

BOOST_AUTO_TEST_CASE(a_plain_dataset_is_read) {
  check_refused([](hid_t file) { make_dataset(file, 4, nothing); }, "no error");
}

BOOST_AUTO_TEST_CASE(links_are_not_followed) {
  const std::string expected = "mine.h5: w is a link to another place or file, which is not followed";
  const Fill external = [](hid_t file) {
    H5Lcreate_external("/etc/other.h5", "/w", file, "w", H5P_DEFAULT, H5P_DEFAULT);
  };
  const Fill soft = [](hid_t file) { H5Lcreate_soft("/w", file, "w", H5P_DEFAULT, H5P_DEFAULT); };
  for (const Fill& link : {external, soft}) {
    check_refused(link, expected);
    check_refused(link, expected, [](const Hdf5Reader& reader) { static_cast<void>(reader.has("w")); });
    check_refused(link, expected, [](const Hdf5Reader& reader) { static_cast<void>(reader.has("w/inner")); });
    check_refused(link, expected, [](const Hdf5Reader& reader) { static_cast<void>(reader.read<float>("w/inner")); });
    check_refused(link, expected, [](const Hdf5Reader& reader) { static_cast<void>(reader.size_of_group("w")); });
    check_refused(link, expected, [](const Hdf5Reader& reader) { static_cast<void>(reader.read_texts("w", 9)); });
  }
  check_refused(external, "mine.h5: /w is a link to another place or file, which is not followed",
                [](const Hdf5Reader& reader) { static_cast<void>(reader.read_integers("/w/inner", 9)); });
}

BOOST_AUTO_TEST_CASE(what_lies_in_other_files_is_refused) {
  const test::TemporaryDirectory folder;
  test::write_text(folder / "secret", std::string(64, 's'));
  const std::string secret = (folder / "secret").string();
  const std::string expected = "mine.h5: the dataset w lies outside of the file";
  check_refused(
      [&](hid_t file) {
        make_dataset(
            file, 4, [&](hid_t creation) { H5Pset_external(creation, secret.c_str(), 0, 16); }, false);
      },
      expected);
  check_refused(
      [&](hid_t file) {
        const hsize_t count = 4;
        const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
        make_dataset(
            file, count,
            [&](hid_t creation) { H5Pset_virtual(creation, space.get(), secret.c_str(), "w", space.get()); }, false);
      },
      expected);
}

BOOST_AUTO_TEST_CASE(chunks_and_compression_are_for_recordings_alone) {
  const std::string image = image_of([](hid_t file) {
    make_dataset(file, 10'000'000, [](hid_t creation) {
      chunks_of(65536)(creation);
      H5Pset_shuffle(creation);
      H5Pset_deflate(creation, 9);
      H5Pset_fletcher32(creation);
    });
  });
  BOOST_TEST(image.size() < 1'000'000U);
  BOOST_TEST(refusal_of_image(image) ==
             "mine.h5: the dataset w is stored in chunks; expected one that is stored in one piece");
  BOOST_TEST(refusal_of_file(image, [](const Hdf5Reader& reader) {
               BOOST_TEST((reader.read<float>("w") == std::vector<float>(10'000'000, 0.5F)));
             }) == "no error");
}

BOOST_AUTO_TEST_CASE(filters_of_strangers_are_neither_called_nor_loaded) {
  constexpr H5Z_filter_t kForeign = 300;
  static bool called;
  called = false;
  H5Z_class2_t foreign{H5Z_CLASS_T_VERS, kForeign, 1, 1, "foreign", nullptr, nullptr, nullptr};
  foreign.filter = [](unsigned flags, std::size_t, const unsigned*, std::size_t bytes, std::size_t*, void**) {
    called = called || (flags & H5Z_FLAG_REVERSE) != 0;
    return bytes;
  };
  H5Zregister(&foreign);
  const std::string image = image_of([](hid_t file) {
    make_dataset(file, 4, [](hid_t creation) {
      chunks_of(4)(creation);
      H5Pset_filter(creation, kForeign, H5Z_FLAG_MANDATORY, 0, nullptr);
    });
  });
  BOOST_TEST(refusal_of_file(image) ==
             "mine.h5: the dataset w is stored through the filter 300 ('foreign'); deflate, shuffle and fletcher32 are "
             "read");
  BOOST_TEST(!called);
  unsigned loaded = 1;
  H5PLget_loading_state(&loaded);
  BOOST_TEST(loaded == 0U);
}

BOOST_AUTO_TEST_CASE(a_claim_beyond_the_file_takes_no_memory) {
  for (const hsize_t count : {hsize_t{1} << 30, hsize_t{1} << 40, hsize_t{1} << 61}) {
    check_refused(
        [&](hid_t file) { make_dataset(file, count, nothing, false); },
        "mine.h5: the dataset w claims the shape [" + std::to_string(count) + "], more than the file can hold");
  }
  const auto chunked = [](hid_t file) { make_dataset(file, hsize_t{1} << 40, chunks_of(65536), false); };
  BOOST_TEST(refusal_of_file(image_of(chunked)) ==
             "mine.h5: the dataset w claims the shape [1099511627776], more than the file can hold");
}

BOOST_AUTO_TEST_CASE(chunks_for_which_memory_would_not_do_are_refused) {
  const auto huge = [](hid_t file) { make_dataset(file, hsize_t{1} << 29, chunks_of(hsize_t{1} << 29), false); };
  BOOST_TEST(refusal_of_file(image_of(huge)) == "mine.h5: the dataset w is stored in chunks of more than 64 MiB");
}

BOOST_AUTO_TEST_CASE(no_more_rows_are_read_than_asked_for) {
  const std::string image = image_of([](hid_t file) {
    const std::vector<std::uint16_t> values(5, 7);
    const hsize_t count = values.size();
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle dataset(H5Dcreate2(file, "n", H5T_STD_U16LE, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                             H5Dclose);
    H5Dwrite(dataset.get(), H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  });
  const auto read = [](std::size_t most) {
    return [most](const Hdf5Reader& reader) {
      BOOST_TEST((reader.read_integers("n", most) == std::vector<std::int64_t>(5, 7)));
    };
  };
  BOOST_TEST(refusal_of_image(image, read(5)) == "no error");
  BOOST_TEST(refusal_of_image(image, read(4)) == "mine.h5: the dataset n has 5 rows; expected at most 4");
}

BOOST_AUTO_TEST_CASE(rows_that_share_their_content_take_no_memory) {
  const std::string shared = image_of_shared_rows(H5T_IEEE_F32LE, 1000, 10'000);
  const auto read = [](const Hdf5Reader& reader) {
    for (std::size_t row = 0; row < 1000; row += 2) static_cast<void>(reader.read_ragged<double>("rows", row, 2));
  };
  const std::string expected = "mine.h5: the dataset rows has rows that are larger than the file in all";
  BOOST_TEST(refusal_of_image(shared, read) == expected);
  BOOST_TEST(refusal_of_file(shared, read) == expected);
  BOOST_TEST(refusal_of_image(image_of_shared_rows(H5T_IEEE_F32LE, 1, 10'000), [](const Hdf5Reader& reader) {
               BOOST_TEST(reader.read_ragged<float>("rows", 0, 1).values.size() == 10'000U);
             }) == "no error");
}

BOOST_AUTO_TEST_CASE(texts_that_share_their_content_take_no_memory) {
  const Hdf5Handle text = variable_text();
  BOOST_TEST(refusal_of_image(image_of_shared_rows(text.get(), 1000, 10'000), [](const Hdf5Reader& reader) {
               static_cast<void>(reader.read_texts("rows", 1000));
             }) == "mine.h5: the dataset rows has texts that are larger than the file");
  BOOST_TEST(refusal_of_image(image_of_shared_rows(text.get(), 1, 3), [](const Hdf5Reader& reader) {
               BOOST_TEST((reader.read_texts("rows", 1) == std::vector<std::string>{"aaa"}));
             }) == "no error");
}

BOOST_AUTO_TEST_CASE(names_of_absurd_length_are_refused) {
  const std::string image = image_of([](hid_t file) {
    const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), 5000);
    const hsize_t count = 1;
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle dataset(H5Dcreate2(file, "t", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                             H5Dclose);
    H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, std::string(5000, 'x').data());
  });
  BOOST_TEST(refusal_of_image(image, [](const Hdf5Reader& reader) { static_cast<void>(reader.read_texts("t", 1)); }) ==
             "mine.h5: the dataset t has texts of 5000 bytes; at most 4096 make sense");
}

BOOST_AUTO_TEST_CASE(attributes_are_short_texts) {
  const auto with_attribute = [](const Hdf5Handle& type, const void* value) {
    return image_of([&](hid_t file) {
      const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
      const Hdf5Handle attribute(H5Acreate2(file, "a", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
      H5Awrite(attribute.get(), type.get(), value);
    });
  };
  const auto expect = [](const std::string& text) {
    return [text](const Hdf5Reader& reader) { BOOST_TEST(reader.read_text_attribute("a") == text); };
  };
  const Hdf5Handle fixed(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(fixed.get(), 8);
  BOOST_TEST(refusal_of_image(with_attribute(fixed, "lyon    "), expect("lyon")) == "no error");
  const char* text = "lauscher";
  BOOST_TEST(refusal_of_image(with_attribute(variable_text(), &text), expect("lauscher")) == "no error");
  const int number = 3;
  const Hdf5Handle integer(H5Tcopy(H5T_NATIVE_INT), H5Tclose);
  BOOST_TEST(refusal_of_image(with_attribute(integer, &number), expect("")) == "no error");
  BOOST_TEST(refusal_of_image(image_of([](hid_t) {}), expect("")) == "no error");
}

BOOST_AUTO_TEST_CASE(numbers_that_no_processor_has_are_refused) {
  const std::string image = image_of_shared_rows(H5T_NATIVE_LDOUBLE, 1, 3);
  BOOST_TEST(refusal_of_image(image, [](const Hdf5Reader& reader) {
               static_cast<void>(reader.read_ragged<double>("rows", 0, 1));
             }) == "mine.h5: the dataset rows has numbers of 128 bits");
}

BOOST_AUTO_TEST_SUITE_END()
