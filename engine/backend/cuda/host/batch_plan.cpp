#include "backend/cuda/host/batch_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "backend/cuda/host/batch_buffers.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "backend/cuda/host/packed_spikes.hpp"
#include "backend/cuda/host/parameters.hpp"
#include "backend/cuda/host/projections.hpp"

namespace hetsyn {
namespace cuda {
namespace {

std::size_t total(const std::vector<MemoryUse>& uses) {
  std::size_t bytes = 0;
  for (const MemoryUse& use : uses) bytes += use.bytes;
  return bytes;
}

std::string mebibytes(std::size_t bytes) { return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 0x1p20); }

std::vector<MemoryUse> memory_of(const NetworkLayout& network, InputKind kind, TapeShape shape, std::size_t samples) {
  shape.samples = samples;
  return batch_memory(network, kind, shape);
}

}  // namespace

std::vector<MemoryUse> network_memory(const NetworkLayout& network) {
  std::vector<MemoryUse> uses = DeviceParameters::memory(parameter_layout(network));
  if (has_products(network)) uses.push_back({"workspaces of cuBLAS", 2 * Matmul::workspace_bytes()});
  return uses;
}

std::vector<MemoryUse> batch_memory(const NetworkLayout& network, InputKind kind, const TapeShape& shape) {
  CountBufferBytes tape, passing, products;
  for (const PopulationLayout& layout : network.populations)
    Population(layout, device_limits()).each_array(shape, tape);
  BatchBuffers().each_array(network, kind, shape, passing);
  ProductScratch().each_array(network, kind, shape, products);
  std::vector<MemoryUse> uses{{"tape", tape.bytes}, {"input and gradients of spikes", passing.bytes}};
  if (products.bytes > 0) uses.push_back({"spikes for products of matrices", products.bytes});
  return uses;
}

RunError does_not_fit(const std::string& what, const std::vector<MemoryUse>& uses, std::size_t free_bytes) {
  std::string plan;
  for (const MemoryUse& use : uses) {
    plan += fmt::format("{}{} {}", plan.empty() ? "" : ", ", use.name, mebibytes(use.bytes));
  }
  return RunError(fmt::format("{} does not fit into the device: {}; {} are free", what, plan, mebibytes(free_bytes)));
}

std::vector<Part> divide_batch(const NetworkLayout& network, InputKind kind, const TapeShape& shape,
                               std::size_t free_bytes) {
  const std::size_t usable = free_bytes - free_bytes / 16;
  std::size_t count = 1;
  std::size_t most = shape.samples;  // largest number of samples in a part
  while (most > 1 && total(memory_of(network, kind, shape, most)) > usable) {
    ++count;
    most = (shape.samples + count - 1) / count;
  }
  if (const auto uses = memory_of(network, kind, shape, most); total(uses) > usable) {
    throw does_not_fit(fmt::format("one sample of {} steps", shape.steps), uses, free_bytes);
  }
  std::vector<Part> parts;
  for (std::size_t first = 0; first < shape.samples; first += most) {
    parts.push_back({first, std::min(most, shape.samples - first)});
  }
  return parts;
}

}  // namespace cuda

BackendMemory cuda_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& /*options*/) {
  BackendMemory memory{cuda::network_memory(network), 0.0};
  const std::size_t fixed = cuda::total(memory.uses);
  const std::size_t free = cuda::free_device_memory();
  cuda::TapeShape shape{batch.size(), batch.steps, true};
  shape.samples = cuda::divide_batch(network, batch.kind, shape, free - std::min(free, fixed)).front().count;
  for (const MemoryUse& use : cuda::batch_memory(network, batch.kind, shape)) memory.uses.push_back(use);
  if (batch.kind == InputKind::events) {
    memory.prepared_bytes = static_cast<double>(cuda::packed_size(batch.steps, batch.inputs) * sizeof(std::uint32_t));
  }
  return memory;
}

}  // namespace hetsyn
