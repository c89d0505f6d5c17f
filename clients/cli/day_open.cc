#include "clients/cli/day_open.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/day_ledger.h"
#include "clients/cli/day_market.h"
#include "clients/cli/day_office.h"
#include "clients/cli/day_texts.h"

namespace luheng::cli {
namespace {

using mv1::InstrumentService;
using rv1::RegistryService;
using sv1::SettlementService;

// Goes through the data in the order in which things depend on each other.
class Opening {
 public:
  Opening(Context& context, const ProvinceData& data)
      : context_(context), data_(data), office_(context, data) {}

  absl::Status Run() {
    // Staff first: they open everything else.
    CLIENT_RETURN_IF_ERROR(AskHolders(office_, data_, names_));
    CLIENT_RETURN_IF_ERROR(Users(day::kStaff, true));
    CLIENT_RETURN_IF_ERROR(Holders());
    CLIENT_RETURN_IF_ERROR(AskHolders(office_, data_, names_));
    CLIENT_RETURN_IF_ERROR(Users(day::kUsers, false));
    CLIENT_RETURN_IF_ERROR(AskAssets(office_, names_));
    CLIENT_RETURN_IF_ERROR(Assets());
    CLIENT_RETURN_IF_ERROR(AskInstruments(office_, names_));
    CLIENT_RETURN_IF_ERROR(Instruments());
    CLIENT_ASSIGN_OR_RETURN(client::Client* const auditor,
                            office_.With(rv1::ROLE_AUDIT_ADMIN));
    CLIENT_ASSIGN_OR_RETURN(facts_, ReadLedger(*auditor));
    CLIENT_RETURN_IF_ERROR(Calendar());
    CLIENT_RETURN_IF_ERROR(Issues());
    CLIENT_RETURN_IF_ERROR(Deposits());
    CLIENT_ASSIGN_OR_RETURN(
        const cv1::GetNodeStatusResponse status,
        auditor->Call(&cv1::NodeService::Stub::GetNodeStatus, {}));
    context_.Note(day::kOpened, status.last_entry());
    return absl::OkStatus();
  }

 private:
  // What a phase did, told when it ends.
  struct Count {
    int64_t done = 0;
    int64_t there = 0;
  };
  void EndPhase(const Text& name, const Count& count) {
    context_.Note(day::kPhase, context_.Say(name), count.done, count.there);
  }

  absl::Status Differs(const std::string& what, const std::string& how) {
    return absl::FailedPreconditionError(
        context_.Say(day::kDiffers, what, how));
  }

  absl::Status Users(const Text& phase, bool staff) {
    CLIENT_ASSIGN_OR_RETURN(client::Client* const auditor,
                            office_.With(rv1::ROLE_AUDIT_ADMIN));
    std::map<std::string, std::string> holders;  // By user.
    rv1::ListUsersRequest list;
    list.set_page_size(1000);
    CLIENT_RETURN_IF_ERROR(
        auditor->ForEachPage(&RegistryService::Stub::ListUsers, list,
                             [&](const rv1::ListUsersResponse& page) {
                               for (const rv1::User& user : page.users()) {
                                 holders[user.name()] = user.holder();
                               }
                               return true;
                             }));
    Count count;
    for (const UserRow& row : data_.users) {
      if ((row.holder_key == kOperatorKey) != staff) continue;
      const std::string& holder = names_.holders.at(row.holder_key).name();
      const auto found = holders.find(absl::StrCat("users/", row.user));
      if (found == holders.end()) {
        CLIENT_RETURN_IF_ERROR(CreateUser(row, holder));
        ++count.done;
      } else if (found->second == holder) {
        ++count.there;
      } else {
        return Differs(row.user, found->second);
      }
    }
    EndPhase(phase, count);
    return absl::OkStatus();
  }

  absl::Status CreateUser(const UserRow& row, const std::string& holder) {
    rv1::CreateUserRequest request;
    request.set_user(row.user);
    request.set_holder(holder);
    for (const rv1::RoleGrant& role : row.roles) *request.add_roles() = role;
    return office_
        .Do(kUserDesk, absl::StrCat("users/", row.user),
            &RegistryService::Stub::CreateUser, std::move(request))
        .status();
  }

  absl::Status Holders() {
    Count count;
    for (const HolderRow& row : data_.holders) {
      const auto found = names_.holders.find(row.key);
      if (found != names_.holders.end()) {
        if (found->second.kind() != row.holder.kind()) {
          return Differs(row.key, found->second.name());
        }
        ++count.there;
        continue;
      }
      rv1::OpenHolderRequest request;
      *request.mutable_holder() = row.holder;
      CLIENT_RETURN_IF_ERROR(
          office_
              .Do(kRegistryDesk, absl::StrCat("holders/", row.key),
                  &RegistryService::Stub::OpenHolder, std::move(request))
              .status());
      ++count.done;
    }
    EndPhase(day::kHolders, count);
    return absl::OkStatus();
  }

