#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "bench/simulation/random.h"
#include "bench/simulation/world.h"

namespace ringfence::simulation {
namespace {

// Away from what rackets buy.
constexpr std::uint64_t kOwnFirst = 99'930'000'000'000;
constexpr std::uint64_t kHonestFirst = 99'940'000'000'000;
constexpr std::int64_t kHonestNumbers = 50'000'000;
constexpr int kBrands = 16;
constexpr std::uint16_t kCourierBrand = 100;  // the first courier's own
constexpr std::int64_t kHour = 3'600;

/// Who sends under one number.
struct Sender {
  std::uint64_t number = 0;
  std::uint32_t domain = 0;
  std::vector<std::uint16_t> brands;  // that some of its mails wear
};

class Maker {
 public:
  Maker(const Parameters& parameters, std::uint64_t seed)
      : parameters_(parameters),
        seed_(seed),
        random_(seed, "honest"),
        zipf_(parameters.businesses) {}

  std::vector<Mail> make(const Racket& racket, const std::vector<Mail>& scam) {
    make_senders();
    businesses();
    newsletters();
    persons();
    couriers();
    resellers();
    newcomers();
    neighbours(racket);
    reassigned(racket);
    own(scam);
    return std::move(out_);
  }

 private:
  std::int64_t last_day() const { return parameters_.warm_up_days + parameters_.days; }

  std::uint16_t brand() { return static_cast<std::uint16_t>(random_.integer(1, kBrands)); }
  std::uint64_t honest_number() {
    return kHonestFirst + static_cast<std::uint64_t>(random_.integer(0, kHonestNumbers - 1));
  }
  Sender sender(int brands, std::uint64_t number) {
    Sender made{number, next_domain_++, {}};
    for (; brands > 0; --brands) made.brands.push_back(brand());
    return made;
  }

  void make_senders() {
    const auto branded = [&](double share, int brands) {
      return random_.chance(share) ? brands : 0;
    };
    for (int i = 0; i < parameters_.businesses; ++i) {
      businesses_.push_back(
          sender(branded(parameters_.business_branded_share, 3), honest_number()));
    }
    for (int i = 0; i < parameters_.newsletters; ++i) {
      newsletters_.push_back(sender(branded(parameters_.deal_share, 8), honest_number()));
    }
    for (int i = 0; i < parameters_.persons; ++i) {
      persons_.push_back(sender(8, honest_number()));
    }
    for (int i = 0; i < parameters_.couriers; ++i) {
      couriers_.push_back(sender(5, honest_number()));
    }
    for (int i = 0; i < parameters_.resellers; ++i) {
      resellers_.push_back(sender(static_cast<int>(random_.integer(2, 5)), honest_number()));
    }
  }

  std::uint64_t own_number() {
    return kOwnFirst + random_.index(static_cast<std::size_t>(parameters_.own_numbers));
  }

  Mail& add(Group group, const Sender& from, std::int64_t day) {
    out_.push_back({.at = kStart + day * kDay + random_.integer(0, kDay - 1),
                    .number = from.number,
                    .sender = from.domain,
                    .group = group});
    return out_.back();
  }
  // Wears one of its sender's brands.
  void dress(Mail& mail, const Sender& from, double share) {
    if (from.brands.empty() || !random_.chance(share)) return;
    mail.brand = from.brands[random_.index(from.brands.size())];
  }
  template <typename F>
  void each_mail(double a_day, F&& make) {
    for (std::int64_t day = 0; day < last_day(); ++day) {
      for (int i = random_.rounded(a_day); i > 0; --i) make(day);
    }
  }

  void businesses() {
    each_mail(parameters_.business_mails, [&](std::int64_t day) {
      const Sender& from = businesses_[zipf_.draw(random_)];
      dress(add(Group::kBusiness, from, day), from, parameters_.business_brand_share);
    });
  }
  void newsletters() {
    each_mail(parameters_.newsletter_mails, [&](std::int64_t day) {
      const Sender& from = newsletters_[random_.index(newsletters_.size())];
      dress(add(Group::kNewsletter, from, day), from, parameters_.deal_brand_share);
    });
  }
  void persons() {
    each_mail(parameters_.person_mails, [&](std::int64_t day) {
      const Sender& from = persons_[random_.index(persons_.size())];
      Mail& mail = add(Group::kPerson, from, day);
      dress(mail, from, parameters_.person_brand_share);
      if (random_.chance(parameters_.quotes_our_number_share)) mail.second = own_number();
    });
  }
  void couriers() {
    each_mail(parameters_.courier_mails, [&](std::int64_t day) {
      const std::size_t which = random_.index(couriers_.size());
      Mail& mail = add(Group::kCourier, couriers_[which], day);
      if (random_.chance(parameters_.courier_own_share)) {
        mail.brand = static_cast<std::uint16_t>(kCourierBrand + which);
      } else {
        dress(mail, couriers_[which],
              parameters_.courier_shop_share / (1 - parameters_.courier_own_share));
      }
    });
  }
  void resellers() {
    each_mail(parameters_.reseller_mails, [&](std::int64_t day) {
      const Sender& from = resellers_[random_.index(resellers_.size())];
      dress(add(Group::kReseller, from, day), from, parameters_.reseller_brand_share);
    });
  }

