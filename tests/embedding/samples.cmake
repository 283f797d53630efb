# The sample programs, the same whichever way halo came in.

function(add_sample name library)
  if(TARGET ${library}) # halo was built with it
    add_executable(${name} "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.cpp")
    target_link_libraries(${name} PRIVATE ${library})
  endif()
endfunction()

add_sample(echo_server halo::reactor)
add_sample(page_client halo::http) # where llhttp was found
add_sample(tls_client halo::tls) # where OpenSSL was found
