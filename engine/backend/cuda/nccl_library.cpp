#include "backend/cuda/nccl.hpp"
#include "core/error.hpp"
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

/// Finds a function; false where there is none.
template <class Function>
bool find(const Library& library, const char* name, Function*& function) {
  function = library.find<Function>(name);
  return function != nullptr;
}

bool fill(Nccl& nccl) {
  const Library library = Library::load("libnccl.so.2");
  return find(library, "ncclGetErrorString", nccl.error_text) && find(library, "ncclGetUniqueId", nccl.make_id) &&
         find(library, "ncclCommInitRank", nccl.join) && find(library, "ncclCommDestroy", nccl.leave) &&
         find(library, "ncclGroupStart", nccl.begin_group) && find(library, "ncclGroupEnd", nccl.end_group) &&
         find(library, "ncclSend", nccl.send) && find(library, "ncclRecv", nccl.receive);
}

const Nccl* load() {
  static Nccl nccl;
  try {
    return fill(nccl) ? &nccl : nullptr;
  } catch (const RunError&) {
    return nullptr;
  }
}

}  // namespace

const Nccl* find_nccl() {
  static const Nccl* const nccl = load();
  return nccl;
}

}  // namespace hetsyn::cuda
