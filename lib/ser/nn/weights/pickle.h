// The pickle inside a PyTorch file, read as plain data. Python's unpickler runs what a pickle tells it to; this one
// knows None, booleans, numbers, text, bytes, tuples, lists, dictionaries and tensors. Whatever else a pickle names or
// builds (classes, functions, objects of them) becomes an opaque value that nothing is ever done with.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ser {

/// A place in Pickle::values. Values refer to each other by place, so that a pickle that contains itself is no problem.
using PickleRef = std::uint32_t;

struct PickleNone {};
struct PickleBytes {
  std::string_view bytes;
};
struct PickleSequence {  ///< tuple or list
  std::vector<PickleRef> items;
  bool tuple = false;
};
struct PickleDict {  ///< keys in the order of the file; a key may come twice, then the later one holds
  std::vector<std::pair<PickleRef, PickleRef>> items;
};
/// A class or function of Python, by name.
struct PickleGlobal {
  std::string_view module, name;
};
/// An object that was made by a class or function; nothing else of it is known.
struct PickleOpaque {
  std::string_view module, name;
};
/// A run of values that other records of the file hold.
struct PickleStorage {
  std::string_view type;  ///< "FloatStorage"
  std::string_view key;   ///< the record is data/<key>
  std::int64_t count = 0;
};
/// A view of a storage, in values. As the file says: not yet checked against the storage.
struct PickleTensor {
  PickleRef storage, sizes, strides;  ///< a PickleStorage and two PickleSequences
  std::int64_t offset;
};

using PickleValue = std::variant<PickleNone, bool, std::int64_t, double, std::string_view, PickleBytes, PickleSequence,
                                 PickleDict, PickleGlobal, PickleOpaque, PickleStorage, PickleTensor>;

struct Pickle {
  std::vector<PickleValue> values;
  PickleRef top = 0;
  const PickleValue& operator[](PickleRef place) const { return values[place]; }
};

/// Reads a pickle of protocol 2 to 5 that fills `bytes`; text and names in the result point into it. Runs in time and
/// memory linear in its length. Throws DataError for a damaged pickle, for the instructions of protocol 0 in text, for
/// pickles over 64 MB and for more than 4 million values.
Pickle parse_pickle(std::string_view bytes);

}  // namespace ser
