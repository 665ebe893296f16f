#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "bench/simulation/random.h"
#include "bench/simulation/world.h"

namespace ringfence::simulation {
namespace {

// What the phone companies sell: prefixes of 10,000 numbers.
constexpr std::uint64_t kVoipFirst = 99'910'000'000'000;
constexpr std::uint64_t kOtherFirst = 99'920'000'000'000;
constexpr std::int64_t kPrefixes = 240;
constexpr std::int64_t kPrefixNumbers = 10'000;
constexpr int kBrands = 16;
constexpr double kBurstDaysMin = 0.5;

std::int64_t seconds(double days) { return static_cast<std::int64_t>(days * kDay); }

class Maker {
 public:
  Maker(const Parameters& parameters, std::uint64_t seed)
      : parameters_(parameters),
        random_(seed, "racket"),
        life_(seed, "life"),
        ends_(static_cast<std::size_t>(parameters.call_centres), 0) {}

  Racket make() {
    // Numbers are bought from before the first day on, so that it finds rackets at work.
    const double days = parameters_.warm_up_days + parameters_.days;
    const double a_day = new_numbers_a_day(parameters_);
    const double mean_row = (parameters_.row_min + parameters_.row_max) / 2.0 *
                            (parameters_.sequential ? parameters_.row_filled : 1);
    for (double day = -40; day < days; day += 1) {
      for (int i = random_.rounded(a_day * parameters_.voip_share / mean_row); i > 0; --i) {
        buy_row(day + random_.uniform());
      }
      for (int i = random_.rounded(a_day * (1 - parameters_.voip_share)); i > 0; --i) {
        add(one_of(kOtherFirst), day + random_.uniform());
      }
    }
    return std::move(out_);
  }

 private:
  std::uint64_t one_of(std::uint64_t first) {
    return first + static_cast<std::uint64_t>(random_.integer(0, kPrefixes * kPrefixNumbers - 1));
  }

  void buy_row(double day) {
    const auto size = random_.integer(parameters_.row_min, parameters_.row_max);
    std::uint64_t& end = ends_[random_.index(ends_.size())];
    const bool goes_on = end != 0 && random_.chance(parameters_.row_continues);
    const std::uint64_t first = goes_on ? end : one_of(kVoipFirst);
    if (parameters_.sequential) out_.rows.push_back({first, first + static_cast<unsigned>(size)});
    for (std::int64_t i = 0; i < size; ++i) {
      const bool bought = random_.chance(parameters_.row_filled);
      const double start =
          day + parameters_.row_start_days * static_cast<double>(i) / static_cast<double>(size);
      if (!parameters_.sequential) {
        add(one_of(kVoipFirst), start);
      } else if (bought) {
        add(first + static_cast<unsigned>(i), start);
      }
    }
    end = first + static_cast<unsigned>(size);
  }

  void add(std::uint64_t number, double day) {
    if (!known_.insert(number).second) return;
    RacketNumber made{.number = number, .bursts = {}, .second_life = 0, .brands = {}};
    const double life = std::max(
        kBurstDaysMin, life_.lognormal(parameters_.life_days_median, parameters_.life_spread));
    add_life(made, day, life);
    made.second_life = made.bursts.size();
    if (life_.chance(parameters_.returns_share)) {
      const double rest = life_.uniform(parameters_.rest_days_min, parameters_.rest_days_max);
      const double again = kBurstDaysMin + life_.exponential(parameters_.second_life_days);
      add_life(made, day + life + rest, again);
    }
    add_brands(made);
    out_.numbers.push_back(std::move(made));
  }

  // Bursts and pauses; the last burst ends with the life.
  void add_life(RacketNumber& number, double day, double life) {
    const double end = day + life;
    for (double at = day; at < end;) {
      double until = at + kBurstDaysMin + life_.exponential(parameters_.burst_days - kBurstDaysMin);
      double next = until + life_.exponential(parameters_.pause_days);
      if (until > end - kBurstDaysMin) until = end;
      if (until < end && next > end - kBurstDaysMin) next = end - kBurstDaysMin;
      number.bursts.push_back({kStart + seconds(at), kStart + seconds(until)});
      at = until < end ? next : end;
    }
  }

