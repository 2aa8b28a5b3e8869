import Notebook
import Numerics

/// Where the tables of a model lie while it is trained.
package enum TablePlace: String, CaseIterable, Sendable {
  /// In memory.
  case memory
  /// In files that are mapped, which take the cache's disk while training lasts.
  case mapped

  /// The memory for tables that `context` has there.
  func memory(_ context: RunContext) -> TableMemory {
    TableMemory(folder: self == .mapped ? context.workFolder : nil)
  }
}
