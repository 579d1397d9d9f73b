#include <ser/features/acoustic_set.h>
#include <ser/features/egemaps.h>

namespace ser {

std::unique_ptr<FeatureSet> make_egemaps_set() {
  return std::make_unique<AcousticSet<EgemapsDescriptors, EgemapsContours>>(AcousticSetParts<EgemapsContours>{
      egemaps_lld_names, egemaps_functional_names, egemaps_lld_table, egemaps_functionals});
}

}  // namespace ser
