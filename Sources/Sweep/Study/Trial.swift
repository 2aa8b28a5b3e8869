/// One trial as samplers, pruners and reports see it.
public struct Trial: Sendable, Equatable, Codable {
  /// A value on the way: the validation metric after an epoch.
  public struct Intermediate: Sendable, Equatable, Codable {
    /// The epoch, from 1.
    public var step: Int
    /// The metric, as the recipe gives it.
    public var value: Double

    /// Makes a value.
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// Its number, from 0, without gaps.
  public var number: Int
  /// The chosen values.
  public var assignment: Assignment
  /// Which repeat of the setting it is, from 0; others of the same `group` have the same assignment.
  public var repetition: Int = 0
  /// The number of the first trial with this assignment; its own where settings are not repeated.
  public var group: Int
  /// The seed it runs with, or nil for the recipe's.
  public var seed: Int?
  /// How far it is.
  public var state: TrialState
  /// The values of the study's metrics, in order, as the recipe gives them; nil before the end.
  public var values: [Double]?
  /// Values on the way, ascending by step.
  public var intermediates: [Intermediate] = []
  /// All metrics of the run, by full name.
  public var metrics: [String: Double] = [:]
  /// Seconds of its process, all attempts together.
  public var seconds: Double = 0
  /// Seconds of each cell that ran (not from the cache), by id.
  public var cellSeconds: [String: Double] = [:]
  /// The key of each cell's result, by id.
  public var cellKeys: [String: String] = [:]
  /// How often it was started.
  public var attempts: Int = 0
  /// Why it failed or was pruned; the end of what it wrote to standard error.
  public var reason: String?
  /// When it was made and ended, seconds since 1970.
  public var created: Double = 0
  /// When it ended, seconds since 1970, or nil.
  public var ended: Double?

  /// Makes a trial that waits.
  public init(number: Int, assignment: Assignment, group: Int? = nil, state: TrialState = .waiting) {
    self.number = number
    self.assignment = assignment
    self.group = group ?? number
    self.state = state
  }
}
