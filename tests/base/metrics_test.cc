#include "base/metrics.h"

#include <gmock/gmock.h>

#include <thread>

namespace ringfence {
namespace {

using testing::HasSubstr;

TEST(Metrics, TheSameNameAndLabelsAreTheSameMetric) {
  const Counter a = counter("test_messages_total", "Messages.", {{"action", "tag"}});
  const Counter b = counter("test_messages_total", "Messages.", {{"action", "tag"}});
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) b.add();
  });
  for (int i = 0; i < 1000; ++i) a.add();
  other.join();
  EXPECT_EQ(a.value(), 2000);
  EXPECT_THAT(metrics_text(), HasSubstr("test_messages_total{action=\"tag\"} 2000"));
}

TEST(Metrics, GaugesAndHistogramsAreShown) {
  gauge("test_sessions", "Sessions.").set(3);
  gauge("test_sessions", "Sessions.").add(-1);
  histogram("test_seconds", "Seconds.", {0.1, 1}).observe(0.5);
  const std::string text = metrics_text();
  EXPECT_THAT(text, HasSubstr("test_sessions 2"));
  EXPECT_THAT(text, HasSubstr("test_seconds_bucket{le=\"0.1\"} 0"));
  EXPECT_THAT(text, HasSubstr("test_seconds_bucket{le=\"1\"} 1"));
}

}  // namespace
}  // namespace ringfence
