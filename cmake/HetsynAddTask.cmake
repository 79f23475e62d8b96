# hetsyn_add_task(dms SOURCES task.cpp … [DEPENDS …]): a task plugin, built as hetsyn_task_<name>.so. C++ sources see
# hetsyn::sdk; if all sources are in C, they see only hetsyn::abi, so that a project without C++ works.
# Used by the engine's own tasks and, through find_package(hetsyn), by those of users.
function(hetsyn_add_task name)
  cmake_parse_arguments(TASK "" "" "SOURCES;DEPENDS" ${ARGN})
  set(target hetsyn_task_${name})
  add_library(${target} MODULE ${TASK_SOURCES})
  set(contract hetsyn::abi)
  foreach(source IN LISTS TASK_SOURCES)
    if(NOT source MATCHES "\\.c$")
      set(contract hetsyn::sdk)
    endif()
  endforeach()
  target_link_libraries(${target} PRIVATE ${contract} ${TASK_DEPENDS})
  # What two plugins have under one name stays apart: a symbol that is unique in the process would not, nor one of an
  # archive that exports all it has.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE LINKER:--exclude-libs,ALL)
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX .so CXX_VISIBILITY_PRESET hidden
                                             C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
