// Callbacks: the only door to libmilter. Translates its C callbacks into calls of Session and what
// Session answers into libmilter calls.
//
// Holds no logic of its own; nothing thrown crosses into C. Source: libmilter API, version 8.17
// (the worker-pool build: callbacks of one connection come one after another, but on changing
// threads).
#pragma once

#include <string>

#include "base/result.h"
#include "config/config.h"
#include "milter/session.h"

namespace ringfence {

/// Registers with libmilter and opens the listening socket of `options`, with its mode and group; a
/// stale unix socket is replaced, one that still answers is not (kUnavailable). Once per process;
/// `host` must outlive it.
Result<void> open_milter(const MilterOptions& options, SessionHost& host);

/// Serves connections. Returns only when libmilter gives up; the process ends by exiting, since
/// libmilter frees sessions under its running workers when it is stopped.
void serve_milter();

/// Takes the name of a unix socket away, so that nobody new comes; nothing for others.
void withdraw_milter(const MilterOptions& options);

/// A reply text for smfi_setmlreply: `%` doubled (it is a format), only printable ASCII, at most
/// 512 bytes.
std::string reply_line(std::string_view text);

}  // namespace ringfence
