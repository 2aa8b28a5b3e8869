import CSimdjson

/// A value of a JSON text.
struct JSONField {
  private let field: tb_json_field

  init(_ field: tb_json_field) { self.field = field }

  /// Where it begins in what was parsed.
  var offset: Int { field.offset }
  /// Its text: of a string without quotes and escapes, of anything else as it stands; nothing where it is null or not there.
  var bytes: FieldBytes {
    isEmpty ? FieldBytes(start: nil, count: 0) : FieldBytes(start: field.text, count: field.length)
  }
  /// Whether it is null or not there.
  var isEmpty: Bool {
    field.kind == Int32(TB_JSON_ABSENT.rawValue) || field.kind == Int32(TB_JSON_NULL.rawValue)
  }
  var isThere: Bool { field.kind != Int32(TB_JSON_ABSENT.rawValue) }
  var isList: Bool { field.kind == Int32(TB_JSON_LIST.rawValue) }
  var isObject: Bool { field.kind == Int32(TB_JSON_OBJECT.rawValue) }
  /// The places of its elements, of a list.
  var elements: Range<Int> { field.first_element..<field.first_element + Int(field.element_count) }
}

/// What is wrong with a JSON text, and where in it.
struct JSONProblem: Error {
  var message: String
  var offset: Int
}

/// Finds the values of paths in JSON objects; one object of the parser is one thread's.
final class JSONParser {
  private let parser: OpaquePointer
  private let count: Int

  /// - Throws: `DataError` where there is no memory.
  init(_ paths: [String] = [], file: String) throws {
    let bytes: [[CChar]] = paths.map { $0.utf8.map { CChar(bitPattern: $0) } }
    var starts: [UnsafePointer<CChar>?] = []
    // All paths in one block of memory, so that they have addresses at the same time.
    let all: [CChar] = bytes.flatMap { $0 } + [0]
    let made = all.withUnsafeBufferPointer { all in
      var place = 0
      for path in bytes {
        starts.append(all.baseAddress.map { $0 + place })
        place += path.count
      }
      return tb_json_create(starts, bytes.map(\.count), paths.count)
    }
    guard let made else { throw DataError("not enough memory to parse JSON", file: file) }
    parser = made
    count = paths.count
  }

  deinit { tb_json_destroy(parser) }

  /// The value of the path at `place`, valid until the next text.
  func field(_ place: Int) -> JSONField { JSONField(tb_json_fields(parser)[place]) }

  /// The element of a list at `place`, likewise.
  func element(_ place: Int) -> JSONField { JSONField(tb_json_elements(parser)[place]) }

  /// Parses the one object in `line`.
  /// - Throws: `JSONProblem`.
  func parse(_ line: FieldBytes) throws(JSONProblem) {
    try check(tb_json_line(parser, line.baseAddress, line.count))
  }

  /// Parses an object of rows and calls `row` for each, until it gives false.
  /// - Throws: `JSONProblem`.
  func parseRows(_ text: FieldBytes, _ row: () -> Bool) throws(JSONProblem) {
    let code = withoutActuallyEscaping(row) { row in
      var receiver = RowReceiver(row: row)
      return withUnsafeMutablePointer(to: &receiver) { context in
        tb_json_rows(
          parser,
          text.baseAddress,
          text.count,
          { context in context?.assumingMemoryBound(to: RowReceiver.self).pointee.row() == true ? 0 : 1 },
          context
        )
      }
    }
    guard code != Int32(TB_JSON_STOPPED.rawValue) else { return }
    try check(code)
  }

  /// Parses the object in `line` and calls `path` for every path to a value that is no object, and whether that is null.
  /// - Parameter ofRows: whether the object is one of rows, whose keys are in no path.
  /// - Throws: `JSONProblem`.
  func parsePaths(
    _ line: FieldBytes,
    ofRows: Bool = false,
    _ path: (FieldBytes, Bool) -> Void
  ) throws(JSONProblem) {
    let parse = ofRows ? tb_json_row_paths : tb_json_paths
    let code = withoutActuallyEscaping(path) { path in
      var receiver = PathReceiver(path: path)
      return withUnsafeMutablePointer(to: &receiver) { context in
        parse(
          parser,
          line.baseAddress,
          line.count,
          { context, text, length, kind in
            context?.assumingMemoryBound(to: PathReceiver.self).pointee
              .path(FieldBytes(start: text, count: length), kind == Int32(TB_JSON_NULL.rawValue))
          },
          context
        )
      }
    }
    try check(code)
  }

  private func check(_ code: Int32) throws(JSONProblem) {
    guard code != Int32(TB_JSON_OK.rawValue) else { return }
    guard code != Int32(TB_JSON_OUT_OF_MEMORY.rawValue) else {
      throw JSONProblem(message: "not enough memory to parse it", offset: 0)
    }
    throw JSONProblem(
      message: String(cString: tb_json_error(parser)),
      offset: Int(tb_json_error_offset(parser))
    )
  }
}

private struct RowReceiver {
  let row: () -> Bool
}

private struct PathReceiver {
  let path: (FieldBytes, Bool) -> Void
}

extension FieldSink {
  /// Puts the value of a path where it belongs, as `store` does with the same text; a list's elements are names or numbers.
  mutating func store(_ field: JSONField, of parser: JSONParser, at start: Int, _ plan: FieldPlan) -> Bool? {
    let offset = start + field.offset
    guard field.isList || field.isObject else {
      return store(field.bytes, at: offset, plan, isTemporary: true)
    }
    guard field.isList, plan.type.isList else {
      fail(.notAValue(Array(field.bytes.prefix(41))), at: offset, plan)
      return nil
    }
    beginList(plan)
    for place in field.elements {
      let element = parser.element(place)
      guard !element.isList, !element.isObject, !element.isEmpty || plan.type != .vector else {
        let isNumbers = plan.type == .vector
        let shown = Array(field.bytes.prefix(41))
        fail(isNumbers ? .notAVector(shown) : .notAValue(shown), at: offset, plan)
        return nil
      }
      if plan.type == .vector {
        guard addNumber(element.bytes, at: offset, plan) else { return nil }
      } else {
        addName(element.bytes, at: offset, plan, trims: false, isTemporary: true)
      }
    }
    return endList(at: offset, plan)
  }
}
