/// The figure that an evaluation comes down to, and what it is held against.
package struct Headline: Sendable, Codable, Equatable {
  /// What is measured: `hit_rate@20`.
  package var metric: String
  /// What that is, in words that follow a colon: `the share of users …`.
  package var meaning: String
  /// What the figure is of: `two-tower`.
  package var subject: String
  /// The figure.
  package var value: Double
  /// Its interval, low and high; nil where none was drawn.
  package var interval: [Double]?
  /// The share of the interval: 0.95.
  package var level: Double
  /// How many users, or whatever is drawn anew, it is the mean of.
  package var units: Int
  /// The strongest of what it is held against; nil for nothing.
  package var rival: Rival?

  /// Something else measured on the same units.
  package struct Rival: Sendable, Codable, Equatable {
    /// Its name: `item_cf`.
    package var name: String
    /// What it is, in words; empty where its name says it.
    package var meaning: String
    /// Its figure.
    package var value: Double
    /// Its interval.
    package var interval: [Double]?
    /// The subject's figure less its own.
    package var difference: Double
    /// The interval of the paired difference.
    package var differenceInterval: [Double]?
    /// The p-value of the paired test; nil without one.
    package var pValue: Double?
    /// Whether the difference is more than luck; nil where it was not tested.
    package var isMoreThanLuck: Bool?

    /// Puts a rival together.
    package init(name: String, meaning: String, value: Double, difference: Double) {
      self.name = name
      self.meaning = meaning
      self.value = value
      self.difference = difference
    }
  }

  /// Puts a headline together; the rest is set afterwards.
  package init(metric: String, meaning: String, subject: String, value: Double, level: Double, units: Int) {
    self.metric = metric
    self.meaning = meaning
    self.subject = subject
    self.value = value
    self.level = level
    self.units = units
  }
}
