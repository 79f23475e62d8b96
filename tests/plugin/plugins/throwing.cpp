#include <hetsyn_task.h>

#include <stdexcept>

/// An entry that throws, against the rules of the contract.
extern "C" HETSYN_TASK_EXPORT const hetsyn_task* hetsyn_task_entry(void) { throw std::runtime_error("not today"); }
