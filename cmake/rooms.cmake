# How every room is built: one static library `ringfence_<room>` per folder, warnings as errors.

add_library(ringfence_flags INTERFACE)
target_include_directories(ringfence_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(ringfence_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Werror -fstack-protector-strong)
target_compile_definitions(ringfence_flags INTERFACE
  RINGFENCE_VERSION="${PROJECT_VERSION}" $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
target_link_options(ringfence_flags INTERFACE -Wl,-z,relro,-z,now)
if(RINGFENCE_FUZZ)
  target_compile_options(ringfence_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(RINGFENCE_SANITIZE)
  target_compile_options(ringfence_flags INTERFACE
    -fsanitize=${RINGFENCE_SANITIZE} -fno-omit-frame-pointer -U_FORTIFY_SOURCE)
  if(RINGFENCE_SANITIZE MATCHES "undefined")
    target_compile_options(ringfence_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
  target_link_options(ringfence_flags INTERFACE -fsanitize=${RINGFENCE_SANITIZE})
endif()

# A third-party library by its pkg-config name, its headers as system headers (no warnings).
function(ringfence_pkg target module)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  get_target_property(dirs PkgConfig::${target} INTERFACE_INCLUDE_DIRECTORIES)
  if(dirs)
    set_target_properties(PkgConfig::${target} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${dirs}")
  endif()
endfunction()

# ringfence_room(name [DEPENDS lib ...] [PRIVATE lib ...]): the static library of one room: every .cc
# in its folder.
function(ringfence_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  list(FILTER sources EXCLUDE REGEX "_main\\.cc$")  # entry points belong to programs
  add_library(ringfence_${name} STATIC ${sources})
  target_link_libraries(ringfence_${name} PUBLIC ringfence_flags ${ROOM_DEPENDS} PRIVATE ${ROOM_PRIVATE})
endfunction()
