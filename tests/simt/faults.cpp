// Programs with one fault each, which a sanitizer has to report: simt_faults NAME. CMakeLists.txt says what it has to
// say.
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/emulation/grid.hpp"
#include "backend/cuda/kernels/simt.hpp"

using namespace hetsyn::cuda;

namespace {

constexpr unsigned kThreads = 64;

/// Writes a shared array at an index, and reads it after a barrier if there is one.
HETSYN_KERNEL rotate(unsigned shift, bool barrier, float* result) {
  HETSYN_SHARED(float, values, kThreads);
  float* const element = values + shift + threadIdx.x;
  *element = static_cast<float>(threadIdx.x);
  if (barrier) sync_block();
  result[threadIdx.x] = values[(threadIdx.x + 1) % kThreads];
}

/// The same with the block's dynamic memory.
HETSYN_KERNEL rotate_dynamic(unsigned shift, float* result) {
  HETSYN_DYNAMIC_SHARED(float, values);
  values[shift + threadIdx.x] = 1.0F;
  sync_block();
  result[threadIdx.x] = values[threadIdx.x];
}

/// Lanes of a warp write and read each other's elements, with a barrier of the warp or without.
HETSYN_KERNEL rotate_warp(bool barrier, float* result) {
  HETSYN_SHARED(float, values, kWarp);
  values[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (barrier) sync_warp();
  result[threadIdx.x] = values[threadIdx.x ^ 1U];
}

/// The first of two blocks reads what the second wrote, with a barrier of both or without; and the second waits for it,
/// or ends.
HETSYN_KERNEL read_other_block(bool barrier, bool stays, float* result) {
  HETSYN_DYNAMIC_SHARED(float, values);
  sync_cluster();
  values[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (barrier) sync_cluster();
  if (cluster_rank() == 0) result[threadIdx.x] = shared_of(values, 1)[threadIdx.x];
  if (stays) sync_cluster();
}

/// All blocks add to one element.
HETSYN_KERNEL add_up(float* result) {
  if (threadIdx.x == blockIdx.x) *result += 1.0F;
}

void run_rotate(unsigned shift, bool barrier) {
  Stream stream;
  DeviceBuffer<float> result(kThreads);
  launch(&rotate, {.grid = {2}, .block = {kThreads}}, stream, shift, barrier, result.data());
  stream.synchronize();
}

void run_dynamic(unsigned shift) {
  Stream stream;
  DeviceBuffer<float> result(kThreads);
  launch(&rotate_dynamic, {.grid = {1}, .block = {kThreads}, .shared_bytes = kThreads * sizeof(float)}, stream, shift,
         result.data());
  stream.synchronize();
}

void run_warp(bool barrier) {
  Stream stream;
  DeviceBuffer<float> result(kWarp);
  launch(&rotate_warp, {.grid = {2}, .block = {kWarp}}, stream, barrier, result.data());
  stream.synchronize();
}

void run_cluster(bool barrier, bool stays) {
  Stream stream;
  DeviceBuffer<float> result(kWarp);
  launch(&read_other_block, {.grid = {2}, .block = {kWarp}, .cluster = 2, .shared_bytes = kWarp * sizeof(float)},
         stream, barrier, stays, result.data());
  hetsyn::simt::set_schedule({hetsyn::simt::Order::descending});  // the second block runs first
  stream.synchronize();
}

void run_blocks(unsigned blocks) {
  Stream stream;
  DeviceBuffer<float> result(1);
  result.zero(stream);
  launch(&add_up, {.grid = {blocks}, .block = {32}}, stream, result.data());
  stream.synchronize();
}

void read_on_the_host() {
  Stream stream;
  DeviceBuffer<float> values(4);
  values.zero(stream);
  stream.synchronize();
  std::printf("%f\n", static_cast<double>(*values.data()));
}

using Program = void (*)();
const std::map<std::string, Program> kPrograms{
    {"none", [] { run_rotate(0, true), run_dynamic(0), run_warp(true), run_cluster(true, true), run_blocks(1); }},
    {"shared_overflow", [] { run_rotate(1, true); }},
    {"dynamic_overflow", [] { run_dynamic(1); }},
    {"block_has_ended", [] { run_cluster(true, false); }},
    {"missing_cluster_barrier", [] { run_cluster(false, true); }},
    {"host_reads_device", read_on_the_host},
    {"missing_barrier", [] { run_rotate(0, false); }},
    {"missing_warp_barrier", [] { run_warp(false); }},
    {"two_blocks", [] { run_blocks(2); }}};

}  // namespace

int main(int argc, char** argv) {
  const auto program = kPrograms.find(argc == 2 ? argv[1] : "");
  if (program == kPrograms.end()) return 2;
  program->second();
  std::puts("nothing was found");
  return 0;
}
