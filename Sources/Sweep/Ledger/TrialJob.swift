/// An attempt at a trial on another machine: where it ran and what it cost.
package struct TrialJob: Sendable, Equatable {
  /// What the trial is for.
  package var purpose: TrialPurpose
  /// The trial's number.
  package var number: Int
  /// What tells attempts apart.
  package var attempt: String
  /// What it was handed over to: `slurm`.
  package var launcher: String
  /// The engine's id.
  package var id: String
  /// Where it ran; nil before it began.
  package var host: String?
  /// Its processors.
  package var cpus = 1
  /// When it was handed over, seconds since 1970.
  package var submitted: Double
  /// Seconds in the queue; nil before it began.
  package var waited: Double?
  /// Seconds it ran.
  package var ran = 0.0

  /// Makes a job that was handed over.
  package init(
    purpose: TrialPurpose,
    number: Int,
    attempt: String,
    launcher: String,
    id: String,
    submitted: Double
  ) {
    self.purpose = purpose
    self.number = number
    self.attempt = attempt
    self.launcher = launcher
    self.id = id
    self.submitted = submitted
  }

  /// Processors times hours.
  package var coreHours: Double { Double(cpus) * ran / 3600 }
}
