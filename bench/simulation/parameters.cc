#include "bench/simulation/parameters.h"

#include <fmt/core.h>

#include <cmath>

namespace ringfence::simulation {
namespace {

std::string percent(double share) { return fmt::format("{:g} %", share * 100); }

}  // namespace

double new_numbers_a_day(const Parameters& parameters) {
  // Seen within `days` is what comes into use then, and what is in use when they begin.
  const double life =
      parameters.life_days_median * std::exp(parameters.life_spread * parameters.life_spread / 2);
  const double second = parameters.returns_share * (parameters.days + parameters.second_life_days);
  return parameters.numbers / (parameters.days + life + second);
}

std::vector<ParameterNote> notes(const Parameters& p) {
  const std::string shares =
      fmt::format("{}, {}, {}, {}", percent(p.brands_shares[0]), percent(p.brands_shares[1]),
                  percent(p.brands_shares[2]), percent(p.brands_shares[3]));
  return {
      {"numbers in use within 33 days, everywhere", std::to_string(p.numbers), "published"},
      {"life of a number, first to last mail",
       fmt::format("median {:g} days, lognormal, {:g}", p.life_days_median, p.life_spread),
       "median published, spread assumed"},
      {"VoIP numbers", percent(p.voip_share),
       "published; that the others are not in rows: assumed"},
      {"VoIP numbers bought at once",
       fmt::format("{} to {} in a row, {} of them", p.row_min, p.row_max, percent(p.row_filled)),
       "in rows: published; how many: assumed"},
      {"a row goes on where the last one ended", percent(p.row_continues), "assumed"},
      {"numbers of a row come into use within", fmt::format("{:g} days, in turn", p.row_start_days),
       "rotation published, pace assumed"},
      {"call centres", std::to_string(p.call_centres), "several: published; how many: assumed"},
      {"in use, then a cool-down",
       fmt::format("{:g} and {:g} days, means", p.burst_days, p.pause_days),
       "cool-downs published, lengths assumed"},
      {"numbers that return after a rest",
       fmt::format("{}, {} to {} days", percent(p.returns_share), p.rest_days_min, p.rest_days_max),
       "return published, figures assumed"},
      {"numbers under 1, 2, 3, 4 brands", shares, "several published, shares assumed"},
      {"another brand on the next day", percent(p.brand_switch), "assumed"},
      {"scam mails without a brand that is found", percent(p.brand_unread_share),
       "measured: 6 of 50 labelled callback mails"},
      {"days in use of a number that reach this site", percent(p.site_share), "assumed"},
      {"mails on such a day", fmt::format("{:g}, mean", p.mails_a_campaign), "assumed"},
      {"scam numbers that our users write in new mail", percent(p.vouched_share), "assumed"},
      {"numbers that the feed lists", percent(p.listed_share), "assumed"},
      {"so long after the first mail",
       fmt::format("median {:g} h, lognormal, {:g}", p.listing_hours_median, p.listing_spread),
       "assumed"},
      {"out of the feed after the last mail", fmt::format("{:g} days", p.listed_days_after),
       "assumed"},
      {"score of a listing", std::to_string(p.listing_score), "default of a feed"},
      {"honest numbers among the listed", percent(p.listing_errors), "assumed"},
      {"refreshes of the table", fmt::format("{} a day", p.refreshes_a_day),
       "assumed (the default is hourly)"},
      {"businesses",
       fmt::format("{} numbers, {:g} mails a day, Zipf", p.businesses, p.business_mails),
       "assumed"},
      {"of them name brands",
       fmt::format("{} of the businesses, {} of their mails, 3 brands",
                   percent(p.business_branded_share), percent(p.business_brand_share)),
       "assumed; of all honest mail here 4 to 5 % wear a brand, measured: 1 of 26"},
      {"newsletters",
       fmt::format("{} numbers, {:g} mails a day", p.newsletters, p.newsletter_mails), "assumed"},
      {"of them advertise brands",
       fmt::format("{}, in {} of their mails, 8 brands", percent(p.deal_share),
                   percent(p.deal_brand_share)),
       "assumed"},
      {"persons",
       fmt::format("{} numbers, {:g} mails a day, {} wear a brand", p.persons, p.person_mails,
                   percent(p.person_brand_share)),
       "assumed"},
      {"of them quote a number of ours", percent(p.quotes_our_number_share), "assumed"},
      {"couriers",
       fmt::format("{} numbers, {:g} mails a day, {} under their own brand, {} a shop's",
                   p.couriers, p.courier_mails, percent(p.courier_own_share),
                   percent(p.courier_shop_share)),
       "assumed"},
      {"resellers",
       fmt::format("{} numbers, {:g} mails a day, {} under one of 2 to 5 brands", p.resellers,
                   p.reseller_mails, percent(p.reseller_brand_share)),
       "assumed"},
      {"new honest numbers",
       fmt::format("{:g} a day, in use {:g} days, {:g} mails a day each", p.newcomers_a_day,
                   p.newcomer_days, p.newcomer_mails),
       "assumed"},
      {"of them name brands",
       fmt::format("{}, in {} of their mails, 3 brands", percent(p.newcomer_branded_share),
                   percent(p.newcomer_brand_share)),
       "assumed"},
      {"honest neighbours of a row, within its hundreds",
       fmt::format("{:g}, {:g} mails a day each", p.neighbours_a_row, p.neighbour_mails),
       "assumed, far more than there would be"},
      {"given up numbers that go to an honest sender",
       fmt::format("{}, after {} to {} days, {:g} mails a day each", percent(p.reassigned_share),
                   p.reassigned_days_min, p.reassigned_days_max, p.reassigned_mails),
       "45 days are the least in the USA (FCC 18-177); the rest assumed"},
      {"mail of our own users",
       fmt::format("{:g} a day; {} quote, {} name a number of others", p.own_mails,
                   percent(p.own_quotes_share), percent(p.own_names_share)),
       "assumed"},
  };
}

std::vector<Scenario> scenarios() {
  const Parameters base;
  Parameters slow = base;
  slow.listed_share = 0.3;
  slow.listing_hours_median = 96;
  Parameters fast = base;
  fast.listed_share = 0.8;
  fast.listing_hours_median = 8;
  Parameters scattered = base;
  scattered.sequential = false;
  Parameters large = base;
  large.site_share = base.site_share * 4;
  Parameters small = base;
  small.site_share = base.site_share / 10;
  Parameters plain = base;
  plain.business_brand_share /= 5;
  plain.deal_brand_share /= 5;
  plain.newcomer_brand_share /= 5;
  return {
      {"base", "as the table of parameters says", base},
      {"slow feed", "lists 30 %, median 96 h after the first mail", slow},
      {"fast feed", "lists 80 %, median 8 h after the first mail", fast},
      {"no rows", "VoIP numbers bought one by one", scattered},
      {"large site", "four times the scam mail, as much honest mail", large},
      {"small site", "a tenth of the scam mail, as much honest mail", small},
      {"plain mail", "honest mail names brands a fifth as often", plain},
  };
}

}  // namespace ringfence::simulation
