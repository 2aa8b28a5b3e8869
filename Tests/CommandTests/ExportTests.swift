import Files
import Foundation
import Testing

/// What leaves for other programs, by the command line.
@Suite("Exports")
struct ExportTests {
  @Test("runs export writes the runs that it is told, where it is told")
  func runs() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    for epochs in [1, 2] {
      #expect(try tool.run("run", "r.yaml", "train.epochs=\(epochs)", "-q").status == 0)
    }
    let ids = try FilePaths.list(tool.file("outputs/r")).filter { $0.hasPrefix("2") }.sorted()
    let board = try tool.run("runs", "export", "r", "r~1", "--format", "tensorboard")
    #expect(board.status == 0 && board.output == "runs/r/\(ids[1])\nruns/r/\(ids[0])\n", "\(board.errors)")
    #expect(try FilePaths.list(tool.file("runs/r/\(ids[0])"))[0].hasPrefix("events.out.tfevents."))
    let flow = try tool.run("runs", "export", "--format=mlflow", "--output", "kept")
    #expect(flow.status == 0 && flow.output.hasPrefix("kept/"), "\(flow.errors)")
    let folder = flow.output.trimmingCharacters(in: .newlines)
    #expect(try tool.read("\(folder)/params/train.epochs") == "2")
    #expect(FilePaths.exists(tool.file("\(folder)/artifacts/report.md")))
    // Nothing is written where one of them is not there.
    let missing = try tool.run("runs", "export", "r", "nobody", "--format", "mlflow", "--output", "other")
    #expect(missing.status == 2 && !FilePaths.exists(tool.file("other")))
    let unknown = try tool.run("runs", "export", "r", "--format", "pkl")
    #expect(unknown.status == 2 && unknown.errors.contains("tensorboard"), "\(unknown.errors)")
  }

  @Test("a pickle is refused wherever it is asked for, with what Python reads of what is written")
  func pickles() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    let written: [(String, String)] = [
      ("save.formats=[towerbook, pkl]", "pandas.read_parquet('item_vectors.parquet')"),
      ("save.formats=pickle", "safetensors.numpy.load_file('weights.safetensors')"),
      ("recall.file=candidates.pkl", "candidates are not written as a pickle"),
      ("split.export=clicks.pickle.gz", "end the name with .parquet"),
    ]
    for (setting, words) in written {
      let check = try tool.run("check", "r.yaml", setting)
      #expect(check.status == 2 && check.errors.contains(words), "\(check.errors)")
      #expect(check.errors.contains("runs whatever stands in it"), "\(check.errors)")
      #expect(check.errors.components(separatedBy: "error:").count == 2, "\(check.errors)")
    }
    try tool.write("user,item,time\n1,2,3\n", to: "clicks.pkl")
    let data = try tool.run("check", "r.yaml", "config.data={path: ., clicks: clicks.pkl}")
    #expect(
      data.status == 2
        && data.errors.contains("pandas.read_pickle('clicks.pkl').to_parquet('clicks.parquet')"),
      "\(data.errors)"
    )
    let batch = try tool.run("recommend", "m", "--batch", "b.csv", "--output", "c.pkl")
    #expect(batch.status == 2 && batch.errors.contains("pandas.read_parquet("), "\(batch.errors)")
    let survey = try tool.run("data", "clicks.pkl")
    #expect(survey.status != 0 && survey.errors.contains("pandas.read_pickle("), "\(survey.errors)")
  }
}
