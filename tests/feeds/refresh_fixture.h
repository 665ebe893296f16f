// Helpers of the refresh tests: a server, feeds of it, refreshes with a clock that does not wait.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_state.h"
#include "reputation/feeds/refresh.h"
#include "reputation/generation_directory.h"
#include "tests/feeds/fault_server.h"
#include "tests/feeds/feeds_fixture.h"

namespace ringfence {

class RefreshTest : public FeedsTest {
 protected:
  RefreshTest() { store_.blocks.enabled = false; }  // these numbers are all neighbours

  static void SetUpTestSuite() {
    ::setenv("no_proxy", "*", 1);  // the tests' own server, whatever this machine has to go through
  }

  /// Numbers +1888555<from> up to <to>, a line each; four digits.
  static std::string numbers(int from, int to) {
    std::string out;
    for (int n = from; n < to; ++n) out += "+1888555" + fmt_number(n) + "\n";
    return out;
  }
  static std::string fmt_number(int n) {
    const std::string digits = std::to_string(n);
    return std::string(4 - digits.size(), '0') + digits;
  }

  FeedOptions feed(const std::string& name, const std::string& path) const {
    FeedOptions out;
    out.name = name;
    out.url = path.starts_with('/') ? server_.url(path) : path;
    out.allow_http = true;
    out.limits.tries_max = 2;
    out.limits.bytes_max = 10 << 20;
    out.limits.inflated_bytes_max = 20 << 20;
    out.limits.timeout = std::chrono::seconds(60);
    return out;
  }
  FeedOptions file_feed(const std::string& name, const std::filesystem::path& path) const {
    FeedOptions out = feed(name, "/");
    out.source = FeedSource::kFile;
    out.url = path.string();
    return out;
  }

  Result<RefreshReport> try_refresh(const std::vector<FeedOptions>& feeds,
                                    const RefreshSelection& which = {}) {
    RefreshEnvironment environment;
    environment.clock.sleep = [this](std::chrono::milliseconds) { ++pauses_; };
    environment.clock.random = [] { return 0.0; };
    environment.progress = progress_;
    return refresh_feeds(feeds, store_, test_parser, now_, which, environment);
  }
  RefreshReport refresh(const std::vector<FeedOptions>& feeds, const RefreshSelection& which = {}) {
    auto report = try_refresh(feeds, which);
    if (!report) {
      ADD_FAILURE() << report.error().message;
      return {};
    }
    return std::move(*report);
  }
  /// One feed refreshed by name; its report.
  FeedReport refresh_one(const FeedOptions& feed, RefreshSelection which = {}) {
    which.names = {feed.name};
    RefreshReport report = refresh({feed}, which);
    if (report.feeds.size() != 1) {
      ADD_FAILURE() << report.feeds.size() << " reports";
      return {};
    }
    built_ = report.built.has_value();
    return std::move(report.feeds.front());
  }
  static std::string words(const FeedReport& report) {
    return report.error ? report.error->message : std::string(to_token(report.outcome));
  }

  NumberReputation lookup_at(std::string_view text, TimePoint now) const {
    const auto store = ReputationStore::open(store_);
    const std::vector<E164> wanted{E164::parse(text).value()};
    return (*store)->lookup(wanted, now).value().front();
  }
  FeedState state(const std::string& name) const {
    return FeedFolder(store_.directory, name).read_state().value_or(FeedState{});
  }
  std::uint64_t generation() const {
    return GenerationDirectory(store_.directory).current().value_or(std::nullopt).value_or(0);
  }
  ListInfo list(const std::string& name) const {
    const auto store = ReputationStore::open(store_);
    if (!store) return {};
    const auto status = (*store)->status();
    for (const ListInfo& info : status->lists) {
      if (info.name == name) return info;
    }
    return {};
  }
  std::size_t asked() const { return server_.requests().size(); }

  const TemporaryDirectory server_folder_;
  const FaultServer server_{server_folder_.path()};
  TimePoint now_ = kNow;
  RefreshProgress progress_;
  int pauses_ = 0;
  bool built_ = false;  // by the last refresh_one()
};

}  // namespace ringfence
