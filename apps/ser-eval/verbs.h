// The verbs of ser-eval; each is one .cpp file of this folder.
#pragma once

#include <ser/config/command_line.h>

#include <memory>

namespace ser {

std::unique_ptr<Verb> make_score_verb();
std::unique_ptr<Verb> make_compare_verb();
std::unique_ptr<Verb> make_cross_verb();
std::unique_ptr<Verb> make_fairness_verb();
std::unique_ptr<Verb> make_predict_verb();

}  // namespace ser
