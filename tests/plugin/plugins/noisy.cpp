#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "small_task.hpp"

/// Prints to standard output wherever it can.
namespace {

void print() {
  std::cout << "NOISE of a stream\n";
  std::printf("NOISE that waits in a buffer\n");
  static_cast<void>(!write(STDOUT_FILENO, "NOISE\n", 6));
}

struct AtBothEnds {
  AtBothEnds() { print(); }
  ~AtBothEnds() { print(); }
} at_both_ends;

class Noisy : public SmallTask {
 public:
  static hetsyn::sdk::Description description() {
    print();
    return {.name = "noisy", .summary = "Prints what nobody asked for", .version = "1.0.0", .keys = {}};
  }
  explicit Noisy(const hetsyn::sdk::OpenArgs& /*args*/) { print(); }
  ~Noisy() override { print(); }
  Noisy(const Noisy&) = delete;
  Noisy& operator=(const Noisy&) = delete;

  [[nodiscard]] hetsyn::sdk::Info info() const override {
    print();
    return SmallTask::info();
  }
  void fill(const hetsyn::sdk::Request& request, hetsyn::sdk::SampleWriter& out) const override {
    print();
    SmallTask::fill(request, out);
  }
};

}  // namespace

HETSYN_EXPORT_TASK(Noisy)
