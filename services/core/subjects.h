// The subjects of an event, taken from the fields that are called after them:
// `order`, `taker` and `maker` are orders, `instrument` and `proposal` what
// they say.
#ifndef LUHENG_SERVICES_CORE_SUBJECTS_H_
#define LUHENG_SERVICES_CORE_SUBJECTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "services/core/area.h"

namespace luheng::core {

// For EventSpec::subjects. Nothing is added for bytes that are not a `Body`.
template <typename Body>
void SubjectsOf(absl::string_view bytes, std::vector<Subject>& subjects) {
  Body body;
  if (!body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return;
  }
  const auto add = [&subjects](SubjectKind kind, int64_t id) {
    if (id != 0) subjects.push_back({kind, id});
  };
  if constexpr (requires { body.order(); }) {
    add(SubjectKind::kOrder, body.order());
  }
  if constexpr (requires { body.taker(); }) {
    add(SubjectKind::kOrder, body.taker());
    add(SubjectKind::kOrder, body.maker());
  }
  if constexpr (requires { body.instrument(); }) {
    add(SubjectKind::kInstrument, body.instrument());
  }
  if constexpr (requires { body.proposal(); }) {
    add(SubjectKind::kProposal, body.proposal());
  }
}

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_SUBJECTS_H_
