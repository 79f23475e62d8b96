// hetsyn_reader READER FILE: reads HDF5 files for the tasks; see common/files/isolated.hpp.
#include <array>

#include "common/files/isolated.hpp"
#include "common/files/spike_file_format.hpp"
#include "common/words/spike_cache.hpp"
#include "shd/recordings.hpp"

using namespace hetsyn::tasks;

int main(int argc, char** argv) {
  const std::array<Reader, 3> readers{kNamesReader, kCacheReader, kRecordingsReader};
  serve_readers(readers, argc, argv);
}
