/// The best settings of a search run again on seeds that the search never saw.
package struct Confirmation: Sendable, Equatable, Codable {
  /// One setting's runs.
  package struct Entry: Sendable, Equatable, Codable {
    /// The setting: the number of the first trial with it.
    package var group: Int
    /// The value of the study's first goal that the search saw; its mean where settings are repeated.
    package var searchValue: Double
    /// The validation metric, one a seed, not a number where a run failed.
    package var validation: [Double]
    /// The test metric, one a seed, not a number where a run failed.
    package var test: [Double]
    /// The validation metric user by user, one list a seed; empty where a run has none.
    package var validationUnits: [[Double]] = []
    /// The test metric likewise.
    package var testUnits: [[Double]] = []

    /// Makes an entry; `validation` and `test` follow the confirmation's seeds.
    package init(group: Int, searchValue: Double, validation: [Double], test: [Double]) {
      self.group = group
      self.searchValue = searchValue
      self.validation = validation
      self.test = test
    }
  }

  /// The fresh seeds, the same for every setting.
  package var seeds: [Int]
  /// The name of the test metric; better in the same direction as the first goal.
  package var testMetric: String
  /// The settings, in any order.
  package var entries: [Entry]
  /// The setting in the middle of the search's, which ran again too; nil where it did not.
  package var medianGroup: Int?

  /// Makes a confirmation.
  package init(seeds: [Int], testMetric: String, entries: [Entry]) {
    self.seeds = seeds
    self.testMetric = testMetric
    self.entries = entries
  }
}