  void add_brands(RacketNumber& number) {
    double draw = life_.uniform();
    std::size_t count = 1;
    for (const double share : parameters_.brands_shares) {
      if (draw < share || count == 4) break;
      draw -= share;
      ++count;
    }
    while (number.brands.size() < count) {
      const auto brand = static_cast<std::uint16_t>(life_.integer(1, kBrands));
      if (std::find(number.brands.begin(), number.brands.end(), brand) == number.brands.end()) {
        number.brands.push_back(brand);
      }
    }
  }

  const Parameters& parameters_;
  Random random_;
  Random life_;
  std::vector<std::uint64_t> ends_;  // of each call centre's last row
  std::unordered_set<std::uint64_t> known_;
  Racket out_;
};

// The numbers of honest senders, each once.
std::vector<std::uint64_t> numbers_of_others(const std::vector<Mail>& honest) {
  std::vector<std::uint64_t> out;
  for (const Mail& mail : honest) {
    if (mail.group != Group::kOwn && mail.group != Group::kReassigned) out.push_back(mail.number);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

Racket make_racket(const Parameters& parameters, std::uint64_t seed) {
  return Maker(parameters, seed).make();
}

std::vector<Mail> scam_mails(const Parameters& parameters, const Racket& racket,
                             std::uint64_t seed) {
  Random random(seed, "campaigns");
  const std::int64_t end = kStart + (parameters.warm_up_days + parameters.days) * kDay;
  std::vector<Mail> out;
  for (const RacketNumber& number : racket.numbers) {
    std::size_t brand = random.index(number.brands.size());
    for (const Burst& burst : number.bursts) {
      for (std::int64_t day = burst.from; day < burst.until; day += kDay) {
        if (random.chance(parameters.brand_switch)) brand = random.index(number.brands.size());
        if (!random.chance(parameters.site_share)) continue;
        const std::int64_t begin = random.integer(day, std::min(day + kDay, burst.until) - 1);
        const auto sender = static_cast<std::uint32_t>(random.integer(1, 1'000'000));
        for (int i = random.geometric(parameters.mails_a_campaign); i > 0; --i) {
          const std::int64_t at = begin + random.integer(0, 4 * 3'600);
          const bool unread = random.chance(parameters.brand_unread_share);
          if (at < kStart || at >= end) continue;
          out.push_back({.at = at,
                         .number = number.number,
                         .sender = sender,
                         .brand = unread ? std::uint16_t{0} : number.brands[brand],
                         .group = Group::kRacket});
        }
      }
    }
  }
  return out;
}

std::vector<FeedEntry> make_feed(const Parameters& parameters, const Racket& racket,
                                 const std::vector<Mail>& honest, std::uint64_t seed) {
  Random random(seed, "feed");
  const std::vector<std::uint64_t> others = numbers_of_others(honest);
  std::vector<FeedEntry> out;
  const auto list = [&](std::uint64_t number, std::int64_t first, std::int64_t last) {
    const double delay =
        random.lognormal(parameters.listing_hours_median, parameters.listing_spread) / 24;
    const FeedEntry entry{number, first + seconds(delay),
                          last + seconds(parameters.listed_days_after)};
    const std::size_t other = random.index(std::max<std::size_t>(others.size(), 1));
    const bool with_error = random.chance(parameters.listing_errors);
    if (entry.from >= entry.until) return;
    out.push_back(entry);
    if (with_error && !others.empty()) {
      out.push_back(
          {others[other], entry.from, entry.from + seconds(parameters.life_days_median), true});
    }
  };
  for (const RacketNumber& number : racket.numbers) {
    const std::size_t second = number.second_life;
    const bool listed = random.chance(parameters.listed_share);
    if (listed) list(number.number, number.first(), number.bursts[second - 1].until);
    if (second == number.bursts.size()) continue;
    if (random.chance(listed ? parameters.relisted_share : parameters.listed_share)) {
      list(number.number, number.bursts[second].from, number.last());
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const FeedEntry& a, const FeedEntry& b) { return a.from < b.from; });
  return out;
}

}  // namespace ringfence::simulation
