// Every interface between areas, and between core and areas. Implementations
// are const views of state: asking changes nothing. `apply` of one area never
// asks another.
#ifndef LUHENG_SERVICES_CORE_PORTS_H_
#define LUHENG_SERVICES_CORE_PORTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "ledger/base/ids.h"
#include "ledger/base/stamp.h"
#include "ledger/entry/entry.h"
#include "services/core/command.h"

namespace luheng::core {

// Steps of a command that need a permission; numbers as
// luheng.registry.v1.Step.
enum class Step { kSubmit = 1, kCheck = 2, kApprove = 3 };

// Who may do what. The registry implements it.
class AccessControl {
 public:
  virtual ~AccessControl() = default;
  // The user called `name`; zero if there is none.
  virtual UserId FindUser(absl::string_view name) const = 0;
  // The name of `user`; empty if there is none.
  virtual std::string UserName(UserId user) const = 0;
  // The holder that `user` acts for; zero if there is none.
  virtual HolderId HolderOf(UserId user) const = 0;
  virtual bool IsActive(UserId user) const = 0;
  // Whether a role of `user` permits `step` of `command` for `target`. With no
  // target the command concerns the user's own holder or none. Roles of a
  // holder's own staff (traders, viewers) cover only the user's own holder.
  virtual bool Allows(UserId user, CommandType command, Step step,
                      HolderId target) const = 0;
  // Whether `user` may read what concerns `target`: its own holder's users and
  // supervisors of its county.
  virtual bool MayRead(UserId user, HolderId target) const = 0;
  // Whether `user` may read everything.
  virtual bool MayReadAll(UserId user) const = 0;
};

// Who takes part. The registry implements it.
class HolderDirectory {
 public:
  virtual ~HolderDirectory() = default;
  virtual bool Exists(HolderId holder) const = 0;
  // Whether it may trade and be credited.
  virtual bool IsActive(HolderId holder) const = 0;
  // The beneficial owner on `date`; the holder itself if nobody controls it.
  // Chains of control are followed to their end.
  virtual HolderId BeneficialOwner(HolderId holder, Date date) const = 0;
  // The holder of a 统一社会信用代码 or GB/T 2260 code; zero if none.
  virtual HolderId FindByCode(absl::string_view code) const = 0;
  // Public name; empty for persons and unknown ids.
  virtual std::string DisplayName(HolderId holder) const = 0;
};

// What units there are. Settlement implements it.
class AssetDirectory {
 public:
  virtual ~AssetDirectory() = default;
  // The currency of the market, CNY; opened by the genesis entry.
  static constexpr AssetId kCurrency = AssetId(1);
  virtual AssetId FindAsset(absl::string_view symbol) const = 0;
  // Symbol; empty for unknown ids.
  virtual std::string AssetSymbol(AssetId asset) const = 0;
  virtual bool IsCurrency(AssetId asset) const = 0;
};

// What is traded. The market implements it.
class InstrumentDirectory {
 public:
  virtual ~InstrumentDirectory() = default;
  // The instrument called `symbol`; zero if there is none.
  virtual InstrumentId FindInstrument(absl::string_view symbol) const = 0;
};

// What a holder has at stake in an area, asked before it is suspended or
// closed. The market implements it for open orders.
class HolderUsage {
 public:
  virtual ~HolderUsage() = default;
  // Whether something of `holder` is open.
  virtual bool InUse(HolderId holder) const = 0;
  // Drafts the end of what `holder` has open into the entry that suspends it;
  // what one entry cannot hold goes on in further ones.
  virtual void DraftEndOfUse(HolderId holder, Entry& entry) const = 0;
};

}  // namespace luheng::core

#endif  // LUHENG_SERVICES_CORE_PORTS_H_
