#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/experiment/stored_layers.h>
#include <ser/features/feature_set.h>

#include <algorithm>

namespace ser {

std::size_t stored_layers(const std::vector<std::string>& names) {
  std::size_t layers = 0;
  for (const std::string& name : names)
    if (name.starts_with("layer"))
      if (const auto layer = parse_integer(name.substr(5, name.find('.') - 5)))
        layers = std::max(layers, static_cast<std::size_t>(*layer) + 1);
  return layers;
}

StudyData one_layer(const StudyData& data, std::size_t layer) {
  const std::size_t layers = stored_layers(data.feature_names);
  if (layer >= layers)
    throw_error<UsageError>("layer {}: the features hold {}", layer,
                            layers == 0 ? "none by number (make them with 'ser-extract embed --layer all')"
                                        : fmt::format("layers 0 to {}", layers - 1));
  const std::size_t width = data.feature_names.size() / layers, first = layer * width;
  StudyData one = data;
  one.x = Matrix(data.x.rows, width);
  for (std::size_t row = 0; row < data.x.rows; ++row)
    std::copy_n(data.x.row(row).data() + first, width, one.x.row(row).data());
  const std::unique_ptr<FeatureConfig> front_end = FeatureConfig::from_signature(data.feature_signature);
  OptionTable table;
  front_end->describe(table);
  table.assign("embedding.layer", {std::to_string(layer)});
  one.feature_signature = front_end->signature();
  one.feature_names.clear();
  for (std::size_t i = first; i < first + width; ++i)
    one.feature_names.push_back(data.feature_names[i].substr(data.feature_names[i].find('.') + 1));
  return one;
}

}  // namespace ser
