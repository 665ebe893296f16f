# `cmake --install`: the programs, the systemd units and the documents. The configuration is only put
# where none is yet.
include(GNUInstallDirs)

install(TARGETS ringfence RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
install(TARGETS ringfencectl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs config/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES contrib/systemd/ringfence.service contrib/systemd/ringfence-feeds.service
              contrib/systemd/ringfence-feeds.timer DESTINATION lib/systemd/system)
install(FILES contrib/systemd/ringfence.sysusers DESTINATION lib/sysusers.d RENAME ringfence.conf)
install(FILES contrib/systemd/ringfence.tmpfiles DESTINATION lib/tmpfiles.d RENAME ringfence.conf)
install(CODE "
  set(target \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_SYSCONFDIR}/ringfence/ringfence.yaml\")
  if(NOT EXISTS \"\${target}\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/config/ringfence.yaml\"
         DESTINATION \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_SYSCONFDIR}/ringfence\")
  endif()")
