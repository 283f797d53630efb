#include "bench/verdict.hpp"

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace halo::bench {
namespace {

struct Criterion {
  std::string_view name;
  std::string_view name_of_datagrams;
  Figure figure;
  bool more_is_better;
};

constexpr std::array kCriteria = {
    Criterion{"requests/s", "answered/s", &Figures::requests_per_s, true},
    Criterion{"server CPU per request", "server CPU per datagram", &Figures::server_cpu_us, false},
    Criterion{"p50", "p50", &Figures::p50_us, false},
    Criterion{"memory per idle connection", "", &Figures::idle_connection_bytes, false},
};

std::string format_ratio(const Estimate& found) {
  return fmt::format("{:.2f}x ({:.2f} to {:.2f})", found.ratio, found.low, found.high);
}

void add_clause(std::vector<std::string>& clauses, std::string_view who,
                const std::vector<std::string>& what) {
  if (!what.empty()) {
    clauses.push_back(fmt::format("{} {}", who, fmt::join(what, ", ")));
  }
}

/// Empty: they cannot be compared.
std::string compare(const ModelResult& contender, const ModelResult& opponent, bool datagrams) {
  std::vector<std::string> better, worse, same;
  for (const Criterion& criterion : kCriteria) {
    const std::optional<Estimate> measured = ratio_estimate(contender, opponent, criterion.figure);
    if (!measured) {
      continue;
    }
    const std::string text = fmt::format(
        "{} {}", datagrams ? criterion.name_of_datagrams : criterion.name, format_ratio(*measured));
    if (!measured->differs()) {
      same.push_back(text);
    } else if ((measured->ratio > 1.0) == criterion.more_is_better) {
      better.push_back(text);
    } else {
      worse.push_back(text);
    }
  }
  std::vector<std::string> clauses;
  add_clause(clauses, "better in", better);
  add_clause(clauses, "worse in", worse);
  add_clause(clauses, "no difference shown in", same);
  return clauses.empty() ? ""
                         : fmt::format("{} against {}: {}", contender.model.name,
                                       opponent.model.name, fmt::join(clauses, "; "));
}

std::string against_ceiling(const ModelResult& contender, const ModelResult& ceiling) {
  const std::optional<Estimate> cpu = ratio_estimate(contender, ceiling, &Figures::server_cpu_us);
  if (!cpu) {
    return "";
  }
  return fmt::format("its CPU is {} of {}'s{}", format_ratio(*cpu), ceiling.model.name,
                     !cpu->differs() ? ", no difference shown" : "");
}

/// Who was measured too rarely to say anything: "threads in 2, reactor in 0".
std::string too_rare(const ScenarioResult& result) {
  std::vector<std::string> rare;
  for (const ModelResult& model : result.models) {
    const std::size_t rounds = rounds_measured(model);
    if (rounds < kRoundsForVerdict) {
      rare.push_back(fmt::format("{} in {}", model.model.name, rounds));
    }
  }
  return fmt::format("{}", fmt::join(rare, ", "));
}

}  // namespace

std::string verdict(const ScenarioResult& result) {
  if (const std::string who = too_rare(result); !who.empty()) {
    return fmt::format("No verdict, it takes {} rounds of each model; measured were {}.",
                       kRoundsForVerdict, who);
  }
  const ModelResult* const opponent = find_model(result, result.scenario.opponent);
  const ModelResult* const ceiling = find_model(result, kCeiling);
  std::vector<std::string> parts;
  for (const ModelResult& model : result.models) {
    if (opponent == nullptr || &model == opponent || &model == ceiling) {
      continue;
    }
    for (const std::string& part :
         {compare(model, *opponent, result.scenario.datagrams),
          ceiling == nullptr ? std::string() : against_ceiling(model, *ceiling)}) {
      if (!part.empty()) {
        parts.push_back(part);
      }
    }
  }
  return parts.empty() ? "No verdict: there is nothing to compare."
                       : fmt::format("{}.", fmt::join(parts, "; "));
}

}  // namespace halo::bench
