#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/train/observers.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace ser {
namespace {

std::string listed(const NamedValues& values) {
  std::string text;
  for (const auto& [name, value] : values) text += fmt::format("{}{} {:.4f}", text.empty() ? "" : ", ", name, value);
  return text;
}

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

class LogObserver final : public Observer {
 public:
  explicit LogObserver(std::string what) : what_(std::move(what)) {}
  void on_epoch(const EpochReport& r) override {
    seconds_ += r.seconds;
    ++epochs_;
    const double left = seconds_ / epochs_ * (r.epochs - r.epoch);
    log::info("{}: epoch {}/{}: train {}{}{}; {:.0f} s audio/s, {} left at most", what_, r.epoch, r.epochs,
              listed(r.train), r.dev.empty() ? "" : "; dev " + listed(r.dev), r.best ? " (best)" : "",
              r.audio_seconds / std::max(r.seconds, 1e-9), duration(left));
  }

 private:
  std::string what_;
  double seconds_ = 0;
  int epochs_ = 0;
};

nlohmann::ordered_json object_of(const NamedValues& values) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& [name, value] : values) {
    if (std::isfinite(value))
      object[name] = value;
    else
      object[name] = nullptr;
  }
  return object;
}

}  // namespace

std::unique_ptr<Observer> make_log_observer(const std::string& what) { return std::make_unique<LogObserver>(what); }

MetricsFile::MetricsFile(std::filesystem::path path, std::int64_t bytes) : path_(std::move(path)), bytes_(bytes) {
  std::string kept = std::filesystem::exists(path_) ? read_file(path_) : "";
  kept.resize(std::min(kept.size(), static_cast<std::size_t>(bytes)));
  bytes_ = static_cast<std::int64_t>(kept.size());
  write_file(path_, kept);
}

void MetricsFile::on_epoch(const EpochReport& r) {
  nlohmann::ordered_json line;
  line["epoch"] = r.epoch;
  line["step"] = r.step;
  line["train"] = object_of(r.train);
  if (!r.dev.empty()) line["dev"] = object_of(r.dev);
  line["best"] = r.best;
  line["learning_rate"] = r.learning_rate;
  line["gradient_norm"] = r.gradient_norm;
  line["seconds"] = r.seconds;
  line["audio_seconds"] = r.audio_seconds;
  const std::string text = line.dump() + "\n";
  std::ofstream stream(path_, std::ios::app | std::ios::binary);
  stream << text << std::flush;
  if (!stream) throw_error<Error>("{}: cannot be written", path_.string());
  bytes_ += static_cast<std::int64_t>(text.size());
}

}  // namespace ser
