#include <ser-extract/verbs.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/base/text.h>
#include <ser/corpus/prepare.h>

namespace ser {
namespace {

class PrepareVerb : public Verb {
 public:
  std::string name() const override { return "prepare"; }
  std::string summary() const override {
    return "make a manifest from the folder of a corpus, a list or a Kaldi folder";
  }
  std::string examples() const override {
    return "  ser-extract prepare --list-corpora\n"
           "  ser-extract prepare --corpus crema-d --root CREMA-D --out data/crema-d\n"
           "  ser-extract prepare --corpus crema-d --root CREMA-D --labels-from voice --out data/crema-d-voice\n"
           "  ser-extract prepare --corpus list --list clips.csv --columns wav=clip,emotion=Label --out data/clips\n"
           "  ser-extract prepare --corpus kaldi --root data/train --out data/train-ser\n";
  }

  void describe(OptionTable& table) override {
    describe_options(table, options_);
    table.add("list_corpora", list_corpora_, "print the known corpora, their licences and sources, and stop")
        .transient();
  }

  void run(const OptionTable&, const CommonOptions&) override {
    if (list_corpora_) return write_output("-", format_corpus_list());
    if (options_.out.empty() && !(options_.corpus.empty() && options_.definition.empty()))
      throw UsageError("out: the folder of the manifest is missing");
    const PrepareResult result = prepare_corpus(options_);
    for (const Tally& tally : result.left_out.all())
      log::warning("{} {}, such as {}", tally.count, tally.what, tally.examples.front());
    write_output("-", format_summary(result));
    log::info("wrote {} utterances to {}", result.manifest.utterances.size(), options_.out);
  }

 private:
  PrepareOptions options_;
  bool list_corpora_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_prepare_verb() { return std::make_unique<PrepareVerb>(); }

}  // namespace ser
