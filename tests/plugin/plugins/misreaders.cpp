// A program with readers that come to a bad end, and one that does not; see tests/plugin/isolated.cpp.
#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "common/files/isolated.hpp"

using hetsyn::tasks::Channel;
using hetsyn::tasks::Reader;
using Path = std::filesystem::path;

int main(int argc, char** argv) {
  const std::array<Reader, 7> readers{{
      {"numbers",
       [](Channel& channel, const Path& /*file*/) {
         channel.begin_part();
         channel.put(std::vector<std::uint32_t>(1000000, 7));  // more than a pipe holds
         channel.put(9);
       }},
      {"throws", [](Channel& /*channel*/, const Path& file) { throw std::runtime_error(file.string() + " is torn"); }},
      {"crashes", [](Channel& /*channel*/, const Path& /*file*/) { raise(SIGSEGV); }},
      {"exits", [](Channel& /*channel*/, const Path& /*file*/) { exit(0); }},
      {"interrupted", [](Channel& /*channel*/, const Path& /*file*/) { raise(SIGTERM); }},
      {"large",
       [](Channel& channel, const Path& /*file*/) {
         const std::vector<std::uint32_t> values(std::size_t{1} << 30, 7);  // more than a file of no size needs
         channel.begin_part();
         channel.put(values);
         channel.put(9);
       }},
      {"slow", [](Channel& /*channel*/, const Path& /*file*/) { raise(SIGXCPU); }},  // as the system does then
  }};
  serve_readers(readers, argc, argv);
}
