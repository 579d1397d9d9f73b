// Features in the formats of other tools: CSV and ARFF as openSMILE writes them, NPY, Kaldi archives.
#pragma once

#include <ser/base/matrix.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ser {

struct ExportOptions {
  std::string output;                 ///< file or folder; "-": standard output (csv and arff)
  std::vector<std::string> columns;   ///< names of the features
  bool vectors = false;               ///< one vector per utterance
  std::vector<std::string> classes;   ///< ARFF: values of the class attribute; empty: no such attribute
  std::optional<std::size_t> planes;  ///< npy: matrices under each other in the rows, which become a leading axis
  bool file_each = false;             ///< npy: one file per utterance for vectors too
};

/// Takes utterances in order. Nothing is seen under the final name before finish().
class FeatureExport {
 public:
  virtual ~FeatureExport() = default;
  /// matrix: [frames, features] or [1, features]; `label` may be empty (unknown).
  virtual void add(const std::string& name, const std::string& label, const Matrix& matrix,
                   double frame_shift_seconds) = 0;
  virtual void finish() = 0;
};

/// Formats by name:
///   csv   separator ";", columns name;frameTime;<features>, 9 significant digits, frameTime in seconds
///   arff  attributes name, frameTime (frames only), features, class (when classes are known)
///   npy   float32, C order: one file [utterances, features] with <output>.ids.txt and <output>.columns.txt, or a
///         folder with one <name>.npy each: [frames, features] or [features], after a leading axis of the planes
///   ark   Kaldi archive <output> and its .scp
/// Throws UsageError for another name or an output that the format cannot use.
std::unique_ptr<FeatureExport> make_feature_export(const std::string& format, const ExportOptions& options);
std::vector<std::string> export_formats();

/// Bytes of an NPY file (version 1.0, float32, C order).
std::string npy_bytes(const std::vector<std::size_t>& shape, const std::vector<float>& values);

}  // namespace ser
