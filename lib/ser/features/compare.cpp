#include <ser/features/acoustic_set.h>
#include <ser/features/compare.h>

namespace ser {

std::unique_ptr<FeatureSet> make_compare_set() {
  return std::make_unique<AcousticSet<CompareDescriptors, CompareContours>>(AcousticSetParts<CompareContours>{
      compare_lld_names, compare_functional_names, compare_lld_table, compare_functionals});
}

}  // namespace ser
