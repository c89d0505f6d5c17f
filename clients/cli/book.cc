// luheng book: the best levels of an instrument, once or live.
#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/directory.h"
#include "clients/cli/enum_text.h"
#include "clients/cli/format.h"
#include "clients/cli/help_texts.h"
#include "clients/cli/nouns.h"
#include "clients/lib/book_mirror.h"
#include "clients/lib/watch.h"

namespace luheng::cli {
namespace {

using mv1::Book;
using mv1::BookLevel;
using mv1::MarketDataService;

constexpr int kDepthDefault = 5;

struct Arguments {
  std::string symbol;
  int depth = kDepthDefault;
  bool watch = false;
};

// One line of the ladder: asks from the highest down, then bids.
struct Line {
  mv1::Side side;
  int rank;  // 1 is best.
  BookLevel level;
};

std::vector<Line> LinesOf(const Book& book) {
  std::vector<Line> lines;
  for (int i = book.asks_size(); i-- > 0;) {
    lines.push_back({mv1::SIDE_SELL, i + 1, book.asks(i)});
  }
  for (int i = 0; i < book.bids_size(); ++i) {
    lines.push_back({mv1::SIDE_BUY, i + 1, book.bids(i)});
  }
  return lines;
}

Columns<Line> LineColumns(const Context& context, const Directory& directory,
                          const std::string& instrument) {
  return {
      {text::kSide,
       [&](const Line& line) {
         const Style style =
             line.side == mv1::SIDE_BUY ? Style::kUp : Style::kDown;
         Cell cell = TextCell(context.Say(NameOf(line.side)), style);
         cell.text = absl::StrCat(cell.text, " ", line.rank);
         return cell;
       }},
      {text::kPrice,
       [](const Line& line) {
         return YuanCell(
             line.level.price_minor_per_lot(),
             line.side == mv1::SIDE_BUY ? Style::kUp : Style::kDown);
       }},
      {text::kQuantity,
       [&directory, instrument](const Line& line) {
         return directory.LotsCell(instrument, line.level.quantity_lots());
       }},
      {text::kOrders,
       [](const Line& line) { return NumberCell(line.level.order_count()); }},
  };
}

std::string RenderBook(const Context& context, const Directory& directory,
                       const Book& book) {
  const Columns<Line> columns =
      LineColumns(context, directory, book.instrument());
  std::vector<std::vector<Cell>> rows;
  for (const Line& line : LinesOf(book)) {
    rows.push_back(CellsOf(columns, line));
  }
  return RenderTable(HeadersOf(context, columns), rows, context.color_on_out());
}

void PrintBook(Context& context, const Directory& directory, const Book& book) {
  if (context.format() == Format::kJson) {
    context.out() << ToJson(book, true) << "\n";
  } else if (context.format() == Format::kTable) {
    context.out() << RenderBook(context, directory, book);
  } else {
    const Columns<Line> columns =
        LineColumns(context, directory, book.instrument());
    WriteCsv(context, HeadersOf(context, columns));
    for (const Line& line : LinesOf(book)) {
      WriteCsv(context, CellsOf(columns, line));
    }
  }
}

absl::Status Show(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  mv1::GetBookRequest request;
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  request.set_depth(arguments.depth);
  CLIENT_ASSIGN_OR_RETURN(
      const mv1::GetBookResponse response,
      client->Call(&MarketDataService::Stub::GetBook, request));
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  PrintBook(context, directory, response.book());
  return absl::OkStatus();
}

// Draws the whole picture over the one before; what it leaves over is erased
// line by line, so that the screen does not flicker.
class Screen {
 public:
  explicit Screen(Context& context) : context_(context) {}

  void Draw(const std::string& picture) {
    if (is_first_) context_.out() << "\x1b[2J";
    is_first_ = false;
    std::string drawn = "\x1b[H";
    for (const char c : picture) {
      if (c == '\n') drawn += "\x1b[K";
      drawn += c;
    }
    context_.out() << drawn << "\x1b[J" << std::flush;
  }

 private:
  Context& context_;
  bool is_first_ = true;
};

std::string TitleOf(const Context& context, const client::BookMirror& mirror,
                    const std::string& symbol) {
  return absl::StrCat(
      Paint(symbol, Style::kStrong, context.color_on_out()), "  ",
      context.Say(NameOf(mirror.session_state())), "  ",
      context.Say(text::kEntry), " ", WithSeparators(mirror.entry()), "  ",
      absl::FormatTime("%H:%M:%S", absl::Now(), ShanghaiZone()), "\n\n");
}

absl::Status Watch(Context& context, const Arguments& arguments) {
  CLIENT_ASSIGN_OR_RETURN(client::Client* const client, context.client());
  Directory directory(context);
  CLIENT_RETURN_IF_ERROR(directory.LoadInstruments());
  mv1::WatchBookRequest request;
  request.set_instrument(ResourceName("instruments", arguments.symbol));
  client::BookMirror mirror;
  Screen screen(context);
  const auto show = [&](const mv1::WatchBookResponse& message) {
    if (context.is_live()) {
      screen.Draw(absl::StrCat(
          TitleOf(context, mirror, arguments.symbol),
          RenderBook(context, directory, mirror.Best(arguments.depth)), "\n",
          context.Say(text::kCtrlC), "\n"));
    } else if (context.format() == Format::kJson) {
      context.out() << ToJson(message, false) << "\n" << std::flush;
    } else if (!message.heartbeat()) {
      PrintBook(context, directory, mirror.Best(arguments.depth));
      context.out() << "\n" << std::flush;
    }
  };
  // A gap in the sequence ends one stream; the next begins with a snapshot.
  while (true) {
    bool has_gap = false;
    CLIENT_RETURN_IF_ERROR(client::Watch(
        *client, &MarketDataService::Stub::WatchBook, request,
        [&](const mv1::WatchBookResponse& message, mv1::WatchBookRequest&) {
          has_gap = !mirror.Apply(message);
          if (!has_gap) show(message);
          return !has_gap;
        }));
    if (!has_gap) return absl::OkStatus();
    context.Note(text::kReconnecting);
  }
}

}  // namespace

void RegisterBook(CLI::App& app, Context& context) {
  CLI::App& noun = AddNoun(app, context, "book", help::kBook);
  const auto show = MakeArguments<Arguments>();
  CLI::App& verb = AddVerb(noun, context, "show", help::kBookShow,
                           "luheng book show CEA\n"
                           "luheng book show CEA --depth 10 --watch",
                           [=, &context] {
                             return show->watch ? Watch(context, *show)
                                                : Show(context, *show);
                           });
  AddArgument(verb, context, "SYMBOL", show->symbol, help::kSymbol)->required();
  verb.add_option("--depth", show->depth, context.Say(help::kDepth))
      ->check(CLI::Range(1, 1000))
      ->default_str(absl::StrCat(kDepthDefault));
  AddFlag(verb, context, "-w,--watch", show->watch, help::kWatch);
}

}  // namespace luheng::cli
