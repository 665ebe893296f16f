// The matcher's throughput beside its two measures, on the same texts in one run: a raw
// hs_scan_stream of one digit-run pattern (as fast as it could be) and libphonenumber's own matcher
// (what it replaces).
//
// The texts are made here: prose, HTML source, base64, logs dense in digits, and floods.
#include <benchmark/benchmark.h>
#include <hs/hs.h>
#include <phonenumbers/phonenumbermatch.h>
#include <phonenumbers/phonenumbermatcher.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "matcher/fold.h"
#include "matcher/matcher.h"
#include "matcher/number_reader.h"
#include "matcher/patterns.h"
#include "matcher/scanner.h"

namespace ringfence {
namespace {

constexpr std::size_t kTextBytes = std::size_t{1} << 20;
constexpr std::size_t kChunkBytes = 16384;  // as a milter's body chunks come, decoded

enum Text : int {
  kProse,
  kHtml,
  kBase64,
  kDense,
  kCyrillic,
  kNumberFlood,
  kDigitFlood,
  kSpacedFlood,
  kLetter,
  kTextCount
};
constexpr std::array<const char*, kTextCount> kTextNames = {
    "prose",        "html",        "base64",       "dense", "cyrillic",
    "number-flood", "digit-flood", "spaced-flood", "letter"};

class TextMaker {
 public:
  std::string make(Text kind) {
    std::string out;
    while (out.size() < kTextBytes) add(kind, out);
    out.resize(kTextBytes);
    return out;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string digits(std::size_t count) {
    std::string out;
    for (; count > 0; --count) out += static_cast<char>('0' + below(10));
    return out;
  }

  void add(Text kind, std::string& out) {
    static constexpr std::array<const char*, 16> kWords = {
        "the",     "invoice", "of",     "your",  "renewal", "was",     "and",     "customer",
        "support", "please",  "within", "hours", "account", "charged", "service", "for"};
    switch (kind) {
      case kProse:  // some 600 candidates a MB
        for (int i = 0; i < 250; ++i) {
          out += kWords[below(kWords.size())];
          out += below(14) == 0 ? ".\n" : " ";
        }
        out += "Call +1 (202) 555-01" + digits(2) + " about order " + digits(5) + " of 2026-02-" +
               digits(2) + ", $" + digits(3) + "." + digits(2) + ". ";
        break;
      case kHtml:
        out += "<td style=\"padding:10px " + digits(2) + "px;color:#" + digits(6) +
               "\" width=\"600\"><a href=\"https://example.com/a?id=" + digits(4) + "\">" +
               kWords[below(kWords.size())] + " " + kWords[below(kWords.size())] + "</a></td>\n";
        break;
      case kBase64: {
        static constexpr std::string_view kAlphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < 76; ++i) out += kAlphabet[below(64)];
        out += "\r\n";
        break;
      }
      case kDense:
        out += "2026-02-" + digits(2) + " 10:" + digits(2) + ":" + digits(2) + " " + digits(3) +
               "." + digits(2) + " " + digits(5) + " id=" + digits(9) + " " + digits(4) + "\n";
        break;
      case kCyrillic:
        out += "Уважаемый клиент, ваш счёт за услуги готов, звоните по номеру ";
        if (below(10) == 0) out += "+7 495 " + digits(3) + "-" + digits(2) + "-" + digits(2);
        out += "\n";
        break;
      case kNumberFlood:
        out += "+1 202 " + std::to_string(200 + below(800)) + "-" + digits(4) + "\n";
        break;
      case kDigitFlood:
        out += digits(4096);
        break;
      case kSpacedFlood:
        out += digits(1 + below(5)) + " ";
        break;
      case kLetter: {  // as people write, unlike prose, half of whose words are lures
        static constexpr std::array<const char*, 90> kLetterWords = {
            "the",     "of",      "and",     "to",       "a",       "in",       "is",
            "that",    "was",     "he",      "for",      "it",      "with",     "as",
            "his",     "on",      "be",      "at",       "by",      "I",        "this",
            "had",     "not",     "are",     "but",      "from",    "or",       "have",
            "an",      "they",    "which",   "one",      "you",     "were",     "all",
            "her",     "she",     "there",   "would",    "their",   "we",       "him",
            "been",    "has",     "when",    "who",      "will",    "no",       "more",
            "if",      "out",     "so",      "up",       "said",    "what",     "its",
            "about",   "than",    "into",    "them",     "can",     "only",     "other",
            "time",    "new",     "some",    "could",    "these",   "two",      "may",
            "first",   "then",    "do",      "any",      "like",    "my",       "now",
            "over",    "such",    "meeting", "tomorrow", "project", "question", "weekend",
            "regards", "invoice", "account", "order",    "please",  "support"};
        for (int i = 0; i < 150; ++i) {
          out += kLetterWords[std::min(below(kLetterWords.size()), below(2 * kLetterWords.size()))];
          out += below(14) == 0 ? ".\n" : " ";
        }
        out += "Call +1 (202) 555-01" + digits(2) + ". ";
        break;
      }
      case kTextCount:
        std::abort();
    }
  }

