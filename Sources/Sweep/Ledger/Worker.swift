import Report

/// A worker that lives, and what it is at.
package struct Worker: Sendable, Equatable {
  /// A trial that it runs.
  package struct Work: Sendable, Equatable {
    /// What the trial is for.
    package var purpose: TrialPurpose
    /// The trial's number.
    package var number: Int
    /// When it was claimed, seconds since 1970.
    package var since: Double
  }

  /// Which process it is.
  package var id: WorkerID
  /// When it was last heard of, seconds since 1970.
  package var seen: Double
  /// Its trials, by purpose and number; empty where it waits.
  package var work: [Work]
}
