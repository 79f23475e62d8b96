#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_directory.hpp"

/// Runs the program `engine` as a user does.
namespace hetsyn::test {

struct Outcome {
  int exit_code = -1;  ///< −1 where a signal ended it
  int signal = 0;
  std::string out, err;
};

/// The program, started in a directory; standard output and error go to files there.
class Program {
 public:
  /// `launcher`: a program that runs the engine, with its own arguments.
  Program(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
          const std::vector<std::string>& launcher = {})
      : directory_(directory) {
    std::vector<std::string> words = launcher;
    words.emplace_back(HETSYN_ENGINE);
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    child_ = ::fork();
    if (child_ != 0) return;
    ::unsetenv("COLUMNS");  // a file gets all columns
    const bool ready =
        ::chdir(directory.c_str()) == 0 && redirect("out.txt", STDOUT_FILENO) && redirect("err.txt", STDERR_FILENO);
    if (ready) ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  ~Program() {
    if (child_ > 0) send(SIGKILL), wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] ::pid_t process() const { return child_; }
  void send(int signal) const { ::kill(child_, signal); }

  Outcome wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    Outcome outcome;
    if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
    outcome.out = read_text(directory_ / "out.txt");
    outcome.err = read_text(directory_ / "err.txt");
    return outcome;
  }

 private:
  static bool redirect(const char* file, int to) {
    const int descriptor = ::open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    return descriptor >= 0 && ::dup2(descriptor, to) == to;
  }

  std::filesystem::path directory_;
  ::pid_t child_ = -1;
};

/// Runs the program to its end.
inline Outcome run_engine(const std::vector<std::string>& arguments, const std::filesystem::path& directory) {
  return Program(arguments, directory).wait();
}

/// Polls until `condition` holds; false after 30 s.
template <class Condition>
bool wait_until(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// A run of a second or less that never learns anything.
inline std::vector<std::string> small_run(const std::string& out) {
  return {"--task", "dms",
          "--out",  out,
          "--set",  "model.hidden=[8]",
          "--set",  "model.recurrent=true",
          "--set",  "train.iterations=24",
          "--set",  "train.iterations_per_epoch=6",
          "--set",  "train.batch=4",
          "--set",  "train.evaluation_samples=16",
          "--set",  "run.checkpoint_every_steps=2",
          "--set",  "run.threads=1"};
}

inline std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace hetsyn::test