  std::mt19937 random_{1};
};

const std::string& text_of(const benchmark::State& state) {
  static const auto texts = [] {
    std::array<std::string, kTextCount> out;
    for (int i = 0; i < kTextCount; ++i) {
      out[static_cast<std::size_t>(i)] = TextMaker().make(static_cast<Text>(i));
    }
    return out;
  }();
  return texts[static_cast<std::size_t>(state.range(0))];
}

void report(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.SetLabel(kTextNames[static_cast<std::size_t>(state.range(0))]);
}

std::shared_ptr<const MatcherEngine> engine_of(const MatcherOptions& options) {
  auto made = MatcherEngine::create(options);
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().message.c_str());
    std::exit(70);
  }
  return *made;
}

/// A message of `megabytes` of the text in one stream, in chunks.
void match_message(benchmark::State& state, const std::shared_ptr<const MatcherEngine>& engine) {
  const std::string& text = text_of(state);
  const auto megabytes = static_cast<int>(state.range(1));
  std::size_t found = 0;
  bool partial = false;
  for (auto _ : state) {
    MessageMatcher matcher(engine);
    for (int i = 0; i < megabytes; ++i) {
      for (std::size_t at = 0; at < text.size(); at += kChunkBytes) {
        matcher.push(1, Place::kPlain, std::string_view(text).substr(at, kChunkBytes));
      }
    }
    const Findings findings = matcher.finish();
    found = findings.numbers.size();
    partial = !findings.limits.empty();
  }
  report(state, text.size() * static_cast<std::size_t>(megabytes));
  state.counters["numbers"] = static_cast<double>(found);
  state.counters["partial"] = partial ? 1 : 0;
}

/// As shipped, with the built-in lexicon.
void message_matcher(benchmark::State& state) {
  static const auto engine = engine_of(default_config().matcher);
  match_message(state, engine);
}
BENCHMARK(message_matcher)
    ->ArgsProduct({benchmark::CreateDenseRange(0, kTextCount - 1, 1), {1, 10}})
    ->Unit(benchmark::kMillisecond);

void without_lexicon(benchmark::State& state) {
  static const auto engine = engine_of({});
  match_message(state, engine);
}
BENCHMARK(without_lexicon)
    ->ArgsProduct({{kProse, kHtml, kBase64, kCyrillic, kLetter}, {1}})
    ->Unit(benchmark::kMillisecond);

void make_engine(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(engine_of(default_config().matcher));
}
BENCHMARK(make_engine)->Unit(benchmark::kMillisecond);

/// Numbers as lists of feeds hold them: what `feeds import` pays for a line.
void parse_number(benchmark::State& state, const char* shape) {
  static const auto reader = NumberReader::create({}).value();
  std::mt19937 random(2);
  std::vector<std::string> lines;
  for (int i = 0; i < 10'000; ++i) {
    std::string line(shape);
    for (char& c : line) {
      if (c == 'X') c = static_cast<char>('2' + random() % 8);
    }
    lines.push_back(std::move(line));
  }
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(reader->parse_number(lines[at]));
    at = at + 1 < lines.size() ? at + 1 : 0;
  }
}
BENCHMARK_CAPTURE(parse_number, e164, "+120XXXXXXXX");
BENCHMARK_CAPTURE(parse_number, spaced, "+44 20 XXXX XXXX");
BENCHMARK_CAPTURE(parse_number, national, "(20X) XXX-XXXX");
BENCHMARK_CAPTURE(parse_number, national_with_code, "120XXXXXXXX");
BENCHMARK_CAPTURE(parse_number, too_short, "+1888XXX");
BENCHMARK_CAPTURE(parse_number, by_the_library, "+44 (0)20 XXXX XXXX");

