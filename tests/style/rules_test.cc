// Each rule finds a planted fault, and lets what is right pass.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/style/cpp_text.h"
#include "tests/style/determinism_rule.h"
#include "tests/style/document_rule.h"
#include "tests/style/header_rule.h"
#include "tests/style/include_rule.h"
#include "tests/style/number_rule.h"
#include "tests/style/proto_rule.h"
#include "tests/style/size_report.h"
#include "tests/style/source_tree.h"
#include "tests/style/text_rule.h"

namespace luheng::style {
namespace {

// `text` in a file at `path`; the rule must find `fault_count` breaches.
struct PlantCase {
  const char* name;
  Findings (*check)(const SourceFile&);
  const char* path;
  std::string text;
  size_t fault_count;
};

class RuleTest : public testing::TestWithParam<PlantCase> {};

TEST_P(RuleTest, FindsWhatIsPlanted) {
  const Findings findings =
      GetParam().check(MakeFile(GetParam().path, GetParam().text));
  EXPECT_EQ(findings.size(), GetParam().fault_count)
      << testing::PrintToString(findings);
}

const char kGoodHeader[] =
    "// What it is.\n#ifndef LUHENG_A_B_C_H_\n#define LUHENG_A_B_C_H_\n"
    "#endif  // LUHENG_A_B_C_H_\n";

const std::vector<PlantCase>& Plants() {
  static const auto* const kPlants = new std::vector<PlantCase>{
      // Include table.
      {"BaseMayNotUseEntry", CheckIncludes, "ledger/base/x.cc",
       "#include \"ledger/entry/entry.h\"\n", 1},
      {"AreaMayNotUseArea", CheckIncludes, "services/market/x.cc",
       "#include \"services/registry/holder.h\"\n", 1},
      {"MatchingMayNotUseGrpc", CheckIncludes, "matching/book/x.cc",
       "#include <grpcpp/grpcpp.h>\n", 1},
      {"AccountsMayNotUseRocks", CheckIncludes, "ledger/accounts/x.h",
       "#include <rocksdb/db.h>\n", 1},
      {"ClientMayNotUseServices", CheckIncludes, "clients/lib/x.cc",
       "#include \"services/rpc/status.h\"\n", 1},
      {"VerifyMayNotUseJournal", CheckIncludes, "ledger/verify/x.cc",
       "#include \"ledger/journal/block.h\"\n", 1},
      {"NothingUsesTests", CheckIncludes, "services/server/x.cc",
       "#include \"tests/testing/x.h\"\n", 1},
      {"FolderNeedsARow", CheckIncludes, "services/weather/x.cc",
       "#include <string>\n", 1},
      {"RowsRowsCount", CheckIncludes, "ledger/journal/x.cc",
       "#include \"ledger/base/digest.h\"\n#include <rocksdb/db.h>\n", 0},
      {"EntryMayHash", CheckIncludes, "ledger/entry/x.cc",
       "#include \"ledger/merkle/hash_suite.h\"\n", 0},
      {"ServerUsesEverything", CheckIncludes, "services/server/x.cc",
       "#include \"services/market/market.h\"\n", 0},
      // Headers.
      {"HeaderNeedsComment", CheckHeader, "a/b/c.h",
       std::string(kGoodHeader).substr(15), 1},
      {"HeaderNeedsItsGuard", CheckHeader, "a/b/d.h", kGoodHeader, 1},
      {"GoodHeader", CheckHeader, "a/b/c.h", kGoodHeader, 0},
      // Numbers.
      {"NoDouble", CheckNoFloat, "services/market/x.cc", "double price;\n", 1},
      {"NoFloatLiteral", CheckNoFloat, "ledger/base/x.h",
       "auto fee = 0.0075 * n;\n", 1},
      {"CommentsMaySayDouble", CheckNoFloat, "ledger/base/x.h",
       "// double 0.5\nint a = 1;  /* float */ auto b = \"1.5\";\n", 0},
      {"NoUnsignedOnTheWire", CheckProtoNumbers, "proto/luheng/a/v1/a.proto",
       "uint64 count = 1;\nmap<string, string> m = 2;\nint64 ok = 3;\n", 2},
      // Determinism.
      {"NoClock", CheckDeterminism, "services/market/rules.cc",
       "auto now = absl::Now();\n", 1},
      {"NoChance", CheckDeterminism, "matching/book/x.cc",
       "#include <random>\n", 1},
      {"NoThread", CheckDeterminism, "ledger/accounts/x.h",
       "std::atomic<int> n;\n", 1},
      {"NoEnvironment", CheckDeterminism, "services/core/decide.cc",
       "std::getenv(\"X\");\n", 1},
      {"SequencerMayStamp", CheckDeterminism, "services/core/sequencer.cc",
       "absl::Mutex mutex_;\n", 0},
      {"EdgeMayLock", CheckDeterminism, "services/market/orders_service.cc",
       "absl::Mutex mutex_;\n", 0},
      {"NoHashWalk", CheckHashIteration, "services/market/x.cc",
       "absl::flat_hash_map<int, int> a_;\nfor (auto& [k, v] : a_) f(k);\n", 1},
      {"OrderFreeWalk", CheckHashIteration, "services/market/x.cc",
       "absl::flat_hash_map<int, int> a_;\n// A sum: order-free.\n"
       "for (auto& [k, v] : a_) n += v;\n",
       0},
      {"OrderedWalk", CheckHashIteration, "services/market/x.cc",
       "std::map<int, int> a_;\nfor (auto& [k, v] : a_) f(k);\n", 0},
      // Words.
      {"NoSleep", CheckTestHonesty, "tests/unit/x_test.cc",
       "absl::SleepFor(d);\n", 1},
      {"NoSkip", CheckTestHonesty, "tests/unit/x_test.cc",
       "TEST(A, DISABLED_B) { GTEST_SKIP(); }\n", 2},
      {"NoWallClock", CheckTestHonesty, "tests/unit/x_test.cc",
       "auto t = absl::Now();\n", 1},
      {"BenchMayReadClocks", CheckTestHonesty, "tests/bench/x.cc",
       "auto t = absl::Now();\n", 0},
      {"WorkNeedsAnIssue", CheckTodos, "ledger/base/x.cc",
       "// TO"
       "DO: later\n// TO"
       "DO(#12): with a number\n",
       1},
      {"NoHost", CheckForbiddenWords, "deploy/x.sh",
       "curl http://deb.debian"
       ".org/debian\n",
       1},
      {"NoMachinePath", CheckForbiddenWords, "README.md",
       "cd /wo"
       "rk/x\n",
       1},
      // Protos.
      {"FieldNeedsComment", CheckProtoComments, "proto/luheng/a/v1/a.proto",
       "// A.\nmessage A {\n  string name = 1;\n  // B.\n  int64 b = 2;\n}\n",
       1},
      {"RpcNeedsComment", CheckProtoComments, "proto/luheng/a/v1/a.proto",
       "// S.\nservice S {\n  rpc Get(A) returns (B);\n}\n", 1},
      {"EnumNeedsComments", CheckProtoComments, "proto/luheng/a/v1/a.proto",
       "enum E {\n  E_UNSPECIFIED = 0;\n}\n", 2},
      // Sizes.
      {"LongFunction", LongPlaces, "ledger/base/x.cc",
       "void F() {\n" + std::string(70, '\n') + "}\n", 1},
      {"WrappedCondition", LongPlaces, "ledger/base/x.cc",
       "void F() {\n  if (a() ||\n      b()) {\n    return;\n  }\n}\n" +
           std::string(70, '\n') + "      }\n",
       0},
      {"LongFile", LongPlaces, "ledger/base/x.cc",
       "int a;\n" + std::string(700, '\n'), 1},
      {"ShortFunctions", LongPlaces, "ledger/base/x.cc",
       "void F() {\n}\nvoid G() {\n" + std::string(50, '\n') + "}\n", 0},
  };
  return *kPlants;
}

INSTANTIATE_TEST_SUITE_P(Plants, RuleTest, testing::ValuesIn(Plants()),
                         [](const auto& row) { return row.param.name; });

TEST(CheckReadmesTest, WantsOneScreenPerFolder) {
  const std::vector<SourceFile> tree = {
      MakeFile("ledger/a/x.cc", "int a;\n"),
      MakeFile("ledger/b/x.cc", "int a;\n"),
      MakeFile("ledger/b/README.md", std::string(61, '\n')),
      MakeFile("ledger/c/x.cc", "int a;\n"),
      MakeFile("ledger/c/README.md", "# ledger/c\n"),
      MakeFile("tests/unit/x.cc", "int a;\n"),
  };
  const Findings findings = CheckReadmes(tree);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].path, "ledger/a");
  EXPECT_EQ(findings[1].path, "ledger/b/README.md");
}

