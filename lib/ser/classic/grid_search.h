// Choosing one option of a learner by inner folds of the training part.
#pragma once

#include <ser/classic/learner.h>
#include <ser/classic/standardiser.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

/// The values that one option ("c") is tried with, the strongest regularisation first: ties go to the earlier one.
struct Grid {
  std::string key;
  std::vector<std::string> values;
};

/// A grid over C, ascending whatever the order given (a smaller C regularises more).
Grid grid_of_c(std::vector<double> values);

/// The training part of one outer cell, not standardised yet. x_dev and y_dev of `data` are not used: an inner fold's
/// held-out rows must not steer its training.
struct GridData {
  const TrainingSet& data;
  std::span<const int> inner_fold;        ///< [rows] in which inner fold a row is held out, from 0; -1: in none
  std::span<const std::string> groups{};  ///< [rows] corpus or speaker, for the group modes of standardisation
};

struct GridResult {
  std::string key, value;                         ///< the choice; value empty: keep the learner's default
  std::vector<double> unweighted_average_recall;  ///< per value of the grid, over the pooled held-out rows
  std::vector<int> folds_used;                    ///< inner folds that counted
  bool fallback = false;                          ///< fewer than two inner folds could be used: the default is kept
};

/// Fits every value on every inner fold, in the order of the grid with warm starts, the folds in parallel, and scores
/// the pooled predictions of the held-out rows by UAR. Standardised within each inner fold by its own training rows.
/// An inner fold whose training rows lack a class of the whole training part, or that holds out nothing, is dropped;
/// with fewer than two left the learner's default is taken. Both are said in a warning. Memory: at most context.threads
/// copies of the rows, one more where they are standardised by groups. The result does not depend on the number of
/// threads.
GridResult grid_search(const LearnerFactory& factory, const Grid& grid, const GridData& rows, Standardisation mode,
                       const FitContext& context);

/// Mean recall over the classes that occur in the reference.
double pooled_recall(std::span<const int> reference, std::span<const int> predicted, int classes);

/// Column of the largest value of each row, the first of several.
std::vector<int> largest_columns(const Matrix& probabilities);

}  // namespace ser
