// Request ids. A logical call gets its id once, before the first attempt; every
// further attempt sends the same bytes, so the server answers it once.
#ifndef LUHENG_CLIENTS_LIB_REQUEST_ID_H_
#define LUHENG_CLIENTS_LIB_REQUEST_ID_H_

#include <string>

namespace luheng::client {

// 16 bytes from the operating system's random source.
std::string RandomBytes16();

// A UUID of version 4, for example 3f2c8f0e-7b1d-4c59-9a7e-0d1f2a3b4c5d.
std::string NewRequestId();

// Gives `request` an id if it has a field for one and none is set.
template <typename Request>
void FillRequestId(Request& request) {
  if constexpr (requires { request.set_request_id(std::string()); }) {
    if (request.request_id().empty()) request.set_request_id(NewRequestId());
  }
}

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_REQUEST_ID_H_
