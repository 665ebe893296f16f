#include "base/result.h"

#include <cstring>

namespace ringfence {

tl::unexpected<Error> fail_errno(ErrorKind kind, std::string message, int error_number) {
  char buffer[128];
  // The GNU variant: may answer with a static string and leave the buffer alone.
  message += ": ";
  message += strerror_r(error_number, buffer, sizeof buffer);
  return fail(kind, std::move(message));
}

}  // namespace ringfence
