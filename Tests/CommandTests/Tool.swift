import Files
import Foundation
import Glibc
import TestSupport

/// The built tool, run as its users run it, in a folder of its own.
final class Tool {
  /// What one run of the tool came to.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  private let scratch: ScratchFolder
  var folder: String { scratch.path }

  init() throws { scratch = try ScratchFolder() }

  static let path = BuiltTool.path

  /// The folder of the repository.
  static let repository: String = {
    var folder = FilePaths.parent(of: #filePath)
    while folder != "/", !FilePaths.exists(FilePaths.join(folder, "Package.swift")) {
      folder = FilePaths.parent(of: folder)
    }
    return folder
  }()

  /// The folder of shared data beside the repository, or where `TOWERBOOK_SHARED` says.
  static let shared: String =
    ProcessInfo.processInfo.environment["TOWERBOOK_SHARED"]
    ?? FilePaths.join(FilePaths.parent(of: repository), "shared")

  func write(_ text: String, to name: String) throws { try AtomicFile.write(text, to: file(name)) }
  func read(_ name: String) throws -> String { try MappedFile.readText(file(name)) }
  func file(_ name: String) -> String { FilePaths.join(folder, name) }

  func process(_ arguments: [String], program: String = Tool.path, environment: [String: String] = [:])
    -> Process
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var variables = ProcessInfo.processInfo.environment
    for name in ["FUNREC_RAW_DATA_PATH", "FUNREC_PROCESSED_DATA_PATH"] { variables[name] = nil }
    process.environment = variables.merging(environment) { $1 }
    return process
  }

  /// Runs the tool to its end.
  func run(
    _ arguments: String...,
    program: String = Tool.path,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(arguments, program: program, environment: environment)
  }

  /// Runs the tool to its end.
  func run(_ arguments: [String], program: String = Tool.path, environment: [String: String] = [:]) throws
    -> Outcome
  {
    let process = process(arguments, program: program, environment: environment)
    let (output, errors) = (file(".output"), file(".errors"))
    for path in [output, errors] { try AtomicFile.write("", to: path) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try MappedFile.readText(output),
      errors: try MappedFile.readText(errors)
    )
  }

  /// A recipe that runs in about a second in a debug build.
  static let small = """
    config:
      data: { synthetic: { users: 80, items: 50, clicks: 800, interests: 5 } }
    split: { validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false }
    train: { batch_size: 64, epochs: 3, learning_rate: 1e-2, validation: {} }
    index:
    eval: { k: [5, 10] }
    recall: { k: 10 }
    save:

    """
}