/// Everything but the reading: fold, patterns, clusters.
void scanner_alone(benchmark::State& state) {
  static const auto patterns =
      PatternDatabase::create(number_patterns(), PatternDatabase::Mode::kStream).value();
  const std::string& text = text_of(state);
  std::size_t found = 0;
  for (auto _ : state) {
    found = 0;
    Scanner scanner(*patterns, Place::kPlain);
    std::vector<Cluster> clusters;
    for (std::size_t at = 0; at < text.size(); at += kChunkBytes) {
      scanner.push(std::string_view(text).substr(at, kChunkBytes), clusters);
      found += clusters.size();
      clusters.clear();
    }
    scanner.finish(clusters);
    found += clusters.size();
  }
  report(state, text.size());
  state.counters["clusters"] = static_cast<double>(found);
}
BENCHMARK(scanner_alone)->DenseRange(0, kTextCount - 1)->Unit(benchmark::kMillisecond);

void fold_alone(benchmark::State& state) {
  const std::string& text = text_of(state);
  for (auto _ : state) {
    Fold fold;
    FoldedText out;
    for (std::size_t at = 0; at < text.size(); at += kChunkBytes) {
      fold.push(std::string_view(text).substr(at, kChunkBytes), out);
      out.drop_before(out.end());
    }
    benchmark::DoNotOptimize(out.base);
  }
  report(state, text.size());
}
BENCHMARK(fold_alone)->Arg(kProse)->Arg(kHtml)->Arg(kCyrillic)->Unit(benchmark::kMillisecond);

int count_match(unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
  ++*static_cast<std::size_t*>(count);
  return 0;
}

void raw_hyperscan(benchmark::State& state) {
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile(R"([0-9](?:[ .\-()]{0,3}[0-9]){6})", 0, HS_MODE_STREAM, nullptr, &database,
                 &error) != HS_SUCCESS) {
    state.SkipWithError(error->message);
    hs_free_compile_error(error);
    return;
  }
  hs_scratch_t* scratch = nullptr;
  hs_alloc_scratch(database, &scratch);
  const std::string& text = text_of(state);
  std::size_t count = 0;
  for (auto _ : state) {
    hs_stream_t* stream = nullptr;
    hs_open_stream(database, 0, &stream);
    for (std::size_t at = 0; at < text.size(); at += kChunkBytes) {
      const std::string_view chunk = std::string_view(text).substr(at, kChunkBytes);
      hs_scan_stream(stream, chunk.data(), static_cast<unsigned>(chunk.size()), 0, scratch,
                     count_match, &count);
    }
    hs_close_stream(stream, scratch, count_match, &count);
  }
  report(state, text.size());
  hs_free_scratch(scratch);
  hs_free_database(database);
}
BENCHMARK(raw_hyperscan)->DenseRange(0, kTextCount - 1)->Unit(benchmark::kMillisecond);

/// On a tenth of the text: it is slow.
void libphonenumber_matcher(benchmark::State& state) {
  using i18n::phonenumbers::PhoneNumberMatch;
  using i18n::phonenumbers::PhoneNumberMatcher;
  using i18n::phonenumbers::PhoneNumberUtil;
  const std::string text = text_of(state).substr(0, kTextBytes / 10);
  std::size_t found = 0;
  for (auto _ : state) {
    found = 0;
    PhoneNumberMatcher matcher(*PhoneNumberUtil::GetInstance(), text, "US",
                               PhoneNumberMatcher::VALID, 1'000'000);
    PhoneNumberMatch match;
    while (matcher.HasNext()) {
      matcher.Next(&match);
      ++found;
    }
  }
  report(state, text.size());
  state.counters["numbers"] = static_cast<double>(found);
}
BENCHMARK(libphonenumber_matcher)
    ->DenseRange(kProse, kDense)
    ->Arg(kNumberFlood)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringfence

BENCHMARK_MAIN();
