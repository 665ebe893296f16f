#include "reputation/feeds/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/text.h"
#include "reputation/feeds/signature.h"
#include "tests/feeds/fault_server.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};  // 2026-09-21 14:13:20 UTC

// What the server's LIST is.
std::string good_list() {
  std::string out;
  for (int n = 100; n < 200; ++n) out += "+18885550" + std::to_string(n) + "\n";
  return out;
}

class FetchTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::setenv("no_proxy", "*", 1);  // the tests' own server, whatever this machine has to go through
    server_folder_ = new TemporaryDirectory();
    server_ = new FaultServer(server_folder_->path());
  }
  static void TearDownTestSuite() {
    delete server_;
    delete server_folder_;
  }
  void SetUp() override {
    options_.allow_http = true;
    options_.tries_max = 3;
    options_.connect_timeout = 5s;
    options_.stall_timeout = 20s;
    options_.timeout = 30s;
  }

  FetchClock clock() {
    FetchClock out = FetchClock::system();
    out.sleep = [this](std::chrono::milliseconds pause) { pauses_.push_back(pause); };
    out.now = [] { return kNow; };
    out.random = [] { return 1.0; };
    return out;
  }
  tl::expected<FetchAnswer, FetchFailure> fetch(FetchRequest request) {
    request.file = file_;
    if (request.url.starts_with('/')) request.url = server_->url(request.url);
    Fetcher fetcher(options_, clock());
    return fetcher.fetch(request);
  }
  tl::expected<FetchAnswer, FetchFailure> fetch(const std::string& path) {
    return fetch(FetchRequest{.url = path});
  }
  std::string body() const { return read_file(file_, 1 << 20).value_or("none"); }
  // Requests for this path so far.
  std::size_t asked(std::string_view path) const {
    const auto lines = server_->requests();
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
          return line.find("\"path\": \"" + std::string(path)) != std::string::npos;
        }));
  }

  inline static TemporaryDirectory* server_folder_ = nullptr;
  inline static FaultServer* server_ = nullptr;
  const TemporaryDirectory folder_;
  const fs::path file_ = folder_.path() / "body";
  FetchOptions options_;
  std::vector<std::chrono::milliseconds> pauses_;
};

TEST_F(FetchTest, WholeDocumentWithItsHashAndValidators) {
  server_->serve("list.txt", good_list());
  const auto answer = fetch("/list.txt");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(body(), good_list());
  EXPECT_EQ(answer->bytes, good_list().size());
  EXPECT_EQ(answer->hash, hash_file(file_).value());
  EXPECT_EQ(answer->tries, 1);
  EXPECT_FALSE(answer->unchanged);
  EXPECT_THAT(answer->etag, ::testing::MatchesRegex("\"[0-9a-f]{16}\""));

  const auto again = fetch(FetchRequest{
      .url = "/list.txt", .etag = answer->etag, .last_modified = answer->last_modified});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->unchanged);
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_THAT(server_->requests().back(),
              HasSubstr("\"if-modified-since\": \"" + answer->last_modified + "\""));
}

struct Fault {
  std::string path;
  FetchFault fault;
  std::size_t tries;
  std::string words;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.path; }

class FetchFaults : public FetchTest, public ::testing::WithParamInterface<Fault> {};

