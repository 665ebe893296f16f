#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>

namespace ringfence {
namespace {

prometheus::Registry& registry() {
  static auto* instance = new prometheus::Registry(
      prometheus::Registry::InsertBehavior::Merge);  // outlives all threads
  return *instance;
}

prometheus::Labels to_labels(const MetricLabels& labels) { return {labels.begin(), labels.end()}; }

}  // namespace

void Counter::add(double amount) const {
  static_cast<prometheus::Counter*>(impl_)->Increment(amount);
}
double Counter::value() const { return static_cast<prometheus::Counter*>(impl_)->Value(); }

void Gauge::set(double value) const { static_cast<prometheus::Gauge*>(impl_)->Set(value); }
void Gauge::add(double amount) const { static_cast<prometheus::Gauge*>(impl_)->Increment(amount); }
double Gauge::value() const { return static_cast<prometheus::Gauge*>(impl_)->Value(); }

void Histogram::observe(double value) const {
  static_cast<prometheus::Histogram*>(impl_)->Observe(value);
}

Counter counter(const std::string& name, const std::string& help, const MetricLabels& labels) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry());
  return Counter(&family.Add(to_labels(labels)));
}

Gauge gauge(const std::string& name, const std::string& help, const MetricLabels& labels) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry());
  return Gauge(&family.Add(to_labels(labels)));
}

Histogram histogram(const std::string& name, const std::string& help,
                    const std::vector<double>& bounds, const MetricLabels& labels) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry());
  return Histogram(&family.Add(to_labels(labels), bounds));
}

std::string metrics_text() {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry().Collect());
  return out.str();
}

}  // namespace ringfence
