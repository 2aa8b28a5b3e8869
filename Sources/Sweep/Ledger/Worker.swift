/// A worker that lives, and what it is at.
public struct Worker: Sendable, Equatable {
  /// A trial that it runs.
  public struct Work: Sendable, Equatable {
    /// What the trial is for.
    public var purpose: TrialPurpose
    /// The trial's number.
    public var number: Int
    /// When it was claimed, seconds since 1970.
    public var since: Double
  }

  /// Which process it is.
  public var id: WorkerID
  /// When it last asked for a trial, seconds since 1970.
  public var seen: Double
  /// Its trials, by purpose and number; empty where it waits.
  public var work: [Work]
}
