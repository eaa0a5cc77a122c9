# cmake --install: the program, the scripts, what a model out of this tree needs to be compiled, and
# documents.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS writepath RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# In a folder of their own, so that `#include "sim/model/model.hpp"` means here what it means in
# this tree, and nobody else's "sim/" gets in the way.
set(WRITEPATH_INCLUDE_DIR ${CMAKE_INSTALL_INCLUDEDIR}/writepath)
foreach(part sim/core sim/engine sim/scenario sim/observe sim/world sim/model sim/workload models/common)
  install(DIRECTORY ${part} DESTINATION ${WRITEPATH_INCLUDE_DIR}/${part}/..
    FILES_MATCHING PATTERN "*.hpp" PATTERN "simgrid_compat.hpp" EXCLUDE
    PATTERN "network_impl.hpp" EXCLUDE PATTERN "CMakeFiles" EXCLUDE)
endforeach()

configure_package_config_file(cmake/writepathConfig.cmake.in
  ${PROJECT_BINARY_DIR}/writepathConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/writepath
  PATH_VARS WRITEPATH_INCLUDE_DIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/writepathConfigVersion.cmake
  COMPATIBILITY ExactVersion)
install(FILES ${PROJECT_BINARY_DIR}/writepathConfig.cmake
  ${PROJECT_BINARY_DIR}/writepathConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/writepath)

install(FILES schema/scenario.schema.json schema/durability.schema.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/writepath/schema)
file(GLOB manuals RELATIVE ${PROJECT_SOURCE_DIR} models/*/MODEL.md)
foreach(manual ${manuals})
  get_filename_component(folder ${manual} DIRECTORY)
  install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
endforeach()
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs PATTERN "example-model" EXCLUDE)
install(FILES sim/metrics/METRICS.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/example-model DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The scripts that users call: bin/writepath-sweep is scripts/sweep.py, and so on. They call the
# program that was installed with them; the scenarios stand where their "$schema" points to.
set(WRITEPATH_DATA ${CMAKE_INSTALL_DATADIR}/writepath)
install(DIRECTORY scripts/writepath_lab DESTINATION ${WRITEPATH_DATA}/scripts
  PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY scenarios DESTINATION ${WRITEPATH_DATA} PATTERN "bad" EXCLUDE)
file(RELATIVE_PATH from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/writepath/scripts)
foreach(script sweep knee plot report)
  install(PROGRAMS scripts/${script}.py DESTINATION ${WRITEPATH_DATA}/scripts)
  install(CODE "
    file(CREATE_LINK ${from_bin}/${script}.py
      \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/writepath-${script}\" SYMBOLIC)")
endforeach()

# The manual page and the shells' completion, made of what the program itself says.
install(CODE "
  file(MAKE_DIRECTORY
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man1\"
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/bash-completion/completions\"
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/site-functions\"
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d\")
  foreach(form man,${CMAKE_INSTALL_MANDIR}/man1/writepath.1
          sweep,${CMAKE_INSTALL_MANDIR}/man1/writepath-sweep.1
          knee,${CMAKE_INSTALL_MANDIR}/man1/writepath-knee.1
          plot,${CMAKE_INSTALL_MANDIR}/man1/writepath-plot.1
          report,${CMAKE_INSTALL_MANDIR}/man1/writepath-report.1
          bash,${CMAKE_INSTALL_DATADIR}/bash-completion/completions/writepath
          zsh,${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_writepath
          fish,${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/writepath.fish)
    string(REGEX MATCH \"^([^,]+),(.+)$\" form \"\${form}\")
    set(kind \"\${CMAKE_MATCH_1}\")
    set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${CMAKE_MATCH_2}\")
    execute_process(COMMAND python3 \"${PROJECT_SOURCE_DIR}/scripts/manual.py\" \${kind}
      --program \"$<TARGET_FILE:writepath>\" OUTPUT_FILE \"\${file}\" RESULT_VARIABLE failed)
    if(failed)
      file(REMOVE \"\${file}\")
      message(FATAL_ERROR \"scripts/manual.py \${kind}: \${failed}\")
    endif()
    message(STATUS \"Installing: \${file}\")
  endforeach()")
