#include "config/load_lexicon.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "config/extra_files.h"
#include "config/schema.h"

namespace ringfence {
namespace {

using Lexicon = std::vector<LexiconEntry>;

Parsed<std::string> parse_phrase(std::string_view text) {
  if (auto checked = check_phrase(text); !checked) {
    return tl::unexpected(in_quotes(text) + ' ' + checked.error().message);
  }
  return std::string(text);
}

bool is_language(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// The entries of a map, or nothing after an error; nothing at all is an empty map.
const std::vector<YamlEntry>& entries_of(const YamlNode& node, std::string_view what,
                                         std::string_view of, ConfigErrors& errors) {
  static const std::vector<YamlEntry> none;
  if (node.kind == YamlNode::Kind::kMap) return node.entries;
  if (node.kind != YamlNode::Kind::kNull) {
    errors.add(node.at,
               fmt::format("{}: a map of {} is expected, not {}", what, of, node.describe()));
  }
  return none;
}

bool check_name(const YamlNode& key, std::string_view what, ConfigErrors& errors) {
  const auto checked = check_lexicon_name(key.text);
  if (checked) return true;
  errors.add(key.at, fmt::format("{}: {} {}", what, in_quotes(key.text), checked.error().message));
  return false;
}

void add_entry(LexiconKind kind, const std::string& name, const std::string& language,
               const YamlNode& phrases, Lexicon& out, ConfigErrors& errors) {
  const Parser<std::string> parse = parse_phrase;
  out.push_back({kind, name, language, read_list(phrases, name, parse, false, errors)});
}

void read_lures(const YamlNode& node, Lexicon& out, ConfigErrors& errors) {
  for (const YamlEntry& lure : entries_of(node, "lures", "names", errors)) {
    if (!check_name(lure.key, "lures", errors)) continue;
    const std::string& name = lure.key.text;
    for (const YamlEntry& phrases : entries_of(lure.value, name, "languages", errors)) {
      if (!is_language(phrases.key.text)) {
        errors.add(phrases.key.at, fmt::format("{}: {} is not a language of ISO 639, such as en",
                                               name, in_quotes(phrases.key.text)));
        continue;
      }
      add_entry(LexiconKind::kLure, name, phrases.key.text, phrases.value, out, errors);
    }
  }
}

void read_brands(const YamlNode& node, Lexicon& out, ConfigErrors& errors) {
  for (const YamlEntry& brand : entries_of(node, "brands", "names", errors)) {
    if (!check_name(brand.key, "brands", errors)) continue;
    add_entry(LexiconKind::kBrand, brand.key.text, "", brand.value, out, errors);
  }
}

const Table<Lexicon>& lexicon_table() {
  static const Table<Lexicon> table = {{"lures", read_lures}, {"brands", read_brands}};
  return table;
}

void check_names(const YamlNode& when, std::string_view key, LexiconKind kind,
                 const Lexicon& lexicon, ConfigErrors& errors) {
  const YamlNode* list = find_value(when, key);
  if (list == nullptr) return;
  std::vector<std::string> known;
  for (const LexiconEntry& entry : lexicon) {
    if (entry.kind == kind) known.push_back(entry.name);
  }
  ConfigErrors told;
  for (const YamlNode* name : list_items(*list, key, true, told)) {
    if (!check_lexicon_name(name->text)) continue;  // told
    if (std::find(known.begin(), known.end(), name->text) != known.end()) continue;
    const std::string hint = suggestion(name->text, known);
    errors.add(name->at, fmt::format("{}: {} is not in the lexicon{}{}", key, in_quotes(name->text),
                                     hint.empty() ? "" : "; ", hint));
  }
}

/// A rule that asks for a lure or brand nobody looks for would never hold.
void check_rules(const YamlNode& root, const Lexicon& lexicon, ConfigErrors& errors) {
  const YamlNode* policy = find_value(root, "policy");
  const YamlNode* rules = policy == nullptr ? nullptr : find_value(*policy, "rules");
  if (rules == nullptr) return;
  for (const YamlNode& rule : rules->items) {
    const YamlNode* when = find_value(rule, "when");
    if (when == nullptr) continue;
    check_names(*when, "lures", LexiconKind::kLure, lexicon, errors);
    check_names(*when, "brands", LexiconKind::kBrand, lexicon, errors);
    const YamlNode* number = find_value(*when, "number");
    const YamlNode* mismatch = number == nullptr ? nullptr : find_value(*number, "brand_mismatch");
    if (mismatch != nullptr && mismatch->text != "true" && mismatch->text != "false") {
      check_names(*number, "brand_mismatch", LexiconKind::kBrand, lexicon, errors);
    }
  }
}

}  // namespace

Result<Lexicon> parse_lexicon(std::string_view yaml, const std::string& name) {
  Lexicon lexicon;
  ConfigErrors errors;
  YamlNode root;
  if (parse_yaml(yaml, root, errors)) {
    read_map(root, lexicon_table(), "the lexicon", lexicon, errors);
  }
  if (!errors.empty()) return fail(ErrorKind::kConfig, errors.to_string(name));
  return lexicon;
}

std::string load_lexicon(const YamlNode& root, Config& config, ConfigErrors& errors) {
  Lexicon& lexicon = config.matcher.lexicon;
  if (!config.lexicon.builtin) lexicon.clear();
  const auto take = [&](const YamlNode& item, std::string_view content) -> Result<void> {
    auto more = parse_lexicon(content, item.text);
    if (!more) return tl::unexpected(more.error());
    std::move(more->begin(), more->end(), std::back_inserter(lexicon));
    std::size_t phrases = 0;
    for (const LexiconEntry& entry : lexicon) phrases += entry.phrases.size();
    if (lexicon.size() > kLexiconEntriesMax || phrases > kLexiconPhrasesMax) {
      errors.add(item.at,
                 fmt::format("lexicon_files: with this file the lexicon has {} entries "
                             "and {} phrases, at most {} and {}",
                             lexicon.size(), phrases, kLexiconEntriesMax, kLexiconPhrasesMax));
    }
    return {};
  };
  std::string file_errors =
      read_extra_files(root, "lexicon_files", config.lexicon.files, take, errors);
  if (file_errors.empty()) check_rules(root, lexicon, errors);
  return file_errors;
}

const std::vector<LexiconEntry>& builtin_lexicon() {
  // A test sees to it that it has no error.
  static const Lexicon lexicon =
      parse_lexicon(builtin_lexicon_yaml(), "lexicon.yaml").value_or(Lexicon{});
  return lexicon;
}

}  // namespace ringfence
