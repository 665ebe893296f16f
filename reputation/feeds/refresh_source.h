// The documents of a feed, from wherever it is, into its folder.
//
// Does: file, http and MISP REST (one document each), minisign; hands on to misp_source and
// taxii_source, which have many. Does not: inflate, parse, decide what is read into the table.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reputation/feed_options.h"
#include "reputation/feeds/feed_state.h"
#include "reputation/feeds/fetch.h"

namespace ringfence {

struct FeedDocuments {
  bool unchanged = false;    // the kept content is what there is; no files
  bool incremental = false;  // they are not all: what they do not name stays in the list
  bool many = false;         // one bad document among them does not spoil the rest
  std::vector<std::filesystem::path> files{};  // in the order to read
  KeptContent kept{};                          // to be remembered when they are in the table
  std::string note{};                          // what was passed over, "" for nothing
  int tries = 1;
  /// When the import is published: first is renamed to second, then these go.
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> renames{};
  std::vector<std::filesystem::path> removals{};
};
using SourceResult = tl::expected<FeedDocuments, FetchFailure>;

/// What a source works with.
struct SourceContext {
  const FeedOptions& feed;
  const FeedFolder& folder;  // prepared
  const KeptContent& kept;   // empty when there is nothing of use
  TimePoint now;
  Fetcher& fetcher;
};

/// The kept documents, when they are all there and whole; `deep` reads them to be sure. TAXII keeps
/// none.
std::optional<FeedDocuments> kept_documents(const FeedOptions& feed, const FeedFolder& folder,
                                            const KeptContent& kept, bool deep);

/// Fetches what is new. With an empty `kept` everything is.
SourceResult fetch_documents(const SourceContext& context);

/// A document's name, for its extension and for people.
std::string document_name(const FeedOptions& feed, const FeedDocuments& documents,
                          const std::filesystem::path& file);

/// Puts in place what fetch_documents() brought, after its import was published.
Result<void> keep_documents(const FeedDocuments& documents);
/// Takes away what it brought and nobody wants.
void discard_documents(const FeedDocuments& documents);

/// FetchFailure as a value to return.
tl::unexpected<FetchFailure> source_fault(FetchFault fault, std::string message);

}  // namespace ringfence
