import Clicks
import Files
import Notebook
import Numerics
import Recall

/// Writes what a program reads, in the forms of the exports.
struct ScriptInputs {
  let context: RunContext
  /// Where ids get their names from; nil where none are written.
  let config: ArtifactInput?

  /// Writes what `source` gives into `folder`; the names of the files, which may hold folders.
  func write(_ source: ScriptSource, _ input: ArtifactInput, to folder: String) throws -> [String] {
    try Folders.make(folder)
    func path(_ name: String) -> String { FilePaths.join(folder, name) }
    switch source {
    case .split:
      let split = try context.read(input, as: SplitArtifact.self)
      try SplitExport.write(split.data, of: try log, to: path("clicks.parquet"))
      return ["clicks.parquet"]
    case .index:
      let index = try context.read(input, as: IndexArtifact.self).search
      try NumpyFile.write(index.vectors, to: path("item_vectors.npy"))
      let log = try log
      let ids = index.ids.map { log.itemNames == nil ? JSONValue.int(Int($0)) : .string(log.itemID($0)) }
      try AtomicFile.write(JSONValue.array(ids).text(.compact) + "\n", to: path("item_ids.json"))
      return ["item_vectors.npy", "item_ids.json"]
    case .eval:
      let eval = try context.read(input, as: EvalArtifact.self)
      let metrics = JSONValue.object(eval.metrics.map { ($0.name, .real($0.value)) })
      try AtomicFile.write(metrics.text(.indented) + "\n", to: path("metrics.json"))
      try writeUsers(eval, to: path("by_user.csv"))
      return ["metrics.json", "by_user.csv"]
    case .recall: return try copy(try context.read(input, as: RecallArtifact.self), to: folder)
    case .save: return try copy(try context.read(input, as: SaveArtifact.self), to: folder)
    case .script: return try copy(try context.read(input, as: ScriptArtifact.self), to: folder)
    }
  }

  private var log: ClickLog {
    get throws {
      guard let config else { throw RunFailure("ids have no names without 'config'") }
      return try context.read(config, as: ConfigArtifact.self).log
    }
  }

  /// Copies, so that whatever the program does to them stays its own.
  private func copy(_ artifact: some FilesArtifact, to folder: String) throws -> [String] {
    for name in artifact.files {
      let target = FilePaths.join(folder, name)
      try Folders.make(FilePaths.parent(of: target))
      try Folders.copy(FilePaths.join(artifact.folder, name), to: target)
      try context.checkCancellation()
    }
    return artifact.files
  }

  /// A row for each user, list and part, with all measures.
  private func writeUsers(_ eval: EvalArtifact, to path: String) throws {
    let log = try log
    guard let first = eval.rows.first else { return try AtomicFile.write("user,list,part\n", to: path) }
    let columns = first.scores.metrics.flatMap { metric in first.scores.cutoffs.map { (metric, $0) } }
    try AtomicFile.write(to: path) { file in
      func put(_ line: String) throws {
        var line = line + "\n"
        try line.withUTF8 { try file.append(UnsafeRawBufferPointer($0)) }
      }
      try put((["user", "list", "part"] + columns.map { "\($0.rawValue)@\($1)" }).joined(separator: ","))
      for row in eval.rows {
        let parts =
          [("test", eval.users, row.scores)]
          + (row.validation.map { [("validation", eval.validationUsers, $0)] } ?? [])
        for (part, users, scores) in parts {
          let values = columns.map { scores.perUser($0, at: $1).map(Array.init) ?? [] }
          for (place, user) in users.enumerated() {
            let numbers = values.map { place < $0.count ? "\($0[place])" : "" }
            try put(
              ([CSVField.quoted(log.userID(user)), CSVField.quoted(row.name), part] + numbers).joined(
                separator: ","
              )
            )
          }
        }
      }
    }
  }
}
