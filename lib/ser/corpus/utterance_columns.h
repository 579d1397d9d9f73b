// Fields of an utterance by the name of their column, and what all ways of preparing share.
#pragma once

#include <ser/corpus/definition.h>
#include <ser/corpus/manifest.h>
#include <ser/corpus/prepare.h>

#include <string>
#include <vector>

namespace ser {

/// The columns that every manifest has, in their order; others are extra.
const std::vector<std::string>& manifest_columns();
bool is_manifest_column(const std::string& column);

/// "anger:0.86 sadness:0.14". Throws DataError with `where` for anything else.
Distribution parse_distribution(const std::string& text, const std::string& where);

/// Sets a standard column, or an extra one that manifest.extra_columns holds or gets. "Male", "m" become male, likewise
/// female. Throws DataError with `where` for a malformed number or distribution.
void set_column(Manifest& manifest, Utterance& utterance, const std::string& column, const std::string& value,
                const std::string& where);

/// The value of an extra column; empty where there is none.
const std::string& extra_value(const Utterance& utterance, const std::string& column);

/// The definition's map with the options' "raw=canonical" entries on top. Throws UsageError for a malformed entry.
LabelMap label_map_of(const CorpusDefinition& definition, const PrepareOptions& options);

/// Blanks to underscores, the prefix before; sorts by id. Throws DataError naming both files of a repeated id.
void finish_ids(Manifest& manifest, const std::string& prefix);

/// Emotions and labels by `map` and the vocabulary's own names; all unknown raw labels at once are a DataError.
void map_emotions(Manifest& manifest, const LabelMap& map, const CorpusDefinition& definition,
                  const std::string& source);

}  // namespace ser
