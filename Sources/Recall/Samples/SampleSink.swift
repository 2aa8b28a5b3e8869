import Clicks
import Tables

/// Where samples go, block by block.
///
/// Who adds a form writes one of these, and a line in ``SampleSinks``.
package protocol SampleSink: AnyObject {
  /// Appends rows, whose requests come behind those that were written before.
  /// - Throws: `DataError` where writing fails; the file is then incomplete.
  func write(_ samples: RankingSamples) throws
  /// Finishes the file.
  /// - Throws: `DataError` where the system reports that something was not written.
  func close() throws
}

/// What files of samples are, by the endings of their names.
package enum SampleForm: String, CaseIterable, Sendable, Hashable {
  case parquet = ".parquet"
  case csv = ".csv"
  case gzip = ".csv.gz"
  case zstandard = ".csv.zst"
  /// Labels and numbers as LightGBM and XGBoost read them, and beside it how many rows each request has.
  case group = ".svm"

  /// The form of a file called `name`; nil where it has none of the endings.
  package init?(_ name: String) {
    guard let form = Self.allCases.first(where: { name.lowercased().hasSuffix($0.rawValue) }) else {
      return nil
    }
    self = form
  }

  /// What is written beside a file called `name`.
  package func companions(of name: String) -> [String] {
    self == .group ? GroupSampleWriter.companions.map { name + $0 } : []
  }
}

/// Opens files for samples, by their names.
package enum SampleSinks {
  /// Why no file called `name` can be written; nil where one can.
  package static func problem(_ name: String) -> String? {
    guard SampleForm(name) == nil else { return nil }
    let endings = SampleForm.allCases.map(\.rawValue).joined(separator: ", ")
    return "expected a name that ends in one of \(endings), got '\(name)'"
  }

  /// Makes or overwrites a file, and what stands beside it.
  /// - Parameters:
  ///   - path: where a file called so goes, for the name and those of its companions.
  ///   - log: whose ids keys are.
  /// - Throws: `DataError` where it cannot be made.
  package static func open(
    _ name: String,
    schema: RankingSamples.Schema,
    log: ClickLog,
    path: (String) throws -> String
  ) throws -> any SampleSink {
    switch SampleForm(name) {
    case .parquet: try ParquetSampleWriter(path: try path(name), schema, log)
    case .group: try GroupSampleWriter(name, schema, path: path)
    case .csv, .gzip, .zstandard, nil: try CSVSampleWriter(path: try path(name), schema, log)
    }
  }
}
