import Files
import Notebook
import Sweep

/// Where the pages are served, and what they show.
package struct LookSettings: Sendable {
  /// The address: of this machine alone unless told otherwise.
  package var host = "127.0.0.1"
  /// The port; 0 for one that is free.
  package var port = 8090
  /// The folder that holds a folder for each recipe.
  package var outputs = "outputs"
  /// The folder in which recipes are looked for.
  package var recipes = "."
  /// The most connections that are open at once; more wait until one is closed.
  package var mostConnections = 256
  /// After so many seconds in which nothing comes of a request, its connection is closed.
  package var idleSeconds: Int64 = 60
  /// The most bytes of a body.
  package var mostBodyBytes = 64 << 10
  /// How many threads draw intervals of comparisons.
  package var threads = 1

  /// The usual ones.
  package init() {}
}

/// What the pages are handed by who serves them: how recipes are planned, and this program.
package struct LookTools: Sendable {
  /// Plans the recipe at a path with overrides, as `check` does.
  package var plan: @Sendable (_ recipe: String, _ overrides: [String]) throws -> Plan
  /// What a study needs.
  package var study: @Sendable () throws -> StudyTools
  /// The path of this program.
  package var executable: String
  /// The words that give one of its verbs the same places.
  package var places: [String]

  /// Puts them together.
  package init(
    plan: @escaping @Sendable (_ recipe: String, _ overrides: [String]) throws -> Plan,
    study: @escaping @Sendable () throws -> StudyTools,
    executable: String,
    places: [String]
  ) {
    (self.plan, self.study, self.executable, self.places) = (plan, study, executable, places)
  }
}

/// Why there are no pages.
package struct LookFailure: Error, CustomStringConvertible {
  /// The reason and what to do.
  package var description: String
  /// Makes a failure.
  package init(_ message: String) { description = message }
}
