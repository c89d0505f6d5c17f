// Configuration: sources and their order, ranges, unknown keys with their
// place, printing; and the genesis file.
#include "services/server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "luheng/registry/v1/registry.pb.h"
#include "services/server/genesis_file.h"
#include "services/server/nearest_name.h"
#include "tests/testing/temp_directory.h"

namespace luheng::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  // A file of that content.
  std::string File(const std::string& text) {
    const std::string path = absl::StrCat(directory_.path(), "/node.yaml");
    std::ofstream(path) << text;
    return path;
  }
  std::string FaultOf(const std::string& text) {
    const auto loaded = LoadConfig({File(text), {}, {}});
    return loaded.ok() ? "" : std::string(loaded.status().message());
  }

 private:
  luheng::testing::TempDirectory directory_;
};

TEST_F(ConfigTest, EnvironmentBeatsFileAndFlagsBeatBoth) {
  const std::string file = File(
      "node_name: file\nlog: {level: debug, format: text}\n"
      "limits:\n  reads_burst: 7\n");
  const auto loaded =
      LoadConfig({file,
                  {"LUHENG_NODE_NAME=environment", "LUHENG_LOG_FORMAT=json",
                   "PATH=/", "LUHENG_UNKNOWN=1"},
                  {{"node_name", "flag"}}});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->config.node_name, "flag");
  EXPECT_EQ(loaded->config.log_format, "json");
  EXPECT_EQ(loaded->config.log_level, "debug");
  EXPECT_EQ(loaded->config.limits_reads_burst, 7);
  EXPECT_EQ(loaded->origins.at("node_name"), "--node_name");
  EXPECT_EQ(loaded->origins.at("limits.reads_burst"),
            absl::StrCat(file, ":4:16"));
  EXPECT_THAT(loaded->warnings, ElementsAre("LUHENG_UNKNOWN names no key"));
}

struct FaultCase {
  const char* name;
  const char* text;
  const char* fault;
};

class ConfigFaultTest : public ConfigTest,
                        public ::testing::WithParamInterface<FaultCase> {};

TEST_P(ConfigFaultTest, SaysWhereAndWhat) {
  EXPECT_THAT(FaultOf(GetParam().text), HasSubstr(GetParam().fault));
}

const FaultCase kFaults[] = {
    {"UnknownKey", "lisen: x\n",
     ":1:1: unknown key \"lisen\"; did you mean "
     "\"listen\"?"},
    {"UnknownInSection", "limits:\n  message_bytes_mx: 5\n",
     ":2:3: unknown key \"limits.message_bytes_mx\"; did you mean "
     "\"limits.message_bytes_max\"?"},
    {"UnknownSection", "limit:\n  x: 5\n", ":1:1: unknown key \"limit\""},
    {"TooSmall", "limits: {queue_commands_max: 0}\n",
     ":1:30: limits.queue_commands_max is \"0\"; it must be 1 to 10000000 "
     "commands"},
    {"NoNumber", "drain_seconds: soon\n", "it must be 0 to 600 seconds"},
    {"NoWord", "clock: {mode: lunar}\n", "one of machine, rehearsal"},
    {"NoBool", "reflection: maybe\n", "true or false"},
    {"NoService", "services: [core, casino]\n", "\"casino\""},
    {"Twice", "listen: a:1\nlisten: b:2\n",
     ":2:1: \"listen\" stands here twice"},
    {"NoValue", "listen: {a: b}\n", ":1:9: listen must be a single value"},
    {"NoYaml", "a: [\n", "node.yaml:"},
    {"NoMap", "- a\n", "must hold keys and values"},
    {"Together", "limits: {deadline_ms_default: 5000, deadline_ms_max: 4000}\n",
     "limits.deadline_ms_default must be at most"},
    {"StartOfMachine", "clock: {start: 2022-10-21T09:00:00+08:00}\n",
     ":1:16: clock.start is \"2022-10-21T09:00:00+08:00\"; it is only for "
     "clock.mode rehearsal"},
    {"NoStart", "clock:\n  mode: rehearsal\n",
     ":2:9: clock.start is \"\"; with clock.mode rehearsal it must be a moment "
     "of 1970 to 2261 with its zone, for example 2022-10-21T09:00:00+08:00"},
    {"EmptyStart", "clock:\n  mode: rehearsal\n  start: \"\"\n",
     ":3:10: clock.start is \"\"; with clock.mode rehearsal it must be"},
    {"NoDate", "clock:\n  mode: rehearsal\n  start: yesterday\n",
     ":3:10: clock.start is \"yesterday\"; it must be a moment of 1970"},
    {"NoZone", "clock: {mode: rehearsal, start: 2022-10-21T09:00:00}\n",
     ":1:33: clock.start is \"2022-10-21T09:00:00\"; it must be a moment"},
    {"NoSuchDay", "clock: {mode: rehearsal, start: 2022-02-30T09:00:00Z}\n",
     "clock.start is \"2022-02-30T09:00:00Z\"; it must be a moment"},
    {"BeyondStamps", "clock: {mode: rehearsal, start: 9999-01-01T00:00:00Z}\n",
     "clock.start is \"9999-01-01T00:00:00Z\"; it must be a moment"},
    {"BeforeStamps", "clock: {mode: rehearsal, start: 1969-12-31T00:00:00Z}\n",
     "clock.start is \"1969-12-31T00:00:00Z\"; it must be a moment"},
};