TEST_P(FetchFaults, IsNamedAndLeavesNoFile) {
  const Fault& expected = GetParam();
  if (expected.fault == FetchFault::kStall) options_.stall_timeout = 300ms;
  const std::size_t before = asked(expected.path);
  const auto answer = fetch(FetchRequest{.url = expected.path, .bytes_max = 100'000});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, expected.fault) << answer.error().message;
  EXPECT_THAT(answer.error().message, HasSubstr(expected.words));
  EXPECT_THAT(answer.error().message, HasSubstr("http://127.0.0.1:"));
  EXPECT_EQ(asked(expected.path) - before, expected.tries);
  EXPECT_THAT(pauses_, SizeIs(expected.tries - 1));
  EXPECT_FALSE(fs::exists(file_));
}

INSTANTIATE_TEST_SUITE_P(
    All, FetchFaults,
    ::testing::Values(
        Fault{"/cut", FetchFault::kCut, 3, "bytes remaining to read (tried 3 times)"},
        Fault{"/stall", FetchFault::kStall, 3, "nothing came for 300 ms"},
        Fault{"/silent", FetchFault::kStall, 3, "nothing came for 300 ms"},
        Fault{"/close", FetchFault::kConnection, 3, "Empty reply"},
        Fault{"/endless-chunked", FetchFault::kTooLarge, 1, "larger than 100000 bytes"},
        Fault{"/endless-plain", FetchFault::kTooLarge, 1, "larger than 100000 bytes"},
        Fault{"/announced", FetchFault::kTooLarge, 1, "larger than 100000 bytes"},
        Fault{"/status-endless?status=500", FetchFault::kBusy, 3, "status 500"},
        Fault{"/status-endless?status=404", FetchFault::kNotThere, 1, "no such document"},
        Fault{"/status/401", FetchFault::kRefused, 1, "wants other credentials (401)"},
        Fault{"/status/403", FetchFault::kRefused, 1, "refuses us (403)"},
        Fault{"/status/404", FetchFault::kNotThere, 1, "no such document (404)"},
        Fault{"/status/410", FetchFault::kNotThere, 1, "gone for good"},
        Fault{"/status/400", FetchFault::kAnswer, 1, "status 400"},
        Fault{"/status/206", FetchFault::kAnswer, 1, "status 206"},
        Fault{"/status/300", FetchFault::kAnswer, 1, "status 300"},
        Fault{"/status/500", FetchFault::kBusy, 3, "status 500 (tried 3 times)"},
        Fault{"/status/501", FetchFault::kAnswer, 1, "status 501"},
        Fault{"/status/503", FetchFault::kBusy, 3, "status 503"},
        Fault{"/unasked-304", FetchFault::kAnswer, 1, "status 304"},
        Fault{"/redirect?to=file:///etc/passwd", FetchFault::kRedirect, 1,
              "neither https nor http"},
        Fault{"/redirect?to=gopher://127.0.0.1/", FetchFault::kRedirect, 1, "but \"gopher\""},
        Fault{"/redirect?to=http://a:b@127.0.0.1/", FetchFault::kRedirect, 1, "user or password"}),
    [](const auto& parameter) {
      std::string name;
      for (const char c : parameter.param.path) name += is_ascii_alnum(c) ? c : '_';
      return name;
    });

TEST_F(FetchTest, EndlessHeadersEnd) {
  const auto answer = fetch("/endless-header");
  ASSERT_FALSE(answer);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(FetchTest, WhatIsNoHttp) {
  const auto answer = fetch("/garbage");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kAnswer);
  EXPECT_THAT(answer.error().message, HasSubstr("HTTP/0.9"));
}

TEST_F(FetchTest, SlowDripEndsAtTheTimeForAll) {
  options_.timeout = 300ms;
  const auto answer = fetch("/drip");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kTimeout) << answer.error().message;
  EXPECT_THAT(answer.error().message, HasSubstr("not done after 300 ms in all"));
  EXPECT_THAT(pauses_, IsEmpty());
}

TEST_F(FetchTest, NobodyListens) {
  std::string port;
  {
    const TemporaryDirectory folder;
    port = FaultServer(folder.path()).port();
  }
  const auto answer = fetch("http://127.0.0.1:" + port + "/list");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kConnection);
  EXPECT_THAT(answer.error().message, HasSubstr("tried 3 times"));
}

TEST_F(FetchTest, LaterTriesAreWhole) {
  const auto answer = fetch("/late?how=cut&times=1");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(body(), good_list());
  EXPECT_EQ(answer->hash, hash_file(file_).value());
  EXPECT_EQ(answer->tries, 2);
  EXPECT_THAT(pauses_, ElementsAre(1000ms));
}

