import Memory
import Numerics

/// What is measured, and with what.
package struct BenchmarkOptions: Sendable {
  /// The sections of the document, in its order.
  package var sections = BenchmarkSection.allCases.filter { $0 != .peer }
  /// How often each thing is measured, 1 or more; what is shown is the median.
  package var runs = 5
  /// The recipe; nil for the notebook's, `recipes/news_two_tower.yaml`.
  package var recipe: String?
  /// The folder of the data files, in place of what the environment and the recipe say.
  package var data: String?
  /// Threads of our side, 1 or more.
  package var threads = Threads.available.count
  /// The sizes of the logs that scaling is measured on, in clicks, ascending.
  package var scale = [1_000_000, 3_000_000, 10_000_000]
  /// The dimensions of the models that scaling is measured with.
  package var scaleDimensions = [32, 128]
  /// So many clicks of those logs are made for each item there is, 1 or more.
  package var scaleClicksPerItem = 10
  /// Settings of the recipe that scaling is measured with, as on the command line: `model.tables=mapped`.
  package var scaleOverrides: [String] = []
  /// Files of a million clicks that a table has to which one is added, 2 or more.
  package var files = 20
  /// The notebook as a Python script.
  package var peer: String?
  /// In how many of the runs it runs as written too, 0 to `runs`.
  package var writtenRuns = 5
  /// The Python that runs it.
  package var python = "python3"
  /// Where the document will stand, so that plots stand beside it; nil where it is printed.
  package var output: String?
  /// The path of the tool itself: what is measured runs in processes of its own.
  package var executable: String
  /// What is said of machine and versions, line by line.
  package var facts: [(name: String, value: String)] = []

  /// Options for the tool at `executable`, all others as above.
  package init(executable: String) { self.executable = executable }
}
