#include "matcher/number_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "matcher/fold.h"
#include "matcher/matcher.h"
#include "matcher/numbering_plan.h"
#include "matcher/short_code.h"

namespace ringfence {

Result<std::shared_ptr<const NumberReader>> NumberReader::create(const MatcherOptions& options) {
  std::shared_ptr<NumberReader> out(new NumberReader);
  out->short_codes_ = options.short_codes;
  auto plan = NumberingPlan::create(options.overlays);
  if (!plan) return tl::unexpected(plan.error());
  out->plan_ = std::move(*plan);
  for (const std::string& written : options.regions) {
    std::string region = ascii_upper(written);
    if (!out->plan_->knows_region(region)) {
      return fail(ErrorKind::kConfig,
                  fmt::format("unknown region \"{}\" (two letters of ISO 3166-1 are expected)",
                              printable(region)));
    }
    out->regions_.push_back(std::move(region));
  }
  return out;
}

Result<E164> NumberReader::parse_number(std::string_view text, std::string_view region) const {
  std::string chosen = ascii_upper(region);
  if (chosen.empty() && !regions_.empty()) chosen = regions_.front();
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (short_codes_) {
    if (const auto code = parse_short_code(trim(text), chosen)) return *code;
  }
  if (std::all_of(text.begin(), text.end(), is_ascii)) return plan_->parse(trim(text), chosen);
  Fold fold;
  FoldedText folded;
  fold.push(text, folded);
  fold.finish(folded);
  // The library reads UTF-8.
  std::replace_if(folded.ascii.begin(), folded.ascii.end(), is_fold_letter, kFoldSymbol);
  return plan_->parse(trim(folded.ascii), chosen);
}

std::optional<E164> NumberReader::parse_short_code(std::string_view text,
                                                   std::string_view region) const {
  if (const auto number = E164::parse(text)) {
    const auto code = short_code_of(*number);
    return code && number == short_code_number(plan_->country_code(code->region), code->region,
                                               code->digits)
               ? number
               : std::nullopt;
  }
  if (text.size() > kShortCodeDigitsMax || !plan_->short_code(text, region)) return std::nullopt;
  return short_code_number(plan_->country_code(region), region, text);
}

}  // namespace ringfence
