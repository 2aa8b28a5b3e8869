/// What a study cost. Times in seconds; nil or 0 where unknown.
package struct StudyCost: Sendable, Equatable {
  /// Wall-clock seconds from the first trial's start to the last one's end, pauses left out.
  package var wallSeconds = 0.0
  /// Wall-clock seconds of the runs on fresh seeds, which come on top; 0 where there were none.
  package var confirmingSeconds = 0.0
  /// How many trials ran at a time, from 1.
  package var parallel = 1
  /// The sum of what trials spent on their own training and evaluation.
  package var ownSeconds = 0.0
  /// The sum of what trials did not run because another trial already had.
  package var savedBySharing = 0.0
  /// An estimate of what pruned trials would still have taken.
  package var savedByPruning = 0.0
  /// The jobs of trials on other machines.
  package var jobs: [TrialJob] = []
  /// How many cells ran.
  package var cellsExecuted = 0
  /// How many cells came from earlier trials or the cache.
  package var cellsShared = 0

  /// Makes a cost of nothing.
  package init() {}
}