INSTANTIATE_TEST_SUITE_P(All, ConfigFaultTest, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return test.param.name; });

TEST_F(ConfigTest, AllFaultsAreSaidAtOnce) {
  const std::string fault = FaultOf("lisen: x\nreflection: 5\n");
  EXPECT_THAT(fault, HasSubstr("lisen"));
  EXPECT_THAT(fault, HasSubstr("reflection"));
}

TEST_F(ConfigTest, ABadStartIsSaidOnce) {
  const std::string fault =
      FaultOf("clock: {mode: rehearsal, start: 2022-10-21}\n");
  EXPECT_EQ(fault.find("clock.start"), fault.rfind("clock.start is")) << fault;
  EXPECT_EQ(FaultOf("clock: {mode: rehearsal, start: 2022-10-21T01:00:00Z}\n"),
            "");
  const auto loaded = LoadConfig({"", {"LUHENG_CLOCK_MODE=rehearsal"}, {}});
  EXPECT_THAT(loaded.status().message(), HasSubstr("LUHENG_CLOCK_MODE: clock"));
}

TEST_F(ConfigTest, FaultsOfOtherSourcesNameThem) {
  const auto loaded =
      LoadConfig({"", {"LUHENG_DRAIN_SECONDS=x"}, {{"reflection", "5"}}});
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.status().message(), HasSubstr("LUHENG_DRAIN_SECONDS: "));
  EXPECT_THAT(loaded.status().message(), HasSubstr("--reflection: "));
  EXPECT_TRUE(absl::IsNotFound(LoadConfig({"/no/file", {}, {}}).status()));
}

TEST_F(ConfigTest, WhatIsPrintedIsReadBack) {
  Config config;
  config.node_name = "quote \" and \\ back\n \t\x01";
  config.services = {"core", "market"};
  config.limits_reads_burst = 77;
  const auto loaded = LoadConfig({File(PrintConfig(config, {})), {}, {}});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_EQ(ValueOf(loaded->config, key), ValueOf(config, key)) << key.path;
  }
}

TEST_F(ConfigTest, EveryKeyIsDocumentedAndItsDefaultPermitted) {
  std::set<std::string> names;
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_TRUE(names.insert(EnvironmentName(key)).second) << key.path;
    EXPECT_EQ(key.documentation.back(), '.') << key.path;
    Config config;
    if (std::holds_alternative<int64_t Config::*>(key.member)) {
      EXPECT_TRUE(SetValue(config, key, ValueOf(config, key)).ok()) << key.path;
      EXPECT_FALSE(key.unit.empty()) << key.path;
    }
  }
}

