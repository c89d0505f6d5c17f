// LUHENG_CHECK: an invariant that must hold, in release builds too. A broken
// one is our bug: the process prints where and why and stops; replaying the
// journal brings it back.
#ifndef LUHENG_LEDGER_BASE_CHECK_H_
#define LUHENG_LEDGER_BASE_CHECK_H_

#include <sstream>

namespace luheng::internal {

// Collects the message of a failed check and aborts when it goes away.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  [[noreturn]] ~CheckFailure();
  CheckFailure(const CheckFailure&) = delete;
  CheckFailure& operator=(const CheckFailure&) = delete;

  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};

// Gives the failing branch of LUHENG_CHECK the type void.
struct Voidify {
  void operator&(std::ostream&) const {}
};

}  // namespace luheng::internal

// Usage: LUHENG_CHECK(a == b) << "a is " << a;
#define LUHENG_CHECK(condition)                                              \
  (condition)                                                                \
      ? (void)0                                                              \
      : ::luheng::internal::Voidify() &                                      \
            ::luheng::internal::CheckFailure(__FILE__, __LINE__, #condition) \
                .stream()

// Stops on a Status that is not OK, with its message.
#define LUHENG_CHECK_OK(expression)                                \
  do {                                                             \
    const auto& luheng_check_status = (expression);                \
    LUHENG_CHECK(luheng_check_status.ok()) << luheng_check_status; \
  } while (false)

#endif  // LUHENG_LEDGER_BASE_CHECK_H_
