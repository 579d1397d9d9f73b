#include <dlfcn.h>
#include <ser/base/error.h>
#include <ser/base/module.h>

#include <filesystem>

namespace ser {

void* tensor_module_symbol(const std::string& symbol) {
  static void* const module = [] {
    Dl_info here{};
    ::dladdr(reinterpret_cast<void*>(&tensor_module_symbol), &here);
    const auto path = std::filesystem::path(here.dli_fname ? here.dli_fname : "").parent_path() / "libser.so";
    void* loaded = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!loaded) throw_error<Error>("the neural part of the toolkit cannot be loaded: {}", ::dlerror());
    return loaded;
  }();
  void* const address = ::dlsym(module, symbol.c_str());
  if (!address) throw_error<Error>("libser.so has no symbol {}: it is of another version", symbol);
  return address;
}

}  // namespace ser
