import Files

/// The digests of everything a finished run kept: files, and what cells handed on.
struct DigestsProbe: Probe {
  /// One thing that was kept.
  struct Kept: Codable, Equatable {
    /// The cell's id.
    var cell: String
    /// The file's name, or `artifact`.
    var name: String
    /// The XXH3 digest of its bytes.
    var digest: String
  }

  var run: FinishedRun
  var request: ProbeRequest { .digests(self) }

  func answer() throws -> [Kept] {
    let record = try RunRecord(run)
    return try record.plan.cells.indices.flatMap { position in
      let id = record.plan.cells[position].id
      let artifact = try record.artifactFile(position).map { path in
        Kept(cell: id, name: "artifact", digest: try Digest(contentsOf: path).description)
      }
      let files = try record.entry(position).files.map { file in
        Kept(cell: id, name: file.name, digest: file.digest.description)
      }
      return (artifact.map { [$0] } ?? []) + files
    }
  }
}
