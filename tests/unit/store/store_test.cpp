#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/random.h>
#include <ser/base/text.h>
#include <ser/store/export.h>
#include <ser/store/feature_store.h>
#include <ser/store/kaldi_ark.h>
#include <support/files.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

using namespace ser;
using test::golden;

namespace {

Matrix ramp(std::size_t rows, std::size_t columns, float start) {
  Matrix matrix(rows, columns);
  for (std::size_t i = 0; i < matrix.values.size(); ++i) matrix.values[i] = start + static_cast<float>(i);
  return matrix;
}

/// Three audio files and what a store of them should hold.
struct Job {
  test::TemporaryFolder folder;
  StoreDescription description{"set: test\nsize: 2\n", {"a", "b"}, false, 0.01};
  std::vector<WantedUtterance> wanted;
  explicit Job(int count = 3) {
    for (int i = 0; i < count; ++i) {
      WantedUtterance& u = wanted.emplace_back();
      u.id = "u" + std::to_string(i);
      u.file = folder / (u.id + ".wav");
      u.stamp.wav = u.id + ".wav";
      write_file(u.file, "audio " + u.id);
      stamp_file(u);
    }
  }
  std::filesystem::path store() const { return folder / "store"; }
  StoreEntry entry(std::size_t i) const {
    StoreEntry e;
    e.id = wanted[i].id;
    e.audio = wanted[i].stamp;
    e.audio.hash = "h";
    return e;
  }
  void append(FeatureStoreWriter& writer, std::size_t i) const {
    writer.append(entry(i), ramp(i + 1, 2, static_cast<float>(10 * i)));
  }
  void make() const {
    FeatureStoreWriter writer(store(), description);
    writer.resume(wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) append(writer, i);
    writer.finish();
  }
  std::map<std::string, std::string> bytes() const {
    std::map<std::string, std::string> all;
    for (const auto& file : std::filesystem::directory_iterator(store()))
      all[file.path().filename()] = read_file(file.path());
    return all;
  }
};

}  // namespace

