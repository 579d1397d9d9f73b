#include <ser/base/error.h>
#include <ser/nn/weights/pickle.h>

#include <catch2/catch.hpp>

#include "pickle_writer.h"

using namespace ser;
using namespace ser::test;

namespace {

/// The top of a pickle that is kept alive by the test.
template <class Kind>
const Kind* top_as(const Pickle& pickle) {
  return std::get_if<Kind>(&pickle[pickle.top]);
}

void refuses(const std::string& bytes, const std::string& reason) {
  CHECK_THROWS_MATCHES(
      parse_pickle(bytes), DataError,
      Catch::Predicate<DataError>(
          [&](const DataError& error) { return std::string_view(error.what()).find(reason) != std::string_view::npos; },
          reason));
}

std::string long_pickle(std::string begin, char instruction) { return begin.append(5'000'000, instruction); }

/// Whether the pickle reads as one opaque value of that name.
bool is_opaque(const std::string& value, std::string_view module, std::string_view name) {
  const std::string bytes = pickled::whole(value);
  const Pickle pickle = parse_pickle(bytes);
  const auto* opaque = top_as<PickleOpaque>(pickle);
  return opaque && opaque->module == module && opaque->name == name;
}

}  // namespace

TEST_CASE("numbers, text and bytes of a pickle are read as Python writes them", "[nn][weights][pickle]") {
  const auto number = [](const std::string& value) {
    return *top_as<std::int64_t>(parse_pickle(pickled::whole(value)));
  };
  CHECK(number("K\xff") == 255);
  CHECK(number(std::string("M\x00\x01", 3)) == 256);
  CHECK(number("J\xfe\xff\xff\xff") == -2);
  CHECK(number(std::string("\x8a\x00", 2)) == 0);
  CHECK(number("\x8a\x01\xff") == -1);
  CHECK(number(std::string("\x8a\x02\xff\x00", 4)) == 255);
  CHECK(*top_as<double>(parse_pickle(pickled::whole(std::string("G\x3f\xf8\0\0\0\0\0\0", 9)))) == 1.5);
  CHECK(*top_as<bool>(parse_pickle(pickled::whole("\x88"))));
  CHECK(top_as<PickleNone>(parse_pickle(pickled::whole("N"))));
  const std::string word = pickled::whole(pickled::text("\xc3\xa4"));
  CHECK(*top_as<std::string_view>(parse_pickle(word)) == "\xc3\xa4");
  CHECK(is_opaque(std::string("\x8a\x09") + std::string(9, '\1'), "builtins", "int"));
}

TEST_CASE("whatever a pickle names or makes stays opaque and is not run", "[nn][weights][pickle]") {
  CHECK(is_opaque(pickled::call(pickled::global("os", "system"), {pickled::text("exit 1")}), "os", "system"));
  CHECK(is_opaque(pickled::global("posix", "system") + pickled::text("exit 1") + "\x85R", "posix", "system"));
  CHECK(is_opaque(std::string("(") + pickled::text("exit 1") + "ios\nsystem\n", "os", "system"));
  CHECK(is_opaque(std::string("(") + pickled::global("os", "system") + pickled::text("exit 1") + "o", "os", "system"));
  CHECK(is_opaque(pickled::global("argparse", "Namespace") + ")\x81}b", "argparse", "Namespace"));
  CHECK(is_opaque(pickled::global("a", "B") + ")}\x92", "a", "B"));
  CHECK(is_opaque(pickled::text("os") + pickled::text("system") + "\x93)R", "os", "system"));
  // The result of a call called again, filled and given attributes.
  CHECK(is_opaque(pickled::global("builtins", "getattr") + ")R)R" + "(K\1K\2u" + "K\1a" + "}b", "", "object"));
  // A rebuild function by another way than its own name.
  CHECK(is_opaque(pickled::call(pickled::global("torch._utils", "_rebuild_wrapper_subclass"), {"N"}), "torch._utils",
                  "_rebuild_wrapper_subclass"));
}

TEST_CASE("a list that contains itself is read", "[nn][weights][pickle]") {
  const std::string bytes = pickled::whole(std::string("]q\0h\0a", 6));
  const Pickle pickle = parse_pickle(bytes);
  const auto* list = top_as<PickleSequence>(pickle);
  REQUIRE(list);
  REQUIRE(list->items.size() == 1);
  CHECK(list->items[0] == pickle.top);
}

TEST_CASE("damaged pickles are refused", "[nn][weights][pickle]") {
  refuses("", "cut off");
  refuses("\x80\x02", "cut off");
  refuses("\x80\x02N", "cut off");
  refuses("\x80\x09N.", "protocol 9");
  refuses("\x80\x02.", "there is none");
  refuses("\x80\x02NN.", "goes on");
  refuses("\x80\x02N.N", "goes on");
  refuses("\x80\x02N(.", "there is none");
  refuses("\x80\x02t.", "not begun");
  refuses("\x80\x02h\x01.", "did not keep");
  refuses("\x80\x02q\x01.", "there is none");
  refuses("\x80\x02Na.", "there is none");
  refuses("\x80\x02NNa.", "no list");
  refuses("\x80\x02)Na.", "no list");
  refuses("\x80\x02NNNs.", "no dictionary");
  refuses("\x80\x02}(Nu.", "without a value");
  refuses(
      "\x80\x02(N0t0"
      "0.",
      "there is none");
  refuses("\x80\x02I1\n.", "0x49");
  refuses("\x80\x02Pid\n.", "0x50");
  refuses("\x80\x02\x97.", "0x97");
  refuses("\x80\x02NQ.", "no storage");
  refuses("\x80\x02NN\x93.", "no text");
  refuses("\x80\x02X\xff\xff\xff\xffx.", "cut off");
  refuses("\x80\x02\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", "cut off");
  refuses("\x80\x02T\xff\xff\xff\xff.", "negative length");
  refuses("\x80\x02\x8b\xff\xff\xff\xff.", "negative length");
  refuses("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN.", "cut off");
  refuses("\x80\x02(o.", "no class");
  refuses(
      "\x80\x02"
      "cos",
      "cut off");
  refuses(pickled::whole(pickled::call(pickled::global("torch._utils", "_rebuild_tensor_v2"), {"N", "N", "N", "N"})),
          "without storage");
  refuses(pickled::whole(pickled::call(pickled::global("torch._utils", "_rebuild_parameter"), {})), "without a tensor");
  refuses(pickled::whole(pickled::storage("FloatStorage", "0", -1)), "no storage");
}

TEST_CASE("long pickles end in a refusal, not in memory", "[nn][weights][pickle]") {
  refuses(std::string(70'000'000, 'N'), "70000000 bytes");
  refuses(long_pickle("\x80\x02", 'N'), "more than 4000000 values");
  refuses(long_pickle("\x80\x02", '('), "nests too deeply");
  refuses(long_pickle("\x80\x02N", '2'), "stacks more than");
  refuses(long_pickle("\x80\x04N", '\x94'), "keeps more than");
  // Nested as deeply as allowed: nothing here is recursive.
  CHECK_NOTHROW(parse_pickle(pickled::whole(std::string(100'000, ']') + std::string(99'999, 'a'))));
}
