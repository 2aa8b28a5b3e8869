import Files
import Glibc

/// The folder through which one attempt at a trial and who handed it over tell each other all they have to: on any file
/// system that both see, without locks.
///
/// `order.json` and `job.sh` are there before the trial is. `word` is one line, written over in its place, and looked at by
/// the trial; `told.jsonl` is appended to by the trial alone; `end.json` is its result, renamed into its place; `job.json` is the
/// engine's id. Files that are waited for are there from the beginning, or told of: network file systems remember for a minute
/// that there is none.
struct TrialPost: Sendable, Equatable {
  /// The folder.
  let path: String

  /// Names a folder.
  init(_ path: String) { self.path = path }

  /// What the trial is told before.
  var order: String { FilePaths.join(path, "order.json") }
  /// What it is told on the way.
  var wordFile: String { FilePaths.join(path, "word") }
  /// What it tells on the way.
  var told: String { FilePaths.join(path, "told.jsonl") }
  /// Its result.
  var end: String { FilePaths.join(path, "end.json") }
  /// The script that is its job.
  var script: String { FilePaths.join(path, "job.sh") }
  /// What the engine said when it was handed over.
  var jobFile: String { FilePaths.join(path, "job.json") }

  /// `trials-0003-k3f9`: the trial's folder and the attempt's.
  var name: String { "\(FilePaths.name(of: FilePaths.parent(of: path)))-\(FilePaths.name(of: path))" }

  /// What the engine said of an attempt that was handed over.
  struct Job: Codable, Sendable, Equatable {
    /// The launcher's name.
    var launcher: String
    /// The engine's id.
    var id: String
    /// When, seconds since 1970.
    var submitted: Double
  }

  /// Makes the folder with all that the trial needs.
  /// - Throws: `FileError`.
  func begin(_ order: TrialOrder) throws {
    try Folders.make(path)
    try AtomicFile.write("", to: told)
    try AtomicFile.write(TrialWord.goOn.line, to: wordFile)
    try AtomicFile.write(try CodableJSON.text(order, indented: true) + "\n", to: self.order)
  }

  /// What the trial is to do; nil where the file is there and cannot be read now.
  var word: TrialWord? {
    let file = open(wordFile, O_RDONLY | O_CLOEXEC)
    // Who took the folder away wants nothing more of the trial.
    guard file >= 0 else { return errno == ENOENT ? .stop : nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    return count > 0 ? TrialWord(String(decoding: bytes[..<count], as: UTF8.self)) : nil
  }

  /// Tells the trial what to do: one write over the line before, of which no other process sees half.
  func tell(_ word: TrialWord) {
    let file = open(wordFile, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(word.line.utf8.prefix(4000)) + (word.line.utf8.count > 4000 ? [UInt8(ascii: "\n")] : [])
    _ = pwrite(file, bytes, bytes.count, 0)
    fsync(file)
  }

  /// The result, or nil where there is none.
  /// - Throws: `DecodingError`, `FileError` where it is not whole.
  func outcome() throws -> TrialOutcome? {
    guard FilePaths.exists(end) else { return nil }
    return try CodableJSON.value(TrialOutcome.self, from: try MappedFile.readText(end))
  }

  /// What the engine said, or nil where it was not handed over, or nobody wrote down that it was.
  var job: Job? {
    guard let text = try? MappedFile.readText(jobFile) else { return nil }
    return try? CodableJSON.value(Job.self, from: text)
  }

  /// Writes down what the engine said.
  func keep(_ job: Job) throws { try AtomicFile.write(try CodableJSON.text(job) + "\n", to: jobFile) }

  /// Takes the folder away; what cannot be taken away stays.
  func remove() {
    try? Folders.remove(path)
    rmdir(FilePaths.parent(of: path))
  }
}
