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
  library.require("ncclGetErrorString", nccl.error_text);
  library.require("ncclGetUniqueId", nccl.make_id);
  library.require("ncclCommInitRank", nccl.join);
  library.require("ncclCommDestroy", nccl.leave);
  library.require("ncclGroupStart", nccl.begin_group);
  library.require("ncclGroupEnd", nccl.end_group);
  library.require("ncclSend", nccl.send);
  library.require("ncclRecv", nccl.receive);
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
