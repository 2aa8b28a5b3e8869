import Notebook
import Report

/// One trial as samplers, pruners and reports see it.
package struct Trial: Sendable, Equatable, Codable {
  /// A value on the way: the validation metric after an epoch.
  package struct Intermediate: Sendable, Equatable, Codable {
    /// The epoch, from 1.
    package var step: Int
    /// The metric, as the recipe gives it.
    package var value: Double

    /// Makes a value.
    package init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// Its number, from 0, without gaps.
  package var number: Int
  /// The chosen values.
  package var assignment: Assignment
  /// Which repeat of the setting it is, from 0; others of the same `group` have the same assignment.
  package var repetition: Int = 0
  /// The number of the first trial with this assignment; its own where settings are not repeated.
  package var group: Int
  /// The seed it runs with, or nil for the recipe's.
  package var seed: Int?
  /// How far it is.
  package var state: TrialState
  /// The values of the study's metrics, in order, as the recipe gives them; nil before the end.
  package var values: [Double]?
  /// Values on the way, ascending by step.
  package var intermediates: [Intermediate] = []
  /// All metrics of the run, by full name.
  package var metrics: [String: Double] = [:]
  /// Seconds of its process, all attempts together.
  package var seconds: Double = 0
  /// Seconds of each cell that ran (not from the cache), by id.
  package var cellSeconds: [String: Double] = [:]
  /// The key of each cell's result, by id.
  package var cellKeys: [String: String] = [:]
  /// How often it was started.
  package var attempts: Int = 0
  /// Why it failed or was pruned; the end of what it wrote to standard error.
  package var reason: String?
  /// When it was made and ended, seconds since 1970.
  package var created: Double = 0
  /// When it ended, seconds since 1970, or nil.
  package var ended: Double?

  /// Makes a trial that waits.
  package init(number: Int, assignment: Assignment, group: Int? = nil, state: TrialState = .waiting) {
    self.number = number
    self.assignment = assignment
    self.group = group ?? number
    self.state = state
  }
}
