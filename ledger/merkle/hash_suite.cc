// OpenSSL 3 deprecates the SHA256_* functions in favour of EVP, whose set-up
// per hash costs more than hashing 100 bytes does. They run on the same SHA-NI
// code and are declared stable for the life of OpenSSL 3.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "ledger/merkle/hash_suite.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"

namespace luheng {
namespace {

constexpr uint8_t kLeafPrefix = 0x00;
constexpr uint8_t kNodePrefix = 0x01;

class Sha256 final : public HashSuite {
 public:
  HashSuiteId id() const override { return HashSuiteId::kSha256; }
  absl::string_view name() const override { return "SHA-256"; }

  Digest Hash(absl::string_view a) const override {
    return HashAll(a, absl::string_view(), absl::string_view());
  }
  Digest Hash(absl::string_view a, absl::string_view b) const override {
    return HashAll(a, b, absl::string_view());
  }
  Digest Hash(std::initializer_list<absl::string_view> parts) const override {
    SHA256_CTX context;
    SHA256_Init(&context);
    for (const absl::string_view part : parts) Update(context, part);
    return Final(context);
  }
  Digest LeafHash(absl::string_view data) const override {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, &kLeafPrefix, 1);
    Update(context, data);
    return Final(context);
  }
  Digest NodeHash(const Digest& left, const Digest& right) const override {
    uint8_t message[1 + 2 * Digest::kSize];
    message[0] = kNodePrefix;
    std::memcpy(message + 1, left.data.data(), Digest::kSize);
    std::memcpy(message + 1 + Digest::kSize, right.data.data(), Digest::kSize);
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, message, sizeof(message));
    return Final(context);
  }

 private:
  static void Update(SHA256_CTX& context, absl::string_view part) {
    if (!part.empty()) SHA256_Update(&context, part.data(), part.size());
  }
  static Digest Final(SHA256_CTX& context) {
    Digest digest;
    SHA256_Final(digest.data.data(), &context);
    return digest;
  }
  static Digest HashAll(absl::string_view a, absl::string_view b,
                        absl::string_view c) {
    SHA256_CTX context;
    SHA256_Init(&context);
    Update(context, a);
    Update(context, b);
    Update(context, c);
    return Final(context);
  }
};

// One EVP context per thread: making one costs more than a hash.
class EvpContext {
 public:
  EvpContext() : context_(EVP_MD_CTX_new()) {
    LUHENG_CHECK(context_ != nullptr) << "OpenSSL is out of memory";
  }
  ~EvpContext() { EVP_MD_CTX_free(context_); }
  EvpContext(const EvpContext&) = delete;
  EvpContext& operator=(const EvpContext&) = delete;

  void Begin(const EVP_MD* type) {
    LUHENG_CHECK(EVP_DigestInit_ex(context_, type, nullptr) == 1)
        << "OpenSSL refuses the digest";
  }
  void Update(absl::string_view part) {
    LUHENG_CHECK(EVP_DigestUpdate(context_, part.data(), part.size()) == 1);
  }
  Digest End() {
    Digest digest;
    unsigned int size = 0;
    LUHENG_CHECK(EVP_DigestFinal_ex(context_, digest.data.data(), &size) == 1);
    LUHENG_CHECK(size == Digest::kSize) << "digest of " << size << " bytes";
    return digest;
  }

 private:
  EVP_MD_CTX* context_;
};

class Sm3 final : public HashSuite {
 public:
  // Fetched once: OpenSSL 3 looks an algorithm up anew for each EVP_sm3().
  Sm3() : type_(EVP_MD_fetch(nullptr, "SM3", nullptr)) {
    LUHENG_CHECK(type_ != nullptr) << "this OpenSSL has no SM3";
  }

  HashSuiteId id() const override { return HashSuiteId::kSm3; }
  absl::string_view name() const override { return "SM3"; }

  Digest Hash(absl::string_view a) const override { return HashAll({a}); }
  Digest Hash(absl::string_view a, absl::string_view b) const override {
    return HashAll({a, b});
  }
  Digest Hash(std::initializer_list<absl::string_view> parts) const override {
    return HashAll(parts);
  }
  Digest LeafHash(absl::string_view data) const override {
    return HashAll({absl::string_view("\x00", 1), data});
  }
  Digest NodeHash(const Digest& left, const Digest& right) const override {
    return HashAll({absl::string_view("\x01", 1), left.view(), right.view()});
  }

 private:
  Digest HashAll(std::initializer_list<absl::string_view> parts) const {
    thread_local EvpContext context;
    context.Begin(type_);
    for (const absl::string_view part : parts) context.Update(part);
    return context.End();
  }

  const EVP_MD* type_;  // lives as long as the process
};

}  // namespace

const HashSuite& Sha256Suite() {
  static const Sha256 suite;
  return suite;
}

const HashSuite& Sm3Suite() {
  static const Sm3* const suite = new Sm3;
  return *suite;
}

absl::StatusOr<const HashSuite*> FindHashSuite(uint16_t id) {
  switch (static_cast<HashSuiteId>(id)) {
    case HashSuiteId::kSha256:
      return &Sha256Suite();
    case HashSuiteId::kSm3:
      return &Sm3Suite();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "hash suite %d is unknown; this build knows 1 (SHA-256) and 2 (SM3)",
      id));
}

const HashSuite& SuiteOf(HashSuiteId id) {
  const auto suite = FindHashSuite(static_cast<uint16_t>(id));
  LUHENG_CHECK(suite.ok()) << suite.status();
  return **suite;
}

}  // namespace luheng