TEST_CASE("archives written by kaldiio are read, compressed matrices too", "[store][golden]") {
  for (const ScpEntry& entry : read_scp(golden("store/mixed.scp"))) {
    CAPTURE(entry.id);
    const Matrix matrix = read_kaldi_object(entry);
    std::vector<float> values;
    for (const std::string& line : split(read_file(golden("store/" + entry.id + ".tsv")), '\n')) {
      if (line.empty() || line[0] == '#') continue;
      for (const std::string& field : split(line, '\t')) values.push_back(static_cast<float>(*parse_double(field)));
    }
    REQUIRE(matrix.values.size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(matrix.values[i] == Approx(values[i]).margin(2e-5));
  }
}

TEST_CASE("our records are those of kaldiio, byte for byte", "[store][golden]") {
  const std::string reference = read_file(golden("store/mixed.ark"));
  const ScpEntry first = read_scp(golden("store/mixed.scp")).front();
  const std::string ours = kaldi_record(first.id, read_kaldi_object(first), false);
  CHECK(reference.substr(first.offset - kaldi_header_size(first.id), ours.size()) == ours);
}

TEST_CASE("hostile Kaldi objects are refused", "[store]") {
  const std::string record = kaldi_record("x", ramp(2, 3, 0), false).substr(2);
  for (std::size_t length = 0; length < record.size(); ++length)
    CHECK_THROWS_AS(parse_kaldi_object(std::string_view(record).substr(0, length)), DataError);
  std::string huge = record;
  huge[6] = huge[7] = huge[8] = '\x7f';
  CHECK_THROWS_AS(parse_kaldi_object(huge), DataError);
}

TEST_CASE("a store gives back what was written", "[store]") {
  const Job job;
  job.make();
  const FeatureStore store(job.store());
  REQUIRE(store.entries().size() == 3);
  CHECK(store.description().columns == std::vector<std::string>{"a", "b"});
  CHECK(store.description().signature == job.description.signature);
  CHECK(store.read("u2").values == ramp(3, 2, 20).values);
  CHECK_THROWS_WITH(store.read("u9"), Catch::Contains("no utterance u9"));
}

TEST_CASE("a job cut at any byte continues and ends with the same bytes", "[store]") {
  const Job reference;
  reference.make();
  const auto expected = reference.bytes();
  for (std::size_t done = 0; done <= 3; ++done)
    for (const std::size_t torn : {0, 1, 7}) {
      {
        std::filesystem::remove_all(reference.store());
        FeatureStoreWriter writer(reference.store(), reference.description);
        writer.resume(reference.wanted);
        for (std::size_t i = 0; i < done; ++i) reference.append(writer, i);
      }
      // What a kill between two writes leaves: a torn record, a torn line of the journal.
      std::ofstream(reference.store() / "feats.ark.part", std::ios::app) << std::string(torn, 'x');
      std::ofstream(reference.store() / "index.tsv.part", std::ios::app) << std::string(torn, 'y');
      FeatureStoreWriter writer(reference.store(), reference.description);
      const std::size_t kept = writer.resume(reference.wanted);
      CHECK(kept == done);
      for (std::size_t i = kept; i < 3; ++i) reference.append(writer, i);
      writer.finish();
      std::filesystem::remove(reference.store() / "LOCK");
      CHECK(reference.bytes() == expected);
    }
}

TEST_CASE("a kill while finishing loses nothing", "[store]") {
  const Job job;
  job.make();
  const auto expected = job.bytes();
  std::filesystem::rename(job.store() / "index.tsv", job.store() / "index.tsv.part");
  StoreDescription description = job.description;
  {
    FeatureStoreWriter probe(job.store(), description);  // writes nothing before resume()
  }
  const std::string yaml = read_file(job.store() / "store.yaml");
  write_file(job.store() / "store.yaml.part", yaml.substr(0, yaml.find("utterances:")));
  FeatureStoreWriter writer(job.store(), description);
  CHECK(writer.resume(job.wanted) == 3);
  writer.finish();
  std::filesystem::remove(job.store() / "LOCK");
  CHECK(job.bytes() == expected);
}

TEST_CASE("only audio that changed is computed anew", "[store]") {
  Job job;
  job.make();
  CHECK(FeatureStoreWriter(job.store(), job.description).complete(job.wanted));
  write_file(job.wanted[1].file, "other audio");
  stamp_file(job.wanted[1]);
  const FeatureStoreWriter writer(job.store(), job.description);
  CHECK_FALSE(writer.complete(job.wanted));
  CHECK(writer.reusable(job.wanted[0]) != nullptr);
  CHECK(writer.reusable(job.wanted[1]) == nullptr);
}

TEST_CASE("nothing is reused when the options differ", "[store]") {
  Job job;
  job.make();
  job.description.signature = "set: test\nsize: 3\n";
  const FeatureStoreWriter writer(job.store(), job.description);
  CHECK(writer.reusable(job.wanted[0]) == nullptr);
}

TEST_CASE("a damaged record is noticed on reading", "[store]") {
  const Job job;
  job.make();
  std::string ark = read_file(job.store() / "feats.ark");
  ark[ark.size() - 3] ^= 1;
  write_file(job.store() / "feats.ark", ark);
  CHECK_THROWS_WITH(FeatureStore(job.store()).read("u2"), Catch::Contains("checksum differs"));
  write_file(job.store() / "feats.ark", ark.substr(0, 20));
  CHECK_THROWS_WITH(FeatureStore(job.store()), Catch::Contains("shorter than index.tsv says"));
}

TEST_CASE("shards join to one store, and a missing one is named", "[store]") {
  const Job job(5);
  for (int shard = 1; shard <= 2; ++shard) {
    const Shard part{shard, 2};
    const auto [begin, end] = part.range(5);
    const std::vector<WantedUtterance> mine(job.wanted.begin() + static_cast<std::ptrdiff_t>(begin),
                                            job.wanted.begin() + static_cast<std::ptrdiff_t>(end));
    if (shard == 2) CHECK_THROWS_WITH(merge_shards(job.store()), Catch::Contains("1 of 2 shards"));
    FeatureStoreWriter writer(job.store(), job.description, part);
    writer.resume(mine);
    for (std::size_t i = begin; i < end; ++i) job.append(writer, i);
    writer.finish();
  }
  CHECK_THROWS_WITH(FeatureStore(job.store()), Catch::Contains("ser-extract merge"));
  merge_shards(job.store());
  const FeatureStore store(job.store());
  REQUIRE(store.entries().size() == 5);
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(store.read("u" + std::to_string(i)).values == ramp(i + 1, 2, static_cast<float>(10 * i)).values);
}

TEST_CASE("NPY files have an aligned header that numpy reads", "[store]") {
  const test::TemporaryFolder folder;
  const Matrix matrix = ramp(3, 2, 1);
  write_file(folder / "x.npy", npy_bytes({3, 2}, matrix.values));
  CHECK(test::read_npy(folder / "x.npy").values == matrix.values);
  CHECK(npy_bytes({3, 2}, matrix.values).size() % 64 == 24);
  CHECK(npy_bytes({3}, {1, 2, 3}).find("(3,)") != std::string::npos);
}

TEST_CASE("a 16-bit record is Kaldi's CM2, half the size and off by half a step at most", "[store]") {
  Matrix matrix(40, 25);
  Random random(1, "values");
  for (float& value : matrix.values) value = static_cast<float>(3 * random.normal());
  const auto [low, high] = std::minmax_element(matrix.values.begin(), matrix.values.end());
  const std::string record = kaldi_record_16bit("u1", matrix, false);
  CHECK(record.substr(0, 9) == std::string("u1 \0BCM2 ", 9));
  CHECK(record.size() == 9 + 16 + 2 * matrix.values.size());
  const Matrix back = parse_kaldi_object(std::string_view(record).substr(kaldi_header_size("u1")));
  REQUIRE(back.rows == 40);
  double worst = 0;
  for (std::size_t i = 0; i < matrix.values.size(); ++i)
    worst = std::max(worst, static_cast<double>(std::abs(back.values[i] - matrix.values[i])));
  CHECK(worst <= (*high - *low) / 131070 * 1.01);
  const Matrix constant(3, 2);
  CHECK(parse_kaldi_object(std::string_view(kaldi_record_16bit("c", constant, false)).substr(2)).values ==
        constant.values);
}
