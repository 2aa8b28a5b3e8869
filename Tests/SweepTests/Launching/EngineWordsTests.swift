import Foundation
import TestSupport
import Testing

@testable import Sweep

@Suite("What engines say")
struct EngineWordsTests {
  @Test(
    "Slurm's states as ours",
    arguments: [
      ("PENDING", "Priority", "", nil, JobState.waiting("Priority")),
      ("PENDING", "None", "", nil, .waiting(nil)),
      ("REQUEUE_HOLD", "JobHeldUser", "", nil, .waiting("JobHeldUser")),
      ("RUNNING", "None", "n3", nil, .running("n3")),
      ("COMPLETING", "None", "", nil, .running(nil)), ("COMPLETED", "None", "n1", "0:0", .ended(.exited(0))),
      ("FAILED", "NonZeroExitCode", "n1", nil, .ended(.unknown("FAILED"))),
      ("FAILED", "", "n1", "3:0", .ended(.exited(3))), ("FAILED", "", "n1", "0:9", .ended(.signalled(9))),
      ("TIMEOUT", "TimeLimit", "n1", "0:15", .ended(.timeLimit)),
      ("PREEMPTED", "", "", "0:15", .ended(.preempted)),
      ("NODE_FAIL", "", "", nil, .ended(.nodeFailed)),
      ("OUT_OF_MEMORY", "", "", "0:125", .ended(.outOfMemory)),
      ("CANCELLED by 1000", "", "", "0:15", .ended(.cancelled)),
      ("CANCELLED+", "", "", nil, .ended(.cancelled)),
      ("NEW_WORD", "", "", nil, .ended(.unknown("NEW_WORD"))),
    ] as [(String, String, String, String?, JobState)]
  )
  func slurm(word: String, reason: String, node: String, code: String?, state: JobState) {
    #expect(SlurmState.state(word, reason: reason, node: node, code: code) == state)
  }

  @Test("a service that is asked gets what was said, and one that is not there is told of")
  func http() throws {
    #expect(HTTPExchange.quoted("{\"a\": \"b\\\\c\"}\n") == #""{\"a\": \"b\\\\c\"}\n""#)
    #expect(throws: LaunchError.self) { try HTTPExchange("ftp://a") }
    #expect(throws: LaunchError.self) { try HTTPExchange("http://a b") }
    #expect(try HTTPExchange("https://[::1]:8265/ray/").address == "https://[::1]:8265/ray")
    guard LaunchCommand.path(of: "curl") != nil else { return }
    #expect(throws: HTTPExchange.Failure.self) { try HTTPExchange("http://127.0.0.1:1").ask("GET", "/") }
  }

  @Test("what stands in braces is quoted for the shell, and what is the shell's own is left to it")
  func templates() {
    #expect(
      CommandLauncher.filled("q -N {name} {script} ${HOME}", ["script": "/a b/c'd", "name": "n-1"])
        == "q -N n-1 '/a b/c'\\''d' ${HOME}"
    )
    #expect(
      CommandLauncher.unknownNames("q {script} {jobs} ${HOME} {a,b} x{log}", ["script", "log"]) == ["jobs"]
    )
  }

  @Test("the script of a job goes where it should, sets what it should, and becomes the trial")
  func script() throws {
    let scratch = try ScratchFolder()
    try scratch.write("it's/program", "#!/bin/bash\necho \"$PWD|$DATA|$MORE|$*|$$\"\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755],
      ofItemAtPath: scratch.file("it's/program")
    )
    let script = JobScript(
      folder: scratch.file("it's"),
      variables: ["DATA": "a 'b' $c"],
      setup: ["export MORE=loaded"],
      words: [scratch.file("it's/program"), "sweep", "two words"],
      log: scratch.file("log"),
      cache: "/tmp/$MORE/\"x\"$(id)"
    )
    try scratch.write("job.sh", script.text)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [scratch.file("job.sh")]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(
      try String(contentsOfFile: scratch.file("log"), encoding: .utf8)
        == "\(scratch.file("it's"))|a 'b' $c|loaded|sweep two words --cache /tmp/loaded/\"x\"$(id)|\(process.processIdentifier)\n"
    )
  }

  @Test("what becomes of a trial whose job ended without a result goes by how it ended")
  func failures() throws {
    let scratch = try ScratchFolder()
    try scratch.write("log", "[1/3] config\nerror: no space left\n")
    func failure(
      _ end: JobEnd?,
      timeout: Double? = nil,
      hasStopped: Bool = false,
      hasProgressed: Bool = false,
      launcher: String = "slurm",
      log: String = "none"
    ) -> TrialFailure {
      TrialFailure(
        end,
        timeout: timeout,
        hasStopped: hasStopped,
        hasProgressed: hasProgressed,
        launcher: launcher,
        log: scratch.file(log)
      )
    }
    #expect(failure(.preempted).sequel == .goesOn)
    #expect(failure(.timeLimit, hasProgressed: true).sequel == .goesOn)
    #expect(failure(.timeLimit).sequel == .mayPass && failure(.timeLimit).reason.contains("a longer 'time'"))
    // Told by a signal before the limit it ends by itself, with 130.
    #expect(failure(.exited(130), hasStopped: true, hasProgressed: true).sequel == .goesOn)
    #expect(failure(.exited(130), hasStopped: true).sequel == .mayPass)
    #expect(failure(.exited(130), launcher: "local").sequel == .goesOn)
    #expect(failure(.exited(1), log: "log").reason == "no space left")
    #expect(failure(.exited(1), log: "log").sequel == .final)
    #expect(
      failure(.exited(0)).reason == "its job ended without a result" && failure(.exited(0)).sequel == .final
    )
    #expect(failure(.cancelled, hasStopped: true, hasProgressed: true).sequel == .mayPass)
    #expect(failure(.outOfMemory).reason.contains("more 'memory'"))
    #expect(
      failure(.unknown("FAILED"), log: "log").reason.hasSuffix(
        "(slurm says: FAILED); it said: error: no space left"
      )
    )
    #expect(failure(nil).sequel == .mayPass && failure(nil).reason.contains("its machine is gone"))
    #expect(failure(.signalled(9), timeout: 15).reason.contains("trial_timeout (15 s)"))
  }

  @Test("jobs of trials are kept, the later word in place of the one before, and summed in the report")
  func jobs() throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    let worker = try WorkerID.current()
    _ = try ledger.claim(worker: worker, propose: Studies.upTo(1))
    var job = TrialJob(
      purpose: .search,
      number: 0,
      attempt: "a",
      launcher: "slurm",
      id: "7_0",
      submitted: 100
    )
    try ledger.keep(job)
    #expect(try ledger.jobs() == [job])
    (job.host, job.cpus, job.waited, job.ran) = ("n1", 8, 2.5, 900)
    try ledger.keep(job)
    #expect(try ledger.jobs() == [job] && job.coreHours == 2)
    var facts = StudyFacts(
      title: "t",
      recipe: "r",
      goals: [Goal(metric: "m", direction: .maximize)],
      space: SearchSpace([])
    )
    facts.cost.jobs = [job]
    let text = "\(PlacesSection.blocks(StudyDigest(facts)))"
    #expect(text.contains("1 job for 1 trial on 1 machine took 2.000 core hours"), Comment(rawValue: text))
    facts.cost.jobs = []
    #expect(PlacesSection.blocks(StudyDigest(facts)).isEmpty)
  }
}
