import Files
import Memory
import Recipe

/// The keys a cell's result is kept under.
package struct CellKeys {
  /// Changes whenever the step must run again.
  package var compute: Digest
  /// Changes whenever what its readers see changes: the above, and settings that only they use.
  package var artifact: Digest
  /// The files it reads, as they were when the keys were made.
  package var inputs: [InputDigest]
}

/// A file that a cell reads, and what was in it.
package struct InputDigest: Sendable {
  /// The file.
  package var file: InputFile
  /// The digest of its content.
  package var digest: Digest
  /// What it was when it was digested: where it is another, so may be the content.
  package var stamp: FileStamp
}

extension Plan {
  /// The keys of all cells, in order.
  ///
  /// A key is made of the step's name and revision, its settings with defaults filled in and sorted, the metrics it gives,
  /// the keys of what it reads, and the content of the files it reads, in their order and with what their places say of
  /// them (``InputFile/facts``). Titles, prose, comments, places and dates are in no key.
  /// - Throws: `FileError` where a file cannot be read.
  /// - Parameter memo: digests that are known of files which did not change since.
  package func keys(_ memo: DigestMemo? = nil) throws -> [CellKeys] {
    let files = cells.indices.map { self.files(of: $0) }
    let digests = try Self.digests(of: files.flatMap { $0 }, memo)
    var keys: [CellKeys] = []
    for (position, planned) in cells.enumerated() {
      let type = Swift.type(of: planned.step)
      var text = "towerbook 3\nstep \(type.name) \(type.revision)\n"
      text += Setting.section(planned.settings).canonical(roles: [.compute])
      // A metric that a step has come to give is not in what it kept before.
      text += "\ngives \(planned.step.metrics.sorted().joined(separator: " "))"
      for edge in planned.edges { text += "\nreads \(edge.input.kind) \(keys[edge.producer].artifact)" }
      let inputs = files[position].compactMap { file in
        digests[file.absolute].map { InputDigest(file: file, digest: $0.digest, stamp: $0.stamp) }
      }
      for input in inputs {
        text += "\nfile \(input.digest)\(input.file.facts.isEmpty ? "" : " \(input.file.facts)")"
      }
      let compute = Digest(text)
      let use = Setting.section(planned.settings).canonical(roles: [.use])
      keys.append(CellKeys(compute: compute, artifact: Digest("\(compute)\n\(use)"), inputs: inputs))
    }
    return keys
  }

  /// The digests of all files that cells of these keys read, by their absolute paths.
  package static func inputs(_ keys: [CellKeys]) -> [String: Digest] {
    Dictionary(keys.flatMap(\.inputs).map { ($0.file.absolute, $0.digest) }) { first, _ in first }
  }

  /// The digests of files by their paths, many of them at once.
  private static func digests(
    of files: [InputFile],
    _ memo: DigestMemo?
  ) throws -> [String: (digest: Digest, stamp: FileStamp)] {
    var seen: Set<String> = []
    let paths = files.map(\.absolute).filter { seen.insert($0).inserted }
    var found = [Result<(Digest, FileStamp), any Error>?](repeating: nil, count: paths.count)
    found.withUnsafeMutableBufferPointer { found in
      Threads.available.forEach(paths.count) { task in
        found[task] = Result {
          // What is written to the file from here on makes another stamp.
          guard let stamp = FileStamp(paths[task]) else { throw FileError("cannot read", paths[task]) }
          if let known = memo?.digest(of: paths[task], stamp) { return (known, stamp) }
          let digest = try Digest(contentsOf: paths[task])
          memo?.keep(digest, of: paths[task], stamp)
          return (digest, stamp)
        }
      }
    }
    var digests: [String: (digest: Digest, stamp: FileStamp)] = [:]
    for (path, result) in zip(paths, found) { digests[path] = try result?.get() }
    return digests
  }
}
