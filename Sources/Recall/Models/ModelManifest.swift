import Files
import Memory
import Numerics

/// What `manifest.json` of a saved model says: the form it is saved in, what the files are, and how it is asked.
package struct ModelManifest: Codable, Sendable, Equatable {
  /// The name of the file.
  package static let file = "manifest.json"
  /// What `format` says.
  static let formatName = "towerbook model"
  /// The newest version of the form that is read.
  package static let currentVersion = 4

  /// The version that a model of `shape` is written in: the oldest whose readers do not misread it.
  package static func version(of shape: TwoTowerShape) -> Int {
    guard shape.trendHours.isEmpty else { return 4 }
    return shape.interests == nil ? 2 : 3
  }

  /// One file of the model.
  package struct File: Codable, Sendable, Equatable {
    /// How many bytes it has.
    package var bytes: Int
    /// The XXH3 128-bit digest of its bytes.
    package var xxh3: Digest
  }

  /// What finds the nearest items.
  package struct Index: Codable, Sendable, Equatable {
    /// FAISS's factory string; `Flat` is exact search over the vectors.
    package var factory: String
    /// The moment at which the age of items is taken, in the log's unit; nil for the newest training click.
    package var moment: Int64?
    /// IVF: how many cells a query looks into.
    package var nprobe: Int
    /// HNSW: how many candidates a query keeps.
    package var efSearch: Int
    /// How many times as many items it is asked for, to be compared by their vectors; nil for none.
    package var rerank: Int?
    /// What short lists get: `exact` or `none`.
    package var fill: String
  }

  /// What candidates call the columns of users and of items.
  package struct Columns: Codable, Sendable, Equatable {
    /// The column of users.
    package var user: String
    /// The column of items.
    package var item: String

    /// Names both.
    package init(user: String, item: String) {
      self.user = user
      self.item = item
    }
  }

  package var format = Self.formatName
  /// The version of the form.
  package var version: Int
  /// The files by name, all but the manifest.
  package var files: [String: File]
  /// How items are found.
  package var index: Index
  /// What columns are called.
  package var columns: Columns
  /// The moment of all requests of the run, in the log's unit; nil where each comes at its user's last click.
  package var requestMoment: Int64?

  /// Reads the manifest of the model in `folder` and holds the files' sizes against it.
  /// - Throws: `SavedModelFailure` where it is no saved model, of a newer version, or a file is missing or of another size.
  package init(folder: String) throws {
    let path = FilePaths.join(folder, Self.file)
    guard FilePaths.exists(path) else {
      let hint =
        FilePaths.exists(FilePaths.join(folder, "model.json"))
        ? ": an older version of this program saved it; run its recipe again" : ": it is no saved model"
      throw SavedModelFailure("there is no '\(Self.file)' in '\(folder)'\(hint)")
    }
    let text = try MappedFile.readText(path)
    // The version alone, which every version has.
    guard let form = try? CodableJSON.value(Form.self, from: text), form.format == Self.formatName else {
      throw SavedModelFailure("'\(path)' is no manifest of a saved model")
    }
    guard form.version <= Self.currentVersion else {
      throw SavedModelFailure(
        "'\(folder)' is saved in version \(form.version) of the form, and this program reads up to version "
          + "\(Self.currentVersion); use a newer towerbook, or save the model with this one"
      )
    }
    do { self = try CodableJSON.value(Self.self, from: text) } catch {
      throw SavedModelFailure("'\(path)' is damaged: something is missing or of another type")
    }
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      let place = FilePaths.join(folder, name)
      guard !name.isEmpty, !name.contains("/"), name != "..", name != "." else {
        throw SavedModelFailure(
          "'\(path)' lists a file called '\(name)', which is no name of a file beside it"
        )
      }
      guard let size = FilePaths.size(of: place) else {
        throw SavedModelFailure(
          "there is no '\(name)' in '\(folder)', which its manifest lists; save the model again"
        )
      }
      guard size == file.bytes else {
        throw SavedModelFailure(
          "'\(place)' should have \(file.bytes) bytes, it has \(size): it is damaged or of another model; save it again"
        )
      }
    }
  }

  /// Puts a manifest together for files that are written already.
  init(version: Int, files: [String: String], index: Index, columns: Columns, requestMoment: Int64?) throws {
    self.version = version
    self.files = try files.mapValues { path in
      File(bytes: FilePaths.size(of: path) ?? 0, xxh3: try Digest(contentsOf: path))
    }
    self.index = index
    self.columns = columns
    self.requestMoment = requestMoment
  }

  /// Reads all files and holds their digests against what the manifest says.
  /// - Throws: `SavedModelFailure` that names the first one that differs.
  package func verify(folder: String) throws {
    let listed = files.sorted { $0.key < $1.key }.map {
      (path: FilePaths.join(folder, $0.key), file: $0.value)
    }
    // What the processor waits for is memory and the disk; the files are read side by side.
    var digests = [Result<Digest, FileError>?](repeating: nil, count: listed.count)
    digests.withUnsafeMutableBufferPointer { digests in
      nonisolated(unsafe) let digests = digests
      Threads.available.forEach(listed.count) { place in
        digests[place] = Result { () throws(FileError) in try Digest(contentsOf: listed[place].path) }
      }
    }
    for (part, digest) in zip(listed, digests) where try digest?.get() != part.file.xxh3 {
      throw SavedModelFailure(
        "'\(part.path)' is damaged: its digest is not the one in the manifest; save the model again"
      )
    }
  }

  /// A digest of everything that is listed: what tells one model from another.
  package var digest: Digest {
    Digest(files.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.xxh3)\n" }.joined())
  }

  private struct Form: Codable {
    var format: String
    var version: Int
  }
}

/// A saved model that cannot be used, and what to do.
package struct SavedModelFailure: Error, Equatable, CustomStringConvertible {
  /// The message.
  package var description: String
  /// Makes a failure.
  package init(_ message: String) { description = message }
}
