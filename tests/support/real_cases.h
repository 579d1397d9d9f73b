// The real recordings whose features by openSMILE are golden data (golden/recordings.tsv).
#pragma once

#include <ser/audio/reader.h>
#include <ser/base/text.h>
#include <support/files.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace ser::test {

struct Case {
  std::string file;           // in the corpora
  int rate_hz;                // to resample to; 0: as it is
  long long first_row, rows;  // its frames in lld.npy of each set; -1, 0: none there
};

inline std::vector<Case> real_cases() {
  std::istringstream text(read_file(golden("recordings.tsv")));
  std::vector<Case> cases;
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto fields = split(line, '\t');
    cases.push_back({fields[0], static_cast<int>(parse_integer(fields[1]).value()), parse_integer(fields[2]).value(),
                     parse_integer(fields[3]).value()});
  }
  return cases;
}

/// Resampled, as 16-bit integers: what openSMILE was given.
inline void write_resampled(const std::filesystem::path& corpora, const Case& one, const std::filesystem::path& wav) {
  write_wav(wav, read_audio(corpora / one.file, {}, one.rate_hz));
}

/// The samples that openSMILE was given; a resampled case goes through a file in the folder.
inline Waveform read_case(const std::filesystem::path& corpora, const Case& one, const TemporaryFolder& folder) {
  if (one.rate_hz == 0) return read_audio(corpora / one.file);
  write_resampled(corpora, one, folder / "case.wav");
  return read_audio(folder / "case.wav");
}

/// One column of a table.
inline std::vector<float> column_of(const Matrix& table, std::size_t column) {
  std::vector<float> values;
  for (std::size_t t = 0; t < table.rows; ++t) values.push_back(table(t, column));
  return values;
}

/// One column of a case's frames in lld.npy.
inline std::vector<double> reference_frames(const Matrix& lld, const Case& one, std::size_t column) {
  std::vector<double> values;
  for (long long t = one.first_row; t < one.first_row + one.rows; ++t)
    values.push_back(static_cast<double>(lld(static_cast<std::size_t>(t), column)));
  return values;
}

}  // namespace ser::test
