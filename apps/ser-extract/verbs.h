// The verbs of ser-extract; each is one .cpp file of this folder.
#pragma once

#include <ser/config/command_line.h>

#include <memory>

namespace ser {

std::unique_ptr<Verb> make_prepare_verb();
std::unique_ptr<Verb> make_validate_verb();
std::unique_ptr<Verb> make_folds_verb();
std::unique_ptr<Verb> make_features_verb();
std::unique_ptr<Verb> make_embed_verb();
std::unique_ptr<Verb> make_augment_verb();
std::unique_ptr<Verb> make_merge_verb();
std::unique_ptr<Verb> make_show_verb();

}  // namespace ser
