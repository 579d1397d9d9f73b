#include <ser/nn/weights/pickle.h>
#include <ser/nn/weights/pickle_instructions.h>
#include <ser/nn/weights/pickle_reader.h>

#include <unordered_map>

namespace ser {
namespace {

constexpr std::size_t max_pickle_bytes = 64'000'000, max_values = 4'000'000;

/// A stack machine. Each of the functions `*_instruction` tells whether the instruction was one of its kind.
class Unpickler {
 public:
  explicit Unpickler(std::string_view bytes) : reader_(bytes) {}

  Pickle run() {
    for (;;) {
      const auto code = reader_.number<unsigned char>();
      if (code == op_stop) break;
      if (!number_instruction(code) && !text_instruction(code) && !stack_instruction(code) &&
          !container_instruction(code) && !object_instruction(code))
        damaged(fmt::format("has the instruction 0x{:02x}, which is not read", code));
    }
    pickle_.top = pop();
    if (!stack_.empty() || !marks_.empty() || reader_.left() != 0) damaged("goes on where it should end");
    return std::move(pickle_);
  }

 private:
  [[noreturn]] void damaged(const std::string& what) const {
    throw_error<DataError>("the pickle {} (byte {})", what, reader_.position());
  }

  // The stack.

  PickleRef make(PickleValue value) {
    if (pickle_.values.size() == max_values) damaged(fmt::format("has more than {} values", max_values));
    pickle_.values.push_back(std::move(value));
    return static_cast<PickleRef>(pickle_.values.size() - 1);
  }

  bool push(PickleValue value) { return push_ref(make(std::move(value))); }

  bool push_ref(PickleRef value) {
    if (stack_.size() == max_values) damaged(fmt::format("stacks more than {} values", max_values));
    stack_.push_back(value);
    return true;
  }

  PickleRef top() const {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) damaged("takes a value where there is none");
    return stack_.back();
  }

  PickleRef pop() {
    const PickleRef value = top();
    stack_.pop_back();
    return value;
  }

  /// What was pushed after the last mark.
  std::vector<PickleRef> pop_mark() {
    if (marks_.empty()) damaged("ends a list that was not begun");
    std::vector<PickleRef> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  template <class Kind>
  Kind* as(PickleRef value) {
    return std::get_if<Kind>(&pickle_.values[value]);
  }

  // Kinds of instructions.

  bool number_instruction(unsigned char code) {
    switch (code) {
      case op_none:
        return push(PickleNone{});
      case op_new_true:
        return push(true);
      case op_new_false:
        return push(false);
      case op_bin_int:
        return push(std::int64_t{reader_.number<std::int32_t>()});
      case op_bin_int1:
        return push(std::int64_t{reader_.number<std::uint8_t>()});
      case op_bin_int2:
        return push(std::int64_t{reader_.number<std::uint16_t>()});
      case op_bin_float:
        return push(reader_.big_endian_double());
      case op_long1:
        return push_long(reader_.counted<std::uint8_t>());
      case op_long4:
        return push_long(reader_.counted<std::int32_t>());
      default:
        return false;
    }
  }

  /// Two's complement, little-endian, of any length. A number beyond 64 bits is of no use here.
  bool push_long(std::string_view bytes) {
    if (bytes.size() > sizeof(std::int64_t)) return push(PickleOpaque{"builtins", "int"});
    const bool negative = !bytes.empty() && (bytes.back() & 0x80);
    std::int64_t value = negative ? -1 : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return push(value);
  }

  bool text_instruction(unsigned char code) {
    switch (code) {
      case op_short_bin_unicode:
        return push(reader_.counted<std::uint8_t>());
      case op_bin_unicode:
        return push(reader_.counted<std::uint32_t>());
      case op_bin_unicode8:
        return push(reader_.counted<std::uint64_t>());
      case op_short_bin_string:
        return push(reader_.counted<std::uint8_t>());
      case op_bin_string:
        return push(reader_.counted<std::int32_t>());
      case op_short_bin_bytes:
        return push(PickleBytes{reader_.counted<std::uint8_t>()});
      case op_bin_bytes:
        return push(PickleBytes{reader_.counted<std::uint32_t>()});
      case op_bin_bytes8:
      case op_byte_array8:
        return push(PickleBytes{reader_.counted<std::uint64_t>()});
      default:
        return false;
    }
  }

  bool stack_instruction(unsigned char code) {
    switch (code) {
      case op_mark:
        return mark();
      case op_pop:
        if (!marks_.empty() && stack_.size() == marks_.back()) return pop_mark(), true;
        return pop(), true;
      case op_pop_mark:
        return pop_mark(), true;
      case op_dup:
        return push_ref(top());
      case op_bin_get:
        return get(reader_.number<std::uint8_t>());
      case op_long_bin_get:
        return get(reader_.number<std::uint32_t>());
      case op_bin_put:
        return put(reader_.number<std::uint8_t>());
      case op_long_bin_put:
        return put(reader_.number<std::uint32_t>());
      case op_memoize:
        return put(static_cast<std::uint32_t>(memo_.size()));
      case op_frame: {
        if (reader_.number<std::uint64_t>() > reader_.left()) damaged("is cut off");
        return true;
      }
      case op_proto: {
        const int protocol = reader_.number<std::uint8_t>();
        if (protocol < 2 || protocol > 5) damaged(fmt::format("has protocol {}; 2 to 5 are read", protocol));
        return true;
      }
      default:
        return false;
    }
  }

  bool mark() {
    if (marks_.size() == max_values) damaged("nests too deeply");
    marks_.push_back(stack_.size());
    return true;
  }

  bool get(std::uint32_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) damaged(fmt::format("refers to a value {} that it did not keep", key));
    return push_ref(found->second);
  }

