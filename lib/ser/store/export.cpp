#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/store/export.h>
#include <ser/store/kaldi_ark.h>

#include <iostream>
#include <iterator>

namespace ser {
namespace {

/// A file that appears when it is complete, or standard output.
class TextOutput {
 public:
  explicit TextOutput(const std::string& output) {
    if (output != "-") file_ = std::make_unique<AtomicFile>(output);
  }
  std::ostream& stream() { return file_ ? file_->stream() : std::cout; }
  void finish() {
    if (file_)
      file_->commit();
    else if (!std::cout.flush())
      throw Error("writing to standard output failed");
  }

 private:
  std::unique_ptr<AtomicFile> file_;
};

void append_values(fmt::memory_buffer& buffer, std::span<const float> row, char separator) {
  for (const float value : row) {
    buffer.push_back(separator);
    fmt::format_to(std::back_inserter(buffer), "{:.9g}", value);
  }
}

class CsvExport final : public FeatureExport {
 public:
  explicit CsvExport(const ExportOptions& o) : out_(o.output) {
    out_.stream() << "name;frameTime";
    for (const std::string& column : o.columns) out_.stream() << ';' << csv_field(column, ';');
    out_.stream() << '\n';
  }
  void add(const std::string& name, const std::string&, const Matrix& matrix, double shift) override {
    fmt::memory_buffer buffer;
    for (std::size_t t = 0; t < matrix.rows; ++t) {
      fmt::format_to(std::back_inserter(buffer), "{};{:.6f}", csv_field(name, ';'), static_cast<double>(t) * shift);
      append_values(buffer, matrix.row(t), ';');
      buffer.push_back('\n');
    }
    out_.stream().write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  }
  void finish() override { out_.finish(); }

 private:
  TextOutput out_;
};

class ArffExport final : public FeatureExport {
 public:
  explicit ArffExport(const ExportOptions& o) : out_(o.output), options_(o) {
    out_.stream() << "@relation ser_features\n\n@attribute name string\n";
    if (!o.vectors) out_.stream() << "@attribute frameTime numeric\n";
    for (const std::string& column : o.columns) out_.stream() << "@attribute " << quoted(column) << " numeric\n";
    if (!o.classes.empty()) {
      out_.stream() << "@attribute class {";
      for (std::size_t i = 0; i < o.classes.size(); ++i) out_.stream() << (i ? "," : "") << quoted(o.classes[i]);
      out_.stream() << "}\n";
    }
    out_.stream() << "\n@data\n";
  }
  void add(const std::string& name, const std::string& label, const Matrix& matrix, double shift) override {
    fmt::memory_buffer buffer;
    for (std::size_t t = 0; t < matrix.rows; ++t) {
      fmt::format_to(std::back_inserter(buffer), "{}", quoted(name));
      if (!options_.vectors) fmt::format_to(std::back_inserter(buffer), ",{:.6f}", static_cast<double>(t) * shift);
      append_values(buffer, matrix.row(t), ',');
      if (!options_.classes.empty())
        fmt::format_to(std::back_inserter(buffer), ",{}", label.empty() ? "?" : quoted(label));
      buffer.push_back('\n');
    }
    out_.stream().write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  }
  void finish() override { out_.finish(); }

 private:
  static std::string quoted(const std::string& text) {
    if (!text.empty() && text.find_first_of(" ,{}'\"%\\[]") == std::string::npos) return text;
    return "'" + replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'") + "'";
  }
  TextOutput out_;
  ExportOptions options_;
};

class NpyExport final : public FeatureExport {
 public:
  explicit NpyExport(const ExportOptions& o) : options_(o) {}
  void add(const std::string& name, const std::string&, const Matrix& matrix, double) override {
    if (folder()) {
      std::vector<std::size_t> shape{matrix.columns};
      if (!options_.vectors) shape.insert(shape.begin(), matrix.rows / options_.planes.value_or(1));
      if (options_.planes) shape.insert(shape.begin(), *options_.planes);
      write_file(std::filesystem::path(options_.output) / (name + ".npy"), npy_bytes(shape, matrix.values));
      return;
    }
    values_.insert(values_.end(), matrix.values.begin(), matrix.values.end());
    ids_ += name + '\n';
    ++rows_;
  }
  void finish() override {
    if (folder()) return;
    write_file(options_.output + ".ids.txt", ids_);
    write_file(options_.output + ".columns.txt", join(options_.columns, "\n") + "\n");
    write_file(options_.output, npy_bytes({rows_, options_.columns.size()}, values_));
  }

 private:
  bool folder() const { return !options_.vectors || options_.file_each; }
  ExportOptions options_;
  std::vector<float> values_;
  std::string ids_;
  std::size_t rows_ = 0;
};

class ArkExport final : public FeatureExport {
 public:
  explicit ArkExport(const ExportOptions& o) : options_(o), file_(o.output) {}
  void add(const std::string& name, const std::string&, const Matrix& matrix, double) override {
    const std::string record = kaldi_record(name, matrix, options_.vectors);
    scp_ += fmt::format("{} {}:{}\n", name, options_.output, size_ + kaldi_header_size(name));
    file_.stream().write(record.data(), static_cast<std::streamsize>(record.size()));
    size_ += record.size();
  }
  void finish() override {
    file_.commit();
    write_file(std::filesystem::path(options_.output).replace_extension(".scp"), scp_);
  }

 private:
  ExportOptions options_;
  AtomicFile file_;
  std::string scp_;
  std::size_t size_ = 0;
};

}  // namespace

std::vector<std::string> export_formats() { return {"csv", "arff", "npy", "ark"}; }

std::unique_ptr<FeatureExport> make_feature_export(const std::string& format, const ExportOptions& options) {
  if (options.output == "-" && (format == "npy" || format == "ark"))
    throw_error<UsageError>("the format {} needs --output FILE: it cannot go to standard output", format);
  if (format == "csv") return std::make_unique<CsvExport>(options);
  if (format == "arff") return std::make_unique<ArffExport>(options);
  if (format == "npy") return std::make_unique<NpyExport>(options);
  if (format == "ark") return std::make_unique<ArkExport>(options);
  throw_error<UsageError>("unknown format '{}'{}", format, suggestion(format, export_formats()));
}

std::string npy_bytes(const std::vector<std::size_t>& shape, const std::vector<float>& values) {
  std::string dims;
  for (const std::size_t size : shape) dims += fmt::format("{}, ", size);
  if (!shape.empty()) dims.resize(dims.size() - (shape.size() > 1 ? 2 : 1));
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", dims);
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  const auto length = static_cast<std::uint16_t>(header.size());
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  return bytes;
}

}  // namespace ser
