import Recipe
import Testing

@testable import Sweep

@Suite("Launchers in recipes")
struct LauncherSettingsTests {
  @Test("a section is read as it is written, and where trials run makes no other study")
  func reads() throws {
    let settings = try Engine.settings(
      """
      { type: slurm, partition: short, cpus: 8, memory: 16G, time: 02:00:00, array: 50, setup: "module load gcc", \
      options: [--qos=low], notice: 2m, poll: 10s }
      """
    )
    #expect(settings.kind == .slurm && settings.partition == "short" && settings.cpus == 8)
    #expect(settings.memory?.bytes == 17_179_869_184 && settings.time?.seconds == 7200)
    #expect(settings.setup == ["module load gcc"] && settings.options == ["--qos=low"])
    #expect(settings.noticeSeconds == 120)
    #expect(
      settings.traits(parallel: 3)
        == LauncherTraits(isLocal: false, most: 50, pollSeconds: 10, threads: 8, sharesCache: true)
    )
    #expect(try Engine.settings("local").kind == .local)
    let plain = try FitStep.definition(Self.recipe(nil))
    #expect(plain.settings.launcher == nil)
    #expect(try FitStep.definition(Self.recipe("{ type: slurm, cpus: 2 }")).digest == plain.digest)
  }

  private static func recipe(_ launcher: String?) -> String {
    """
    fit: {}
    sweep:
      metric: { name: fit.error, goal: minimize }
      parameters: { fit.rounds: { values: [3, 9] } }
    \(launcher.map { "  launcher: \($0)\n" } ?? "")
    """
  }

  @Test(
    "what cannot be meant is an error with its place",
    arguments: [
      ("{ type: slurn }", "did you mean 'slurm'?"),
      (
        "{ type: local, partition: a }",
        "'partition' means nothing to a launcher of type 'local', only to 'slurm'"
      ),
      ("{ type: ray, time: 01:00:00 }", "'time' means nothing to a launcher of type 'ray', only to 'slurm'"),
      ("{ type: slurm, time: 60 }", "expected a time of a minute at least such as 02:00:00"),
      ("{ type: slurm, time: 30s }", "expected a time of a minute at least such as 02:00:00"),
      (
        "{ type: slurm, memory: much }",
        "expected an amount of memory such as 16G or 500M for 'memory', got 'much'"
      ),
      ("{ type: slurm, array: 0 }", "expected an integer from 1 to"),
      ("{ type: slurm, environment: [A-B] }", "'A-B' is no name of a variable"),
      (
        "{ type: ray, address: 127.0.0.1:8265 }",
        "expected an address as http://HOST:PORT, not '127.0.0.1:8265'"
      ),
      ("{ type: ray, address: 'ftp://a:1' }", "expected an address as http://HOST:PORT, not 'ftp://a:1'"),
      (
        "{ type: command, submit: 'qsub {script}' }",
        "a launcher of type 'command' needs 'status', a command with {job}"
      ),
      (
        "{ type: command, submit: qsub, status: 's {job}', cancel: 'c {job}' }",
        "'submit' does not say what it is about: put {script} into it"
      ),
      (
        "{ type: command, submit: 'q {script} {job}', status: 's {job}', cancel: 'c {job}' }",
        "'submit' knows no {job}; it knows {script}, {name}, {log}, {cpus}"
      ),
    ]
  )
  func refuses(section: String, message: String) {
    do {
      _ = try Engine.settings(section)
      Issue.record("nothing is wrong with \(section)")
    } catch let errors as RecipeErrors {
      #expect(errors.description.contains(message), Comment(rawValue: errors.description))
      #expect(errors.description.contains("study.yaml:5:"), Comment(rawValue: errors.description))
    } catch { Issue.record("\(error)") }
  }

  @Test(
    "memory as Slurm and Ray take it",
    arguments: [
      ("16G", 17_179_869_184, "16G"), ("500M", 524_288_000, "500M"), ("1.5GiB", 1_610_612_736, "1536M"),
      ("2 tb", 2_199_023_255_552, "2T"), ("1500K", 1_536_000, "1500K"),
    ]
  )
  func memory(text: String, bytes: Int, slurm: String) {
    #expect(MemorySize(text)?.bytes == bytes && MemorySize(text)?.slurm == slurm)
  }

  @Test("no amounts of memory", arguments: ["", "16", "G", "-1G", "0G", "1e3G", "16X", "9999999999999G"])
  func noMemory(text: String) { #expect(MemorySize(text) == nil) }

  @Test(
    "time limits as Slurm takes them",
    arguments: [
      ("02:00:00", 7200, "02:00:00"), ("1-12:00:00", 129_600, "1-12:00:00"), ("90m", 5400, "01:30:00"),
      ("2-06", 194_400, "2-06:00:00"), ("36:00:00", 129_600, "1-12:00:00"), ("1m", 60, "00:01:00"),
    ]
  )
  func times(text: String, seconds: Int, slurm: String) {
    #expect(TimeLimit(text)?.seconds == seconds && TimeLimit(text)?.slurm == slurm)
  }
}
