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

/// One end of a pipe for numbers, texts and vectors of them, sent in parts. A sender does everything that can fail
/// before it begins a part.
class Channel {
 public:
  /// The other end was closed too early.
  struct Ended : std::runtime_error {
    Ended() : std::runtime_error("the other end of the pipe was closed") {}
  };

  explicit Channel(int descriptor) : descriptor_(descriptor) {}

  void begin_part() { put(kPart); }
  /// Sent instead of a part, as the last message: the reason why there is none.
  void refuse(const std::string& reason);
  /// Blocks until the next part arrives. Throws sdk::TaskError with the reason if the other end refuses.
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

/// A function that reads a file, and its name.
struct Reader {
  const char* name;
  void (*produce)(Channel& channel, const std::filesystem::path& file);
};

/// The main() of a worker that reads files, `PROGRAM READER FILE`: sends the parts through its report; an exception of
/// the reader is sent as a refusal. Ends the process with _exit(), since HDF5 may crash or hang when a process ends
/// normally.
[[noreturn]] void serve_readers(std::span<const Reader> readers, int argc, char** argv);

/// Runs a reader of hetsyn_reader, or of another `program`, in a separate process, and `consume` in this one, which
/// receives the parts: HDF5 crashes or hangs on files whose inner references are damaged, which must not happen to the
/// engine. Blocks until the reader ends. posix_spawn starts the process, which is safe with threads and MPI. Throws
/// sdk::TaskError with the message of the reader's or consume's exception, or one that names `file` if the reader
/// crashes or exceeds its processor time or memory, or if its parts do not fit into memory.
void run_isolated(const std::string& reader, const std::filesystem::path& file,
                  const std::function<void(Channel&)>& consume, const std::filesystem::path& program = {});

/// Receives the only part of a reader. T has a static receive(Channel&).
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