TEST_F(FetchTest, ServersThatAreBusyAreAskedAgain) {
  const auto answer = fetch("/late?how=500&times=2");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->tries, 3);
  EXPECT_THAT(pauses_, ElementsAre(1000ms, 2000ms));
}

TEST_F(FetchTest, RetryAfterIsKept) {
  const auto answer = fetch("/late?how=429&times=1&retry-after=7");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(pauses_, ElementsAre(7000ms));
}

TEST_F(FetchTest, RetryAfterBeyondTheRunIsForTheNext) {
  options_.timeout = 1h;
  const auto answer = fetch("/status/429?retry-after=5000");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().come_back, 5000s);
  EXPECT_THAT(answer.error().message, HasSubstr("ask too often"));
  EXPECT_THAT(pauses_, IsEmpty());
}

TEST_F(FetchTest, NoPauseGoesBeyondTheTimeForAll) {
  options_.timeout = 900ms;
  const auto answer = fetch("/status/503");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().tries, 1);
  EXPECT_THAT(pauses_, IsEmpty());
}

TEST_F(FetchTest, AShortLengthIsTakenAtItsWord) {
  const auto answer = fetch("/short");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(body(), good_list().substr(0, 130));
}

TEST_F(FetchTest, RedirectsAreFollowedUpToTheirBound) {
  server_->serve("there.txt", "there");
  ASSERT_TRUE(fetch("/redirect?to=/there.txt"));
  EXPECT_EQ(body(), "there");

  const std::size_t before = server_->requests().size();
  const auto answer = fetch("/circle");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kRedirect) << answer.error().message;
  EXPECT_THAT(answer.error().message, HasSubstr("more than 5 times"));
  EXPECT_EQ(server_->requests().size() - before, 6U);
}

TEST_F(FetchTest, HttpsOnlyUnlessToldOtherwise) {
  options_.allow_http = false;
  const auto answer = fetch("/list.txt");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kUrl);
  EXPECT_THAT(answer.error().message, HasSubstr("is not https, and allow_http is not set"));
  for (const char* url :
       {"", "list.txt", "file:///etc/passwd", "https://", "https://u:p@localhost/"}) {
    EXPECT_FALSE(check_url(url, true)) << url;
  }
  EXPECT_TRUE(check_url("https://example.org/list?key=1", false));
}

TEST_F(FetchTest, CredentialsGoToTheirOwnerAlone) {
  const TemporaryDirectory other_folder;
  const FaultServer other(other_folder.path());
  for (const auto& [text, header] :
       {std::pair("Bearer abc", "\"authorization\": \"Bearer abc\""),
        std::pair("X-Api-Key: abc", "\"x-api-key\": \"abc\""),
        std::pair("me:abc", "\"authorization\": \"Basic bWU6YWJj\"")}) {
    options_.credentials = parse_credentials(text).value();
    const auto own = fetch("/redirect?to=/headers");
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_THAT(body(), HasSubstr(header));
    ASSERT_TRUE(fetch("/redirect?to=" + other.url("/headers")));
    EXPECT_THAT(body(), Not(HasSubstr("abc"))) << text;
    EXPECT_THAT(body(), Not(HasSubstr("bWU6"))) << text;
    // And back: who is sent away and returns is not trusted by the way of others.
    ASSERT_TRUE(fetch("/redirect?to=" + other.url("/redirect?to=" + server_->url("/headers"))));
    EXPECT_THAT(body(), HasSubstr(header));
  }
}

