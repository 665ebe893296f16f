// Mail of rackets for tests of campaigns, and a file that counts it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/sightings/aggregates.h"
#include "reputation/sightings/campaign_reader.h"
#include "reputation/sightings/campaign_tracker.h"
#include "tests/sightings/sighting_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {

/// A mail that is suspect, of a domain of its own, without anything else to tie it.
inline Sighting make_scam(std::initializer_list<std::string_view> numbers,
                          const std::function<void(Sighting&)>& change = {}) {
  static int count = 0;
  return make_sighting(numbers, [&](Sighting& s) {
    s.action = "tag";
    s.from_domain = "scam" + std::to_string(++count) + ".example";
    if (change) change(s);
  });
}

/// Sightings are counted as the recorder does it; readers look at the file between.
class CampaignFile {
 public:
  explicit CampaignFile(CampaignLimits limits = {}) : limits_(limits) {}

  /// Counts them in one transaction.
  void add(const std::vector<Sighting>& sightings) {
    open();
    const auto done = aggregates_->apply({kToday, 7}, next_row_, sightings);
    ASSERT_TRUE(done) << done.error().message;
    next_row_ += static_cast<std::int64_t>(sightings.size());
  }
  void add(const Sighting& sighting) { add(std::vector<Sighting>{sighting}); }

  std::string campaign(std::string_view number) {
    open();
    const std::vector<E164> asked = {number_of(number)};
    return aggregates_->lookup(asked, kNow).front().campaign;
  }

  CampaignReader reader() {
    close();
    auto opened = CampaignReader::open(directory_.path(), kNow);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  std::vector<Campaign> list(const CampaignQuery& query = {.messages_min = 1}) {
    return reader().list(query).value();
  }
  std::optional<Campaign> find(std::string_view id) {
    return reader().find(*CampaignId::parse(id)).value();
  }
  Aggregates& aggregates() {
    open();
    return *aggregates_;
  }
  void close() { aggregates_.reset(); }
  std::filesystem::path file() const { return directory_.path() / "aggregates.mdb"; }
  void next_row(std::int64_t row) { next_row_ = row; }

 private:
  void open() {
    if (aggregates_) return;
    tracker_ = std::make_unique<CampaignTracker>(SightingOptions{}, limits_);
    auto opened = Aggregates::open(file(), 1'000'000, std::chrono::days(7), tracker_.get());
    ASSERT_TRUE(opened) << opened.error().message;
    aggregates_ = std::move(*opened);
  }

  CampaignLimits limits_;
  TemporaryDirectory directory_;
  std::unique_ptr<CampaignTracker> tracker_;
  std::shared_ptr<Aggregates> aggregates_;
  std::int64_t next_row_ = 1;
};

}  // namespace ringfence
