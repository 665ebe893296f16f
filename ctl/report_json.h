// Reports, reputations and listings as JSON. docs/formats.md describes the members.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "inspection/inspection.h"

namespace ringfence {

/// Members keep the order they are written in.
using Json = nlohmann::ordered_json;

/// One line; bytes that are not UTF-8 become U+FFFD, and what must not reach a terminal \uNNNN.
std::string to_line(const Json& json);

Json to_json(const Listing& listing);
Json to_json(const Override& entry);
Json to_json(const NumberReputation& reputation);
Json to_json(const Report& report, const std::string& file, bool explain);

template <typename E>
Json tokens_to_json(EnumSet<E> set) {
  Json out = Json::array();
  set.for_each([&](E e) { out.push_back(to_token(e)); });
  return out;
}

}  // namespace ringfence