TEST(CheckExamplesTest, WantsCommandsThatExist) {
  const std::vector<SourceFile> tree = {
      MakeFile("README.md",
               "```sh run\n./dev test\n./dev fly\n./gone\nluheng book\n```\n"
               "```sh\n./not-marked\n```\n"),
      MakeFile("dev", "verb_test() {\n}\nverb_bare_root() {\n}\n"),
  };
  const Findings findings = CheckExamples(tree);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].line, 3);
  EXPECT_EQ(findings[1].line, 4);
}

TEST(CodeOfTest, BlanksCommentsAndLiterals) {
  const std::vector<std::string> code =
      CodeOf({"a /* b", "c */ d // e", "f(\"g\\\"h\", 'i', 1'000);", "R\"(j",
              "k)\" l"});
  EXPECT_EQ(code[0].substr(0, 2), "a ");
  EXPECT_EQ(code[1], "     d     ");
  EXPECT_EQ(code[2], "f(      ,    , 1'000);");
  EXPECT_EQ(code[4], "    l");
}

TEST(HasTokenTest, KnowsWordBorders) {
  EXPECT_TRUE(HasToken("a = rand();", "rand"));
  EXPECT_FALSE(HasToken("a = operand();", "rand"));
  EXPECT_FALSE(HasToken("sleep_forever", "sleep_for"));
}

}  // namespace
}  // namespace luheng::style
