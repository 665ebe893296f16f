// Signals: SIGTERM and SIGINT stop the daemon, SIGHUP reloads it; libmilter gets to see none of
// them.
//
// libmilter starts a thread that sigwait()s for HUP, TERM and INT and, on any of them, stops at
// once: sessions are cut off in the middle of a message, and SIGHUP cannot mean reload. There is no
// call to forbid it. So this file defines sigwait() itself, which the dynamic linker puts in place
// of the C library's: libmilter's thread sleeps in it for good, and the signals wait for the
// signalfd here. Nothing else in the process calls sigwait(). A test sends the signals to the real
// daemon.
#pragma once

#include "base/file.h"
#include "base/result.h"

namespace ringfence {

/// Blocks SIGHUP, SIGTERM and SIGINT in the calling thread and all it starts from here on, ignores
/// SIGPIPE and SIGXFSZ, and gives a non-blocking signalfd that reads the three. Call before any thread is
/// started.
Result<UniqueFd> take_signals();

/// The next signal waiting on the descriptor of take_signals(), 0 when none is.
int next_signal(const UniqueFd& signals);

}  // namespace ringfence
