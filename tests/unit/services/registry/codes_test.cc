#include <string>

#include "gtest/gtest.h"
#include "services/registry/county_code.h"
#include "services/registry/credit_code.h"
#include "services/registry/identity_number.h"

namespace luheng::registry {
namespace {

struct CodeCase {
  const char* name;
  const char* code;
  bool valid;
};

std::string NameOf(const ::testing::TestParamInfo<CodeCase>& info) {
  return info.param.name;
}

class CreditCodeTest : public ::testing::TestWithParam<CodeCase> {};

TEST_P(CreditCodeTest, ChecksTheDigit) {
  EXPECT_EQ(IsCreditCode(GetParam().code), GetParam().valid);
}

const CodeCase kCreditCodes[] = {
    {"StandardsExample", "91350100M000100Y43", true},
    {"LetterAtTheEnd", "91330100799655058B", true},
    {"Letters", "9144030071526726XG", true},
    {"Digits", "914403001922038216", true},
    {"Beijing", "91110000802100433B", true},
    {"Shenchi", "91140927MA0ABCD1XT", true},
    {"Linxian", "91141124MA0ABCD1XJ", true},
    {"Daning", "91141029MA0ABCD1XM", true},
    {"WrongDigit", "91140927MA0ABCD1XU", false},
    {"SwappedDigits", "91140972MA0ABCD1XT", false},
    {"LetterNotInTheAlphabet", "91350100M000100Y4Z", false},
    {"LowerCase", "91140927ma0abcd1xt", false},
    {"TooShort", "91140927MA0ABCD1X", false},
    {"TooLong", "91140927MA0ABCD1XTT", false},
    {"RegionWithLetter", "9114092AMA0ABCD1XT", false},
    {"Empty", "", false},
};
INSTANTIATE_TEST_SUITE_P(Codes, CreditCodeTest,
                         ::testing::ValuesIn(kCreditCodes), NameOf);

// Every single wrong character of a valid code is found: the modulus is prime.
TEST(CreditCodeTest, FindsEverySingleError) {
  const std::string valid = "91140927MA0ABCD1XT";
  const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  for (size_t i = 0; i < valid.size(); ++i) {
    for (char c : alphabet) {
      std::string changed = valid;
      changed[i] = c;
      EXPECT_EQ(IsCreditCode(changed), c == valid[i]) << changed;
    }
  }
}

class IdentityNumberTest : public ::testing::TestWithParam<CodeCase> {};

TEST_P(IdentityNumberTest, ChecksTheDigit) {
  EXPECT_EQ(IsIdentityNumber(GetParam().code), GetParam().valid);
}

const CodeCase kIdentityNumbers[] = {
    {"StandardsExample", "11010519491231002X", true},
    {"StandardsSecondExample", "440524188001010014", true},
    {"LowerCaseCheck", "11010519491231002x", false},
    {"WrongCheck", "110105194912310021", false},
    {"NoSuchDay", "110105194902310025", false},
    {"TooShort", "11010519491231002", false},
    {"Letter", "1101051949123100AX", false},
    {"Empty", "", false},
};
INSTANTIATE_TEST_SUITE_P(Numbers, IdentityNumberTest,
                         ::testing::ValuesIn(kIdentityNumbers), NameOf);

TEST(IdentityNumberTest, RefusesADayThatDoesNotExistForItsDateAlone) {
  const std::string first17 = "11010519490231002";
  const auto check = IdentityNumberCheck(first17);
  ASSERT_TRUE(check.has_value());
  EXPECT_FALSE(IsIdentityNumber(first17 + *check));
}

TEST(IdentityNumberTest, MaskShowsTheLastCharactersOnly) {
  EXPECT_EQ(MaskAllBut("11010519491231002X", 4), "**************002X");
  EXPECT_EQ(MaskAllBut("12", 4), "12");
  EXPECT_EQ(MaskAllBut("", 4), "");
}

class CountyCodeTest : public ::testing::TestWithParam<CodeCase> {};

TEST_P(CountyCodeTest, ChecksTheForm) {
  const int64_t code = ParseCountyCode(GetParam().code);
  EXPECT_EQ(code != 0, GetParam().valid);
  EXPECT_EQ(FormatCountyCode(code), code != 0 ? GetParam().code : "");
}

const CodeCase kCountyCodes[] = {
    {"Province", "140000", true},
    {"Prefecture", "140900", true},
    {"County", "140927", true},
    {"Shenzhen", "440300", true},
    {"NoSuchProvince", "990000", false},
    {"LeadingZero", "014092", false},
    {"CountyOfNoPrefecture", "140027", false},
    {"FiveDigits", "14092", false},
    {"SevenDigits", "1409270", false},
    {"Letter", "14092A", false},
    {"Empty", "", false},
};
INSTANTIATE_TEST_SUITE_P(Codes, CountyCodeTest,
                         ::testing::ValuesIn(kCountyCodes), NameOf);

TEST(CountyCodeTest, OuterCoversInner) {
  EXPECT_TRUE(CountyCovers(140000, 140927));
  EXPECT_TRUE(CountyCovers(140900, 140927));
  EXPECT_TRUE(CountyCovers(140927, 140927));
  EXPECT_TRUE(CountyCovers(140000, 140000));
  EXPECT_FALSE(CountyCovers(140900, 141028));
  EXPECT_FALSE(CountyCovers(140927, 140928));
  EXPECT_FALSE(CountyCovers(140927, 140900));
  EXPECT_FALSE(CountyCovers(110000, 140927));
  EXPECT_FALSE(CountyCovers(140900, 0));
}

}  // namespace
}  // namespace luheng::registry
