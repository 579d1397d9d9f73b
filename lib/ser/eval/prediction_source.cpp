#include <ser/base/error.h>
#include <ser/eval/prediction_source.h>

namespace ser {
namespace fs = std::filesystem;

PredictionSource read_source(const fs::path& given, bool references_required) {
  std::error_code code;
  const bool is_run = fs::is_directory(given, code);
  const fs::path file = is_run ? given / "predictions.tsv" : given;
  if (is_run && !fs::exists(file, code))
    throw_error<DataError>("{}: has no predictions.tsv; give a run folder of ser-train or a table of predictions",
                           given.string());
  PredictionSource source;
  source.table = read_predictions(file, references_required);
  if (is_run)
    source.run = read_run_info(given);
  else if (const auto folder = run_folder_of(file))
    source.run = read_run_info(*folder);
  fs::path name = given.lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  source.name = name.string();
  return source;
}

}  // namespace ser
