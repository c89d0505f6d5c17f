// What a binary says of itself: the release, the commit that it was built from
// and how. `project(VERSION)` in the root CMakeLists.txt is the only place
// where a version stands. Link luheng::version to use this.
#ifndef LUHENG_LEDGER_BASE_VERSION_H_
#define LUHENG_LEDGER_BASE_VERSION_H_

#include <string>

namespace luheng {

// The release, for example "0.1.0".
extern const char kVersion[];
// The commit, 12 hex digits, with "-dirty" if tracked files differed from it;
// "unknown" if the build was not made from a git checkout.
extern const char kGitCommit[];
// CMake's build type and the sanitizers, for example "Release" or
// "RelWithDebInfo address,undefined".
extern const char kBuildType[];

// One line of all three: "0.1.0 (0123456789ab, Release)".
std::string VersionLine();

}  // namespace luheng

#endif  // LUHENG_LEDGER_BASE_VERSION_H_
