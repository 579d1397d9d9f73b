// ser-extract merge: the shards of a feature store to one index.
#include <ser-extract/verbs.h>
#include <ser/base/log.h>
#include <ser/store/feature_store.h>

namespace ser {
namespace {

class MergeVerb final : public Verb {
 public:
  std::string name() const override { return "merge"; }
  std::string summary() const override { return "join the shards of a feature store"; }
  std::string examples() const override {
    return "  for i in 1 2 3; do ser-extract features data/x --set mfcc --shard $i/3 --output feats/x & done; wait\n"
           "  ser-extract merge feats/x\n";
  }
  void describe(OptionTable& table) override {
    table.add("store", store_, "folder of the store").positional().required();
  }
  void run(const OptionTable&, const CommonOptions&) override {
    merge_shards(store_);
    const FeatureStore store(store_);
    log::info("{}: {} utterances", store_, store.entries().size());
  }

 private:
  std::string store_;
};

}  // namespace

std::unique_ptr<Verb> make_merge_verb() { return std::make_unique<MergeVerb>(); }

}  // namespace ser
