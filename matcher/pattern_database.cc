#include "matcher/pattern_database.h"

#include <fmt/core.h>
#include <hs/hs.h>

#include <climits>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

namespace ringfence {
namespace {

struct DatabaseFree {
  void operator()(hs_database_t* p) const { hs_free_database(p); }
};
struct ScratchFree {
  void operator()(hs_scratch_t* p) const { hs_free_scratch(p); }
};
struct CompileErrorFree {
  void operator()(hs_compile_error_t* p) const { hs_free_compile_error(p); }
};
using Database = std::unique_ptr<hs_database_t, DatabaseFree>;
using Scratch = std::unique_ptr<hs_scratch_t, ScratchFree>;

/// Scratch space for as many scans as run at once; what is given back is used again.
class ScratchPool {
 public:
  explicit ScratchPool(Scratch first) : first_(std::move(first)) {}

  /// Null for want of memory.
  Scratch take() {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      Scratch out = std::move(free_.back());
      free_.pop_back();
      return out;
    }
    hs_scratch_t* clone = nullptr;
    if (hs_clone_scratch(first_.get(), &clone) != HS_SUCCESS) return nullptr;
    return Scratch(clone);
  }

  void give_back(Scratch scratch) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(scratch));
  }

 private:
  std::mutex mutex_;
  const Scratch first_;
  std::vector<Scratch> free_;
};

/// One scan on its way through the library.
struct Scan {
  PatternSink& sink;
  std::exception_ptr thrown{};  // by the sink
};

// Hyperscan is no place for an exception to pass: the scratch would stay marked as in use and be
// lost.
int on_event(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
  Scan& scan = *static_cast<Scan*>(context);
  try {
    scan.sink.on_match(id, end);
    return 0;
  } catch (...) {
    scan.thrown = std::current_exception();
    return 1;  // ends the scan
  }
}

std::string quoted(const PatternSpec& pattern) {
  if (!pattern.literal) return pattern.expression;
  std::string out;
  for (const char c : pattern.expression) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

struct PatternDatabase::Impl {
  Impl(Database compiled, Scratch scratch)
      : database(std::move(compiled)), pool(std::move(scratch)) {}

  Database database;
  mutable ScratchPool pool;
};

PatternDatabase::PatternDatabase(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
PatternDatabase::~PatternDatabase() = default;

Result<std::unique_ptr<const PatternDatabase>> PatternDatabase::create(
    std::span<const PatternSpec> patterns, Mode mode) {
  if (hs_valid_platform() != HS_SUCCESS) {
    return fail(ErrorKind::kUnavailable,
                "this processor cannot run Hyperscan (it needs SSSE3 at least)");
  }
  std::vector<std::string> texts;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (const PatternSpec& pattern : patterns) {
    texts.push_back(quoted(pattern));
    flags.push_back(pattern.caseless ? HS_FLAG_CASELESS : 0u);
    ids.push_back(pattern.id);
  }
  std::vector<const char*> expressions;
  for (const std::string& text : texts) expressions.push_back(text.c_str());

  hs_database_t* compiled = nullptr;
  hs_compile_error_t* error = nullptr;
  const unsigned hs_mode = mode == Mode::kStream ? HS_MODE_STREAM : HS_MODE_BLOCK;
  if (hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(expressions.size()), hs_mode, nullptr, &compiled,
                       &error) != HS_SUCCESS) {
    const std::unique_ptr<hs_compile_error_t, CompileErrorFree> owned(error);
    const bool named = owned && owned->expression >= 0;
    return fail(ErrorKind::kSoftware,
                fmt::format("pattern {}: {}",
                            named ? patterns[static_cast<std::size_t>(owned->expression)].expression
                                  : std::string("set"),
                            owned ? owned->message : "cannot be compiled"));
  }
  Database database(compiled);
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) {
    return fail(ErrorKind::kSoftware, "no memory for the pattern engine");
  }
  return std::unique_ptr<const PatternDatabase>(
      new PatternDatabase(std::make_unique<const Impl>(std::move(database), Scratch(scratch))));
}

bool PatternDatabase::scan(std::string_view block, PatternSink& sink) const {
  if (block.size() > UINT_MAX) return false;
  Scratch scratch = impl_->pool.take();
  if (!scratch) return false;
  Scan running{sink};
  const hs_error_t result =
      hs_scan(impl_->database.get(), block.data(), static_cast<unsigned>(block.size()), 0,
              scratch.get(), on_event, &running);
  impl_->pool.give_back(std::move(scratch));
  if (running.thrown) std::rethrow_exception(running.thrown);
  return result == HS_SUCCESS;
}

std::string pattern_engine_version() { return hs_version(); }

PatternStream::~PatternStream() {
  // Without a callback nothing is reported at the close: no pattern of ours waits for the end.
  if (stream_ != nullptr)
    hs_close_stream(static_cast<hs_stream_t*>(stream_), nullptr, nullptr, nullptr);
}

bool PatternStream::scan(std::string_view bytes, PatternSink& sink) {
  const PatternDatabase::Impl& database = database_->impl();
  if (bytes.size() > UINT_MAX) return false;
  if (stream_ == nullptr) {
    hs_stream_t* opened = nullptr;
    if (hs_open_stream(database.database.get(), 0, &opened) != HS_SUCCESS) return false;
    stream_ = opened;
  }
  Scratch scratch = database.pool.take();
  if (!scratch) return false;
  Scan running{sink};
  const hs_error_t result =
      hs_scan_stream(static_cast<hs_stream_t*>(stream_), bytes.data(),
                     static_cast<unsigned>(bytes.size()), 0, scratch.get(), on_event, &running);
  database.pool.give_back(std::move(scratch));
  if (running.thrown) std::rethrow_exception(running.thrown);
  return result == HS_SUCCESS;
}

}  // namespace ringfence