  absl::Status Assets() {
    Count count;
    for (const sv1::Asset& asset : data_.assets) {
      const auto found = names_.assets.find(asset.symbol());
      if (found != names_.assets.end()) {
        if (found->second.kind() != asset.kind() ||
            found->second.unit() != asset.unit()) {
          return Differs(asset.symbol(), found->second.unit());
        }
        ++count.there;
        continue;
      }
      sv1::DefineAssetRequest request;
      *request.mutable_asset() = asset;
      CLIENT_RETURN_IF_ERROR(
          office_
              .Do(kRegistryDesk, absl::StrCat("assets/", asset.symbol()),
                  &SettlementService::Stub::DefineAsset, std::move(request))
              .status());
      ++count.done;
    }
    EndPhase(day::kAssets, count);
    return AskAssets(office_, names_);
  }

  absl::Status Instruments() {
    Count count;
    for (const mv1::Instrument& instrument : data_.instruments) {
      const auto found = names_.instruments.find(instrument.symbol());
      if (found != names_.instruments.end()) {
        if (found->second.asset() != instrument.asset() ||
            found->second.lot_units() != instrument.lot_units()) {
          return Differs(instrument.symbol(), found->second.asset());
        }
        ++count.there;
        continue;
      }
      mv1::DefineInstrumentRequest request;
      *request.mutable_instrument() = instrument;
      CLIENT_RETURN_IF_ERROR(
          office_
              .Do(kRegistryDesk,
                  absl::StrCat("instruments/", instrument.symbol()),
                  &InstrumentService::Stub::DefineInstrument,
                  std::move(request))
              .status());
      ++count.done;
    }
    EndPhase(day::kInstruments, count);
    return absl::OkStatus();
  }

  absl::Status Calendar() {
    Count count;
    for (const CalendarRow& row : data_.calendar) {
      if (facts_.HasCalendar(row.basis)) {
        ++count.there;
        continue;
      }
      mv1::SetCalendarDaysRequest request;
      for (const std::string& date : row.holidays) request.add_holidays(date);
      for (const std::string& date : row.working_days) {
        request.add_working_days(date);
      }
      request.set_basis(row.basis);
      CLIENT_RETURN_IF_ERROR(
          office_
              .Do(kMarketDesk, absl::StrCat("calendar ", row.basis),
                  &InstrumentService::Stub::SetCalendarDays, std::move(request))
              .status());
      ++count.done;
    }
    EndPhase(day::kCalendar, count);
    return absl::OkStatus();
  }

  absl::Status Issues() {
    Count count;
    for (const IssueRow& row : data_.issues) {
      if (facts_.HasUnits(row.FullBasis())) {
        ++count.there;
        continue;
      }
      sv1::IssueUnitsRequest request;
      request.set_holder(names_.holders.at(row.holder_key).name());
      request.set_asset(absl::StrCat("assets/", row.asset));
      request.set_amount(row.amount);
      request.set_basis(row.FullBasis());
      CLIENT_RETURN_IF_ERROR(office_
                                 .Do(kRegistryDesk, row.reference,
                                     &SettlementService::Stub::IssueUnits,
                                     std::move(request))
                                 .status());
      ++count.done;
    }
    EndPhase(day::kIssues, count);
    return absl::OkStatus();
  }

  absl::Status Deposits() {
    Count count;
    for (const DepositRow& row : data_.deposits) {
      if (facts_.HasCash(row.reference)) {
        ++count.there;
        continue;
      }
      sv1::DepositRequest request;
      request.set_holder(names_.holders.at(row.holder_key).name());
      request.set_amount_minor(row.amount_minor);
      request.set_bank_reference(row.reference);
      CLIENT_RETURN_IF_ERROR(office_
                                 .Do(kCashDesk, row.reference,
                                     &SettlementService::Stub::Deposit,
                                     std::move(request))
                                 .status());
      ++count.done;
    }
    EndPhase(day::kDeposits, count);
    return absl::OkStatus();
  }

  Context& context_;
  const ProvinceData& data_;
  Office office_;
  MarketNames names_;
  LedgerFacts facts_;
};

}  // namespace

absl::Status OpenProvince(Context& context, const ProvinceData& data) {
  return Opening(context, data).Run();
}

}  // namespace luheng::cli