  void newcomers() {
    for (std::int64_t day = 0; day < last_day(); ++day) {
      for (int i = random_.rounded(parameters_.newcomers_a_day); i > 0; --i) {
        const bool branded = random_.chance(parameters_.newcomer_branded_share);
        const Sender from = sender(branded ? 3 : 0, honest_number());
        const auto days =
            1 + static_cast<std::int64_t>(random_.exponential(parameters_.newcomer_days));
        for (std::int64_t at = day; at < std::min(day + days, last_day()); ++at) {
          for (int m = random_.rounded(parameters_.newcomer_mails); m > 0; --m) {
            dress(add(Group::kNewcomer, from, at), from, parameters_.newcomer_brand_share);
          }
        }
      }
    }
  }

  void neighbours(const Racket& racket) {
    std::unordered_set<std::uint64_t> bought;
    for (const RacketNumber& number : racket.numbers) bought.insert(number.number);
    for (const Row& row : racket.rows) {
      const std::uint64_t first = row.first / 100 * 100;
      const auto size = static_cast<std::int64_t>((row.last - 1) / 100 * 100 + 100 - first);
      for (int i = random_.rounded(parameters_.neighbours_a_row); i > 0; --i) {
        const std::uint64_t number =
            first + static_cast<std::uint64_t>(random_.integer(0, size - 1));
        if (bought.contains(number)) continue;
        const Sender from = sender(0, number);
        each_mail(parameters_.neighbour_mails,
                  [&](std::int64_t day) { add(Group::kNeighbour, from, day); });
      }
    }
  }

  void reassigned(const Racket& racket) {
    for (const RacketNumber& number : racket.numbers) {
      if (!random_.chance(parameters_.reassigned_share)) continue;
      const Sender from = sender(0, number.number);
      const std::int64_t begin =
          (number.last() - kStart) / kDay + 1 +
          random_.integer(parameters_.reassigned_days_min, parameters_.reassigned_days_max);
      for (std::int64_t day = std::max<std::int64_t>(begin, 0); day < last_day(); ++day) {
        for (int i = random_.rounded(parameters_.reassigned_mails); i > 0; --i) {
          add(Group::kReassigned, from, day);
        }
      }
    }
  }

  // A number that somebody writes down for somebody else: of those who get much mail, but nobody
  // writes down a newsletter's or a courier's.
  std::uint64_t named_number() {
    const double draw = random_.uniform();
    if (draw < 0.6) return businesses_[zipf_.draw(random_)].number;
    const std::vector<Sender>& senders = draw < 0.95 ? persons_ : resellers_;
    return senders[random_.index(senders.size())].number;
  }

  void own(const std::vector<Mail>& scam) {
    const std::size_t inbound = out_.size();
    each_mail(parameters_.own_mails, [&](std::int64_t day) {
      Mail& mail = add(Group::kOwn, {own_number(), 0, {}}, day);
      if (random_.chance(parameters_.own_quotes_share)) {
        mail.quotes = true;
        mail.second = out_[random_.index(inbound)].number;
      } else if (random_.chance(parameters_.own_names_share / (1 - parameters_.own_quotes_share))) {
        mail.second = named_number();
      }
    });
    Random asks(seed_, "asks");
    for (const Mail& mail : scam) {
      const std::int64_t at = mail.at + asks.integer(1, 5 * kHour);
      if (!asks.chance(parameters_.vouched_share) || at >= kStart + last_day() * kDay) continue;
      out_.push_back(
          {.at = at, .number = own_number(), .second = mail.number, .group = Group::kOwn});
    }
  }

  const Parameters& parameters_;
  const std::uint64_t seed_;
  Random random_;
  const Zipf zipf_;
  std::uint32_t next_domain_ = 2'000'000;
  std::vector<Sender> businesses_;
  std::vector<Sender> newsletters_;
  std::vector<Sender> persons_;
  std::vector<Sender> couriers_;
  std::vector<Sender> resellers_;
  std::vector<Mail> out_;
};

}  // namespace

std::string_view to_token(Group group) {
  constexpr std::string_view kTokens[kGroupCount] = {
      "racket",   "business", "newsletter", "person",     "courier",
      "reseller", "newcomer", "neighbour",  "reassigned", "own"};
  return kTokens[static_cast<std::size_t>(group)];
}

std::vector<Mail> honest_mails(const Parameters& parameters, const Racket& racket,
                               const std::vector<Mail>& scam, std::uint64_t seed) {
  return Maker(parameters, seed).make(racket, scam);
}

World make_world(const Parameters& parameters, std::uint64_t seed) {
  World out;
  out.racket = make_racket(parameters, seed);
  out.mails = scam_mails(parameters, out.racket, seed);
  const std::vector<Mail> honest = honest_mails(parameters, out.racket, out.mails, seed);
  out.feed = make_feed(parameters, out.racket, honest, seed);
  out.mails.insert(out.mails.end(), honest.begin(), honest.end());
  std::stable_sort(out.mails.begin(), out.mails.end(),
                   [](const Mail& a, const Mail& b) { return a.at < b.at; });
  return out;
}

}  // namespace ringfence::simulation
