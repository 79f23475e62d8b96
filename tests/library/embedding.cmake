# Installs the engine, builds the examples of docs/library.md against it as a user would, and runs them.
#   cmake -D ENGINE_BUILD=… -D EXAMPLE=… -D WORK=… -D CXX_COMPILER=… -D STATIC=… [-D FLAGS=…] -P embedding.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    string(JOIN " " command ${ARGN})
    message(FATAL_ERROR "${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${ENGINE_BUILD} --prefix ${WORK}/prefix --component development)
file(COPY ${EXAMPLE}/ DESTINATION ${WORK}/source)
run(${CMAKE_COMMAND} -G Ninja -S ${WORK}/source -B ${WORK}/build -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DSTATIC_ENGINE=${STATIC}
    "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror ${FLAGS}")
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/train_on_arrays)
if(NOT output MATCHES "test accuracy (0\\.9[0-9]*|1) with 0 %")
  message(FATAL_ERROR "train_on_arrays did not learn:\n${output}")
endif()
run(${WORK}/build/drive_a_network)
if(NOT output MATCHES "iteration 200  mean squared error 0\\.[01]")
  message(FATAL_ERROR "drive_a_network did not learn:\n${output}")
endif()
