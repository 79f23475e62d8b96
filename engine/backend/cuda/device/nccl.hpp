#pragma once
#include <cstddef>
#include <string>

/// The functions of NCCL that are used. The library is loaded when it is needed: neither the build nor a single process
/// needs it.
namespace hetsyn::cuda {

/// As in nccl.h of NCCL 2, with the same binary interface.
struct Nccl {
  struct UniqueId {
    char bytes[128];
  };
  using Communicator = void*;
  static constexpr int kFloat32 = 7;

  const char* (*get_error_string)(int result);
  int (*get_unique_id)(UniqueId* id);
  int (*comm_init_rank)(Communicator* communicator, int ranks, UniqueId id, int rank);
  int (*comm_destroy)(Communicator communicator);
  int (*group_start)();
  int (*group_end)();
  int (*send)(const void* values, std::size_t count, int type, int peer, Communicator communicator, void* stream);
  int (*recv)(void* values, std::size_t count, int type, int peer, Communicator communicator, void* stream);
};

/// Null if the library libnccl.so.2 is missing or lacks a function.
const Nccl* find_nccl();
/// Whether NCCL was found, for `engine doctor`.
std::string nccl_description();

}  // namespace hetsyn::cuda
