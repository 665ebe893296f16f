#include "matcher/context_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::string_view kCallWords =
    // English
    "call calls calling called callus callnow phone phones telephone telephones tele tel ph fon tf "
    "tfn "
    "hotline hotlines helpline helplines helpdesk dial dialing mobile mobiles mob cell cells "
    "cellular "
    "cellphone fax faxes facsimile tollfree toll freephone freecall freefone whatsapp watsapp "
    "whatapp "
    "sms text txt texting viber voice voicemail tty tdd pager landline ddi direct switchboard phn "
    "phno "
    "callback telno "
    // German
    "telefon telefonisch telefonnummer tel rufnummer ruf rufen anruf anrufen anrufe ruft rufnr "
    "handy "
    "mobil mobiltelefon mobilnummer telefax durchwahl festnetz hotline fernsprecher fernruf "
    // French
    "telephone telephonez appel appels appelez appeler appelle joindre telecopie "
    "telecopieur "
    // Spanish, Portuguese, Italian
    "telefono telefonos telefone telefones telf telef tlf tlfn llame llamar llamenos llama "
    "llamanos "
    "llamada movil celular cel ligue ligar ligacao chiama chiamare chiamaci chiamata cellulare "
    "fono "
    "fijo sac ouvidoria zap movel telemovel "
    // Dutch, Nordic, Polish, Czech, Finnish, Turkish, ...
    "telefoon telefoonnummer bel bellen belt gsm mobiel telefonnummer ringa ringe ringer mobilnr "
    "puh "
    "puhelin puhelinnumero soita matkapuhelin gsm faksi telefonu zadzwon dzwon telefaks faks kom "
    "infolinia zavolejte sunati hivjon telefonszam telefonnr telepon thoai hubungi "
    "chiami chiamata appelez appeler komorka mobilni volejte telefonicky ara arayin telefonunuz "
    "cep simi telefoni hp telp hub "
    "hubungi";

constexpr std::string_view kSupportWords =
    "text txt texting ring speak talk direct portable standard fixe contact contacts contacting "
    "contacte contactez contacto contato contatti contattaci kontakt "
    "kontaktieren kontakta support supports service services servicio servico care help helps "
    "reach "
    "reached reachable touch question questions concerns assist assistance assistenza assistencia "
    "asistencia atendimento atencion "
    "desk "
    "office line lines center centre department dept team free us at agent agents "
    "representative "
    "executive expert experts cancel inquiries enquiries enquiry queries emergency consult "
    "consultation "
    "reception hours kundenservice kundendienst kundenbetreuung zentrale erreichen erreichbar "
    "buero "
    "klantenservice home work off main local intl international";

constexpr std::string_view kIdWords =
    "customer order orders ord invoice invoices inv ref refs reference references referenz "
    "referencia "
    "ticket "
    "tickets case cases tracking track shipment parcel awb consignment account accounts acct acc "
    "konto "
    "kontonummer kontonr compte cuenta conta routing aba sort id ids uid guid uuid userid kunden "
    "client "
    "klant transaction transactions transaktion trans txn tid rrn utr pnr booking bookings "
    "buchung "
    "reservation confirmation confirm code codes otp pin tan password passcode passwort serial "
    "serials "
    "seriennummer sn license licence licencia lizenz key keys product sku item items artikel "
    "article "
    "model part parts po vat btw tva ust ustid umsatzsteuer mwst tax tin ssn nif cif piva iva "
    "siret "
    "siren rcs hrb hra cnpj cpf abn acn kvk cvr oib ico dic dni nie rut rfc curp pan gst gstin cin "
    "nmls "
    "reg registration registered registre register regd handelsregister amtsgericht charity fca "
    "policy "
    "policies claim claims member membership mitglied passport isbn issn doi ean upc asin gtin zip "
    "postcode plz cep postal batch lot receipt receipts bill token session msgid messageid version "
    "ver "
    "build port bug bugs issue issues commit revision rev patent page pages swift bic iban card "
    "cards "
    "auth authorization authorisation approval beleg rechnung rechnungs bestellung bestell auftrag "
    "auftrags vorgang vorgangs aktenzeichen commande facture dossier pedido factura fatura nota "
    "boleto ordine fattura bestelling factuur referentie zamowienie faktura faktur quantity qty "
    "amount "
    "total sum balance imei meid iccid vin user username login meeting webinar conference access "
    "domain "
    "deal quote quotation contract vertrag vertrags contrat contrato file folio cert certificate "
    "series "
    "employee badge student patient record entry row line job req requisition advert listing "
    "usdot mc "
    "dot npi dea bid lotto winning batchno serialno bank blz sepa mandat mandate glaubiger "
    "creditor debit "
    "tests failed skipped ignored passed flaky cfr usc dfars artnr rma poliza colegiada cups "
    "reclamation protocolo processo processnummer matricula inscricao serie pratica loan "
    "vertragskonto kundenkonto tunnus ytunnus tilaus viite asiakas lasku objednavka objednavky "
    "variabilni zakazka comanda comenzii cui siparis takip vergi musteri rendeles rendelesszam "
    "adoszam szamlaszam ugyfelszam zamowienia klienta umowy przesylki regon pesel";

