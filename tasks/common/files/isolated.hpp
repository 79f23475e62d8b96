#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// One end of a pipe that carries numbers, texts and vectors of them, in parts. What can fail is done before a part
/// begins.
class Channel {
 public:
  /// The other end was closed before all was there.
  struct Ended : std::runtime_error {
    Ended() : std::runtime_error("the other end of the pipe was closed") {}
  };

  explicit Channel(int descriptor) : descriptor_(descriptor) {}

  void begin_part() { put(kPart); }
  /// In place of a part: the last word, why there is none.
  void refuse(const std::string& reason);
  /// Waits for the next part. Throws sdk::TaskError with the reason where the other end refuses.
  void take_part();

  void put(std::uint64_t number) { write_all(&number, sizeof number); }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    write_all(values.data(), values.size() * sizeof(T));
  }
  void put(const std::string& text) { put(std::vector<char>(text.begin(), text.end())); }
  void put(const std::vector<std::string>& texts);
  [[nodiscard]] std::uint64_t get_number() {
    std::uint64_t number = 0;
    read_all(&number, sizeof number);
    return number;
  }
  template <class T>
  [[nodiscard]] std::vector<T> get_vector() {
    std::vector<T> values(get_number());
    read_all(values.data(), values.size() * sizeof(T));
    return values;
  }
  [[nodiscard]] std::string get_text();
  [[nodiscard]] std::vector<std::string> get_texts();

 private:
  static constexpr std::uint64_t kRefused = 0, kPart = 1;

  void write_all(const void* bytes, std::size_t count);
  void read_all(void* bytes, std::size_t count);

  int descriptor_;
};

/// A way to read a file, and its name.
struct Reader {
  const char* name;
  void (*produce)(Channel& channel, const std::filesystem::path& file);
};

/// The main() of a program that reads files for others, `PROGRAM READER FILE`: it produces into its report, and what
/// its reader throws is a refusal. Ends the process itself, as HDF5 may crash or hang at a regular end.
[[noreturn]] void serve_readers(std::span<const Reader> readers, int argc, char** argv);

/// Lets a reader of hetsyn_reader, or of another `program`, produce in a process of its own, and `consume` takes its
/// parts here: HDF5 crashes, or goes on for ever, on files whose inner references are damaged, and that must not happen
/// to the engine. The process is started by posix_spawn, which threads and MPI allow at any time. Throws sdk::TaskError
/// with what the reader or `consume` threw, or, naming `file`, where the reader crashes or uses up its processor time
/// or its memory, or where its parts do not fit into memory.
void run_isolated(const std::string& reader, const std::filesystem::path& file,
                  const std::function<void(Channel&)>& consume, const std::filesystem::path& program = {});

/// Takes the one part of a reader. T has a static receive(Channel&).
template <class T>
T read_isolated(const std::string& reader, const std::filesystem::path& file,
                const std::filesystem::path& program = {}) {
  T result;
  run_isolated(
      reader, file,
      [&](Channel& channel) {
        channel.take_part();
        result = T::receive(channel);
      },
      program);
  return result;
}

}  // namespace hetsyn::tasks
