// Parameters of the simulation of number rackets: values, and where each comes from.
//
// Does not: generate (world.h), judge (evaluation.h).
// Source: the published figures on number rackets (Cisco Talos, July 2025 and May 2026) where
// notes() says so; all else is assumed and says that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::simulation {

/// Rates are of one site's mail unless they say "in all".
struct Parameters {
  // The clock.
  int warm_up_days = 90;  // that tables and sightings learn from; not judged
  int days = 33;          // judged
  int refreshes_a_day = 4;

  // The rackets.
  int numbers = 1'652;           // different ones in use within `days`, in all
  double life_days_median = 14;  // from first to last mail, lognormal
  double life_spread = 0.7;      // sigma of its logarithm
  double burst_days = 3;         // mean time in use without a pause, exponential
  double pause_days = 3;         // mean pause
  double returns_share = 0.15;   // come back after a rest, for a second, short life
  int rest_days_min = 21;        // even
  int rest_days_max = 75;
  double second_life_days = 7;  // mean, exponential
  double voip_share = 0.55;     // bought in rows; the others one by one
  bool sequential = true;       // false: VoIP numbers too are bought one by one
  int row_min = 10;             // numbers bought at once, even
  int row_max = 40;
  double row_filled = 0.8;     // of the numbers of a row; the gaps are other people's
  double row_continues = 0.3;  // go on where the last row of this call centre ended
  double row_start_days = 10;  // the numbers of a row come into use one after another
  int call_centres = 12;
  double brands_shares[4] = {0.35, 0.3, 0.2, 0.15};  // numbers under 1, 2, 3, 4 brands
  double brand_switch = 0.3;         // a day's mail is under another brand than the last one's
  double brand_unread_share = 0.12;  // mails that wear no brand of the lexicon

  // The site.
  double site_share = 0.05;       // of a number's days in use that bring mail to this site
  double mails_a_campaign = 2.5;  // mean on such a day, geometric, within four hours
  double vouched_share = 0.002;   // scam mails whose number a user writes in a mail of his own

  // The feed.
  double listed_share = 0.6;         // of numbers, each time they come into use
  double listing_hours_median = 30;  // after their first mail in all, lognormal
  double listing_spread = 1.1;
  double relisted_share = 0.8;   // of listed ones that come back
  double listed_days_after = 7;  // after their last mail in all, then they leave the feed
  int listing_score = 80;
  double listing_errors = 0.005;  // honest numbers listed, beside each number listed rightly

  // Honest mail a day, of so many numbers.
  int businesses = 8'000;
  double business_mails = 3'000;        // by Zipf's law: the first has the most
  double business_branded_share = 0.2;  // of businesses: mails that wear one of three brands
  double business_brand_share = 0.05;   // of their mails
  int newsletters = 200;
  double newsletter_mails = 800;
  double deal_share = 0.1;        // of newsletters: those that advertise brands
  double deal_brand_share = 0.4;  // of their mails, one of eight brands
  int persons = 4'000;
  double person_mails = 1'000;
  double person_brand_share = 0.01;
  double quotes_our_number_share = 0.4;  // answers that carry a signature of our own too
  int couriers = 12;
  double courier_mails = 150;
  double courier_own_share = 0.6;    // wear the courier's own brand
  double courier_shop_share = 0.15;  // or that of one of five shops
  int resellers = 40;
  double reseller_mails = 40;
  double reseller_brand_share = 0.6;  // one of the two to five brands it sells
  double newcomers_a_day = 20;  // honest numbers never seen before: call tracking, new senders
  double newcomer_days = 20;    // mean time in use, exponential
  double newcomer_mails = 1;    // of each
  double newcomer_branded_share = 0.2;  // of newcomers: mails that wear one of three brands
  double newcomer_brand_share = 0.2;    // of their mails
  double neighbours_a_row = 2;          // honest numbers within 100 of a row
  double neighbour_mails = 0.3;         // of each
  double reassigned_share = 0.01;       // of given up numbers: become an honest sender's
  int reassigned_days_min = 45;         // after their last mail, even
  int reassigned_days_max = 120;
  double reassigned_mails = 0.3;  // of each

  // Mail of our own users.
  int own_numbers = 100;
  double own_mails = 500;
  double own_quotes_share = 0.4;  // answers, which quote any number
  double own_names_share = 0.02;  // new mails that name somebody's number
};

/// One line of the table of parameters.
struct ParameterNote {
  std::string what;
  std::string value;
  std::string source;  // "published", "measured: ...", "assumed", ...
};
std::vector<ParameterNote> notes(const Parameters& parameters);

/// "base", and what differs from it, one thing each.
struct Scenario {
  std::string_view name;
  std::string_view what;
  Parameters parameters;
};
std::vector<Scenario> scenarios();

/// Numbers of the racket that come into use a day, so that `numbers` are within `days`.
double new_numbers_a_day(const Parameters& parameters);

}  // namespace ringfence::simulation
