// 行政区划代码 (GB/T 2260): six digits, two each for province, prefecture and
// county, `00` standing for the whole. Which counties take part is data: they
// arrive as holders of kind COUNTY. Here a code is only checked to name a
// province that exists and to have no county without a prefecture.
#ifndef LUHENG_SERVICES_REGISTRY_COUNTY_CODE_H_
#define LUHENG_SERVICES_REGISTRY_COUNTY_CODE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace luheng::registry {

// `text` as a number, for example 140927; 0 if it is no such code.
int64_t ParseCountyCode(absl::string_view text);
// Whether `code` could have been returned by ParseCountyCode; 0 is not.
bool IsCountyCode(int64_t code);
// Six digits; empty for 0.
std::string FormatCountyCode(int64_t code);

// Whether `inner` lies within `outer`: 140000 covers 140900 and 140927, 140900
// covers 140927, every code covers itself.
bool CountyCovers(int64_t outer, int64_t inner);

}  // namespace luheng::registry

#endif  // LUHENG_SERVICES_REGISTRY_COUNTY_CODE_H_
