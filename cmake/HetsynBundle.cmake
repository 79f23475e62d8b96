# What bin/package puts into a bundle besides the installation: components that a plain `cmake --install` leaves out. The
# folders are those of the sources, so that the commands and links of the documents hold in a bundle too.
add_custom_target(bundle) # builds the programs of a bundle
add_dependencies(bundle engine hetsyn_engine hetsyn_engine_static)
add_custom_target(bundle_tests)

set(bundle COMPONENT bundle EXCLUDE_FROM_ALL)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION . ${bundle})
install(DIRECTORY configs docs DESTINATION . ${bundle})
install(DIRECTORY plugins/example DESTINATION plugins ${bundle})
install(DIRECTORY tests/bench/torch tests/bench/peers DESTINATION tests/bench ${bundle} FILES_MATCHING PATTERN "*.py")
install(FILES tests/golden/model.py tests/golden/losses.py DESTINATION tests/golden ${bundle}) # for those of torch
install(PROGRAMS bin/fetch-data bin/measure-gpu bin/reproduce DESTINATION bin ${bundle})
install(FILES cmake/setup.sh DESTINATION cmake ${bundle})
install(PROGRAMS tests/package/run_tests.sh DESTINATION bin RENAME test COMPONENT bundle_tests EXCLUDE_FROM_ALL)
