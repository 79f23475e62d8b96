# hetsyn_add_task(dms SOURCES task.cpp …): a task plugin, built as hetsyn_task_<name>.so.
# Used by the engine's own tasks and, through find_package(hetsyn), by those of users.
function(hetsyn_add_task name)
  cmake_parse_arguments(TASK "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(hetsyn_task_${name} MODULE ${TASK_SOURCES})
  target_link_libraries(hetsyn_task_${name} PRIVATE hetsyn::sdk ${TASK_DEPENDS})
  # -fno-gnu-unique: a library with unique symbols cannot keep its own copies of inline variables.
  target_compile_options(hetsyn_task_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(hetsyn_task_${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden
                                                       VISIBILITY_INLINES_HIDDEN ON)
endfunction()
