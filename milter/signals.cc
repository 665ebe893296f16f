#include "milter/signals.h"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

// See signals.h. The thread that calls it is libmilter's own.
extern "C" int sigwait(const sigset_t*, int*) {
  while (true) pause();
}

namespace ringfence {

Result<UniqueFd> take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&set, number);
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
    return fail_errno(ErrorKind::kOs, "cannot block signals", error);
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a failed write, not the end of mail
  UniqueFd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return fail_errno(ErrorKind::kOs, "cannot make a signalfd", errno);
  return fd;
}

int next_signal(const UniqueFd& signals) {
  signalfd_siginfo info{};
  return read(signals.get(), &info, sizeof(info)) == sizeof(info) ? static_cast<int>(info.ssi_signo)
                                                                  : 0;
}

}  // namespace ringfence
