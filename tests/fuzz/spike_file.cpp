// Files in SHD's format: any bytes, read in a child process, as HDF5 crashes on some; and sound HDF5 files that hold
// something else, or reach for something outside, read here.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <string_view>

#include "base/hdf5_reader.hpp"
#include "base/hdf5_writer.hpp"
#include "fuzz/input.hpp"
#include "shd/recordings.hpp"

using namespace hetsyn;
using namespace hetsyn::tasks;
using fuzz::Input;
using fuzz::require;

namespace {

constexpr std::array kNames{spike_file::kTimes,   spike_file::kUnits, spike_file::kLabels,
                            spike_file::kSpeaker, spike_file::kKeys,  spike_file::kSpeakerNames};
constexpr hsize_t kMostRows = 600;  // more than two blocks

Hdf5Handle half_precision() {
  Hdf5Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), 15);
  return type;
}

Hdf5Handle text_type(std::size_t size) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), size);
  return type;
}

Hdf5Handle number_type(std::uint8_t choice) {
  const std::array<hid_t, 8> types{H5T_STD_U16LE,  H5T_STD_U8BE,   H5T_STD_I32LE,      H5T_STD_U64LE,
                                   H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_NATIVE_LDOUBLE, H5T_STD_B8LE};
  return choice % 9 == 8 ? half_precision() : Hdf5Handle(H5Tcopy(types[choice % 9]), H5Tclose);
}

/// How a dataset is stored; some ways reach out of the file, or claim what is not there.
Hdf5Handle take_settings(Input& input, hid_t space, hsize_t rows) {
  Hdf5Handle settings = hdf5_without_times();
  const hsize_t chunk = 1 + input.take<std::uint16_t>();
  switch (input.take<std::uint8_t>() % 16) {
    case 1: H5Pset_external(settings.get(), "/etc/hostname", 0, H5F_UNLIMITED); break;
    case 2: H5Pset_virtual(settings.get(), space, "/etc/hostname", "w", space); break;
    case 3: H5Pset_layout(settings.get(), H5D_COMPACT); break;
    case 4: H5Pset_scaleoffset(settings.get(), H5Z_SO_INT, 0); [[fallthrough]];
    case 5: H5Pset_deflate(settings.get(), 9); [[fallthrough]];
    case 6: H5Pset_chunk(settings.get(), 1, rows < chunk && rows > 0 ? &rows : &chunk); break;
    default: break;
  }
  return settings;
}

/// Writes what the input says under a name: nothing, a link, a group, a dataset.
void write_item(Input& input, const Hdf5Writer& file, const char* name) {
  const Hdf5Handle groups = hdf5_with_groups();
  switch (input.take<std::uint8_t>() % 16) {
    case 1: return;
    case 2: H5Lcreate_soft("/labels", file.get(), name, groups.get(), H5P_DEFAULT); return;
    case 3: H5Lcreate_external("/etc/hostname", "/", file.get(), name, groups.get(), H5P_DEFAULT); return;
    case 4: H5Gclose(H5Gcreate2(file.get(), name, groups.get(), H5P_DEFAULT, H5P_DEFAULT)); return;
    default: break;
  }
  const bool claims = input.take<std::uint8_t>() % 16 == 1;
  const hsize_t rows = claims ? input.take<std::uint64_t>() : input.take<std::uint16_t>() % kMostRows;
  const Hdf5Handle space(H5Screate_simple(1, &rows, nullptr), H5Sclose);
  const Hdf5Handle settings = take_settings(input, space.get(), rows);
  const Hdf5Handle number = number_type(input.take<std::uint8_t>());
  const auto kind = input.take<std::uint8_t>() % 4;
  const Hdf5Handle type = kind == 0   ? Hdf5Handle(H5Tvlen_create(number.get()), H5Tclose)
                          : kind == 1 ? text_type(1U + input.take<std::uint8_t>())
                          : kind == 2 ? text_type(H5T_VARIABLE)
                                      : Hdf5Handle(H5Tcopy(number.get()), H5Tclose);
  const Hdf5Handle dataset(
      H5Dcreate2(file.get(), name, type.get(), space.get(), groups.get(), settings.get(), H5P_DEFAULT), H5Dclose);
  if (!dataset.valid() || claims || H5Pget_layout(settings.get()) == H5D_VIRTUAL ||
      H5Pget_external_count(settings.get()) != 0) {
    return;
  }
  std::string content(512, '\0');  // the longest row: 31 numbers of 16 bytes, and a zero at its end
  for (std::size_t i = input.take<std::uint8_t>() % 64U; i > 0; --i) content[i] = input.take<char>();
  std::vector<hvl_t> lists(rows, hvl_t{content.size() / 16 - 1, content.data()});
  std::vector<const char*> texts(rows, content.c_str());
  const std::string block(rows * H5Tget_size(type.get()), content.front());
  const void* const values = kind == 0   ? static_cast<const void*>(lists.data())
                             : kind == 2 ? static_cast<const void*>(texts.data())
                                         : block.data();
  H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
}

void check_recordings(const Recordings& recordings) {
  require(!recordings.label.empty(), "a file that is taken has recordings");
  std::uint64_t spikes = 0;
  for (std::size_t sample = 0; sample < recordings.samples(); ++sample) {
    recordings.each_spike(sample, [&](double, std::uint16_t unit) {
      require(unit < kShdUnits, "units are in range");
      ++spikes;
    });
  }
  require(spikes == recordings.spikes(), "every spike belongs to a recording");
}

/// In a child process.
void read_bytes(const std::filesystem::path& file) {
  try {
    check_recordings(read_recordings(file));
  } catch (const sdk::TaskError& error) {
    require(std::string_view(error.what()).starts_with(file.string()), "an error names the file");
  }
}

template <class Read>
void attempt(const std::filesystem::path& file, const Read& read) {
  try {
    read();
  } catch (const RunError& error) {
    require(std::string_view(error.what()).starts_with(file.string() + ": "), "an error names the file");
  }
}

/// All that can be read of a name, in this process.
void read_here(const std::filesystem::path& file) {
  attempt(file, [&] {
    const Hdf5Reader reader(file);
    for (const char* name : kNames) {
      attempt(file, [&] { require(reader.read_integers(name, kMostRows).size() <= kMostRows, "rows are bounded"); });
      attempt(file, [&] { require(reader.read_texts(name, kMostRows).size() <= kMostRows, "rows are bounded"); });
      attempt(file, [&] { static_cast<void>(reader.half_precision_values(name)); });
      attempt(file, [&] {
        const bool real = reader.ragged_element(name).real;
        const std::size_t rows = std::min<std::size_t>(reader.rows(name), kMostRows);
        const std::size_t read = real ? reader.read_ragged<double>(name, 0, rows).rows()
                                      : reader.read_ragged<std::uint64_t>(name, 0, rows).rows();
        require(read == rows, "every row is there");
      });
    }
    static_cast<void>(reader.read_text_attribute("encoder"));
  });
}

void write_file(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("hetsyn_fuzz_{}.h5", ::getpid());
  Input input(data, size);
  if (input.take<std::uint8_t>() % 16 == 1) {
    write_file(file, input.rest());
    read_bytes(file);
  } else {
    Hdf5Writer writer("fuzz.h5", 1 << 16);
    for (const char* name : kNames) write_item(input, writer, name);
    write_file(file, writer.image());
    read_here(file);
  }
  std::filesystem::remove(file);
  return 0;
}
