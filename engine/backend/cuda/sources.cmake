# What runs on a device: in the module, compiled by nvcc, and in the tests' emulation, compiled by the host's compiler.
set(HETSYN_CUDA_KERNELS)
# The host's part of the backend, which needs no nvcc.
set(HETSYN_CUDA_HOST)
list(TRANSFORM HETSYN_CUDA_KERNELS PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
list(TRANSFORM HETSYN_CUDA_HOST PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
