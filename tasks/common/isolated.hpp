#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <vector>

namespace hetsyn::tasks {

/// One end of a pipe that carries numbers and vectors of numbers.
class Channel {
 public:
  /// The other end was closed before all was there.
  struct Ended : std::runtime_error {
    Ended() : std::runtime_error("the other end of the pipe was closed") {}
  };

  explicit Channel(int descriptor) : descriptor_(descriptor) {}

  void put(std::uint64_t number) { write_all(&number, sizeof number); }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    write_all(values.data(), values.size() * sizeof(T));
  }
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

 private:
  void write_all(const void* bytes, std::size_t count);
  void read_all(void* bytes, std::size_t count);

  int descriptor_;
};

/// Runs `produce` in a forked child and `consume` here; each has one end of a pipe. `produce` puts kProduced first,
/// when nothing can go wrong any more. Throws sdk::TaskError with what `produce` threw, or, naming `file`, where it
/// crashes or uses up its processor time.
void run_isolated(const std::filesystem::path& file, const std::function<void(Channel&)>& produce,
                  const std::function<void(Channel&)>& consume);
inline constexpr std::uint64_t kProduced = 1;

/// read(file), done in a child process: HDF5 crashes, or goes on for ever, on files whose inner references are damaged,
/// and that must not happen to the engine. T has send(Channel&) and a static receive(Channel&).
template <class T>
T read_isolated(const std::filesystem::path& file, T (*read)(const std::filesystem::path&)) {
  T result;
  run_isolated(
      file,
      [&](Channel& channel) {
        const T value = read(file);
        channel.put(kProduced);
        value.send(channel);
      },
      [&](Channel& channel) { result = T::receive(channel); });
  return result;
}

}  // namespace hetsyn::tasks
