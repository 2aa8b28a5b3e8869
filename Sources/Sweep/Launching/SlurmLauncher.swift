import Files
import Notebook

/// Jobs of Slurm: `sbatch` takes them, `squeue` and, where there is accounting, `sacct` tell how they are, `scancel` ends them.
///
/// Source: the manual pages of Slurm 22.05 to 25.05. All jobs of a study have one name, so that one question tells all of
/// them, and a comment each, by which they are found again where an answer of `sbatch` was lost.
final class SlurmLauncher: TrialLauncher {
  let name = "slurm"
  let traits: LauncherTraits
  private let settings: LauncherSettings
  /// Where lists of the jobs of arrays, and what Slurm itself writes, are kept.
  private let folder: String
  /// Whether there is accounting; nil before it was asked.
  private var hasAccounting: Bool?
  private let group: String
  private let programs: String?

  /// - Parameters:
  ///   - folder: a folder of the study's for files of this launcher's own; it is made when one is needed.
  ///   - group: what all jobs of the study are called.
  ///   - programs: the folder of Slurm's programs; nil where `PATH` leads to them.
  init(
    _ settings: LauncherSettings,
    folder: String,
    group: String,
    parallel: Int,
    programs: String? = nil
  ) {
    self.settings = settings
    self.programs = programs
    self.folder = folder
    self.group = group
    traits = settings.traits(parallel: parallel)
  }

  func check() throws {
    for name in ["sbatch", "squeue", "scancel"] where LaunchCommand.path(of: program(name)) == nil {
      throw LaunchError(
        "launcher slurm: '\(name)' is not found; run the sweep where Slurm's programs are in PATH (a login node)"
      )
    }
    let answer = try LaunchCommand(words: [program("squeue"), "--version"]).run()
    guard answer.code == 0 else {
      throw LaunchError("launcher slurm: 'squeue' does not run: \(answer.complaint)")
    }
  }

  private func program(_ name: String) -> String { programs.map { FilePaths.join($0, name) } ?? name }

  /// The call of `sbatch` without what only a program reads.
  func preview(_ job: LaunchRequest) -> [String] {
    let jobs = Array(repeating: job, count: settings.array ?? 1)
    let hidden = ["--parsable", "--job-name=", "--comment=", "--output=", "--open-mode="]
    let words = words(for: jobs, script: "JOB.sh").filter { word in !hidden.contains { word.hasPrefix($0) } }
    return [(["sbatch"] + words.dropFirst().map(ShellWord.quoted)).joined(separator: " ")]
  }

  func submit(_ jobs: [LaunchRequest]) throws -> [String] {
    try Folders.make(folder)
    guard settings.array != nil else { return try jobs.map { try submit([$0], script: $0.script)[0] } }
    // A list of the jobs, of which each task takes its own.
    guard let first = jobs.first else { return [] }
    let list = FilePaths.join(folder, "\(first.name)-and-\(jobs.count - 1).list")
    try AtomicFile.write(jobs.map { "\($0.script)\t\($0.name)\n" }.joined(), to: list)
    let script = FilePaths.join(folder, "\(first.name)-and-\(jobs.count - 1).sh")
    try AtomicFile.write(Self.arrayScript(list), to: script)
    return try submit(jobs, script: script)
  }

  private static func arrayScript(_ list: String) -> String {
    """
    #!/bin/bash
    # Becomes the job that stands in the line of this task.
    exec bash "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" \(ShellWord.quoted(list)) | cut -f1)"

    """
  }

  /// Hands over one job, or an array of several.
  private func submit(_ jobs: [LaunchRequest], script: String) throws -> [String] {
    let answer = try LaunchCommand(words: words(for: jobs, script: script)).run()
    guard answer.code == 0 else {
      throw LaunchError(
        "sbatch refused: \(Self.tidy(answer.complaint)); see 'launcher' in the recipe's sweep",
        mayPass: Self.mayPass(answer.complaint)
      )
    }
    // JOB or JOB;CLUSTER, after whatever a site's plugins say.
    let line = answer.output.split(whereSeparator: \.isNewline).last ?? ""
    let id = String(line.split(separator: ";").first ?? "")
    guard !id.isEmpty, id.allSatisfy(\.isNumber) else {
      throw LaunchError("sbatch gave no number of a job: \(answer.complaint)")
    }
    return settings.array == nil ? [id] : jobs.indices.map { "\(id)_\($0)" }
  }

  /// The call of `sbatch`.
  private func words(for jobs: [LaunchRequest], script: String) -> [String] {
    var words = [program("sbatch"), "--parsable"]
    if let first = jobs.first { words += ["--job-name=\(first.group)", "--comment=\(first.name)"] }
    if let array = settings.array { words.append("--array=0-\(max(0, jobs.count - 1))%\(array)") }
    if let partition = settings.partition { words.append("--partition=\(partition)") }
    words.append("--cpus-per-task=\(settings.cpus)")
    if let memory = settings.memory { words.append("--mem=\(memory.slurm)") }
    if let time = settings.time {
      words += ["--time=\(time.slurm)", "--signal=B:TERM@\(settings.noticeSeconds)"]
    }
    let output = FilePaths.join(folder, settings.array == nil ? "slurm-%j.out" : "slurm-%A_%a.out")
    words += ["--requeue", "--open-mode=append", "--output=\(output)"]
    return words + settings.options + [script]
  }

