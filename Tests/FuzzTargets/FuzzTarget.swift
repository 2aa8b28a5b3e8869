import Clicks
import Files
import Foundation
import Notebook
import Numerics
import Parquet
import Recall
import Recipe
import Report
import Service
import Steps
import Tables

/// What reads bytes that somebody else may have written. Each takes any bytes: it may refuse them, and nothing else.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// A recipe, planned with all steps; and overrides, each a line, over a good recipe.
  case recipe, overrides
  /// Tables of clicks.
  case csv, jsonl, json, sequences, parquet
  /// Arrays and indexes.
  case npy, safetensors, faiss
  /// What runs leave.
  case bundle, hits, manifest, archive, record
  /// Bodies of requests to the service, and its log.
  case body, log

  /// The name of the file that the bytes are put into, in a folder of its own.
  private var file: String {
    switch self {
    case .manifest: ModelManifest.file
    case .record: ReportDocument.file
    case .archive: "model.tar.zst"
    case .recipe: "recipe.yaml"
    case .log: ServiceState.file
    default: "input"
    }
  }

  /// Takes one input; `folder` is one that nothing else is in.
  package func take(_ bytes: UnsafeRawBufferPointer, in folder: String) {
    let path = FilePaths.join(folder, file)
    // Anything that is thrown is a refusal.
    do {
      try AtomicFile.write(to: path) { try $0.append(sealed(bytes)) }
      try read(path, bytes)
    } catch {}
  }

  private func read(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
    let folder = FilePaths.parent(of: path)
    func text() -> String { String(decoding: bytes, as: UTF8.self) }
    switch self {
    case .recipe: try plan(RecipeLoader(environment: [:], overrides: [], currentDirectory: folder), path)
    case .overrides:
      let good = FilePaths.join(folder, "good.yaml")
      try AtomicFile.write("config: { data: { synthetic: {} } }\nsplit:\nencode:\nmodel:\ntrain:\n", to: good)
      let overrides = text().split(separator: "\n").map(String.init)
      try plan(RecipeLoader(environment: [:], overrides: overrides, currentDirectory: folder), good)
    case .csv, .jsonl, .json, .sequences, .parquet:
      try table(path, TableFormat.Kind(rawValue: rawValue) ?? .auto)
    case .npy:
      _ = try NumpyFile.readFloats(path)
      _ = try NumpyFile.mapMatrix(path)
    case .safetensors:
      _ = try SafetensorsFile(reading: path)
      _ = try MappedTensors(path)
    case .faiss:
      let index = try FaissIndex(reading: path)
      guard index.dimension < 4096 else { return }
      _ = try index.search(queries: Matrix(rows: 1, columns: index.dimension), k: 3)
    case .bundle: _ = try BundleFile.read(path)
    case .hits: _ = try EvaluationHits(reading: path)
    case .manifest: _ = try SavedModel(path: folder)
    case .archive: try ask(path)
    case .record:
      let document = try ReportDocument(folder: folder)
      for format in ReportFormat.allCases { _ = try format.renderer.files(of: document) }
    case .body:
      let reader = RequestReader(mostRequests: 100)
      _ = try? reader.requests(text())
      _ = try? reader.similar(text())
      let clock = RequestClock(origin: 0, last: 1_600_000_000_000, ticksPerSecond: 1000)
      _ = try? reader.item(text(), clock: clock)
      _ = try reader.events(text(), clock: clock)
    case .log: _ = try ServiceState(folder: folder)
    }
  }

  private func plan(_ loader: RecipeLoader, _ path: String) throws {
    // A recipe may name any file: what is planned is looked at, and nothing of it is run.
    _ = try Planner(steps: StepList.all).plan(path: path, loader: loader)
  }

  /// Opens a model and asks it, without a look at the digests in its manifest.
  private func ask(_ path: String) throws {
    let saved = try SavedModel(path: path, verifies: false)
    _ = try? saved.readOptimizer()
    let recommender = try Recommender(path: path, threads: 1, verifies: false)
    _ = try? recommender.recommend([
      RecommendRequest(user: "1", k: 3), RecommendRequest(history: ["1"], k: 3),
    ])
    _ = try? recommender.recommend([RecommendRequest(user: "1", contexts: ["os": "1"], k: 3, explains: true)])
    _ = try recommender.similar(item: "1", k: 3)
  }

  private func table(_ path: String, _ kind: TableFormat.Kind) throws {
    let reader = try TableReaders.open(path: path, format: TableFormat(kind: kind), threads: 2)
    _ = try? reader.firstRows(5)
    for column in reader.header.prefix(4) {
      for type in [ColumnType.identifier, .time, .real, .names(separator: nil), .vector] {
        _ = try? reader.read([ColumnRequest(.name(column), as: type, empty: .substitute)])
      }
    }
    _ = try reader.read(reader.header.prefix(4).map { ColumnRequest(.name($0), as: .name, empty: .dropRow) })
  }
}
