import Foundation
import Notebook
import TestSupport
import Testing

@testable import Sweep

/// The launchers there are; one more is a case here.
enum LauncherKind: CaseIterable {
  case local

  func launcher(_ tools: StudyTools) -> any TrialLauncher {
    switch self {
    case .local: LocalLauncher(tools: tools)
    }
  }
}

/// What every launcher of trials holds to.
@Suite("Launchers: the contract of all")
struct LauncherContractTests {
  private let scratch: ScratchFolder
  private let tools: StudyTools
  private let study: Study

  /// Stands for the program: what it does goes by the number of the trial, its fourth argument.
  private static let program = """
    #!/bin/sh
    echo "trial $4 with $*" >&2
    # Whatever becomes of the tests, nobody waits for ever: about a minute.
    wait_long() { n=0; while [ $n -lt 3000 ]; do sleep 0.02; n=$((n + 1)); done; }
    case $4 in
      0) exit 0 ;;
      1) exit 3 ;;
      2) trap 'echo stopped >&2; exit 130' INT; echo ready >&2; wait_long ;;
      3) echo ready >&2; wait_long ;;
      4) kill -SEGV $$ ;;
    esac

    """

  init() throws {
    scratch = try ScratchFolder()
    let executable = scratch.file("program")
    try Data(Self.program.utf8).write(to: URL(fileURLWithPath: executable))
    chmod(executable, 0o755)
    let plan = try FitStep.plan(
      """
      fit: {}
      sweep:
        metric: { name: fit.error, goal: minimize }
        parameters: { fit.rounds: { values: [3, 9] } }

      """
    )
    var options = RunOptions()
    options.outputRoot = scratch.file("outputs")
    tools = StudyTools(plan: { _, _ in plan }, options: options, executable: executable)
    study = try Study(recipe: nil, overrides: [], directory: scratch.file("study"), tools: tools)
  }

  private func start(_ kind: LauncherKind, _ number: Int, executable: String? = nil) -> any RunningTrial {
    var tools = tools
    if let executable { tools.executable = executable }
    let trial = Trial(number: number, assignment: ["fit.rounds": 0])
    return kind.launcher(tools).start(trial, .search, of: study, threads: 2)
  }

  private func log(_ number: Int) -> String {
    (try? String(contentsOfFile: study.folder.log(number, .search), encoding: .utf8)) ?? ""
  }

  /// Waits at most ten seconds, which only a fault takes.
  private func wait(_ isThere: () -> Bool) async throws -> Bool {
    for _ in 0..<1000 {
      if isThere() { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  @Test(
    "a trial that ends tells its exit code or signal, and what it wrote is kept",
    arguments: LauncherKind.allCases
  )
  func ends(kind: LauncherKind) async throws {
    for (number, end) in [(0, TrialEnd.exited(0)), (1, .exited(3)), (4, .signalled(SIGSEGV))] {
      let trial = start(kind, number)
      #expect(trial.number == number)
      #expect(try await wait { trial.end != nil })
      #expect(trial.end == end)
      #expect(log(number).hasPrefix("trial \(number) with sweep trial \(study.folder.path) \(number)"))
      #expect(log(number).contains("--purpose search --threads 2"))
    }
  }

  @Test(
    "a trial that lives has no end, and ends in its own way when it is asked to",
    arguments: LauncherKind.allCases
  )
  func interrupted(kind: LauncherKind) async throws {
    let trial = start(kind, 2)
    #expect(try await wait { log(2).contains("ready") })
    let before = trial.seconds
    try await Task.sleep(for: .milliseconds(30))
    #expect(trial.end == nil && trial.seconds > before)
    trial.signal(SIGINT)
    #expect(try await wait { trial.end != nil })
    #expect(trial.end == .exited(130) && log(2).hasSuffix("stopped\n"))
  }

  @Test("a trial is ended at once, also before it has begun, and for good", arguments: LauncherKind.allCases)
  func killed(kind: LauncherKind) async throws {
    let running = start(kind, 3)
    #expect(try await wait { log(3).contains("ready") })
    running.signal(SIGKILL)
    let young = start(kind, 3)
    young.signal(SIGKILL)
    #expect(try await wait { running.end != nil && young.end != nil })
    #expect(running.end == .signalled(SIGKILL) && young.end == .signalled(SIGKILL))
    // The number may belong to another process by now.
    running.signal(SIGKILL)
    #expect(running.end == .signalled(SIGKILL))
  }

  @Test("a trial that cannot be started says so", arguments: LauncherKind.allCases)
  func notStarted(kind: LauncherKind) async throws {
    let trial = start(kind, 0, executable: scratch.file("nowhere"))
    #expect(try await wait { trial.end != nil })
    guard case .notStarted(let reason) = trial.end else {
      Issue.record("it ended as \(String(describing: trial.end))")
      return
    }
    #expect(!reason.isEmpty)
  }
}
