#include <ser/base/module.h>
#include <ser/bundle/clip_model.h>

namespace ser {

std::unique_ptr<ClipModel> read_clip_model(const std::filesystem::path& folder) {
  using Read = ClipModel*(const std::filesystem::path&);
  return std::unique_ptr<ClipModel>(reinterpret_cast<Read*>(tensor_module_symbol("ser_read_clip_model"))(folder));
}

}  // namespace ser
