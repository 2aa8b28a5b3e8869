import Files
import Foundation
import TestSupport
import Testing

@testable import Sweep

@Suite("Export of studies to MLflow")
struct MLflowExportTests {
  @Test(
    "MLflow finds the study and its trials under it, with what was chosen, what came, and what became of each",
    .enabled(if: PythonPeer.having("mlflow") != nil, "python3 with mlflow is not there")
  )
  func study() throws {
    let scratch = try ScratchFolder()
    let states: [TrialState] = [.complete, .pruned, .failed, .complete, .waiting]
    var trials = states.enumerated().map { number, state in
      var trial = Trial(number: number, assignment: ["rate": 0.25, "width": 16], state: state)
      trial.created = 1_709_210_000 + Double(number)
      if state != .waiting { trial.ended = trial.created + 60 }
      return trial
    }
    let goal = Studies.info().goals[0]
    (trials[0].values, trials[3].values) = ([0.5], [0.75])
    trials[0].metrics = [goal.metric: 0.5, "other.x@20": 2]
    trials[0].intermediates = [
      .init(step: 1, value: 0.1), .init(step: 2, value: .nan), .init(step: 3, value: 0.3),
    ]
    trials[2].reason = "out of \"memory\"\n"
    trials[3].seed = 11
    func write() throws -> String {
      try StudyMLflow.write(Studies.info(), trials, into: scratch.file("ml")) { "\($0)=\($1)" }
    }
    let folder = try write()
    #expect(try write() == folder)
    let best = goal.direction == .maximize ? "0.75" : "0.5"
    let check = try #require(PythonPeer.having("mlflow")).run(
      [
        "-c",
        """
        import sys, pathlib
        from mlflow.tracking import MlflowClient
        client = MlflowClient(pathlib.Path(sys.argv[1]).as_uri())
        parent = client.get_run(sys.argv[2])
        experiment = parent.info.experiment_id
        runs = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
        runs = {int(r.info.run_name.rsplit("-", 1)[1]): r for r in runs}
        assert [runs[n].info.status for n in range(5)] == ["FINISHED", "KILLED", "FAILED", "FINISHED", "SCHEDULED"]
        assert len(client.search_runs([experiment])) == 6
        goal, best = sys.argv[3].replace("@", "_at_"), float(sys.argv[4])
        assert parent.data.metrics == {"best." + goal: best}, parent.data.metrics
        assert runs[0].data.params == {"rate": "rate=0.25", "width": "width=16.0"}, runs[0].data.params
        assert runs[0].data.metrics == {goal: 0.5, "other.x_at_20": 2, "intermediate": 0.3}, runs[0].data.metrics
        assert runs[3].data.metrics == {goal: 0.75} and runs[3].data.params["seed"] == "11"
        history = client.get_metric_history(runs[0].info.run_id, "intermediate")
        assert [(m.step, m.value) for m in history] == [(1, 0.1), (3, 0.3)]
        assert runs[2].data.tags["towerbook.reason"].startswith('out of "memory"')
        assert runs[1].info.start_time == 1709210001000 and runs[1].info.end_time == 1709210061000
        """, scratch.file("ml"), FilePaths.name(of: folder), goal.metric, best,
      ],
      environment: ["MLFLOW_ALLOW_FILE_STORE": "true"]
    )
    #expect(check.status == 0, "\(check.output)")
  }
}
