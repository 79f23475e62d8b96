#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
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

/// Runs `produce` in a forked child and `consume` here; each has one end of a pipe, and takes the parts that the other
/// begins. Throws sdk::TaskError with what `produce` or `consume` threw, or, naming `file`, where the child crashes or
/// uses up its processor time or its memory, or where its parts do not fit into memory.
void run_isolated(const std::filesystem::path& file, const std::function<void(Channel&)>& produce,
                  const std::function<void(Channel&)>& consume);

/// read(file), done in a child process: HDF5 crashes, or goes on for ever, on files whose inner references are damaged,
/// and that must not happen to the engine. T has send(Channel&) and a static receive(Channel&).
template <class T>
T read_isolated(const std::filesystem::path& file, T (*read)(const std::filesystem::path&)) {
  T result;
  run_isolated(
      file,
      [&](Channel& channel) {
        const T value = read(file);
        channel.begin_part();
        value.send(channel);
      },
      [&](Channel& channel) {
        channel.take_part();
        result = T::receive(channel);
      });
  return result;
}

}  // namespace hetsyn::tasks
