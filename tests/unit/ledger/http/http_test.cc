// Goal: server and client over a real socket: what is permitted is handed on as
// it was sent, the rest refused, and neither is filled or held up by the other.
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "ledger/http/client.h"
#include "ledger/http/server.h"

namespace luheng {
namespace {

HttpServerOptions Options(size_t body_bytes_max = 0) {
  HttpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.body_bytes_max = body_bytes_max;
  return options;
}

HttpAnswer Echo(const HttpRequest& request) {
  return {kHttpOk, kPlainText,
          absl::StrCat(request.method, " ", request.target, " ", request.body),
          "no-store"};
}

std::unique_ptr<HttpServer> Serve(const HttpServerOptions& options,
                                  HttpServer::Handler handler) {
  auto server = HttpServer::Start(options, std::move(handler));
  EXPECT_TRUE(server.ok()) << server.status();
  return *std::move(server);
}

std::unique_ptr<HttpClient> ClientOf(const HttpServer& server,
                                     HttpClientOptions options = {},
                                     const std::string& prefix = "") {
  auto client = HttpClient::Make(
      absl::StrCat("http://127.0.0.1:", server.port(), prefix), options);
  EXPECT_TRUE(client.ok()) << client.status();
  return *std::move(client);
}

TEST(HttpTest, HandsTheTargetOnAsItWasSent) {
  const auto server = Serve(Options(), Echo);
  httplib::Client raw("127.0.0.1", server->port());
  for (const char* path : {"/a", "/a%2Fb?c=d", "/../x", "/a//b"}) {
    EXPECT_EQ(raw.Get(path)->body, absl::StrCat("GET ", path, " "));
  }
  const auto head = raw.Head("/a");
  EXPECT_EQ(head->status, kHttpOk);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(head->get_header_value("Content-Length"), "7");
}

TEST(HttpTest, PermitsOnlyWhatItWasToldTo) {
  const auto reads = Serve(Options(), Echo);
  const auto posts = Serve(Options(10), Echo);
  httplib::Client to_reads("127.0.0.1", reads->port());
  httplib::Client to_posts("127.0.0.1", posts->port());
  EXPECT_EQ(to_reads.Post("/", "12345", kPlainText)->status, 405);
  EXPECT_EQ(to_reads.Put("/", "12345", kPlainText)->status, 405);
  EXPECT_EQ(to_reads.Delete("/")->status, 405);
  EXPECT_EQ(to_reads.Options("/")->get_header_value("Allow"), "GET, HEAD");
  EXPECT_EQ(to_posts.Post("/p", "12345", kPlainText)->body, "POST /p 12345");
  EXPECT_EQ(to_posts.Post("/p", "12345678901", kPlainText)->status, 413);
}

TEST(HttpTest, RefusesWhatIsNoAddress) {
  for (const char* listen : {"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:-1"}) {
    HttpServerOptions options;
    options.listen = listen;
    EXPECT_TRUE(
        absl::IsInvalidArgument(HttpServer::Start(options, Echo).status()))
        << listen;
  }
  for (const char* url :
       {"", "127.0.0.1:80", "ftp://a", "http://", "http:///a", "http://a:0",
        "http://a:65536", "http://a:x", "http://u@a/", "http://a/?q",
        "http://a/#f", "http://a b/", "http://:80"}) {
    EXPECT_FALSE(IsHttpUrl(url)) << url;
    EXPECT_TRUE(absl::IsInvalidArgument(HttpClient::Make(url, {}).status()))
        << url;
  }
  for (const char* url : {"http://a", "https://a.example/", "http://a:1/b/c",
                          "http://[::1]:80/x", "http://[::1]"}) {
    EXPECT_TRUE(IsHttpUrl(url)) << url;
  }
}

TEST(HttpTest, TheClientAddsItsPrefixAndReadsTheAnswer) {
  const auto server = Serve(Options(100), Echo);
  const auto client = ClientOf(*server, {}, "/w/");
  const auto got = client->Get("/x");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->body, "GET /w/x ");
  EXPECT_EQ(got->content_type, kPlainText);
  EXPECT_EQ(client->Post("/x", "body")->body, "POST /w/x body");
}

TEST(HttpTest, TheClientTakesNoMoreThanItsBound) {
  const auto server = Serve(Options(), [](const HttpRequest& request) {
    return HttpAnswer{kHttpOk, kPlainText,
                      std::string(request.target == "/100" ? 100 : 101, 'x'),
                      ""};
  });
  HttpClientOptions options;
  options.body_bytes_max = 100;
  const auto client = ClientOf(*server, options);
  EXPECT_TRUE(client->Get("/100").ok());
  EXPECT_TRUE(absl::IsResourceExhausted(client->Get("/101").status()));
}

TEST(HttpTest, TheClientSaysThatNobodyAnswers) {
  std::unique_ptr<HttpClient> client;
  {
    const auto server = Serve(Options(), Echo);
    client = ClientOf(*server);
  }
  EXPECT_TRUE(absl::IsUnavailable(client->Get("/").status()));
}

TEST(HttpTest, CancelEndsAnAskThatIsUnderWay) {
  absl::Notification asked;
  absl::Notification may_answer;
  const auto server = Serve(Options(), [&](const HttpRequest& request) {
    asked.Notify();
    may_answer.WaitForNotification();
    return Echo(request);
  });
  HttpClientOptions options;
  options.timeout = absl::Minutes(5);
  const auto client = ClientOf(*server, options);
  absl::Status status;
  std::thread asker([&] { status = client->Get("/").status(); });
  asked.WaitForNotification();
  client->Cancel();
  asker.join();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  may_answer.Notify();
}

TEST(HttpTest, ServesAllOfMoreConnectionsThanThreads) {
  HttpServerOptions options = Options();
  options.threads = 2;
  options.waiting_max = 1;
  const auto server = Serve(options, Echo);
  std::atomic<int> served = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&] {
      httplib::Client client("127.0.0.1", server->port());
      client.set_keep_alive(false);
      client.set_read_timeout(60);
      if (const auto result = client.Get("/"); result) ++served;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(served, 20);
}

}  // namespace
}  // namespace luheng
