// The values of the wire contract's enums in words.
#ifndef LUHENG_CLIENTS_CLI_ENUM_TEXT_H_
#define LUHENG_CLIENTS_CLI_ENUM_TEXT_H_

#include "clients/cli/protos.h"
#include "clients/cli/text.h"

namespace luheng::cli {

// A value that this program does not know reads "?".
const Text& NameOf(mv1::Side value);
const Text& NameOf(mv1::OrderState value);
const Text& NameOf(mv1::CloseReason value);
const Text& NameOf(mv1::TimeInForce value);
const Text& NameOf(mv1::SelfTradePrevention value);
const Text& NameOf(mv1::SessionState value);
const Text& NameOf(mv1::TradingMode value);
const Text& NameOf(rv1::HolderKind value);
const Text& NameOf(rv1::HolderState value);
const Text& NameOf(rv1::UserState value);
const Text& NameOf(rv1::Role value);
const Text& NameOf(sv1::AssetKind value);
const Text& NameOf(sv1::Purpose value);
const Text& NameOf(cv1::ProposalState value);

}  // namespace luheng::cli

#endif  // LUHENG_CLIENTS_CLI_ENUM_TEXT_H_