constexpr std::string_view kNeutralWords =
    "number numbers no nr num nbr numero nummer numer numerus numm n is are of the a your our my "
    "der die "
    "das le la el o ist lautet and und to as on";

using Table = std::unordered_map<std::string_view, WordKind>;

void add_words(Table& table, std::string_view words, WordKind kind) {
  for (const std::string_view word : split(words, ' ')) {
    if (!word.empty()) table.emplace(word, kind);
  }
}

const Table& words() {
  static const Table table = [] {
    Table t;
    // The first kind given to a word stays.
    add_words(t, kCallWords, WordKind::kCall);
    add_words(t, kNeutralWords, WordKind::kNeutral);
    add_words(t, kSupportWords, WordKind::kSupport);
    add_words(t, kIdWords, WordKind::kId);
    return t;
  }();
  return table;
}

// What languages hang on a word: "ordernumber", "Kundennummer", "Faxnr", "OWNERAPPTID".
constexpr std::string_view kSuffixes[] = {"nummer", "number", "numero", "nr", "no",
                                          "num",    "s",      "n",      "us"};
constexpr std::string_view kIdSuffixes[] = {"code", "nummer", "token"};

constexpr std::string_view kCallSigns[] = {
    "\u260E",
    "\u260F",
    "\u2706",
    "\u2121",
    "\u213B",
    "\U0001F4DE",
    "\U0001F4DF",
    "\U0001F4E0",
    "\U0001F4F1",
    "\U0001F4F2",
    "\U0001F919",
    "\U0001F57D",
    "\U0001F57E",
    "\U0001F57F",
    "\U0001F581",
    "\u0442\u0435\u043B",
    "\u0422\u0435\u043B",
    "\u0422\u0415\u041B",
    "\u0437\u0432\u043E\u043D",
    "\u0417\u0432\u043E\u043D",
    "\u0437\u0430\u0442\u0435\u043B\u0435\u0444\u043E\u043D",
    "\u041F\u043E\u0437\u0432\u043E\u043D",
    "\u0444\u0430\u043A\u0441",
    "\u0424\u0430\u043A\u0441",
    "\u043C\u043E\u0431",
    "\u041C\u043E\u0431",
    "\u03C4\u03B7\u03BB",
    "\u03A4\u03B7\u03BB",
    "\u03A4\u03B7\u03BB",
    "\u7535\u8BDD",
    "\u96FB\u8A71",
    "\u624B\u673A",
    "\u624B\u6A5F",
    "\u70ED\u7EBF",
    "\u71B1\u7DDA",
    "\u4F20\u771F",
    "\u62E8\u6253",
    "\u643A\u5E2F",
    "\uC804\uD654",
    "\uD734\uB300",
    "\uD329\uC2A4",
    "\u0647\u0627\u062A\u0641",
    "\u0627\u062A\u0635\u0644",
    "\u062C\u0648\u0627\u0644",
    "\u062A\u0644\u0641\u0646",
    "\u05D8\u05DC\u05E4\u05D5\u05DF",
    "\u05D8\u05DC'",
    "\u05E0\u05D9\u05D9\u05D3",
    "\u092B\u094B\u0928",
    "\u81F4\u7535",
    "\u81F4\u96FB",
    "\u6765\u7535",
    "\u4F86\u96FB",
    "\u5BA2\u670D",
    "\u8054\u7CFB",
    "\u806F\u7E6B",
    "\u9023\u7D61",
    "\u30C0\u30A4\u30E4\u30EB",
    "\uC5F0\uB77D",
    "\uBB38\uC758",
    "\uC0C1\uB2F4",
    "\u03BA\u03B1\u03BB",
    "\u062A\u0645\u0627\u0633",
    "\u0644\u0644\u062A\u0648\u0627\u0635\u0644",
    "\u0915\u0949\u0932",
    "\u0938\u0902\u092A\u0930\u094D\u0915",
    "\u0E42\u0E17\u0E23",
};

/// Names of orders, customers, accounts, taxes.
constexpr std::string_view kIdSigns[] = {
    "заказ",      "Заказ",    "замовлення", "Замовлення",
    "договор",    "Договор",  "ИНН",        "ОГРН",
    "КПП",        "ЄДРПОУ",   "ІПН",        "ТТН",
    "артикул",    "Артикул",  "квитанци",   "Квитанци",
    "полис",      "Полис",    "поръчка",    "ΑΦΜ",
    "παραγγελ",   "Παραγγελ", "הזמנה",      "رقم الطلب",
    "رقم الحساب", "订单",     "訂單",       "单号",
    "單號",       "编号",     "編號",       "账号",
    "帳號",       "卡号",     "卡號",       "流水号",
    "身份证",     "注文番号", "会員番号",   "伝票番号",
    "予約番号",   "受付番号", "追跡番号",   "管理番号",
    "口座番号",   "取引番号", "契約番号",   "お客様番号",
    "顧客番号",   "申込番号", "整理番号",   "お問い合わせ番号",
    "주문번호",   "운송장",   "송장번호",   "계좌번호",
    "예약번호",   "접수번호", "고객번호",   "회원번호",
    "인증번호",   "등록번호",
};

