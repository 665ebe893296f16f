// Every allocation of a message fails once: no crash, no exception, no forged field let through.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/milter/fixture.h"

namespace {

// Allocations of this thread until one fails; below 0: none does.
thread_local long allocations_left = -1;

void* allocate_or_null(std::size_t size) noexcept {
  if (allocations_left >= 0 && allocations_left-- == 0) return nullptr;
  return std::malloc(size == 0 ? 1 : size);
}

void* allocate(std::size_t size) {
  if (void* memory = allocate_or_null(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
// Sanitizers bring nothrow forms of their own, which go with their own delete only.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate_or_null(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate_or_null(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace ringfence {
namespace {

// A mail without anything number-like: what the numbering plan's library does without memory is not
// asked here.
std::optional<Outcome> converse(Session& session) {
  const std::string_view from[] = {"<a-sender-with-a-long-name@sender.example>"};
  session.connect("a-client-with-a-long-name.sender.example", "192.0.2.1", "mta.example");
  session.helo("a-client-with-a-long-name.sender.example");
  if (session.mail(from, "") == Step::kTempfail) return std::nullopt;
  session.recipient("<a-recipient-with-a-long-name@example.org>");
  session.set_queue_id("4ABC12");
  session.header("From", " a-sender-with-a-long-name@sender.example");
  session.header("X-Ringfence-A-Long-Name", " no");
  session.header("Subject", " hello");
  session.end_of_headers();
  session.body("Good morning, the minutes of the meeting are attached.\r\n");
  return session.end_of_message(kNow);
}

TEST(Allocation, EachOfAMessageMayFail) {
  LogOptions quiet;
  quiet.level = LogLevel::kError;
  open_log(quiet);
  TestHost host;
  Session session(host, {.leading_space = true, .quarantine = true, .skip = true});
  ASSERT_TRUE(converse(session));
  int refused = 0;
  int failed = 0;
  int deferred = 0;
  bool whole = false;
  for (long n = 0; !whole; ++n) {
    ASSERT_LT(n, 100'000) << "no end of allocations";
    allocations_left = n;
    const auto outcome = converse(session);
    whole = allocations_left >= 0;
    allocations_left = -1;
    EXPECT_EQ(host.gate().under_way(), 0);
    if (!outcome) {
      ++refused;
      continue;
    }
    const Response& response = outcome->response;
    deferred += response.action == Action::kTempfail;
    if (response.action == Action::kTempfail) continue;
    ASSERT_EQ(response.action, Action::kAccept) << n;
    ASSERT_EQ(outcome->removals.size(), 1u) << "a forged field passed at allocation " << n;
    failed += header_of(response, "X-Ringfence").starts_with("error;");
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(failed, 0);
  EXPECT_GT(deferred, 0);
  const auto after = converse(session);
  ASSERT_TRUE(after);
  EXPECT_TRUE(header_of(after->response, "X-Ringfence").starts_with("no;"));
}

}  // namespace
}  // namespace ringfence
