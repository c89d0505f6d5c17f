// Applies every rule of this folder to the whole checkout. Each rule's own test
// (rules_test.cc) proves that it finds a planted fault.
#include <iostream>
#include <vector>

#include "gtest/gtest.h"
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

const std::vector<SourceFile>& Tree() {
  static const auto* const kTree = new std::vector<SourceFile>(ReadTree());
  return *kTree;
}

void ExpectNone(const Findings& findings) {
  for (const Finding& finding : findings) ADD_FAILURE() << finding;
}

struct RuleCase {
  const char* name;
  Findings (*check)(const SourceFile&);
};

class StyleTest : public testing::TestWithParam<RuleCase> {};

TEST_P(StyleTest, HoldsInEveryFile) {
  for (const SourceFile& file : Tree()) ExpectNone(GetParam().check(file));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, StyleTest,
    testing::ValuesIn(std::vector<RuleCase>{
        {"FoldersIncludeOnlyWhatTheirRowAllows", CheckIncludes},
        {"HeadersOpenWithACommentAndGuard", CheckHeader},
        {"AmountsAreIntegers", CheckNoFloat},
        {"WireNumbersAreSigned", CheckProtoNumbers},
        {"DecidingSeesNothingThatDiffers", CheckDeterminism},
        {"NobodyWalksAHashTable", CheckHashIteration},
        {"TestsNeitherSleepNorSkip", CheckTestHonesty},
        {"WorkToDoHasAnIssue", CheckTodos},
        {"NoHostOrMachineIsNamed", CheckForbiddenWords},
        {"ProtoElementsHaveComments", CheckProtoComments},
    }),
    [](const auto& row) { return row.param.name; });

TEST(TreeTest, IsRead) { EXPECT_GT(Tree().size(), 50u); }

TEST(TreeTest, FoldersHaveReadmes) { ExpectNone(CheckReadmes(Tree())); }

TEST(TreeTest, ExamplesExist) { ExpectNone(CheckExamples(Tree())); }

// Never fails: prints where a reviewer may look.
TEST(TreeTest, ReportsLongPlaces) {
  for (const SourceFile& file : Tree()) {
    for (const Finding& finding : LongPlaces(file)) {
      std::cout << "look: " << finding << "\n";
    }
  }
}

}  // namespace
}  // namespace luheng::style
