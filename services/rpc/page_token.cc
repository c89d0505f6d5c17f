#include "services/rpc/page_token.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ledger/base/check.h"
#include "ledger/base/endian.h"
#include "ledger/base/status_macros.h"

namespace luheng::rpc {
namespace {

// version (1) | entry (8) | MAC (16) | last key
constexpr char kVersion = 1;
constexpr size_t kEntryAt = 1;
constexpr size_t kMacAt = 9;
constexpr size_t kMacBytes = 16;
constexpr size_t kKeyAt = kMacAt + kMacBytes;
constexpr size_t kTokenBytesMax = 1024;

// The request without what differs from page to page: the list and its filter.
std::string FilterOf(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  const auto* descriptor = copy->GetDescriptor();
  for (const char* name : {"page_token", "page_size"}) {
    const auto* field = descriptor->FindFieldByName(name);
    if (field != nullptr) copy->GetReflection()->ClearField(copy.get(), field);
  }
  return absl::StrCat(descriptor->full_name(), std::string(1, '\0'),
                      copy->SerializeAsString());
}

// What the MAC covers besides the filter: the token without its MAC.
std::string MacOf(const Digest& key, absl::string_view head,
                  absl::string_view last_key, const std::string& filter) {
  std::string covered(head);
  AppendBigEndian64(last_key.size(), covered);
  absl::StrAppend(&covered, last_key, filter);
  uint8_t mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  LUHENG_CHECK(HMAC(EVP_sha256(), key.data.data(), Digest::kSize,
                    reinterpret_cast<const uint8_t*>(covered.data()),
                    covered.size(), mac, &size) != nullptr)
      << "HMAC failed";
  return std::string(reinterpret_cast<const char*>(mac), kMacBytes);
}

std::string TokenOf(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("page_token");
  LUHENG_CHECK(field != nullptr)
      << request.GetTypeName() << " has no page_token";
  return request.GetReflection()->GetString(request, field);
}

Digest DrawKey() {
  Digest key;
  LUHENG_CHECK(RAND_bytes(key.data.data(), Digest::kSize) == 1)
      << "no random bytes";
  return key;
}

absl::Status FileError(const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("page token key ", path, ": ", std::strerror(errno)));
}

absl::StatusOr<Digest> ReadKey(int file, const std::string& path) {
  char raw[Digest::kSize + 1];
  const ssize_t got = read(file, raw, sizeof(raw));
  if (got < 0) return FileError(path);
  const auto key =
      Digest::From(absl::string_view(raw, static_cast<size_t>(got)));
  if (!key || key->is_zero()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "page token key ", path, ": expected 32 bytes, has ",
        got == static_cast<ssize_t>(sizeof(raw)) ? "more" : absl::StrCat(got)));
  }
  return *key;
}

// Makes the key under another name first: who reads it sees all or none of it.
absl::Status MakeKeyFile(const std::string& path) {
  const std::string made = absl::StrCat(path, ".", getpid());
  const int file = open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
  if (file < 0) return FileError(made);
  const Digest key = DrawKey();
  const bool written =
      write(file, key.data.data(), Digest::kSize) == Digest::kSize &&
      fsync(file) == 0;
  close(file);
  // Who made it first wins.
  const bool linked =
      written && (link(made.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const absl::Status result = linked ? absl::OkStatus() : FileError(path);
  unlink(made.c_str());
  return result;
}

}  // namespace

PageTokens PageTokens::Random() { return PageTokens(DrawKey()); }

absl::StatusOr<PageTokens> PageTokens::AtPath(const std::string& path) {
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) {
    RETURN_IF_ERROR(MakeKeyFile(path));
    file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (file < 0) return FileError(path);
  const absl::StatusOr<Digest> key = ReadKey(file, path);
  close(file);
  if (!key.ok()) return key.status();
  return PageTokens(*key);
}

std::string PageTokens::Make(const google::protobuf::Message& request,
                             const PageCursor& cursor) const {
  std::string head(1, kVersion);
  AppendBigEndian64(static_cast<uint64_t>(cursor.as_of.value()), head);
  const std::string mac = MacOf(key_, head, cursor.last_key, FilterOf(request));
  return absl::WebSafeBase64Escape(absl::StrCat(head, mac, cursor.last_key));
}

std::optional<PageCursor> PageTokens::Open(
    const google::protobuf::Message& request) const {
  const std::string token = TokenOf(request);
  if (token.empty()) return PageCursor();
  std::string raw;
  if (token.size() > kTokenBytesMax ||
      !absl::WebSafeBase64Unescape(token, &raw) || raw.size() < kKeyAt ||
      raw[0] != kVersion) {
    return std::nullopt;
  }
  const absl::string_view bytes = raw;
  const absl::string_view last_key = bytes.substr(kKeyAt);
  const std::string mac =
      MacOf(key_, bytes.substr(0, kMacAt), last_key, FilterOf(request));
  if (CRYPTO_memcmp(mac.data(), raw.data() + kMacAt, kMacBytes) != 0) {
    return std::nullopt;
  }
  PageCursor cursor;
  cursor.last_key = std::string(last_key);
  cursor.as_of =
      EntryNumber(static_cast<int64_t>(LoadBigEndian64(raw.data() + kEntryAt)));
  return cursor;
}

}  // namespace luheng::rpc
