#include <ser-extract/verbs.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/corpus/validate.h>

#include <algorithm>

namespace ser {
namespace {

class ValidateVerb : public Verb {
 public:
  std::string name() const override { return "validate"; }
  std::string summary() const override {
    return "look for damaged, silent, clipped, duplicate and odd audio in a manifest";
  }
  std::string examples() const override {
    return "  ser-extract validate data/crema-d\n"
           "  ser-extract validate data/crema-d --threads 8 --output problems.tsv\n"
           "  ser-extract validate data/crema-d --no-hash-audio --strict\n";
  }

  void describe(OptionTable& table) override {
    table.add("manifest", manifest_, "manifest folder").positional().required();
    describe_options(table, options_);
    table.add("definition", definition_, "corpus definition with the known defects; default: the manifest's corpus");
    table.add("strict", strict_, "end with status 3 on warnings too");
    table.add("output", output_, "file for the table of problems, - for stdout").transient();
  }

  void run(const OptionTable&, const CommonOptions& common) override {
    const ValidateResult result = validate_manifest(manifest_, options_, common.threads, definition());
    write_output(output_, format_problems(result));
    log::info("{}", format_validation_summary(result));
    const std::size_t errors = result.count(Severity::error), warnings = result.count(Severity::warning);
    if (errors > 0) throw_error<DataError>("{}: {} errors", manifest_, errors);
    if (strict_ && warnings > 0) throw_error<DataError>("{}: {} warnings, and --strict was given", manifest_, warnings);
  }

 private:
  std::optional<CorpusDefinition> definition() const {
    if (!definition_.empty()) return load_corpus_definition(definition_);
    const std::string corpus = read_manifest(manifest_).corpus;
    const std::vector<std::string> known = known_corpora();
    if (std::find(known.begin(), known.end(), corpus) == known.end()) return std::nullopt;
    return load_corpus_definition(corpus_definition_path(corpus));
  }

  ValidateOptions options_;
  std::string manifest_, definition_, output_ = "-";
  bool strict_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_validate_verb() { return std::make_unique<ValidateVerb>(); }

}  // namespace ser
