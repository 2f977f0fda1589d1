# cmake -DURL=... -DWHAT=... -P transfer.cmake - transfers, and prints what
# cmake says of it. WHAT is
#
#     download   to the file "out"
#     upload     of the file "sent"
#     fetch      of an archive that FetchContent would want, with its hash
cmake_minimum_required(VERSION 3.25)

if(WHAT STREQUAL "download")
  file(DOWNLOAD "${URL}" out STATUS status TLS_VERIFY ON TLS_CAINFO "${CA}")
elseif(WHAT STREQUAL "upload")
  file(UPLOAD sent "${URL}" STATUS status HTTPHEADER "X-Sent-By: cmake")
elseif(WHAT STREQUAL "fetch")
  file(DOWNLOAD "${URL}" out EXPECTED_HASH "SHA256=${HASH}")
endif()

message(STATUS "status: ${status}")
