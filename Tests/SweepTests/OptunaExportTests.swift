import Files
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Sweep

@Suite("Export to Optuna")
struct OptunaExportTests {
  static let python = PythonPeer.having("optuna")?.program

  private func choices(_ parameter: Parameter) -> [JSONValue] { [.string("bce"), .null, .bool(true)] }

  private func trials() -> [Trial] {
    let states: [TrialState] = [
      .complete, .complete, .pruned, .failed, .waiting, .running, .complete, .complete,
    ]
    var trials = states.enumerated().map { number, state in
      var trial = Trial(number: number, assignment: ["rate": 0.1, "width": 16, "loss": 0], state: state)
      trial.created = 1_709_210_000 + Double(number)
      if ![.waiting, .running].contains(state) {
        (trial.ended, trial.seconds, trial.attempts) = (trial.created + 60, 50.5, 1)
      }
      return trial
    }
    trials[0].values = [0.25]
    trials[1].values = [0.1 + 0.2]
    trials[1].assignment = ["rate": 1.0 / 3, "width": 64, "loss": 1, "margin": -0.7]
    trials[1].intermediates = [0.5, .nan, .infinity, -.infinity].enumerated().map {
      .init(step: $0 + 1, value: $1)
    }
    trials[1].metrics = ["m": 0.5]
    trials[1].seed = 11
    trials[3].reason = "out of \"memory\"\n"
    trials[6].values = [.nan]
    trials[7].values = [-.infinity]
    return trials
  }

  @Test("replaces its own export, and nobody else's file")
  func replacesOwn() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("optuna.db")
    for _ in 0..<2 { try OptunaExport.write(Studies.info(), trials(), to: file, choices: choices) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["optuna.db"])
    let queue = try DatabaseQueue(path: file)
    try queue.write { db in try db.execute(sql: "INSERT INTO studies VALUES (2, 'made by hand')") }
    try queue.close()
    #expect(throws: LedgerError.self) {
      try OptunaExport.write(Studies.info(), trials(), to: file, choices: choices)
    }
    let ledger = try { try scratch.ledger("ledger.db").path }()
    try Data("text".utf8).write(to: URL(fileURLWithPath: scratch.file("text")))
    for name in ["ledger.db", "text"] {
      let error = #expect(throws: LedgerError.self) {
        try OptunaExport.write(Studies.info(), [], to: scratch.file(name), choices: choices)
      }
      let words = "expected an earlier export to replace, found another file; move it or name another"
      #expect(error?.description == "\(scratch.file(name)): \(words)")
    }
    #expect(try Ledger(opening: ledger).info == Studies.info())
  }

  @Test("refuses a parameter whose choices are not as many as it counts, and a journal beside the file")
  func refusesOdd() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("optuna.db")
    let error = #expect(throws: LedgerError.self) {
      try OptunaExport.write(Studies.info(), [], to: file) { _ in [.null] }
    }
    #expect(error?.message == "expected 3 choices of loss, found 1")
    try Data("x".utf8).write(to: URL(fileURLWithPath: file + "-journal"))
    #expect(throws: LedgerError.self) {
      try OptunaExport.write(Studies.info(), [], to: file, choices: choices)
    }
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test("distributions have the twin that Optuna takes, and what is lost is said")
  func findsTwins() throws {
    func twin(_ distribution: Distribution, seen: [Double] = []) throws -> OptunaTwin {
      try OptunaTwin(Parameter(name: "p", distribution: distribution), seen: seen, choices: choices)
    }
    let real = try twin(.real(min: 0, max: 1, isLog: false, step: 0.25))
    #expect(
      real.json
        == #"{"attributes": {"high": 1.0, "log": false, "low": 0.0, "step": 0.25}, "name": "FloatDistribution"}"#
    )
    #expect(real.loss == nil)
    let rounded = try twin(.real(min: 0.5, max: 8, isLog: true, step: 0.5))
    #expect(rounded.json.contains(#""step": null"#) && rounded.loss != nil)
    let whole = try twin(.integer(min: 1, max: 9, isLog: true, step: 2))
    #expect(whole.json.contains(#""step": 1}"#) && whole.loss != nil)
    let normal = try twin(.normal(mean: 0, deviation: 0.5), seen: [2, -1])
    #expect(normal.json.contains(#""high": 2.5, "log": false, "low": -1.5"#) && normal.loss != nil)
  }

  @Test(
    "Optuna opens the export and finds trials, values, parameters and the best one",
    .enabled(if: python != nil, "python3 with optuna is not there; TOWERBOOK_PYTHON names another Python")
  )
  func opensInOptuna() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("optuna.db")
    try OptunaExport.write(Studies.info(), trials(), to: file, choices: choices)
    let script = """
      import json, math, sys, optuna
      s = optuna.load_study(study_name="two towers", storage="sqlite:///" + sys.argv[1])
      assert s.direction == optuna.study.StudyDirection.MAXIMIZE and s.metric_names == ["eval.ndcg@20"]
      t = s.trials
      for x in t: x._validate()
      assert [x.number for x in t] == list(range(8))
      assert s.best_trial.number == 1 and s.best_value == 0.1 + 0.2, s.best_trial
      assert s.best_params == {"rate": 1 / 3, "width": 64, "loss": None, "margin": -0.7}, s.best_params
      assert t[0].params["loss"] == "bce" and t[7].value == -math.inf
      i = t[1].intermediate_values
      assert i[1] == 0.5 and math.isnan(i[2]) and i[3] == math.inf and i[4] == -math.inf, i
      assert t[1].duration.total_seconds() == 50.5 and t[1].user_attrs["sweep:metrics"] == {"m": 0.5}
      assert t[1].user_attrs["sweep:seed"] == 11 and t[3].user_attrs["sweep:reason"] == 'out of "memory"\\n'
      assert "normal with mean" in s.user_attrs["sweep:distribution:margin"]
      optuna.logging.set_verbosity(optuna.logging.ERROR)
      import warnings; warnings.simplefilter("error")
      w = s.ask(dict(t[0].distributions))
      assert w.number == 4 and w.params == {"rate": 0.1, "width": 16, "loss": "bce"}, w.params
      n = s.ask(dict(t[0].distributions))
      s.tell(n, 0.5)
      assert s.best_trial.number == n.number == 8, n.number
      print(" ".join(x.state.name for x in t))
      """
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [try #require(Self.python), "-c", script, file]
    process.standardOutput = pipe
    try process.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(said == "COMPLETE COMPLETE PRUNED FAIL WAITING RUNNING FAIL COMPLETE\n")
  }
}
