# What `cmake --install` installs for authors of tasks and of programs that use the engine: headers, libraries,
# hetsyn_add_task() and the package that find_package(hetsyn) reads (component "development"). Programs and plugins are
# installed by the files that build them.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
set(HETSYN_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/hetsyn)

install(FILES ${PROJECT_SOURCE_DIR}/plugins/abi/hetsyn_task.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/sdk/hetsyn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/engine/include/hetsyn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS hetsyn_abi hetsyn_sdk hetsyn_engine hetsyn_engine_static EXPORT hetsyn-targets
        LIBRARY DESTINATION lib ARCHIVE DESTINATION lib)
install(EXPORT hetsyn-targets NAMESPACE hetsyn:: DESTINATION ${HETSYN_PACKAGE_DIR})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/hetsyn-config.cmake.in
                              ${PROJECT_BINARY_DIR}/cmake/hetsyn-config.cmake
                              INSTALL_DESTINATION ${HETSYN_PACKAGE_DIR})
# Header-only: the same files serve every architecture. The ABI is checked when a plugin is loaded.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/hetsyn-config-version.cmake
                                 COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/cmake/hetsyn-config.cmake ${PROJECT_BINARY_DIR}/cmake/hetsyn-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/HetsynAddTask.cmake
        DESTINATION ${HETSYN_PACKAGE_DIR})

# The configurations, which the engine finds by their names wherever it is started, and the documents. A bundle has them
# in the folders that they have in the sources.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DATADIR}/hetsyn
        COMPONENT documents PATTERN docs/results EXCLUDE) # the sources of a page
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/hetsyn COMPONENT documents)
# The engine of a build tree finds them as that of an installation does.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/hetsyn)
foreach(folder configs docs)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${PROJECT_BINARY_DIR}/share/hetsyn/${folder} SYMBOLIC)
endforeach()
