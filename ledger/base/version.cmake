# Writes version.cc at build time. configure_file leaves the file alone when
# nothing changed, so that a new commit recompiles this one file and relinks
# what prints it.
function(git result)
  execute_process(
    COMMAND git -C ${SOURCE_DIR} ${ARGN}
    OUTPUT_VARIABLE output RESULT_VARIABLE code
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${result} "${output}" PARENT_SCOPE)
  set(${result}_code "${code}" PARENT_SCOPE)
endfunction()

git(LUHENG_GIT_COMMIT rev-parse --short=12 HEAD)
if(NOT LUHENG_GIT_COMMIT_code EQUAL 0)
  set(LUHENG_GIT_COMMIT unknown)
else()
  git(changes diff --quiet HEAD)
  if(changes_code EQUAL 1)
    string(APPEND LUHENG_GIT_COMMIT "-dirty")
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