  bool put(std::uint32_t key) {
    if (memo_.size() == max_values) damaged(fmt::format("keeps more than {} values", max_values));
    memo_[key] = top();
    return true;
  }

  bool container_instruction(unsigned char code) {
    switch (code) {
      case op_empty_tuple:
        return push(PickleSequence{{}, true});
      case op_tuple1:
        return push_tuple(1);
      case op_tuple2:
        return push_tuple(2);
      case op_tuple3:
        return push_tuple(3);
      case op_tuple:
        return push(PickleSequence{pop_mark(), true});
      case op_empty_list:
        return push(PickleSequence{});
      case op_list:
        return push(PickleSequence{pop_mark(), false});
      case op_empty_dict:
        return push(PickleDict{});
      case op_dict: {
        const std::vector<PickleRef> items = pop_mark();
        push(PickleDict{});
        return set_items(items);
      }
      case op_append:
        return append({pop()});
      case op_appends:
        return append(pop_mark());
      case op_set_item: {
        const PickleRef value = pop(), key = pop();
        return set_items({key, value});
      }
      case op_set_items:
        return set_items(pop_mark());
      default:
        return false;
    }
  }

  bool push_tuple(std::size_t count) {
    std::vector<PickleRef> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    return push(PickleSequence{std::move(items), true});
  }

  bool append(const std::vector<PickleRef>& items) {
    const PickleRef target = top();
    if (auto* list = as<PickleSequence>(target); list && !list->tuple)
      list->items.insert(list->items.end(), items.begin(), items.end());
    else if (!as<PickleOpaque>(target))
      damaged("appends to what is no list");
    return true;
  }

