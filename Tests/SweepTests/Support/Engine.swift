import Foundation
import Notebook
import Recipe
import TestSupport
import Testing

@testable import Sweep

/// An engine to hand jobs to, or what stands in for it, and what the contract of launchers asks of it.
final class Engine {
  /// The engines; those called `…StandIn` are programs of ours under `Tests/Engines`, no engines.
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case local
    case commandStandIn, slurmStandIn, slurmArrayStandIn, rayStandIn
    case slurm, slurmArray, ray
    var testDescription: String { rawValue }
  }

  /// What can be tried anywhere.
  static let standIns: [Kind] = [.local, .commandStandIn, .slurmStandIn, .slurmArrayStandIn, .rayStandIn]

  /// Whether a Slurm answers.
  static let hasSlurm: Bool = {
    guard LaunchCommand.path(of: "sbatch") != nil else { return false }
    return (try? LaunchCommand(words: ["sinfo", "--noheader"]).run(patience: 10).code) == 0
  }()

  /// Where a Ray is, if there is one.
  private static let rayAddress = ProcessInfo.processInfo.environment["RAY_ADDRESS"].flatMap {
    $0.hasPrefix("http") ? $0 : nil
  }
  static var hasRay: Bool { rayAddress != nil }

  let launcher: any TrialLauncher
  private let kind: Kind
  private let scratch: ScratchFolder
  private var service: Process?
  private var input: Pipe?
  private let group: String
  private var handedOver: [String] = []

  init(_ kind: Kind) throws {
    self.kind = kind
    let scratch = try ScratchFolder()
    let group = "contract-\(UUID().uuidString.prefix(8).lowercased())"
    (self.scratch, self.group) = (scratch, group)
    let folder = scratch.file("launching")
    func slurm(_ settings: String, _ programs: String?) throws -> any TrialLauncher {
      let read = try Self.settings("{ type: slurm, poll: 0.2s\(settings) }")
      return SlurmLauncher(read, folder: folder, group: group, parallel: 4, programs: programs)
    }
    switch kind {
    case .local: launcher = LocalLauncher()
    case .commandStandIn:
      let bin = try Self.standIn(in: scratch)
      launcher = CommandLauncher(
        try Self.settings(
          """
          { type: command, submit: "\(bin)/sbatch --comment={name} {script}", status: "\(bin)/status {job}", \
          cancel: "\(bin)/scancel {job}" }
          """
        ),
        parallel: 4
      )
    case .slurmStandIn: launcher = try slurm("", try Self.standIn(in: scratch))
    case .slurmArrayStandIn: launcher = try slurm(", array: 8", try Self.standIn(in: scratch))
    case .slurm: launcher = try slurm("", nil)
    case .slurmArray: launcher = try slurm(", array: 8", nil)
    case .rayStandIn:
      let (process, pipe, address) = try Self.rayStandIn(in: scratch)
      (service, input) = (process, pipe)
      launcher = try RayLauncher(try Self.settings("{ type: ray, address: '\(address)' }"), parallel: 4)
    case .ray:
      launcher = try RayLauncher(
        try Self.settings("{ type: ray, address: '\(Self.rayAddress ?? "")' }"),
        parallel: 4
      )
    }
    try launcher.check()
  }

  deinit {
    try? launcher.cancel(handedOver)
    try? input?.fileHandleForWriting.close()
    service?.waitUntilExit()
  }

  /// A launcher's section as a recipe has it.
  static func settings(_ section: String) throws -> LauncherSettings {
    let recipe = """
      fit: {}
      sweep:
        metric: { name: fit.error, goal: minimize }
        parameters: { fit.rounds: { values: [3, 9] } }
        launcher: \(section)

      """
    return try #require(try FitStep.definition(recipe).settings.launcher)
  }

  private static let engines = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Engines").standardizedFileURL.path

  /// A folder with the programs of the stand-in.
  static func standIn(in scratch: ScratchFolder) throws -> String {
    let bin = scratch.file("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    for name in ["sbatch", "squeue", "scancel", "status"] {
      try FileManager.default.copyItem(atPath: "\(engines)/slurm-stand-in", toPath: "\(bin)/\(name)")
    }
    return bin
  }

  private static func rayStandIn(in scratch: ScratchFolder) throws -> (Process, Pipe, String) {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "\(engines)/ray_stand_in.py", scratch.file("port")]
    process.standardInput = pipe
    try process.run()
    for _ in 0..<1000 {
      if let port = try? String(contentsOfFile: scratch.file("port"), encoding: .utf8) {
        return (process, pipe, "http://127.0.0.1:\(port)")
      }
      usleep(20_000)
    }
    throw LaunchError("the stand-in for Ray did not begin")
  }

  /// A job that runs lines of the shell.
  private func job(_ name: String, _ lines: String, group: String? = nil) throws -> LaunchRequest {
    let script = scratch.file("\(name).sh")
    try scratch.write("\(name).sh", "#!/bin/bash\n\(lines)\n")
    return LaunchRequest(
      name: "\(self.group)-\(name)",
      group: group ?? self.group,
      script: script,
      executable: "/bin/bash",
      arguments: [script],
      log: scratch.file("\(name).log")
    )
  }

  private func submit(_ jobs: [LaunchRequest]) throws -> [String] {
    let ids = try launcher.submit(jobs)
    handedOver += ids
    return ids
  }

  /// Waits until the engine says what is asked of a job; a minute only where it is broken.
  private func wait(_ id: String, _ isSo: (JobState?) -> Bool) async throws -> JobState? {
    var state: JobState?
    for _ in 0..<600 {
      state = try launcher.status(of: [id])[id]
      if isSo(state) { return state }
      try await Task.sleep(for: .milliseconds(100))
    }
    return state
  }

  private func isEnded(_ state: JobState?) -> Bool { if case .ended = state { true } else { false } }

  // --- what is asked

  func ends() async throws {
    let good = try job("good", "echo out of it >\(scratch.file("seen"))")
    let bad = try job("bad", "exit 3")
    let ids = try submit([good, bad])
    #expect(ids.count == 2 && Set(ids).count == 2)
    #expect(try await wait(ids[0], isEnded) == .ended(.exited(0)))
    #expect(try String(contentsOfFile: scratch.file("seen"), encoding: .utf8) == "out of it\n")
    let end = try #require(try await wait(ids[1], isEnded))
    // Slurm without accounting, and commands, do not tell codes.
    #expect([.ended(.exited(3)), .ended(.unknown("FAILED")), .ended(.unknown("failed"))].contains(end))
  }

  func isCancelled() async throws {
    let long = try job("long", "trap '' INT; touch \(scratch.file("begun")); exec sleep 3600")
    let id = try #require(try submit([long]).first)
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: scratch.file("begun")) {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(!isEnded(try launcher.status(of: [id])[id]))
    try launcher.cancel([id])
    let end = try #require(try await wait(id, isEnded))
    #expect([.ended(.cancelled), .ended(.signalled(SIGKILL))].contains(end))
    try launcher.cancel([id])
    #expect(isEnded(try launcher.status(of: [id])[id]))
  }

  func findsItsOwn() async throws {
    let ids = try submit([try job("a", "exec sleep 600"), try job("b", "exec sleep 60")])
    let wanted = ["\(group)-a", "\(group)-b", "\(group)-c"]
    let found = try launcher.find(wanted)
    if kind == .local || kind == .commandStandIn {
      #expect(found.isEmpty)
    } else {
      #expect(found == [wanted[0]: ids[0], wanted[1]: ids[1]])
    }
    let none = kind == .ray || kind == .rayStandIn ? "\(group)-none" : "424242"
    #expect(try launcher.status(of: [none]).isEmpty)
    try launcher.cancel(ids)
  }

  func refuses() throws {
    let one = try job("refused", "exit 0")
    let refused: any TrialLauncher
    switch kind {
    case .local: return
    case .commandStandIn:
      refused = CommandLauncher(
        try Self.settings(
          "{ type: command, submit: 'echo no {script} >&2; exit 4', status: 'x {job}', cancel: 'x {job}' }"
        ),
        parallel: 1
      )
    case .slurm, .slurmArray, .slurmStandIn, .slurmArrayStandIn:
      let bin = kind == .slurm || kind == .slurmArray ? nil : scratch.file("bin")
      let array = kind == .slurm || kind == .slurmStandIn ? "" : ", array: 3"
      refused = SlurmLauncher(
        try Self.settings("{ type: slurm, partition: nowhere\(array) }"),
        folder: scratch.file("launching"),
        group: group,
        parallel: 1,
        programs: bin
      )
    case .ray, .rayStandIn:
      // A port that nobody listens at.
      refused = try RayLauncher(
        try Self.settings("{ type: ray, address: 'http://127.0.0.1:9' }"),
        parallel: 1
      )
    }
    do {
      _ = try refused.submit([one])
      Issue.record("nobody refused")
    } catch let error as LaunchError {
      let words = ["nowhere", "exit code 4: no", "http://127.0.0.1:9 does not answer: Failed to connect"]
      #expect(words.contains { error.description.contains($0) }, Comment(rawValue: error.description))
      #expect(error.mayPass == (kind == .ray || kind == .rayStandIn))
    }
  }
}
