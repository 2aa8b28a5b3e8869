import Clicks
import Files
import Notebook
import Numerics
import Recipe
import Report
import Tables

/// Pretrained vectors of items in a file of their own.
struct VectorFile: Sendable {
  /// The array, `[rows, width]`.
  let name: String
  /// The ids of its rows; nil where they come in the order of the item table's rows.
  let ids: String?

  /// Reads the settings; nil where there is no such file.
  init?(_ fields: inout Fields) {
    let name = fields.optionalString(
      "vectors",
      role: .presentation,
      "Pretrained vectors of items: a NumPy file (.npy) of float32 or float64, a row an item; a feature by "
        + "encode.item_vectors."
    )
    ids = fields.optionalString(
      "vector_ids",
      role: .presentation,
      "The item ids of the rows of 'vectors': text with an id a line, or a NumPy file of int64; without it the rows are "
        + "in the order of the item table's."
    )
    if name == nil && ids != nil {
      fields.fail("vector_ids", "there are no vectors; name their file in 'vectors'")
    }
    guard let name else { return nil }
    self.name = name
  }

  /// Its files as the step declares them.
  func inputFiles(_ path: (String) -> ResolvedPath) -> [InputFile] {
    let files = [("vectors", name)] + (ids.map { [("vector_ids", $0)] } ?? [])
    return files.map { Self.file(path($1), $0) }
  }

  private static func file(_ path: ResolvedPath, _ role: String = "") -> InputFile {
    InputFile(shown: path.shown, absolute: path.absolute, facts: role)
  }

  /// Looks at the header of the array, and whether the files are there.
  func preflight(_ check: Preflight, hasItemTable: Bool, _ path: (String) -> ResolvedPath) {
    for (key, name) in [("data.vectors", name)] + (ids.map { [("data.vector_ids", $0)] } ?? []) {
      let found = path(name)
      guard FilePaths.exists(found.absolute) else {
        check.fail(key, "there is no '\(found.shown)'")
        return
      }
      guard !PickleFile.isCalledSo(name) else {
        check.fail(
          key,
          "a pickle is not read, as it runs whatever stands in it; make an array of it once in Python, if you trust it: "
            + "numpy.save('\(FilePaths.stem(of: name)).npy', numpy.asarray(pandas.read_pickle('\(name)')))"
        )
        return
      }
    }
    if ids == nil && !hasItemTable {
      check.fail(
        "data.vectors",
        "the vectors come in the order of the item table's rows, and there is no item table; name their ids in "
          + "data.vector_ids"
      )
    }
    do { _ = try Self.matrixShape(path(name)) } catch { check.fail("data.vectors", "\(error)") }
  }

  private static func matrixShape(_ file: ResolvedPath) throws -> (rows: Int, width: Int) {
    let shape = try NumpyFile.floatShape(file.absolute)
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw DataError("expected an array [items, width], its shape is \(shape)", file: file.shown)
    }
    return (shape[0], shape[1])
  }

  /// The vectors, a row a vector.
  /// - Throws: where the array is damaged or holds something that is no finite number.
  func vectors(_ path: (String) -> ResolvedPath) throws -> (values: [Float], width: Int) {
    let file = path(name)
    let width = try Self.matrixShape(file).width
    let values = try NumpyFile.readFloats(file.absolute).values
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        "element [\(bad / width), \(bad % width)] is \(values[bad]), which is no finite number",
        file: file.shown
      )
    }
    return (values, width)
  }

  /// The vectors as a column, in the order of the item table's rows; nil where they have ids.
  func rowColumn(_ path: (String) -> ResolvedPath) throws -> LogColumn? {
    guard ids == nil else { return nil }
    let (values, width) = try vectors(path)
    return LogColumn(name: name, values: .vectors(values, width: width))
  }

  /// Gives `items` the vectors that have ids.
  /// - Returns: how they were matched; nil where they have no ids.
  func give(to items: inout ItemTable, _ path: (String) -> ResolvedPath) throws -> VectorMatches? {
    guard let ids else { return nil }
    let (values, width) = try vectors(path)
    let names = try Self.ids(path(ids))
    guard names.count == values.count / width else {
      throw DataError(
        "there are \(names.count) ids, and \(values.count / width) vectors in '\(path(name).shown)'",
        file: path(ids).shown
      )
    }
    return try items.take(vectors: values, width: width, of: names, file: path(ids).shown)
  }

  private static func ids(_ file: ResolvedPath) throws -> [String] {
    if file.absolute.hasSuffix(".npy") {
      return try NumpyFile.read(file.absolute, as: Int64.self).values.map(String.init)
    }
    let text = try MappedFile.readText(file.absolute)
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
