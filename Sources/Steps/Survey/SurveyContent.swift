import Clicks
import Files
import Numerics
import Report
import Tables

/// What `towerbook data` shows of one table, or of an array of NumPy, which may hold the vectors of items.
package enum SurveyContent {
  case table(TableSurvey, name: String)
  case array(shape: [Int], name: String)

  /// Reads all of a table, and the head of an array.
  /// - Throws: `DataError` where it cannot be read, or has no column that `roles` names.
  package init(_ source: TableSource, roles: TableSurvey.Roles, threads: Int) throws {
    let path = source.files[0].path
    let shape = try? NumpyFile.floatShape(path)
    if source.isArray, let shape = shape ?? (try? NumpyFile.read(path, as: Int64.self))?.shape {
      self = .array(shape: shape, name: source.name)
    } else {
      self = .table(try TableSurvey(source, roles: roles, threads: threads), name: source.name)
    }
  }

  /// As text for a terminal of `width` columns.
  package func text(width: Int) -> String {
    switch self {
    case .table(let survey, let name): SurveyText(survey, name: name, width: width).text
    case .array(let shape, let name):
      "\(name): NumPy array, [\(shape.map { "\($0)" }.joined(separator: ", "))]\n"
    }
  }

  /// For programs.
  package var json: JSONValue {
    switch self {
    case .table(let survey, let name): survey.json(name: name)
    case .array(let shape, let name):
      .object([
        ("file", .string(name)), ("form", .string("npy")), ("shape", .array(shape.map { .int($0) })),
      ])
    }
  }
}

extension TableSource {
  /// Whether it is called as an array of NumPy.
  var isArray: Bool { written[0].hasSuffix(".npy") }
}