  bool set_items(const std::vector<PickleRef>& items) {
    const PickleRef target = top();
    if (items.size() % 2 != 0) damaged("has a key without a value");
    auto* dict = as<PickleDict>(target);
    if (!dict && !as<PickleOpaque>(target)) damaged("sets items of what is no dictionary");
    for (std::size_t i = 0; dict && i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
    return true;
  }

  bool object_instruction(unsigned char code) {
    switch (code) {
      case op_global: {
        const std::string_view module = reader_.line(), name = reader_.line();
        return push(PickleGlobal{module, name});
      }
      case op_stack_global: {
        const PickleRef name = pop(), module = pop();
        if (!as<std::string_view>(name) || !as<std::string_view>(module)) damaged("names a class by what is no text");
        return push(PickleGlobal{*as<std::string_view>(module), *as<std::string_view>(name)});
      }
      case op_reduce: {
        const PickleRef arguments = pop(), callable = pop();
        return push(call(callable, arguments));
      }
      case op_new_obj:
        pop();
        return push(opaque(pop()));
      case op_new_obj_ex:
        pop(), pop();
        return push(opaque(pop()));
      case op_inst: {
        const std::string_view module = reader_.line(), name = reader_.line();
        pop_mark();
        return push(PickleOpaque{module, name});
      }
      case op_obj: {
        const std::vector<PickleRef> items = pop_mark();
        if (items.empty()) damaged("makes an object of no class");
        return push(opaque(items.front()));
      }
      case op_build:
        pop(), top();
        return true;  // attributes, such as _metadata of a state dict
      case op_bin_pers_id:
        return push(storage(pop()));
      case op_empty_set:
        return push(PickleOpaque{"builtins", "set"});
      case op_add_items:
        pop_mark(), top();
        return true;
      case op_frozen_set:
        pop_mark();
        return push(PickleOpaque{"builtins", "frozenset"});
      case op_ext1:
        reader_.take(1);
        return push(PickleOpaque{"copyreg", "extension"});
      case op_ext2:
        reader_.take(2);
        return push(PickleOpaque{"copyreg", "extension"});
      case op_ext4:
        reader_.take(4);
        return push(PickleOpaque{"copyreg", "extension"});
      default:
        return false;
    }
  }

  // Objects.

  PickleOpaque opaque(PickleRef maker) {
    if (const auto* global = as<PickleGlobal>(maker)) return {global->module, global->name};
    return {"", "object"};
  }

  PickleValue call(PickleRef callable, PickleRef arguments) {
    const auto* global = as<PickleGlobal>(callable);
    const auto* values = as<PickleSequence>(arguments);
    if (!global || !values || !values->tuple) return opaque(callable);
    if (global->module == "collections" && global->name == "OrderedDict" && values->items.empty()) return PickleDict{};
    if (global->module != "torch._utils") return opaque(callable);
    if (global->name == "_rebuild_tensor_v2") return tensor(values->items);
    if (global->name == "_rebuild_parameter" || global->name == "_rebuild_parameter_with_state") {
      if (values->items.empty() || !as<PickleTensor>(values->items[0])) damaged("has a parameter without a tensor");
      return *as<PickleTensor>(values->items[0]);
    }
    return opaque(callable);
  }

  /// _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None)
  PickleTensor tensor(const std::vector<PickleRef>& arguments) {
    const bool enough = arguments.size() >= 4;
    const auto* offset = enough ? as<std::int64_t>(arguments[1]) : nullptr;
    if (!offset || !as<PickleStorage>(arguments[0])) damaged("has a tensor without storage and offset");
    if (!as<PickleSequence>(arguments[2]) || !as<PickleSequence>(arguments[3])) damaged("has a tensor without sizes");
    return {arguments[0], arguments[2], arguments[3], *offset};
  }

  /// ('storage', torch.FloatStorage, key, location, count)
  PickleStorage storage(PickleRef id) {
    const auto* values = as<PickleSequence>(id);
    if (!values || values->items.size() != 5) damaged("refers to something outside itself that is no storage");
    const auto* kind = as<std::string_view>(values->items[0]);
    const auto* type = as<PickleGlobal>(values->items[1]);
    const auto* key = as<std::string_view>(values->items[2]);
    const auto* count = as<std::int64_t>(values->items[4]);
    if (!kind || *kind != "storage" || !type || !key || !count || *count < 0)
      damaged("refers to something outside itself that is no storage");
    return {type->name, *key, *count};
  }

  PickleReader reader_;
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  ///< heights of the stack
  std::unordered_map<std::uint32_t, PickleRef> memo_;
};

}  // namespace

Pickle parse_pickle(std::string_view bytes) {
  if (bytes.size() > max_pickle_bytes)
    throw_error<DataError>("the pickle has {} bytes; up to {} are read", bytes.size(), max_pickle_bytes);
  return Unpickler(bytes).run();
}

}  // namespace ser
