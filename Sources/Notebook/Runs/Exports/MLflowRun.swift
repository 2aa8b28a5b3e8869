import Files

/// A run as MLflow's store of files keeps it.
package struct MLflowRun {
  /// What became of a run, as MLflow counts it.
  package enum Status: Int, Sendable {
    case running = 1
    case scheduled, finished, failed, killed
  }

  /// What it is called.
  package var name: String
  /// Its id, 32 hexadecimal digits: the same for the same run.
  package var id: String
  /// When it began and ended, in milliseconds since 1970.
  package var startMilliseconds = 0
  /// When it ended.
  package var endMilliseconds = 0
  /// How it ended.
  package var status = Status.finished
  /// Settings by name.
  package var parameters: [(name: String, value: String)] = []
  /// Tags by name; empty ones are left out.
  package var tags: [(name: String, value: String)] = []
  /// The id or folder of the run that it is a child of.
  package var parent: String?
  /// Files and folders that are copied to its artifacts.
  package var files: [String] = []
  private var metrics: [(name: String, points: [(step: Int64, value: Double)])] = []

  /// The longest parameter that MLflow takes.
  private static let longestParameter = 6_000

  /// Makes a run without anything; its id is that of `key`.
  package init(name: String, key: String) {
    self.name = name
    id = "\(Digest("towerbook \(key)"))"
  }

  /// Adds a figure; where a curve of that name ends in it, there is nothing to add.
  package mutating func addMetric(_ name: String, _ value: Double) {
    let name = Self.name(name)
    guard let place = metrics.firstIndex(where: { $0.name == name }) else {
      return metrics.append((name, [(0, value)]))
    }
    guard metrics[place].points.last?.value != value else { return }
    // What was chosen is not what came last, and a name has one newest value.
    metrics[place].name += " per epoch"
    metrics.append((name, [(0, value)]))
  }

  /// Adds a curve.
  package mutating func addCurve(_ curve: RunCurve) {
    metrics.append((Self.name(curve.name.joined(separator: ".")), Array(zip(curve.steps, curve.values))))
  }

  /// Writes its files into `folder`, which will be at `place` in the end.
  func write(to folder: String, at place: String, experiment: String) throws {
    func file(_ path: String, _ text: String) throws {
      let path = FilePaths.join(folder, path)
      try Folders.make(FilePaths.parent(of: path))
      try AtomicFile.write(text, to: path)
    }
    for group in ["artifacts", "metrics", "params", "tags"] {
      try Folders.make(FilePaths.join(folder, group))
    }
    for (name, points) in metrics {
      let lines = points.map { "\(endMilliseconds) \($0.value) \($0.step)\n" }
      try file("metrics/\(name)", lines.joined())
    }
    for (name, value) in parameters { try file("params/\(Self.name(name))", Self.line(value)) }
    var tags = tags.filter { !$0.value.isEmpty }
    tags += [("mlflow.runName", name), ("mlflow.source.type", "LOCAL")]
    if let parent { tags.append(("mlflow.parentRunId", FilePaths.name(of: parent))) }
    for (name, value) in tags { try file("tags/\(Self.name(name))", value) }
    for source in files { try Self.copy(source, into: FilePaths.join(folder, "artifacts")) }
    try file("meta.yaml", meta(at: place, experiment: experiment))
  }

  private func meta(at place: String, experiment: String) -> String {
    let user = ProcessEnvironment.variables["USER"] ?? ""
    return """
      artifact_uri: \(Self.quoted(Self.fileURL(FilePaths.join(place, "artifacts"))))
      end_time: \(endMilliseconds)
      entry_point_name: ''
      experiment_id: '\(experiment)'
      lifecycle_stage: active
      run_id: \(id.quotedID)
      run_name: \(Self.quoted(name))
      run_uuid: \(id.quotedID)
      source_name: ''
      source_type: 4
      source_version: ''
      start_time: \(startMilliseconds)
      status: \(status.rawValue)
      tags: []
      user_id: \(Self.quoted(user))

      """
  }

  /// What MLflow takes as a name: letters, digits, `_`, `-`, `.` and blanks; `ndcg@20` is `ndcg_at_20`, as it calls its own.
  static func name(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "@": name += "_at_"
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", " ": name.unicodeScalars.append(scalar)
      default: name += "_"
      }
    }
    return name
  }

  /// A parameter stands on one line.
  private static func line(_ text: String) -> String {
    let line = String(text.map { $0.isNewline ? " " : $0 })
    return line.count > longestParameter ? String(line.prefix(longestParameter - 1)) + "…" : line
  }

  /// As YAML takes any text.
  static func quoted(_ text: String) -> String { JSONValue.quoted(text) }

  /// A path as MLflow names places of files.
  static func fileURL(_ path: String) -> String {
    var url = "file://"
    for byte in FilePaths.absolute(path).utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        url.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        url += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return url
  }

  private static func copy(_ source: String, into folder: String) throws {
    let target = FilePaths.join(folder, FilePaths.name(of: source))
    guard FilePaths.isFolder(source) else { return try Folders.copy(source, to: target) }
    try Folders.make(target)
    for name in try FilePaths.list(source) { try copy(FilePaths.join(source, name), into: target) }
  }
}

extension String {
  /// An id of digits alone is no number.
  fileprivate var quotedID: String { "'\(self)'" }
}