  func status(of ids: [String]) throws -> [String: JobState] {
    guard !ids.isEmpty else { return [:] }
    let wanted = Set(ids)
    var states = try queue().reduce(into: [String: JobState]()) {
      if wanted.contains($1.id) { $0[$1.id] = $1.state }
    }
    let missing = ids.filter { states[$0] == nil }
    if !missing.isEmpty { states.merge(try accounted(missing)) { queued, _ in queued } }
    // What is in the queue no more ended without anybody's having written down how; with accounting it is told there.
    return states
  }

  /// The study's jobs in the queue; those that ended some minutes ago (`MinJobAge`) are among them.
  private func queue() throws -> [(id: String, comment: String, state: JobState)] {
    let words = [
      program("squeue"), "--noheader", "--states=all", "--array", "--format=%i|%T|%r|%N|%k",
      "--name=\(group)",
    ]
    let answer = try LaunchCommand(words: words).run()
    guard answer.code == 0 else {
      throw LaunchError("squeue does not answer: \(Self.tidy(answer.complaint))", mayPass: true)
    }
    return answer.output.split(whereSeparator: \.isNewline).compactMap { line in
      let parts = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 5 else { return nil }
      let state = SlurmState.state(parts[1], reason: parts[2], node: parts[3], code: nil)
      return (parts[0], parts[4], state)
    }
  }

  /// What accounting says of jobs that are not in the queue.
  private func accounted(_ ids: [String]) throws -> [String: JobState] {
    guard hasAccounting != false else { return [:] }
    guard LaunchCommand.path(of: program("sacct")) != nil else {
      hasAccounting = false
      return [:]
    }
    let words = [
      program("sacct"), "--allocations", "--noheader", "--parsable2",
      "--format=JobID,State,ExitCode,NodeList",
      "--jobs=\(ids.joined(separator: ","))",
    ]
    let answer = try LaunchCommand(words: words).run()
    guard answer.code == 0 else {
      if answer.complaint.contains("accounting storage is disabled") {
        hasAccounting = false
        return [:]
      }
      throw LaunchError("sacct does not answer: \(Self.tidy(answer.complaint))", mayPass: true)
    }
    hasAccounting = true
    return answer.output.split(whereSeparator: \.isNewline).reduce(into: [:]) { states, line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 4 else { return }
      states[parts[0]] = SlurmState.state(parts[1], reason: "", node: parts[3], code: parts[2])
    }
  }

  func cancel(_ ids: [String]) throws {
    guard !ids.isEmpty else { return }
    let answer = try LaunchCommand(words: [program("scancel")] + ids).run()
    // Who has ended cannot be ended; that is what was wanted.
    guard
      answer.code == 0 || answer.complaint.contains("Invalid job id")
        || answer.complaint.contains("already complet")
    else { throw LaunchError("scancel: \(Self.tidy(answer.complaint))", mayPass: true) }
  }

  func find(_ names: [String]) throws -> [String: String] {
    let wanted = Set(names)
    return try queue().reduce(into: [:]) { found, job in
      if settings.array == nil {
        if wanted.contains(job.comment) { found[job.comment] = job.id }
      } else if let task = job.id.split(separator: "_").last.flatMap({ Int($0) }),
        let name = member(task, of: job.comment),
        wanted.contains(name)
      {
        found[name] = job.id
      }
    }
  }

  /// The name of the job that is task number `task` of the array whose first job is `first`.
  private func member(_ task: Int, of first: String) -> String? {
    let lists = ((try? FilePaths.list(folder)) ?? []).filter {
      $0.hasPrefix("\(first)-and-") && $0.hasSuffix(".list")
    }
    for list in lists {
      guard let text = try? MappedFile.readText(FilePaths.join(folder, list)) else { continue }
      let names = text.split(separator: "\n").map { $0.split(separator: "\t").last.map(String.init) }
      if names.indices.contains(task) { return names[task] }
    }
    return nil
  }

  /// Whether the same may work in a while.
  private static func mayPass(_ complaint: String) -> Bool {
    [
      "Unable to contact", "timed out", "Zero Bytes", "temporarily", "Connection refused", "MaxSubmit",
      "MaxJobs",
      "Communication connection failure", "try again",
    ].contains { complaint.contains($0) }
  }

  /// Without the programs' names, which stand in front of each line.
  private static func tidy(_ complaint: String) -> String {
    var text = complaint
    for program in ["sbatch", "squeue", "sacct", "scancel", "slurm_load_jobs"] {
      text = text.replacing("\(program): error: ", with: "").replacing("\(program): fatal: ", with: "")
    }
    return text
  }
}
