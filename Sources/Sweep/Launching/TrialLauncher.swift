/// How jobs of a study are handed to an engine: this machine's processes, Slurm, Ray, or whatever a recipe's commands lead to.
///
/// A launcher knows of jobs, not of trials: it starts a script, says how it is, and ends it. What trials say and are told
/// goes through files in the study's folder (``TrialPost``), the same for all launchers.
protocol TrialLauncher: AnyObject {
  /// What it is called in recipes and messages.
  var name: String { get }
  /// What follows from where its jobs run.
  var traits: LauncherTraits { get }

  /// Hands jobs over together; gives the id of each, in their order.
  /// - Throws: ``LaunchError``; then none of them counts as handed over, though some may have been.
  func submit(_ jobs: [LaunchRequest]) throws -> [String]
  /// How jobs are, by id; those that the engine does not know are missing.
  /// - Throws: ``LaunchError`` where the engine cannot be asked, which says nothing of the jobs.
  func status(of ids: [String]) throws -> [String: JobState]
  /// Ends jobs, whether they wait or run; those that have ended are no error.
  /// - Throws: ``LaunchError`` where the engine cannot be asked.
  func cancel(_ ids: [String]) throws
  /// The ids of jobs that were handed over under these names, as far as the engine can tell; for who lost the answer to
  /// ``submit(_:)``.
  func find(_ names: [String]) throws -> [String: String]
  /// Looks whether the engine is there at all.
  /// - Throws: ``LaunchError`` with what is missing and what to do.
  func check() throws
  /// What would be handed over, in lines for people.
  func preview(_ job: LaunchRequest) -> [String]
}

/// What follows from where a launcher's jobs run.
struct LauncherTraits: Equatable {
  /// Whether jobs are processes of this machine, which end with the one that started them.
  var isLocal = false
  /// How many jobs may be waiting or running at once; nil for as many as trials run at once.
  var most: Int?
  /// Seconds between two questions to the engine.
  var pollSeconds = 5.0
  /// Threads of a trial; nil for a share of this machine's.
  var threads: Int?
  /// Whether all trials find the cache of who hands them over.
  var sharesCache = true
}

/// A job to be handed over.
struct LaunchRequest: Sendable {
  /// A name of its own within all studies, of letters, digits and hyphens.
  var name: String
  /// The study's name, the same for all its jobs, of letters, digits and hyphens.
  var group: String
  /// The script that is the job, `#!/bin/bash`.
  var script: String
  /// What the script does at its end, where no script is needed.
  var executable: String
  /// The arguments of that.
  var arguments: [String]
  /// Where it says what goes wrong.
  var log: String
}

/// How a job is, in the engine's words.
enum JobState: Sendable, Equatable {
  /// It waits; why, where the engine says.
  case waiting(String?)
  /// It runs; where, where the engine says.
  case running(String?)
  /// It has ended.
  case ended(JobEnd)
}

/// How a job came to its end.
enum JobEnd: Sendable, Equatable {
  /// By itself, with a code.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)
  /// It could not be started; why.
  case notStarted(String)
  /// Its time was up.
  case timeLimit
  /// Others needed its place.
  case preempted
  /// The machine it ran on failed.
  case nodeFailed
  /// It took more memory than it was given.
  case outOfMemory
  /// Somebody ended it.
  case cancelled
  /// In a way that the engine does not tell; its words.
  case unknown(String)
}

/// What an engine refused, or why it could not be asked.
struct LaunchError: Error, CustomStringConvertible, Equatable {
  /// What happened, in the engine's words, and what to do.
  var description: String
  /// Whether the same may work in a while: the engine did not answer, or has too much to do.
  var mayPass: Bool

  /// Makes an error.
  init(_ description: String, mayPass: Bool = false) {
    self.description = description
    self.mayPass = mayPass
  }
}
