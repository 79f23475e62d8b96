# What runs on a device: in the module, compiled by nvcc, and in the tests' emulation, compiled by the host's compiler.
set(HETSYN_CUDA_KERNELS dropout.cu expand.cu loss.cu metrics.cu neurons.cu optimizer.cu projection.cu rank_sum.cu recurrent.cu
                        recurrent_tiled.cu synapse_gradient.cu)
# The host's part of the backend, which needs no nvcc.
set(HETSYN_CUDA_HOST answers.cpp backward.cpp batch_plan.cpp cuda_backend.cpp forward.cpp losses.cpp matmul.cpp metrics.cpp
                     packed_spikes.cpp parameters.cpp product_rule.cpp projections.cpp rank_sum.cpp)
list(TRANSFORM HETSYN_CUDA_KERNELS PREPEND ${CMAKE_CURRENT_LIST_DIR}/kernels/)
list(TRANSFORM HETSYN_CUDA_HOST PREPEND ${CMAKE_CURRENT_LIST_DIR}/host/)
