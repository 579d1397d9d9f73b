#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/protocol_file.h>
#include <ser/experiment/protocol_utterances.h>

#include <algorithm>

namespace ser {

Manifest utterances_of_protocol(const Manifest& manifest, const std::filesystem::path& path, InProtocol wanted) {
  const Protocol protocol = read_protocol(path);
  std::vector<std::string> names;
  for (const ProtocolCorpus& corpus : protocol.corpora) names.push_back(corpus.name);
  const auto at = std::find(names.begin(), names.end(), manifest.corpus);
  if (at == names.end())
    throw_error<DataError>("{}: made of the manifests of {}; given: {}", path.string(), join(names, ", "),
                           manifest.corpus);
  const auto corpus = static_cast<std::size_t>(at - names.begin());
  if (manifest.checksum() != protocol.corpora[corpus].checksum)
    throw_error<DataError>("{}: the manifest of {} has changed since; make the folds again (ser-extract folds make)",
                           path.string(), manifest.corpus);
  Manifest used = manifest;
  used.utterances.clear();
  std::size_t row = 0;  // of the manifest, whose rows the protocol has in their order
  for (std::size_t i = 0; i < protocol.utterances.size(); ++i) {
    if (protocol.utterances[i].corpus != corpus) continue;
    const Utterance& utterance = manifest.utterances.at(row++);
    if (std::any_of(protocol.folds.begin(), protocol.folds.end(), [&](const Fold& fold) {
          return wanted == InProtocol::any_part ? fold.parts[i] != Part::none : fold.parts[i] == Part::train;
        }))
      used.utterances.push_back(utterance);
  }
  if (used.utterances.empty())
    throw_error<DataError>("{}: no utterance of {} {} any fold", path.string(), manifest.corpus,
                           wanted == InProtocol::any_part ? "has a part in" : "is in the training part of");
  return used;
}

}  // namespace ser
