#include "backend/cuda/device/nccl.hpp"

#include <hetsyn/exceptions.hpp>
#include <optional>

#include "base/error_text.hpp"
#include "core/library.hpp"

#if __has_include(<nccl.h>)
#include <nccl.h>

#include <type_traits>

namespace {
using hetsyn::cuda::Nccl;
static_assert(sizeof(ncclUniqueId) == sizeof(Nccl::UniqueId));
static_assert(static_cast<int>(ncclFloat32) == Nccl::kFloat32);
static_assert(std::is_same_v<std::underlying_type_t<ncclDataType_t>, unsigned>);
static_assert(NCCL_MAJOR == 2);
}  // namespace
#endif

namespace hetsyn::cuda {
namespace {

Nccl load() {
  const Library library = Library::load("libnccl.so.2");
  Nccl nccl{};
  library.require("ncclGetErrorString", nccl.get_error_string);
  library.require("ncclGetUniqueId", nccl.get_unique_id);
  library.require("ncclCommInitRank", nccl.comm_init_rank);
  library.require("ncclCommDestroy", nccl.comm_destroy);
  library.require("ncclGroupStart", nccl.group_start);
  library.require("ncclGroupEnd", nccl.group_end);
  library.require("ncclSend", nccl.send);
  library.require("ncclRecv", nccl.recv);
  return nccl;
}

std::optional<Nccl> look_for_library() {
  try {
    return load();
  } catch (const RunError&) {
    return std::nullopt;
  }
}

}  // namespace

const Nccl* find_nccl() {
  static const std::optional<Nccl> nccl = look_for_library();
  return nccl ? &*nccl : nullptr;
}

std::string nccl_description() { return find_nccl() != nullptr ? "NCCL" : "no NCCL (libnccl.so.2)"; }

}  // namespace hetsyn::cuda
