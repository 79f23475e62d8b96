#include "common/standin/espeak.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <hetsyn/error.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/error_text.hpp"
#include "base/worker.hpp"

namespace hetsyn::tasks {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kProgram = "espeak-ng";

std::string joined(const Words& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

/// Starts the program without a shell, so that no character of a word has a special meaning.
pid_t spawn(Words& words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&silent, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error = posix_spawnp(&child, arguments[0], &silent, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&silent);
  if (error == ENOENT) throw sdk::TaskError(missing_espeak());
  if (error != 0) throw sdk::TaskError(words[0] + " cannot be started: " + error_text(error));
  return child;
}

bool succeeds(pid_t child) {
  const int status = wait_for_end(child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::string missing_espeak() {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((std::filesystem::path(folder) / kProgram).c_str(), X_OK) == 0) return {};
  }
  return "Synthetic speech needs the program espeak-ng, which is not in PATH; please run: sudo "
         "apt-get install espeak-ng";
}

Audio say_with_espeak(const std::string& text, const EspeakVoice& voice, const std::filesystem::path& scratch) {
  // "-b 1": UTF-8, whatever the locale. Its --stdout would leave the length in the header open.
  Words words{kProgram,
              "-b",
              "1",
              "-v",
              voice.name,
              "-s",
              std::to_string(voice.speed_wpm),
              "-p",
              std::to_string(voice.pitch),
              "-w",
              scratch.string(),
              text};
  // It exits with 0 even if it cannot write.
  if (!succeeds(spawn(words)) || !std::filesystem::exists(scratch))
    throw sdk::TaskError("this failed: " + joined(words));
  try {
    Audio audio = read_audio(scratch);
    std::filesystem::remove(scratch);
    return audio;
  } catch (const sdk::TaskError& error) {
    throw sdk::TaskError(std::string(error.what()) + ", as espeak-ng left it; is the disk full?");
  }
}

}  // namespace hetsyn::tasks
