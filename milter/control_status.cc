#include "milter/control_status.h"

#include <fmt/chrono.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "milter/message_log.h"

namespace ringfence {
namespace {

using nlohmann::json;

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

json reputation_json(const Snapshot& snapshot) {
  if (!snapshot.reputation) return {{"error", "no table"}};
  const auto status = snapshot.reputation->status();
  if (!status) return {{"error", status.error().message}};
  json lists = json::array();
  for (const ListInfo& list : status->lists) {
    lists.push_back({{"name", list.name},
                     {"numbers", list.numbers},
                     {"imported", utc(list.imported)},
                     {"source", list.source}});
  }
  json out{{"directory", snapshot.config.reputation.directory.string()},
           {"generation", nullptr},
           {"numbers", status->numbers},
           {"allow_entries", status->allow_entries},
           {"deny_entries", status->deny_entries},
           {"lists", std::move(lists)}};
  if (status->generation) {
    out["generation"] = *status->generation;
    out["built"] = utc(status->built);
  }
  return out;
}

json reload_json(const ReloadState& reload) {
  json out{{"done", reload.done}, {"failed", reload.failed}, {"last", nullptr}};
  if (reload.last) out["last"] = utc(*reload.last);
  if (!reload.last_error.empty()) out["last_error"] = reload.last_error;
  return out;
}

json sightings_json(const DaemonState& state, const Snapshot& snapshot) {
  if (!state.sightings) return {{"enabled", false}};
  const RecorderStatus& status = *state.sightings;
  json out{{"enabled", true},           {"directory", snapshot.config.sightings.directory.string()},
           {"offered", status.offered}, {"recorded", status.recorded},
           {"dropped", status.dropped}, {"replayed", status.replayed},
           {"queue", status.queue},     {"last_commit_age_ms", nullptr},
           {"numbers", status.numbers}, {"faults", status.faults}};
  if (status.last_commit_age) out["last_commit_age_ms"] = status.last_commit_age->count();
  if (!status.fault.empty()) out["fault"] = status.fault;
  return out;
}

json messages_json(const DaemonState& state) {
  json out{{"under_way", state.messages_under_way}};
  for (const Action action : {Action::kAccept, Action::kTag, Action::kQuarantine, Action::kTempfail,
                              Action::kReject, Action::kDiscard}) {
    out[std::string(to_token(action))] = static_cast<std::uint64_t>(messages_counted(action));
  }
  return out;
}

}  // namespace

std::string status_json(const DaemonState& state, const Snapshot& snapshot) {
  const Policy& policy = snapshot.config.policy;
  const json out{
      {"version", RINGFENCE_VERSION},
      {"pid", getpid()},
      {"state", state.stopping ? "stopping" : "running"},
      {"started", utc(state.started)},
      {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(state.uptime).count()},
      {"config", snapshot.config.path.string()},
      {"socket", snapshot.config.milter.socket},
      {"engine", snapshot.matcher ? snapshot.matcher->describe() : ""},
      {"policy",
       {{"rules", policy.rules.size()},
        {"mode", policy.mode == Mode::kShadow ? "shadow" : "enforce"}}},
      {"reputation", reputation_json(snapshot)},
      {"reloads", reload_json(state.reload)},
      {"sightings", sightings_json(state, snapshot)},
      {"sessions_open", static_cast<std::int64_t>(message_log().sessions_open.value())},
      {"messages", messages_json(state)}};
  return out.dump(-1, ' ', true, json::error_handler_t::replace);
}

}  // namespace ringfence
