# What find_package(headlight) gives another project: the target headlight::sdk and headlight_add_plugin(). Nothing in the package
# names a folder of this machine, so the installed tree can be moved.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/headlight)

install(EXPORT headlight NAMESPACE headlight:: FILE headlightTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/headlightConfig.cmake.in ${CMAKE_BINARY_DIR}/headlightConfig.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
# Plugins are bound to the boundary's version, which is in the exported symbol's name; the SDK's sources may change between minor versions.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/headlightConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/headlightConfig.cmake ${CMAKE_BINARY_DIR}/headlightConfigVersion.cmake
              cmake/HeadlightAddPlugin.cmake cmake/plugin.map
        DESTINATION ${package_folder})

# The build folder is a package too: -Dheadlight_DIR=build/release builds plugins without installing anything.
export(EXPORT headlight NAMESPACE headlight:: FILE ${CMAKE_BINARY_DIR}/headlightTargets.cmake)
configure_file(cmake/HeadlightAddPlugin.cmake ${CMAKE_BINARY_DIR}/HeadlightAddPlugin.cmake COPYONLY)
configure_file(cmake/plugin.map ${CMAKE_BINARY_DIR}/plugin.map COPYONLY)
