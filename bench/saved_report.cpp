#include "bench/saved_report.hpp"

#include <functional>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/figures.hpp"

namespace halo::bench {
namespace {

using Json = nlohmann::json;

SavedModel read_model(const Json& json) {
  SavedModel model;
  model.name = json.at("model").get<std::string>();
  for (const NamedFigure& figure : kFigures) {
    const std::string name(figure.name);
    for (const Json& round : json.at("rounds")) {
      if (const Json& value = round.at(name); !value.is_null()) {
        model.rounds[name].push_back(value.get<double>());
      }
    }
    if (const Json& ratio = json.at("ratio_to_baseline").at(name); !ratio.is_null()) {
      model.ratios[name] = ratio.at("rounds").get<std::vector<double>>();
    }
  }
  return model;
}

SavedScenario read_scenario(const Json& json) {
  SavedScenario scenario;
  scenario.name = json.at("scenario").get<std::string>();
  scenario.baseline = json.at("baseline").get<std::string>();
  for (const Json& model : json.at("models")) {
    scenario.models.push_back(read_model(model));
  }
  return scenario;
}

void check_format(const Json& json) {
  if (!json.is_object() || json.value("tool", "") != "hello-bench") {
    throw std::runtime_error("it was not written by hello-bench --json");
  }
  const int format = json.at("format").get<int>();
  if (format != kReportFormat) {
    throw std::runtime_error(
        fmt::format("it has format {}, this hello-bench reads format {}", format, kReportFormat));
  }
}

}  // namespace

SavedReport read_report(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    check_format(json);
    SavedReport report;
    report.commit = json.at("commit").get<std::string>();
    report.date = json.at("date").get<std::string>();
    for (const Json& result : json.at("results")) {
      report.scenarios.push_back(read_scenario(result));
    }
    return report;
  } catch (const Json::exception& error) {
    throw std::runtime_error(
        fmt::format("it was not written by hello-bench --json: {}", error.what()));
  }
}

}  // namespace halo::bench
