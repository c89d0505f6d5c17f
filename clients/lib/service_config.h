// deploy/service_config.json as text: which methods a client repeats by itself,
// how often and after which pauses. Repeating is safe for every unary method,
// because mutations carry a request id or a client order id; streams resume by
// their own sequences and are not repeated here.
#ifndef LUHENG_CLIENTS_LIB_SERVICE_CONFIG_H_
#define LUHENG_CLIENTS_LIB_SERVICE_CONFIG_H_

namespace luheng::client {

extern const char kServiceConfigJson[];

}  // namespace luheng::client

#endif  // LUHENG_CLIENTS_LIB_SERVICE_CONFIG_H_
