// Compiled once per instruction set, with its name as HETSYN_ISA (see CMakeLists.txt).
#include "backend/cpu/simd.hpp"
//
#include "backend/cpu/analog.hpp"
#include "backend/cpu/dropout_mask.hpp"
#include "backend/cpu/input_gradient.hpp"
#include "backend/cpu/neuron.hpp"
#include "backend/cpu/optimizer.hpp"
#include "backend/cpu/recurrent_backward.hpp"
#include "backend/cpu/recurrent_forward.hpp"
#include "backend/cpu/shared_decay.hpp"
#include "backend/cpu/shared_recurrent.hpp"
#include "backend/cpu/synapse_forward.hpp"
#include "backend/cpu/synapse_gradient.hpp"

#define HETSYN_TEXT_OF(x) #x
#define HETSYN_TEXT(x) HETSYN_TEXT_OF(x)

namespace hetsyn::cpu::HETSYN_ISA {

extern const KernelTable kKernels;
const KernelTable kKernels{HETSYN_TEXT(HETSYN_ISA),
                           kLanes,
                           &synapse_forward,
                           &synapse_gradient,
                           &analog_forward,
                           &analog_gradient,
                           &shared_forward,
                           &shared_gradient,
                           &shared_analog_forward,
                           &shared_analog_gradient,
                           &leak_forward,
                           &leak_backward,
                           &leak_gradient,
                           &neuron_forward,
                           &recurrent_forward,
                           &shared_recurrent_forward,
                           &neuron_backward,
                           &recurrent_backward,
                           &shared_recurrent_backward,
                           &input_gradient,
                           &shared_input_gradient,
                           &dropout_keep,
                           &update};

}  // namespace hetsyn::cpu::HETSYN_ISA
