import Files
import Foundation
import Report
import TestSupport
import Testing

@testable import Notebook

@Suite("Runs for other programs")
struct RunExportTests {
  /// A run with a loss over three epochs, of which the second was the best for validation.
  private static func run(in folder: String) throws -> StoredRun {
    var document = ReportDocument(title: "A \"run\": 100 %")
    (document.recipe, document.run, document.date) = ("r", "20261128-101500-1", "2026-11-28T10:15:07Z")
    document.command = "towerbook run r.yaml"
    func plot(_ name: String, _ series: [Plot.Series]) -> Block {
      .plot(Plot(name: name, title: "t", description: "d", x: .init("epoch"), y: .init("y"), series: series))
    }
    document.cells = [
      ReportDocument.Cell(
        id: "train",
        step: "train",
        blocks: [
          plot(
            "train-loss",
            [
              .init("loss", .line, x: [1, 2, 3], y: [2, .nan, 1]),
              .init("chance", .reference, x: [1, 2, 3], y: [4, 4, 4]),
            ]
          ),
          .details(
            summary: "s",
            blocks: [plot("train-ndcg@20", [.init("ndcg@20", .line, x: [1, 2, 3], y: [0.1, 0.3, 0.2])])]
          ),
          .plot(
            Plot(
              name: "train-other",
              title: "t",
              description: "d",
              x: .init("k"),
              y: .init("y"),
              series: [.init("other", .line, x: [1], y: [1])]
            )
          ),
        ],
        seconds: 2.5,
        isCached: false
      )
    ]
    document.settings = [
      .init("train.epochs", "3"), .init("train.note", "'one: two'"), .init("split.validation", "null"),
    ]
    document.metrics = [
      .init("train.loss", 1), .init("train.ndcg@20", 0.3), .init("eval.ndcg@20", 0.25),
      .init("eval.none", nil),
    ]
    document.provenance = [.init("Seed", "42")]
    try Folders.make(FilePaths.join(folder, "plots"))
    try AtomicFile.write(try document.json, to: FilePaths.join(folder, "report.json"))
    try AtomicFile.write("# A run\n", to: FilePaths.join(folder, "report.md"))
    try AtomicFile.write("<svg/>", to: FilePaths.join(folder, "plots/train-loss.svg"))
    return try StoredRun(directory: folder, recipeFolder: "r", id: "20261128-101500-1", tags: ["best"])
  }

  @Test("the checksum is Castagnoli's, and records stand in TensorFlow's frames")
  func frames() {
    // RFC 3720, B.4: 32 bytes of zeros; and the check value of the polynomial's catalogue.
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    let frame = EventRecord.framed(Array("ab".utf8))
    #expect(frame.count == 8 + 4 + 2 + 4 && Array(frame[..<8]) == [2, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(frame[12..<14]) == Array("ab".utf8))
  }

  @Test("a time is read back as it was written")
  func times() {
    for seconds in [0.0, 951_782_400, 1_795_860_907, 4_102_444_799] {
      #expect(UTCTime.seconds(UTCTime.iso8601(seconds)) == seconds)
    }
    for text in ["", "2026-11-28", "2026-11-28T10:15:07", "2026-11-28 10:15:07Z", "abcd-ef-ghTij:kl:mnZ"] {
      #expect(UTCTime.seconds(text) == nil)
    }
  }

  @Test("runs of other places are told apart: trials by their study, others by when they ended")
  func names() throws {
    let scratch = try ScratchFolder()
    func folder(_ place: String) throws -> String {
      var run = try Self.run(in: scratch.file(place))
      run = try StoredRun(directory: run.directory)
      let written = try RunExportFormat.tensorboard.write(run, into: scratch.file("logs"))
      return String(written.dropFirst(scratch.file("logs/").count))
    }
    #expect(try folder("sweep-1a/trials/0004") == "r/sweep-1a-trials-0004")
    #expect(try folder("sweep-2b/confirm/0004") == "r/sweep-2b-confirm-0004")
    #expect(try folder("mine") == "r/mine-20261128-101507")
  }

