#include <gmock/gmock.h>

#include "ctl/campaigns_svg.h"
#include "ctl/campaigns_view.h"

namespace ringfence {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr TimePoint kNow{std::chrono::seconds(1'780'000'000)};  // 2026-05-28T20:26:40Z

E164 number(std::string_view text) { return *E164::parse(text); }

CampaignNode feature(CampaignFeature kind, std::string name, std::uint32_t messages) {
  CampaignNode out;
  out.kind = CampaignNode::Kind::kFeature;
  out.feature = kind;
  out.name = std::move(name);
  out.messages = messages;
  return out;
}

// A campaign whose every text is hostile.
CampaignView hostile_view(const std::string& text) {
  CampaignView view;
  view.campaign.id = *CampaignId::parse("c7f3a10b2");
  view.campaign.first_seen = kNow - std::chrono::days(1);
  view.campaign.last_seen = kNow;
  view.campaign.messages = 3;
  view.campaign.numbers = 2;
  view.campaign.brands = {{text, 2}};
  view.campaign.lures = {{text, 1}};
  view.campaign.sender_domains = {{text, 3}};
  view.campaign.ties = {{CampaignFeature::kNumber, 2, 1.0}};
  CampaignView::Number bad{.seen = {number("+18885550123"), 2, kNow}};
  bad.reputation.score = 95;
  Listing listing;
  listing.list = text;
  bad.reputation.listings = {listing};
  view.numbers = {bad, {.seen = {number("+18885550124"), 1, kNow}}};
  view.blocks = blocks_of({view.numbers[0].seen, view.numbers[1].seen});
  Sighting sighting;
  sighting.when = kNow;
  sighting.queue_id = sighting.message_id = sighting.from_domain = sighting.subject = text;
  sighting.from_display = sighting.rule = sighting.brand = text;
  sighting.recipients = {text};
  sighting.recipient_count = 1;
  sighting.action = "accept";
  sighting.numbers = {{.number = number("+18885550123")}};
  view.messages = {{{20'601, 1}, sighting}};
  view.days = {{20'600, 1}, {20'601, 2}};
  view.count.add(sighting);
  view.graph.nodes = {CampaignNode{.name = "c7f3a10b2"},
                      feature(CampaignFeature::kNumber, "+18885550123", 2),
                      feature(CampaignFeature::kBlock10, "+1888555012#", 2),
                      feature(CampaignFeature::kSenderDomain, text, 3),
                      feature(CampaignFeature::kBrand, text, 3),
                      feature(CampaignFeature::kDocument, text, 3)};
  view.graph.edges = {{0, 1, 1.0, 2}, {1, 2, 0.5, 2}, {0, 3, 0.1, 3}, {0, 4, 0.2, 3}, {0, 5, 1, 3}};
  return view;
}

constexpr const char* kHostile[] = {
    "\x1b[31mred", "a\nb",       "\"]; n99 [label=\"x", "a\\",  "x\xE2\x80\xAEy",
    "<b>x</b>",    "<<b>x</b>>", "&#60;b&#62;",         "=1+1", "a,b\",\"c",
    "\2332J",      "\\N\\G",
};

std::size_t lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(CampaignForms, HostileTextChangesNoForm) {
  const CampaignView harmless = hostile_view("plain");
  for (const char* text : kHostile) {
    const CampaignView view = hostile_view(text);
    for (const std::string& form :
         {campaign_text(view, 0), campaign_text(view, 60), campaign_csv(view), campaign_dot(view),
          to_line(to_json(view))}) {
      EXPECT_THAT(form, Not(HasSubstr("\x1b"))) << text;
      EXPECT_THAT(form, Not(HasSubstr("\x9b"))) << text;
      EXPECT_THAT(form, Not(HasSubstr("\xE2\x80\xAE"))) << text;
    }
    EXPECT_EQ(lines(campaign_text(view, 0)), lines(campaign_text(harmless, 0))) << text;
    EXPECT_EQ(lines(campaign_csv(view)), lines(campaign_csv(harmless))) << text;
    EXPECT_EQ(lines(campaign_dot(view)), lines(campaign_dot(harmless))) << text;
  }
  EXPECT_THAT(campaign_csv(hostile_view("=1+1")), HasSubstr(",'=1+1,"));
  EXPECT_THAT(campaign_dot(hostile_view("\"]; n99 [label=\"x")),
              HasSubstr("label=\"\\\"]; n99 [label=\\\"x\\n3 mails\""));
}

TEST(CampaignForms, Text) {
  const std::string text = campaign_text(hostile_view("norton"), 0);
  EXPECT_THAT(text, HasSubstr("c7f3a10b2: active, 3 mails, 2 numbers\n"
                              "  seen         2026-05-27T20:26:40Z to 2026-05-28T20:26:40Z\n"));
  EXPECT_THAT(text, HasSubstr("  brands       norton (2)\n"));
  EXPECT_THAT(text, HasSubstr("  held by      number (2 mails, weight 1.00)\n"));
  EXPECT_THAT(text, HasSubstr("  blocks       +1888555012# (2 numbers)\n"));
  EXPECT_THAT(text, HasSubstr("+18885550123      2  2026-05-28     95  unlisted  norton\n"));
  EXPECT_THAT(text, HasSubstr("2026-05-28       2  ########################################\n"));
  EXPECT_THAT(text, HasSubstr("1 mail to 1 recipient (1 different): 1 delivered"));
}

TEST(CampaignForms, TextGoesOnBelowOnATerminal) {
  CampaignView view = hostile_view("norton");
  view.campaign.brands = {{"geek-squad", 12}, {"mcafee", 3}, {"norton", 2}, {"paypal", 1}};
  EXPECT_THAT(campaign_text(view, 40), HasSubstr("  brands       geek-squad (12),\n"
                                                 "               mcafee (3), norton (2),\n"
                                                 "               paypal (1)\n"));
}

TEST(CampaignForms, Dot) {
  const std::string dot = campaign_dot(hostile_view("norton"));
  EXPECT_THAT(dot, HasSubstr("fillcolor=\"#f4b6a8\", label=\"+18885550123\\n2 mails, score 95\""));
  EXPECT_THAT(dot, HasSubstr("  n0 -> n1 [penwidth=3.00];\n"));
  EXPECT_THAT(dot, HasSubstr("  n1 -> n2 [penwidth=1.70];\n"));
  EXPECT_THAT(dot, HasSubstr("  n3 -> n0 [")) << "senders stand left of the campaign";
}

TEST(CampaignForms, DotDrawsMergedCampaignsAsOne) {
  CampaignView view = hostile_view("norton");
  view.campaign.merged = {*CampaignId::parse("c00000001")};
  CampaignNode merged;
  merged.name = "c00000001";
  view.graph.nodes.push_back(merged);
  view.graph.nodes.push_back(feature(CampaignFeature::kNumber, "+18885550124", 1));
  view.graph.edges.push_back({0, 6, 1, 0});
  view.graph.edges.push_back({6, 7, 1, 1});
  view.graph.edges.push_back({6, 3, 0.5, 1});
  view.graph.edges.push_back({99, 3, 0.5, 1});
  const std::string dot = campaign_dot(view);
  EXPECT_THAT(dot, HasSubstr("  n0 -> n7 ["));
  EXPECT_THAT(dot, HasSubstr("  n3 -> n0 [penwidth=1.70]")) << "once, by its greatest weight";
  EXPECT_THAT(dot, HasSubstr("1 campaign merged into it"));
  EXPECT_THAT(dot, Not(HasSubstr("n6")));
  EXPECT_THAT(dot, Not(HasSubstr("n99")));
}

TEST(CampaignForms, DotDrawsWhatMostMailsShow) {
  CampaignView view = hostile_view("norton");
  view.graph.nodes = {CampaignNode{.name = "c7f3a10b2"}};
  view.graph.edges.clear();
  EXPECT_THAT(campaign_dot(view), HasSubstr("  n0 ["));
  for (std::uint32_t i = 1; i <= 100; ++i) {
    view.graph.nodes.push_back(
        feature(CampaignFeature::kNumber, "+1888555" + std::to_string(1000 + i), i));
    view.graph.edges.push_back({0, i, 1, i});
  }
  view.graph.nodes.push_back(feature(CampaignFeature::kBlock10, "+1888555100#", 9));
  view.graph.edges.push_back({9, 101, 0.5, 9});
  view.graph.nodes.push_back(feature(CampaignFeature::kBlock10, "+1888555109#", 9));
  view.graph.edges.push_back({99, 102, 0.5, 9});
  const std::string dot = campaign_dot(view);
  EXPECT_THAT(dot, HasSubstr("n100 ["));
  EXPECT_THAT(dot, HasSubstr("n61 ["));
  EXPECT_THAT(dot, Not(HasSubstr("n60 ["))) << "the 40 of the most mails";
  EXPECT_THAT(dot, Not(HasSubstr("n101"))) << "a block of numbers that are not drawn";
  EXPECT_THAT(dot, HasSubstr("n99 -> n102"));
  EXPECT_THAT(dot, HasSubstr("left out"));
  EXPECT_THAT(campaign_dot(hostile_view("norton")), Not(HasSubstr("left out")));
}

TEST(CampaignForms, Blocks) {
  const auto blocks = [](std::initializer_list<const char*> numbers) {
    std::vector<CampaignNumber> seen;
    for (const char* text : numbers) seen.push_back({number(text), 1, kNow});
    std::string out;
    for (const auto& block : blocks_of(seen)) {
      out += block.range.to_string() + "=" + std::to_string(block.numbers) + " ";
    }
    return out;
  };
  EXPECT_EQ(blocks({}), "");
  EXPECT_EQ(blocks({"+18885550123", "+18885560123"}), "");
  EXPECT_EQ(blocks({"+18885550123", "+18885550124"}), "+1888555012#=2 ");
  EXPECT_EQ(blocks({"+18885550123", "+18885550199"}), "+188855501##=2 ");
  EXPECT_EQ(blocks({"+18885550123", "+18885550124", "+18885550199"}),
            "+188855501##=3 +1888555012#=2 ");
}

TEST(Filter, GivesWhatTheProgramSays) {
  std::string big(3 << 20, 'x');
  const auto out = run_filter(big, {.command = {"cat"}});
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(*out, big);
  EXPECT_EQ(run_filter("", {.command = {"cat"}}).value_or("error"), "");
  EXPECT_EQ(run_filter(big, {.command = {"echo", "$HOME `id`"}}).value_or("error"), "$HOME `id`\n")
      << "no shell; and the rest of the input is not waited for";
}

TEST(Filter, FailuresAreToldAndBounded) {
  const struct {
    FilterOptions options;
    const char* expected;
  } cases[] = {
      {{.command = {"ringfence-no-such-program"}}, "is not installed"},
      {{.command = {"false"}}, "failed"},
      {{.command = {"sleep", "600"}, .time_max = milliseconds(50)}, "took too long"},
      {{.command = {"yes"}, .bytes_max = 100'000}, "gave too much"},
  };
  for (const auto& one : cases) {
    const auto out = run_filter("graph {}", one.options);
    ASSERT_FALSE(out) << one.expected;
    EXPECT_THAT(out.error().message, HasSubstr(one.expected));
    EXPECT_EQ(out.error().kind, ErrorKind::kUnavailable);
  }
}

// What Graphviz makes of hostile names: text in a picture, no element, no attribute.
TEST(Svg, HostileNamesAreText) {
  if (!run_filter("graph {}", {})) GTEST_SKIP() << "Graphviz is not installed";
  for (const char* text : kHostile) {
    const auto svg = svg_of_dot(campaign_dot(hostile_view(text)));
    ASSERT_TRUE(svg) << svg.error().message << text;
    EXPECT_THAT(*svg, HasSubstr("+18885550123"));
    EXPECT_THAT(*svg, Not(HasSubstr("<title>n99"))) << "a node of the mail's own";
    EXPECT_THAT(*svg, Not(HasSubstr("<b>")));
  }
}

}  // namespace
}  // namespace ringfence
