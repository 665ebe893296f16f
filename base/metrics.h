// The metrics registry: counters, gauges and histograms by Prometheus' names and text format.
//
// The one door to prometheus-cpp core (DESIGN 5.10: never its HTTP exposer). Handles are cheap
// values that live as long as the process; look them up once, not per message. Any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ringfence {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(double amount = 1) const;
  double value() const;

 private:
  friend Counter counter(const std::string&, const std::string&, const MetricLabels&);
  explicit Counter(void* impl) : impl_(impl) {}
  void* impl_;
};

class Gauge {
 public:
  void set(double value) const;
  void add(double amount) const;
  double value() const;

 private:
  friend Gauge gauge(const std::string&, const std::string&, const MetricLabels&);
  explicit Gauge(void* impl) : impl_(impl) {}
  void* impl_;
};

class Histogram {
 public:
  void observe(double value) const;

 private:
  friend Histogram histogram(const std::string&, const std::string&, const std::vector<double>&,
                             const MetricLabels&);
  explicit Histogram(void* impl) : impl_(impl) {}
  void* impl_;
};

/// The metric of that name and labels, made on first use. Names: ringfence_<noun>_<unit>_total etc.
Counter counter(const std::string& name, const std::string& help, const MetricLabels& labels = {});
Gauge gauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
/// `bounds` ascending upper bounds, in the metric's unit; taken from the first call for a name.
Histogram histogram(const std::string& name, const std::string& help,
                    const std::vector<double>& bounds, const MetricLabels& labels = {});

/// Everything in Prometheus text exposition format 0.0.4.
std::string metrics_text();

}  // namespace ringfence
