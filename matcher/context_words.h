// Context words: what the words around digits say of them. Data, in several languages.
#pragma once

#include <cstddef>
#include <string_view>

namespace ringfence {

enum class WordKind {
  kNone,
  kCall,     // "call", "Tel", "Fax": a telephone number follows
  kSupport,  // "support", "contact": one may follow
  kId,       // "order", "invoice", "VAT": some other number follows
  kNeutral,  // "number", "no", "is": says nothing, stands between a label and its number
};

/// Of one word of ASCII letters in any case, as folded ("telefono", "Telefonnummer", "INV").
WordKind word_kind(std::string_view word);

/// A word of identifiers that says other things too: "lot", "key".
bool is_doubtful_id(std::string_view word);
/// People whom a service is for: "Service client".
bool is_person(std::string_view word);
/// A neutral word that ends what a label labels: "Text STOP to 0770...".
bool is_link(std::string_view word);
/// A word for calling that tells of it and announces nothing after a number: "212 calls".
bool is_doing(std::string_view word);
/// What a count is of, written after it: "2125550142 rows".
bool is_counted(std::string_view word);
/// Ends with a code of laws, the sign of a section after it or not: "48 C.F.R. ".
bool ends_with_law(std::string_view text);

/// True when UTF-8 text holds a telephone sign or a word for calling in a script that does not fold
/// to ASCII.
bool has_call_sign(std::string_view utf8);

/// True when UTF-8 text names, in such a script, some other number at its end, with neither digits
/// nor a word for calling after it: "注文番号：".
bool ends_with_id_sign(std::string_view utf8);

/// True when UTF-8 text ends (begins) with a currency sign, blanks aside.
bool ends_with_currency(std::string_view utf8);
bool begins_with_currency(std::string_view utf8);

}  // namespace ringfence
