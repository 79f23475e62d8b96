# Lists the libraries that the programs and modules of an installation need and that belong into a bundle, one per line.
#   cmake -D PREFIX=… -D LIST=… -P bundle_libraries.cmake
file(GLOB programs ${PREFIX}/bin/engine ${PREFIX}/bin/bench ${PREFIX}/lib/hetsyn/hetsyn_* ${PREFIX}/tests/test_*)
file(GLOB_RECURSE modules ${PREFIX}/lib/hetsyn/*.so)

# A bundle uses the C library, the GPU driver and the communication libraries of the machine that it runs on.
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${programs} MODULES ${modules}
     RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR missing
     PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|mvec|dl|rt|pthread|resolv|util|anl|nsl)[.]so"
                         "^lib(cuda|nvidia-ml)[.]so" "^lib(mpi|nccl)[.]so")
if(missing)
  list(JOIN missing ", " missing)
  message(FATAL_ERROR "not found on this machine: ${missing}")
endif()
list(JOIN libraries "\n" libraries)
file(WRITE ${LIST} "${libraries}\n")
