// PatternDatabase: regular expressions compiled for streams: the one door to Hyperscan.
//
// Does: compile, scan streams and blocks, report where matches end. Does not: know what the
// patterns mean (patterns.h), know where matches begin (no SOM: it costs half the speed). Source:
// Hyperscan 5.4 developer's reference. Debian's vectorscan loses matches in streams; see
// pattern_self_test.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ringfence {

struct PatternSpec {
  std::uint32_t id = 0;    // reported with each match; several patterns may share one
  std::string expression;  // Hyperscan's subset of PCRE, over bytes
  bool caseless = false;
  bool literal = false;  // the expression is text, not a pattern
};

/// Told of every match. Calls come in no order within one scan.
class PatternSink {
 public:
  /// `end` is the offset after the match, from the begin of the stream or block.
  virtual void on_match(std::uint32_t id, std::uint64_t end) = 0;

 protected:
  ~PatternSink() = default;
};

/// Immutable but for its pool of scratch space; shared by all threads. A stream may be scanned by
/// another thread at each call (a libmilter session hops threads), so scratch is leased per scan.
class PatternDatabase {
 public:
  enum class Mode { kStream, kBlock };

  /// kUnavailable when the processor lacks what Hyperscan needs, kSoftware for a bad expression or
  /// want of memory.
  static Result<std::unique_ptr<const PatternDatabase>> create(
      std::span<const PatternSpec> patterns, Mode mode);
  ~PatternDatabase();

  /// Scans one block of a kBlock database. False when the engine could not (no memory).
  bool scan(std::string_view block, PatternSink& sink) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit PatternDatabase(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// "5.4.0 2023-01-01": Hyperscan's own words.
std::string pattern_engine_version();

/// One open stream over a kStream database, which must outlive it. Not thread-safe; may move
/// between threads.
class PatternStream {
 public:
  explicit PatternStream(const PatternDatabase& database) : database_(&database) {}
  PatternStream(const PatternStream&) = delete;
  PatternStream& operator=(const PatternStream&) = delete;
  ~PatternStream();

  /// The next bytes of the stream; opens it at the first call. False when the engine could not (no
  /// memory): the stream is then lost.
  bool scan(std::string_view bytes, PatternSink& sink);

 private:
  const PatternDatabase* database_;
  void* stream_ = nullptr;  // hs_stream_t
};

}  // namespace ringfence