TEST(NearestNameTest, CountsEdits) {
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(DidYouMean("b", {"abc", "bb"}), "did you mean \"bb\"?");
}

constexpr char kGenesis[] =
    "journal_id: 123e4567-e89b-12d3-a456-426614174000\n"
    "hash_suite: sm3\n"
    "operator: {name: 交易中心, name_en: Exchange, code: 91110000802100433B, "
    "county: 140000}\n"
    "administrators:\n"
    "  - {user: wang, roles: [SYSTEM_ADMIN, SECURITY_ADMIN]}\n"
    "  - {user: li, roles: [SECURITY_ADMIN]}\n";

TEST_F(ConfigTest, ReadsTheGenesisFile) {
  const auto genesis = ReadGenesisFile(File(kGenesis));
  ASSERT_TRUE(genesis.ok()) << genesis.status();
  EXPECT_EQ(FormatUuid(genesis->journal_id),
            "123e4567-e89b-12d3-a456-426614174000");
  EXPECT_EQ(genesis->suite, HashSuiteId::kSm3);
  EXPECT_EQ(genesis->operator_county, 140000);
  ASSERT_EQ(genesis->administrators.size(), 2u);
  EXPECT_THAT(genesis->administrators[0].roles,
              ElementsAre(registry::v1::ROLE_SYSTEM_ADMIN,
                          registry::v1::ROLE_SECURITY_ADMIN));
}

TEST_F(ConfigTest, GenesisFaultsAreSaidWithTheirPlace) {
  const auto genesis = ReadGenesisFile(
      File("operator: {nam: x, code: c, county: 14}\nadministrators:\n"
           "  - {user: Wang, roles: [KING]}\n"));
  const std::string faults(genesis.status().message());
  EXPECT_THAT(faults, HasSubstr("did you mean \"name\"?"));
  EXPECT_THAT(faults, HasSubstr("missing: name"));
  EXPECT_THAT(faults, HasSubstr("six digits"));
  EXPECT_THAT(faults, HasSubstr(":3:12: a user's name"));
  EXPECT_THAT(faults, HasSubstr("no role is called KING"));
  EXPECT_THAT(faults, HasSubstr("at least two administrators"));
  EXPECT_THAT(faults, HasSubstr(":1:26: code must be a credit code"));
}

TEST_F(ConfigTest, GenesisWantsAdministratorsWhoCanAct) {
  const auto genesis = ReadGenesisFile(
      File("operator: {name: , code: 91110000802100433B, county: 990000}\n"
           "hash_suite: sm3\nhash_suite: sm3\nadministrators:\n"
           "  - {user: li, roles: SYSTEM_ADMIN}\n"
           "  - {user: li, roles: [SYSTEM_ADMIN, SYSTEM_ADMIN]}\n"));
  // Bytes that no entry can hold must not get into entry 1.
  const auto bytes = ReadGenesisFile(
      File("operator: {name: \xff, code: 91110000802100433B, county: 140000}\n"
           "administrators: [{user: a, roles: [SYSTEM_ADMIN]}, "
           "{user: b, roles: [SYSTEM_ADMIN]}]\n"));
  EXPECT_THAT(bytes.status().message(), HasSubstr("expected a text"));
  const std::string faults(genesis.status().message());
  EXPECT_THAT(faults, HasSubstr("expected a text of 1 to 200 characters"));
  EXPECT_THAT(faults, HasSubstr("six digits"));
  EXPECT_THAT(faults, HasSubstr(":3:1: \"hash_suite\" stands here twice"));
  EXPECT_THAT(faults, HasSubstr(":5:23: roles must be a list"));
  EXPECT_THAT(faults, HasSubstr(":6:12: user li stands here twice"));
  EXPECT_THAT(faults, HasSubstr("role SYSTEM_ADMIN stands here twice"));
}

}  // namespace
}  // namespace luheng::server