TEST_F(FetchTest, PostsAreNotTurnedIntoGets) {
  ASSERT_TRUE(fetch(FetchRequest{.url = "/headers", .post = "{\"a\": 1}"}));
  EXPECT_THAT(server_->requests().back(), HasSubstr("\"method\": \"POST\""));
  EXPECT_THAT(server_->requests().back(), HasSubstr(R"("body": "{\"a\": 1}")"));
  EXPECT_THAT(body(), HasSubstr("\"content-type\": \"application/json\""));
  ASSERT_TRUE(fetch(FetchRequest{.url = "/redirect?status=307&to=/headers", .post = "{}"}));
  EXPECT_THAT(server_->requests().back(), HasSubstr("\"method\": \"POST\""));
  const auto answer = fetch(FetchRequest{.url = "/redirect?status=302&to=/headers", .post = "{}"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kRedirect);
}

TEST_F(FetchTest, OddValidatorsAreNotKept) {
  ASSERT_TRUE(fetch("/headers"));
  EXPECT_THAT(body(), HasSubstr("\"user-agent\": \"ringfence/"));
  EXPECT_THAT(body(), Not(HasSubstr("accept-encoding")));
  EXPECT_THAT(body(), Not(HasSubstr("cookie")));
}

TEST_F(FetchTest, DiskFullIsSaid) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  options_.allow_http = true;
  Fetcher fetcher(options_, clock());
  fs::create_symlink("/dev/full", folder_.path() / "full");
  // Links are not followed.
  const auto link = fetcher.fetch({.url = server_->url("/late"), .file = folder_.path() / "full"});
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().fault, FetchFault::kLocal);
  const auto missing =
      fetcher.fetch({.url = server_->url("/late"), .file = folder_.path() / "no" / "such"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(kind_of(missing.error().fault), ErrorKind::kIo);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
}

TEST_F(FetchTest, ProgressIsTold) {
  std::uint64_t most = 0;
  Fetcher fetcher(options_, clock(), [&](std::uint64_t done, std::uint64_t total) {
    most = std::max(most, done);
    if (total != 0) {
      EXPECT_EQ(total, good_list().size());
    }
  });
  server_->serve("list.txt", good_list());
  ASSERT_TRUE(fetcher.fetch({.url = server_->url("/list.txt"), .file = file_}));
  EXPECT_EQ(most, good_list().size());
}

// TLS

class TlsTest : public FetchTest {
 protected:
  const fs::path certificate_ = folder_.path() / "certificate.pem";
  const fs::path key_ = folder_.path() / "key.pem";
};

TEST_F(TlsTest, CertificatesAreChecked) {
  ASSERT_TRUE(make_certificate(certificate_, key_, "IP:127.0.0.1"));
  const FaultServer server(folder_.path(), certificate_, key_);
  server.serve("list.txt", good_list());
  options_.allow_http = false;
  const auto stranger = fetch(server.url("/list.txt"));
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().fault, FetchFault::kCertificate) << stranger.error().message;
  EXPECT_THAT(stranger.error().message, HasSubstr("certificate"));
  EXPECT_THAT(pauses_, IsEmpty());

  options_.ca_file = certificate_;
  const auto known = fetch(server.url("/list.txt"));
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_EQ(body(), good_list());

  // Away from TLS nobody is led.
  const auto down = fetch(server.url("/redirect?to=" + server_->url("/list.txt")));
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().fault, FetchFault::kRedirect);

  options_.ca_file = folder_.path() / "none.pem";
  const auto none = fetch(server.url("/list.txt"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, FetchFault::kCertificate) << none.error().message;
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefused) {
  ASSERT_TRUE(make_certificate(certificate_, key_, "DNS:feeds.example.org"));
  const FaultServer server(folder_.path(), certificate_, key_);
  options_.ca_file = certificate_;
  const auto answer = fetch(server.url("/late"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, FetchFault::kCertificate) << answer.error().message;
}

// Pure functions

TEST(FetchRetryTest, RetryAfter) {
  EXPECT_EQ(parse_retry_after("120", kNow), 120s);
  EXPECT_EQ(parse_retry_after(" 0 ", kNow), 0s);
  EXPECT_EQ(parse_retry_after("Mon, 21 Sep 2026 14:14:20 GMT", kNow), 60s);
  EXPECT_EQ(parse_retry_after("Mon, 21 Sep 2026 14:12:20 GMT", kNow), 0s);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", kNow), std::chrono::years(1));
  EXPECT_EQ(parse_retry_after("Mon, 21 Sep 9999 14:14:20 GMT", kNow), std::chrono::years(1));
  for (const char* bad : {"", "-1", "1.5", "soon", "Mon, 21 Sep 2026 14:14:20 CEST"}) {
    EXPECT_EQ(parse_retry_after(bad, kNow), std::nullopt) << bad;
  }
}

TEST(FetchRetryTest, BackOff) {
  EXPECT_EQ(back_off(1, 1), 1000ms);
  EXPECT_EQ(back_off(1, 0), 500ms);
  EXPECT_EQ(back_off(2, 1), 2000ms);
  EXPECT_EQ(back_off(3, 0.5), 3000ms);
  EXPECT_EQ(back_off(7, 1), 60'000ms);
  EXPECT_EQ(back_off(1000, 1), 60'000ms);
  EXPECT_EQ(back_off(0, 7), 1000ms);
}

TEST(FetchRetryTest, Urls) {
  EXPECT_EQ(shown_url("https://u:p@example.org/a/list.txt?key=secret#x"),
            "https://example.org/a/list.txt?...");
  EXPECT_EQ(shown_url("/var/lib/list\x1b.txt"), "/var/lib/list\\x1b.txt");
  EXPECT_EQ(url_with_suffix("https://example.org/list.txt?a=b", ".minisig"),
            "https://example.org/list.txt.minisig?a=b");
  EXPECT_EQ(url_with_suffix("https://example.org/list.txt", ".minisig"),
            "https://example.org/list.txt.minisig");
}

TEST(CredentialsTest, Forms) {
  EXPECT_EQ(parse_credentials("Bearer abc\n")->header, "Authorization: Bearer abc");
  EXPECT_EQ(parse_credentials("Authorization: abc")->header, "Authorization: abc");
  EXPECT_EQ(parse_credentials("X-Key:  abc ")->header, "X-Key: abc");
  EXPECT_EQ(parse_credentials("me:pass:word")->header, "Authorization: Basic bWU6cGFzczp3b3Jk");
  for (const char* bad : {"", "\n", "abc", "Bearer ", ":x", "A: b\r\nC: d", "a\x01:b"}) {
    EXPECT_FALSE(parse_credentials(bad)) << bad;
  }
}

TEST(CredentialsTest, FilesThatOthersReadAreRefused) {
  const TemporaryDirectory folder;
  const fs::path file = folder.path() / "key";
  std::ofstream(file) << "Bearer abc\n";
  for (const auto& [mode, good] :
       {std::pair(0600U, true), std::pair(0640U, true), std::pair(0400U, true),
        std::pair(0644U, false), std::pair(0660U, false), std::pair(0602U, false)}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto read = read_credentials(file);
    EXPECT_EQ(read.has_value(), good) << std::oct << mode;
    if (!good) {
      EXPECT_EQ(read.error().kind, ErrorKind::kNoPermission);
      EXPECT_THAT(read.error().message, HasSubstr("open to others"));
    }
  }
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  std::ofstream(file) << "secret";
  EXPECT_THAT(read_credentials(file).error().message, Not(HasSubstr("secret")));
  std::ofstream(file) << std::string(kCredentialsBytesMax + 1, 'a');
  EXPECT_THAT(read_credentials(file).error().message, HasSubstr("too long"));
  EXPECT_EQ(read_credentials(folder.path()).error().kind, ErrorKind::kNoPermission);
  EXPECT_EQ(read_credentials(folder.path() / "none").error().kind, ErrorKind::kNoInput);
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_credentials(folder.path() / "pipe").error().kind, ErrorKind::kNoPermission);
}

}  // namespace
}  // namespace ringfence