  @Test(
    "TensorBoard reads curves by epoch and figures at the last one, also where a run was written twice",
    .enabled(if: PythonPeer.having("tensorboard") != nil, "python3 with tensorboard is not there")
  )
  func tensorBoard() throws {
    let scratch = try ScratchFolder()
    let run = try Self.run(in: scratch.file("run"))
    let folder = try RunExportFormat.tensorboard.write(run, into: scratch.file("logs"))
    #expect(try RunExportFormat.tensorboard.write(run, into: scratch.file("logs")) == folder)
    #expect(folder == scratch.file("logs/r/20261128-101500-1"))
    let check = try #require(PythonPeer.having("tensorboard")).run([
      "-c",
      """
      import sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1])
      events.Reload()
      got = {tag: [(e.step, round(e.value, 6)) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
      assert got == {
          "train/loss": [(1, 2), (3, 1)], "train/loss/chance": [(1, 4), (2, 4), (3, 4)],
          "train/ndcg@20": [(1, 0.1), (2, 0.3), (3, 0.2)], "eval/ndcg@20": [(3, 0.25)],
      }, got
      assert events.Scalars("train/loss")[0].wall_time == 1795860907
      """, folder,
    ])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test(
    "MLflow reads runs, settings, curves, figures, tags and files, a child under its parent",
    .enabled(if: PythonPeer.having("mlflow") != nil, "python3 with mlflow is not there")
  )
  func mlflow() throws {
    let scratch = try ScratchFolder()
    let run = try Self.run(in: scratch.file("run"))
    let store = MLflowStore(scratch.file("ml runs"))
    let folder = try store.write(run)
    #expect(try store.write(run) == folder)
    var child = run
    child.id = "20261128-101500-2"
    let second = try store.write(child, parent: folder)
    #expect(second != folder)
    let check = try #require(PythonPeer.having("mlflow")).run(
      [
        "-c",
        """
        import sys, pathlib
        from mlflow.tracking import MlflowClient
        client = MlflowClient(pathlib.Path(sys.argv[1]).as_uri())
        experiment = client.get_experiment_by_name("r")
        runs = {r.info.run_name: r for r in client.search_runs([experiment.experiment_id])}
        assert sorted(runs) == ["20261128-101500-1", "20261128-101500-2"], runs
        run = runs["20261128-101500-1"]
        assert run.info.status == "FINISHED" and run.info.end_time == 1795860907000
        assert run.info.end_time - run.info.start_time == 2500
        assert run.data.params == {"train.epochs": "3", "train.note": "one: two", "split.validation": "null"}
        assert run.data.metrics == {
            "train.loss": 1, "train.loss.chance": 4, "train.ndcg_at_20": 0.3, "train.ndcg_at_20 per epoch": 0.2,
            "eval.ndcg_at_20": 0.25,
        }, run.data.metrics
        history = lambda name: [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, name)]
        assert history("train.loss") == [(1, 2), (3, 1)]
        assert history("train.ndcg_at_20 per epoch") == [(1, 0.1), (2, 0.3), (3, 0.2)]
        tags = run.data.tags
        assert tags["mlflow.note.content"] == 'A "run": 100 %' and tags["towerbook.Seed"] == "42"
        assert tags["towerbook.tags"] == "best" and "mlflow.parentRunId" not in tags
        assert runs["20261128-101500-2"].data.tags["mlflow.parentRunId"] == run.info.run_id
        assert sorted(a.path for a in client.list_artifacts(run.info.run_id)) == ["plots", "report.json", "report.md"]
        path = client.download_artifacts(run.info.run_id, "plots/train-loss.svg")
        assert open(path).read() == "<svg/>"
        client.log_metric(run.info.run_id, "more", 1.5)
        assert client.get_run(run.info.run_id).data.metrics["more"] == 1.5
        """, scratch.file("ml runs"),
      ],
      // Newer versions ask for a word of agreement to a store of files.
      environment: ["MLFLOW_ALLOW_FILE_STORE": "true"]
    )
    #expect(check.status == 0, "\(check.output)")
  }

  @Test("a store that another program made keeps its experiments; one that was deleted there is told")
  func others() throws {
    let scratch = try ScratchFolder()
    let run = try Self.run(in: scratch.file("run"))
    func experiment(_ stage: String) throws {
      try Folders.make(scratch.file("ml/77"))
      try AtomicFile.write(
        "experiment_id: '77'\nlifecycle_stage: \(stage)\nname: r\n",
        to: scratch.file("ml/77/meta.yaml")
      )
    }
    try experiment("active")
    #expect(try MLflowStore(scratch.file("ml")).write(run).hasPrefix(scratch.file("ml/77/")))
    #expect(try FilePaths.list(scratch.file("ml")) == ["77"])
    try experiment("deleted")
    let failure = #expect(throws: RunFailure.self) { try MLflowStore(scratch.file("ml")).write(run) }
    #expect("\(try #require(failure))".contains("was deleted in MLflow"))
    #expect(try FilePaths.list(scratch.file("ml")) == ["77"])
  }
}
