#include "base/worker.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <hetsyn/exceptions.hpp>
#include <system_error>
#include <utility>

#include "base/error_text.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

/// The descriptors of a worker.
class Descriptors {
 public:
  explicit Descriptors(int report) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, report, kReportDescriptor);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kReportDescriptor + 1);
  }
  ~Descriptors() { ::posix_spawn_file_actions_destroy(&actions_); }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
  [[nodiscard]] const ::posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  ::posix_spawn_file_actions_t actions_{};
};

/// The folder lib/hetsyn in the directory of `file` or in one of the next three above it.
fs::path library_directory_near(const fs::path& file) {
  std::error_code none;
  fs::path directory = file.parent_path();
  for (int level = 0; level < 4; ++level, directory = directory.parent_path()) {
    fs::path library = directory / "lib/hetsyn";
    if (fs::is_directory(library, none)) return library;
  }
  return {};
}

/// The file that contains this code: the program, or a library that it loaded.
fs::path file_of_this_code() {
  ::Dl_info info{};
  ::link_map* map = nullptr;
  static const char here = 0;
  const bool known = ::dladdr1(&here, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) != 0 && map != nullptr;
  const bool in_library = known && map->l_name[0] != '\0';  // for the program itself the name is empty
  std::error_code none;
  return fs::canonical(in_library ? map->l_name : "/proc/self/exe", none);
}

}  // namespace

fs::path own_library_directory() {
  std::error_code none;
  const fs::path near_code = library_directory_near(file_of_this_code());
  return near_code.empty() ? library_directory_near(fs::read_symlink("/proc/self/exe", none)) : near_code;
}

fs::path own_worker(const std::string& name) {
  std::error_code none;
  fs::path worker = own_library_directory() / name;
  if (fs::exists(worker, none)) return worker;
  throw RunError(fmt::format("{} is missing: expected it in lib/hetsyn of the engine's installation", name));
}

Worker start_worker(const fs::path& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw RunError(fmt::format("cannot make a pipe: {}", error_text(errno)));
  Descriptor report(ends[0]);
  const Descriptor other_end(ends[1]);
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers(words.size() + 1);  // with a terminating null
  std::ranges::transform(words, pointers.begin(), [](std::string& word) { return word.data(); });
  const Descriptors descriptors(other_end.number());
  ::pid_t worker = -1;
  const int error = ::posix_spawn(&worker, program.c_str(), descriptors.get(), nullptr, pointers.data(), environ);
  if (error == 0) return {worker, std::move(report)};
  throw RunError(fmt::format("cannot start {}: {}", program.string(), error_text(error)));
}

int wait_for_end(::pid_t process) {
  int status = -1;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace hetsyn
