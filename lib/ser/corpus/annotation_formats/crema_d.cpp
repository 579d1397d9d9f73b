// "crema-d-votes": processedResults/tabulatedVotes.csv, three rows per clip (voice, face, both). Cao et al., IEEE
// TAFFC 5(4), 2014.
#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>

#include <algorithm>
#include <array>

namespace ser {
namespace {

const std::array<std::string, 6> letters{"A", "D", "F", "H", "N", "S"};

/// The row id's first digit: 1 voice, 2 face, 3 both.
std::size_t modality_of(const std::string& row_id, const std::string& where) {
  if (row_id.empty() || row_id[0] < '1' || row_id[0] > '3')
    throw_error<DataError>("{}: the row id '{}' does not begin with 1 (voice), 2 (face) or 3 (both)", where, row_id);
  return static_cast<std::size_t>(row_id[0] - '1');
}

std::vector<std::pair<std::string, double>> votes_of(const Table& csv, std::size_t row,
                                                     const std::vector<std::size_t>& columns) {
  std::vector<std::pair<std::string, double>> votes;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const auto count = parse_integer(trim(csv.rows[row][columns[i]]));
    if (!count || *count < 0)
      throw_error<DataError>("{}: '{}' is no number of votes", csv.where(row), csv.rows[row][columns[i]]);
    votes.emplace_back(letters[i], static_cast<double>(*count));
  }
  return votes;
}

/// The letter with most votes; "tie" when several have.
std::string winner(const std::vector<std::pair<std::string, double>>& votes) {
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto most = std::max_element(votes.begin(), votes.end(), fewer);
  const auto same = [&](const auto& vote) { return vote.second == most->second; };
  return std::count_if(votes.begin(), votes.end(), same) == 1 ? most->first : "tie";
}

void read(const AnnotationDefinition&, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    const Table csv = read_table(table.files[file]);
    const std::size_t id = csv.at(""), clip = csv.at("fileName"), level = csv.at("meanEmoResp");
    std::vector<std::size_t> columns;
    for (const std::string& letter : letters) columns.push_back(csv.at(letter));
    for (std::size_t row = 0; row < csv.rows.size(); ++row) {
      const std::size_t modality = modality_of(csv.rows[row][id], csv.where(row));
      const std::string& key = csv.rows[row][clip];
      const auto known = table.entries.find(key);
      AnnotationEntry& entry = known != table.entries.end() ? known->second : table.add(key, file, csv.lines[row]);
      if (!entry.values[2 * modality].empty())
        throw_error<DataError>("{}: the votes of {} for this modality were already given", csv.where(row), key);
      const auto votes = votes_of(csv, row, columns);
      entry.values[2 * modality] = winner(votes);
      entry.values[2 * modality + 1] = csv.rows[row][level];
      entry.distributions[modality] = normalised(votes);
    }
  }
}

}  // namespace

AnnotationFormat crema_d_votes_format() {
  return {"crema-d-votes",
          "CREMA-D processedResults/tabulatedVotes.csv: winner ('tie' where several), mean level 0-100 and votes by "
          "voice, by face, by both",
          {"voice", "voice_level", "face", "face_level", "audiovisual", "audiovisual_level"},
          {"voice", "face", "audiovisual"},
          read};
}

}  // namespace ser