constexpr std::string_view kCurrencySigns[] = {
    "$",      "\u00A2", "\u00A3", "\u00A4", "\u00A5", "\u20AC", "\u20B9",
    "\u20A6", "\u20A9", "\u20AA", "\u20AB", "\u20BA", "\u20BD", "\u20B1",
    "\u0E3F", "\u20BF", "\uFF04", "\uFFE1", "\uFFE5",
};

std::string_view trim_blanks(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

}  // namespace

WordKind word_kind(std::string_view word) {
  constexpr std::size_t kWordMax = 24;
  if (word.empty() || word.size() > kWordMax) return WordKind::kNone;
  std::array<char, kWordMax> buffer;
  std::transform(word.begin(), word.end(), buffer.begin(), [](char c) { return ascii_lower(c); });
  const std::string_view lower(buffer.data(), word.size());
  const Table& table = words();
  if (const auto it = table.find(lower); it != table.end()) return it->second;
  for (const std::string_view suffix : kSuffixes) {
    if (lower.size() <= suffix.size() + 1 || !lower.ends_with(suffix)) continue;
    const auto it = table.find(lower.substr(0, lower.size() - suffix.size()));
    if (it != table.end() && it->second != WordKind::kNeutral && it->second != WordKind::kSupport) {
      return it->second;
    }
  }
  // "OWNERAPPTID", "orderId"; not "paid".
  if (lower.ends_with("id") && word[word.size() - 2] == 'I') return WordKind::kId;
  for (const std::string_view suffix : kIdSuffixes) {
    if (lower.size() > suffix.size() && lower.ends_with(suffix)) return WordKind::kId;
  }
  return WordKind::kNone;
}

bool is_doubtful_id(std::string_view word) {
  constexpr std::string_view kWords[] = {"lot", "lots", "key", "keys", "page", "port", "deal",
                                         "job", "bid", "mc", "conference", "loan",
                                         // what offices are called
                                         "bookings", "reservations", "orders", "claims", "accounts",
                                         "tickets", "registration", "registrar", "card", "cards",
                                         "membership", "members", "billing", "listing"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view w) { return iequals(word, w); });
}

bool is_person(std::string_view word) {
  constexpr std::string_view kWords[] = {"client", "clients", "customer", "customers",
                                         "member", "members", "kunden",   "klant"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view w) { return iequals(word, w); });
}

bool is_link(std::string_view word) {
  constexpr std::string_view kWords[] = {"to", "on", "and", "und"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view w) { return iequals(word, w); });
}

bool is_doing(std::string_view word) {
  constexpr std::string_view kWords[] = {"calls", "calling", "called", "dialing", "texting"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view w) { return iequals(word, w); });
}

bool is_counted(std::string_view word) {
  constexpr std::string_view kWords[] = {
      "rows",    "bytes", "records",  "users",  "requests", "events", "hits",
      "entries", "views", "points",   "items",  "units",    "pieces", "pcs",
      "lines",   "files", "messages", "visits", "calls",    "tokens", "tests"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view w) { return iequals(word, w); });
}

bool ends_with_law(std::string_view text) {
  while (!text.empty() && !is_ascii_alnum(text.back()) && text.back() != '.' &&
         text.back() != '\n') {
    text.remove_suffix(1);
  }
  return text.ends_with("C.F.R.") || text.ends_with("U.S.C.");
}

bool has_call_sign(std::string_view utf8) {
  return std::any_of(std::begin(kCallSigns), std::end(kCallSigns), [utf8](std::string_view sign) {
    return utf8.find(sign) != std::string_view::npos;
  });
}

bool ends_with_id_sign(std::string_view utf8) {
  constexpr std::size_t kReachBytes = 40;
  const std::size_t used = utf8.find_last_of("0123456789\n");  // by another number
  if (used != std::string_view::npos) utf8.remove_prefix(used + 1);
  if (utf8.size() > kReachBytes) utf8.remove_prefix(utf8.size() - kReachBytes);
  return !has_call_sign(utf8) &&
         std::any_of(std::begin(kIdSigns), std::end(kIdSigns), [utf8](std::string_view sign) {
           return utf8.find(sign) != std::string_view::npos;
         });
}

bool ends_with_currency(std::string_view utf8) {
  utf8 = trim_blanks(utf8);
  return std::any_of(std::begin(kCurrencySigns), std::end(kCurrencySigns),
                     [utf8](std::string_view sign) { return utf8.ends_with(sign); });
}

bool begins_with_currency(std::string_view utf8) {
  utf8 = trim_blanks(utf8);
  return std::any_of(std::begin(kCurrencySigns), std::end(kCurrencySigns),
                     [utf8](std::string_view sign) { return utf8.starts_with(sign); });
}

}  // namespace ringfence
